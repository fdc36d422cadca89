import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '#adapters/config/config.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { openPaper } from '#compose/paper.ts';
import { openRecorded } from '#compose/recorded.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** Where the rows of a suite may look; made by the runner once for all of them. */
export interface Workload {
  /** Folder of a recorded session: the recordings' journal, or a synthetic one. */
  readonly sessionDirectory: string;
  /** Free for files; removed at the end. */
  readonly scratchDirectory: string;
  /** In words, for notes: what the session was made of. */
  readonly origin: string;
  /** Once through everything without warming up: shows that a suite works, measures nothing. */
  readonly isRehearsal?: boolean;
}

/** How often a row is run: as often as its suite says, or once in a rehearsal. */
export function roundsOf(
  workload: Workload,
  warmUpRounds: number,
  rounds: number,
): { readonly warmUpRounds: number; readonly rounds: number } {
  return workload.isRehearsal === true ? { warmUpRounds: 0, rounds: 1 } : { warmUpRounds, rounds };
}

const FOLDER =
  process.env['DOGE_MM_DATA'] ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
const SLICE_MICROS = MICROS_PER_SECOND;
/** Without recordings: as much synthetic market as makes some ten thousand events. */
const SYNTHETIC_SECONDS = 300;
/** Quotes at the touch whatever it costs, so that every stage of the loop has work. */
const PROFILE = 'naive-touch';

/** Path of a recording of 2024-08-08, like "spot-btcusdt". */
export function recordingPath(name: string): string {
  return `${FOLDER}/binance/${name}-20240808.gz`;
}

export function hasRecordings(): boolean {
  return existsSync(recordingPath('spot-btcusdt')) && existsSync(recordingPath('usdm-btcusdt'));
}

/** In words, for notes. */
export function workloadOrigin(): string {
  return hasRecordings()
    ? 'recordings BTCUSDT spot and perpetual of 2024-08-08, profile naive-touch'
    : 'synthetic DOGEUSDT market (no recordings found), profile naive-touch';
}

/** A session over both BTCUSDT recordings. Nothing has happened yet. */
export function openRecordedSession(
  directory: string,
  probe: StageProbe = new NoProbe(),
): Promise<TradingSession> {
  return openRecorded({
    worldName: 'backtest',
    loaded: loadConfiguration({
      file: null,
      overrides: [
        { path: 'symbol', value: 'BTCUSDT' },
        { path: 'profile', value: PROFILE },
      ],
    }),
    quotedFiles: [recordingPath('spot-btcusdt')],
    hedgeFiles: [recordingPath('usdm-btcusdt')],
    queueModel: null,
    latency: null,
    fromMicros: 0,
    toMicros: Number.POSITIVE_INFINITY,
    directory,
    build: 'bench',
    probe,
  });
}

/** A session on the synthetic market, from a fixed seed. */
export function openSyntheticSession(
  directory: string,
  probe: StageProbe = new NoProbe(),
): Promise<TradingSession> {
  const loaded = loadConfiguration({
    file: null,
    overrides: [
      { path: 'seed', value: '7' },
      { path: 'profile', value: PROFILE },
    ],
  });
  return openPaper({ loaded, directory, build: 'bench', probe });
}

/** Runs a session to the end of its data, or for so many seconds of market time, and closes it. */
export function runToEnd(session: TradingSession, seconds = Number.POSITIVE_INFINITY): void {
  session.start();
  const end = session.startMicros + seconds * MICROS_PER_SECOND;
  while (!session.world.isExhausted && session.nowMicros < end) {
    session.runUntil((session.nowMicros + SLICE_MICROS) as EpochMicros);
  }
  session.shutDown();
  session.close();
}

/** Records the session that the other suites read. */
export async function recordWorkload(workload: Workload): Promise<void> {
  const { sessionDirectory } = workload;
  if (hasRecordings()) runToEnd(await openRecordedSession(sessionDirectory));
  else runToEnd(await openSyntheticSession(sessionDirectory), SYNTHETIC_SECONDS);
}
