import { JournalDamagedError } from '#adapters/journal/journal.ts';
import { ExitCode } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { findSession, inSession } from '#apps/cli/session-directory.ts';
import { openReplay, replayUntil, verifyReplay } from '#compose/replay.ts';
import { readTime } from './backtest.ts';

export interface ReplayOptions {
  readonly verify?: boolean;
  readonly until?: string;
  readonly json?: boolean;
}

/** `replay`: exit 1 when the session is damaged or what it does now is not what it did then. */
export async function runReplay(path: string, options: ReplayOptions): Promise<ExitCode> {
  const directory = findSession(path);
  return inSession(directory, async () => {
    try {
      return options.verify === true
        ? await verify(directory, options)
        : await replay(directory, options);
    } catch (error) {
      if (!(error instanceof JournalDamagedError)) throw error;
      return reportDamage(directory, error, options);
    }
  });
}

async function verify(directory: string, options: ReplayOptions): Promise<ExitCode> {
  const startedAt = performance.now();
  const { recording, result, engine, snapshots } = await verifyReplay(directory);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const areSnapshotsEqual = snapshots.noted === snapshots.equal || result.difference !== null;
  const isGood = result.difference === null && recording.isClosed && areSnapshotsEqual;
  const { pnl } = engine.accountState;
  const answer = {
    ok: isGood,
    session: directory,
    world: 'replay',
    symbol: recording.header.symbol,
    seed: recording.header.seed,
    closed: recording.isClosed,
    tornTail: recording.tornTail,
    events: {
      total: recording.eventCount,
      perSecond: Math.round(recording.eventCount / wallSeconds),
    },
    checkpoints: result.checkpointCount,
    snapshots,
    provenSequence: result.provenSequence,
    hashes: result.hashes,
    difference: result.difference,
    pnlTotalUnits: pnl.totalUnits as number,
    time: { wallSeconds },
  };
  if (options.json === true) writeJson(answer);
  else describeVerification(answer);
  return isGood ? ExitCode.OK : ExitCode.FOUND_BAD;
}

interface Verification {
  readonly session: string;
  readonly closed: boolean;
  readonly tornTail: {
    readonly segment: string;
    readonly offset: number;
    readonly size: number;
  } | null;
  readonly events: { readonly total: number; readonly perSecond: number };
  readonly checkpoints: number;
  readonly provenSequence: number;
  readonly hashes: { readonly state: string; readonly commands: string } | null;
  readonly difference: {
    readonly kind: string;
    readonly interval: number;
    readonly sequence: number;
    readonly recorded: string;
    readonly reproduced: string;
  } | null;
}

function describeVerification(answer: Verification): void {
  const { events, difference, tornTail } = answer;
  say(`${answer.session}: ${events.total} events, ${events.perSecond}/s`);
  if (!answer.closed)
    say(
      '  the closing record is missing: the session crashed or was cut; what is there was replayed',
    );
  if (tornTail !== null)
    say(`  torn tail in ${tornTail.segment} at byte ${tornTail.offset} (${tornTail.size} bytes)`);
  if (difference === null) {
    say(
      `  same commands and state at all ${answer.checkpoints} checkpoints, up to event ${answer.provenSequence}`,
    );
    if (answer.hashes !== null)
      say(`  state ${answer.hashes.state}\n  commands ${answer.hashes.commands}`);
    return;
  }
  say(
    `  DIFFERENT: ${difference.kind} in interval ${difference.interval}, event ${difference.sequence}`,
  );
  say(`    recorded:   ${difference.recorded}`);
  say(`    reproduced: ${difference.reproduced}`);
}

async function replay(directory: string, options: ReplayOptions): Promise<ExitCode> {
  const until = readTime(options.until, '--until') ?? Number.POSITIVE_INFINITY;
  const opened = await openReplay(directory, { emit: () => undefined });
  const startedAt = performance.now();
  let atMicros = 0;
  const last = replayUntil(opened, until, (event) => {
    atMicros = event.atMicros;
  });
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const { position, pnl } = opened.engine.accountState;
  const answer = {
    session: directory,
    world: 'replay',
    symbol: opened.setup.symbol,
    events: { total: last, perSecond: Math.round(last / wallSeconds) },
    atMicros,
    closed: opened.recording.isClosed,
    position: { ...position },
    pnl: { totalUnits: pnl.totalUnits as number, residualUnits: pnl.residualUnits as number },
  };
  if (options.json === true) writeJson(answer);
  else
    say(
      `${directory}: ${last} events replayed, ${answer.events.perSecond}/s, up to ${new Date(atMicros / 1000).toISOString()}`,
    );
  return ExitCode.OK;
}

function reportDamage(
  directory: string,
  error: JournalDamagedError,
  options: ReplayOptions,
): ExitCode {
  const { segment, offset, sequence } = error;
  if (options.json === true) {
    writeJson({
      ok: false,
      session: directory,
      error: {
        code: error.code,
        message: error.message,
        where: `${segment} byte ${offset}, after event ${sequence}`,
        remedy: 'restore the segment from a copy; what stands before the damage can be trusted',
      },
      damage: { segment, offset, sequence },
    });
  } else {
    say(`${directory}: DAMAGED`);
    say(`  ${error.message}`);
    say(`  segment ${segment}, offset ${offset}, after event ${sequence}`);
  }
  return ExitCode.FOUND_BAD;
}
