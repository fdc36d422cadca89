import { JournalDamagedError, type UnprovenEnd } from '#adapters/journal/journal.ts';
import { ExitCode } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { findSession, inSession } from '#apps/cli/session-directory.ts';
import { openReplay, replayUntil, type SnapshotFindings, verifyReplay } from '#compose/replay.ts';
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
  const isGood =
    result.difference === null &&
    recording.isClosed &&
    snapshots.equal === snapshots.noted &&
    snapshots.damaged.length + snapshots.unknown.length === 0;
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
    comparedSequence: result.comparedSequence,
    comparedCommands: result.comparedCommands,
    unprovenEvents: result.unprovenEvents,
    lives: recording.resumes.length + 1,
    unprovenEnds: result.unprovenEnds,
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
  readonly tornTail: CutEnd | null;
  readonly events: { readonly total: number; readonly perSecond: number };
  readonly checkpoints: number;
  readonly snapshots: SnapshotFindings;
  readonly provenSequence: number;
  readonly comparedSequence: number;
  readonly comparedCommands: number;
  readonly unprovenEvents: number;
  readonly lives: number;
  readonly unprovenEnds: readonly UnprovenEnd[];
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
  const { events, difference } = answer;
  say(`${answer.session}: ${events.total} events, ${events.perSecond}/s`);
  describeEnd(answer.closed, answer.tornTail);
  describeSnapshots(answer.snapshots, difference === null);
  if (difference === null) {
    describeProof(answer);
    return;
  }
  say(
    `  DIFFERENT: ${difference.kind} in interval ${difference.interval}, event ${difference.sequence}`,
  );
  say(`    recorded:   ${difference.recorded}`);
  say(`    reproduced: ${difference.reproduced}`);
}

interface CutEnd {
  readonly segment: string;
  readonly offset: number;
  readonly size: number;
}

function describeEnd(isClosed: boolean, tornTail: CutEnd | null): void {
  if (!isClosed)
    say(
      '  the closing record is missing: the session crashed or was cut; what is there was replayed',
    );
  if (tornTail !== null)
    say(`  torn tail in ${tornTail.segment} at byte ${tornTail.offset} (${tornTail.size} bytes)`);
}

/** How far the session is proven, and what nothing recorded speaks for. */
function describeProof(answer: Verification): void {
  const { checkpoints, provenSequence, comparedSequence, unprovenEvents, hashes } = answer;
  if (checkpoints > 0)
    say(
      `  same commands and state at all ${checkpoints} checkpoints, up to event ${provenSequence}`,
    );
  if (comparedSequence > provenSequence)
    say(`  same ${answer.comparedCommands} commands up to event ${comparedSequence}`);
  describeLives(answer);
  if (unprovenEvents > 0) {
    const which = comparedSequence === 0 ? 'all' : 'the last';
    say(
      `  UNPROVEN: ${which} ${unprovenEvents} events were replayed without a recorded command or checkpoint behind them to compare with`,
    );
  }
  if (hashes !== null) say(`  state ${hashes.state}\n  commands ${hashes.commands}`);
}

/** What the crashes of a session left unproven: its commands there were never recorded. */
function describeLives({ lives, unprovenEnds }: Verification): void {
  if (lives === 1) return;
  say(`  ${lives} lives: each began with the state that the events before it give`);
  for (const { life, fromSequence, toSequence, commands } of unprovenEnds) {
    say(
      `  UNPROVEN: life ${life} crashed; whether it sent the ${commands} commands of events ${fromSequence} to ${toSequence}, nothing recorded says`,
    );
  }
}

function describeSnapshots(snapshots: SnapshotFindings, isReplayed: boolean): void {
  const { noted, equal, damaged, unknown } = snapshots;
  for (const name of damaged)
    say(`  DAMAGED: ${name}: its bytes are not the state that the journal notes`);
  for (const name of unknown) say(`  DAMAGED: ${name}: the journal notes no such snapshot`);
  const different = noted - damaged.length - equal;
  if (isReplayed && different > 0)
    say(`  DIFFERENT: ${different} of ${noted} noted snapshots are not the state replayed there`);
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
    tornTail: opened.recording.tornTail,
    position: { ...position },
    pnl: { totalUnits: pnl.totalUnits as number, residualUnits: pnl.residualUnits as number },
  };
  if (options.json === true) writeJson(answer);
  else {
    say(
      `${directory}: ${last} events replayed, ${answer.events.perSecond}/s, up to ${new Date(atMicros / 1000).toISOString()}`,
    );
    describeEnd(answer.closed, answer.tornTail);
  }
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
        where: `${segment} byte ${offset}, event ${sequence}`,
        remedy: 'restore the segment from a copy; what stands before the damage can be trusted',
      },
      damage: { segment, offset, sequence },
    });
  } else {
    say(`${directory}: DAMAGED`);
    say(`  ${error.message}`);
    say(`  segment ${segment}, offset ${offset}, event ${sequence}`);
  }
  return ExitCode.FOUND_BAD;
}
