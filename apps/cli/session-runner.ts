/**
 * Drives a session from the command line: at a multiple of real time or as fast as it goes, until its
 * end, a signal, or a bug; then the orderly end and the summary.
 */
import type { LatencyProbe } from '#adapters/probe/probe.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { buildSummary, type Summary } from '#research/measure/summary.ts';
import type { EpochMicros } from '#units/integers.ts';

/** Market time done between two looks at signals and sockets, at maximum speed. */
const SLICE_MICROS = 250_000;
/** How often a paced session catches up with the wall clock. */
const PACE_MILLIS = 5;

export interface RunnerOptions {
  readonly session: TradingSession;
  readonly measures: SessionMeasures;
  readonly probe: LatencyProbe;
  readonly build: string;
  readonly worldName: string;
  /** Market time to run for; Infinity until a signal or the end of the data. */
  readonly durationMicros: number;
  /** Times real time; Infinity as fast as it goes. */
  readonly speed: number;
  /** Called about every second of wall time, after the journal was made durable. */
  readonly onProgress: (session: TradingSession, measures: SessionMeasures) => void;
}

export interface RunnerResult {
  readonly summary: Summary;
  readonly interrupted: 'SIGINT' | 'SIGTERM' | null;
}

/** Runs a session to its end. Rethrows a bug of the engine after everything was cancelled. */
export async function runSession(options: RunnerOptions): Promise<RunnerResult> {
  const { session, measures, probe, build, worldName } = options;
  const signals = new SignalWatch();
  const failures = new FailureWatch();
  const startedAt = performance.now();
  try {
    session.start();
    await advance(options, { signals, failures }, startedAt);
    const openAtEnd = await shutDown(session, failures);
    measures.series.sample(session.nowMicros);
    const hashes = session.close();
    failures.rethrow();
    const wallSeconds = (performance.now() - startedAt) / 1000;
    const summary = buildSummary({
      session,
      measures,
      hashes,
      probe,
      build,
      worldName,
      wallSeconds,
      openAtEnd,
    });
    return { summary, interrupted: signals.received };
  } catch (error) {
    throw await abortAfter(session, error);
  } finally {
    signals.release();
    failures.release();
  }
}

/** The orderly end; at a real venue in its own time, with a last question to the venue itself. */
async function shutDown(session: TradingSession, failures: FailureWatch): Promise<number> {
  const { world } = session;
  if (world.isLiveVenue !== true) return session.shutDown();
  const open = await paceThrough(session, session.shutDownSteps());
  failures.rethrow();
  return world.confirmRest === undefined ? open : world.confirmRest();
}

/** Cancels everything at the venue; returns what to tell, which is more when that failed too. */
async function abortAfter(session: TradingSession, error: unknown): Promise<unknown> {
  try {
    if (session.world.isLiveVenue === true) await paceThrough(session, session.abortSteps());
    else session.abort();
  } catch (second) {
    const message = `${String(error)}; and cancelling everything failed too: ${String(second)}`;
    return new AggregateError([error, second], message, { cause: error });
  }
  return error;
}

/** Lets the wall run up to each step. */
async function paceThrough(
  session: TradingSession,
  steps: Generator<EpochMicros, number>,
): Promise<number> {
  let step = steps.next();
  while (step.done !== true) {
    while (session.nowMicros < step.value) {
      await sleep(PACE_MILLIS);
      const wallMicros = session.world.wallMicros?.() ?? step.value;
      session.runUntil(Math.max(wallMicros, session.nowMicros) as EpochMicros);
    }
    step = steps.next();
  }
  return step.value;
}

interface Watches {
  readonly signals: SignalWatch;
  readonly failures: FailureWatch;
}

async function advance(
  options: RunnerOptions,
  { signals, failures }: Watches,
  startedAt: number,
): Promise<void> {
  const { session, durationMicros, speed, onProgress, measures } = options;
  const { world } = session;
  const end = session.startMicros + durationMicros;
  let nextProgress = startedAt + 1000;
  while (signals.received === null && session.nowMicros < end && !world.isExhausted) {
    failures.rethrow();
    const elapsedMicros = (performance.now() - startedAt) * 1000;
    const drawn =
      speed === Number.POSITIVE_INFINITY
        ? Number.POSITIVE_INFINITY
        : session.startMicros + elapsedMicros * speed;
    const paced = world.wallMicros?.() ?? drawn;
    // One slice at most, so that a signal or a page request never waits long behind the market.
    const target = Math.min(end, paced, session.nowMicros + SLICE_MICROS);
    session.runUntil(Math.floor(Math.max(target, session.nowMicros)) as EpochMicros);
    if (performance.now() >= nextProgress) {
      nextProgress = performance.now() + 1000;
      session.makeDurable();
      onProgress(session, measures);
    }
    await (target >= paced ? sleep(PACE_MILLIS) : nextTurn());
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/**
 * Ctrl-C and SIGTERM ask for the orderly end. A second Ctrl-C changes nothing: the cancels are sent
 * and confirmed first, always.
 */
class SignalWatch {
  received: 'SIGINT' | 'SIGTERM' | null = null;
  private readonly onInterrupt = (): void => {
    this.received ??= 'SIGINT';
  };
  private readonly onTerminate = (): void => {
    this.received ??= 'SIGTERM';
  };

  constructor() {
    process.on('SIGINT', this.onInterrupt);
    process.on('SIGTERM', this.onTerminate);
  }

  release(): void {
    process.removeListener('SIGINT', this.onInterrupt);
    process.removeListener('SIGTERM', this.onTerminate);
  }
}

/**
 * What goes wrong outside the loop, in a socket's callback: thrown inside the loop, so that everything
 * is cancelled before the program ends.
 */
class FailureWatch {
  private failure: { readonly cause: unknown } | null = null;
  private readonly onFailure = (cause: unknown): void => {
    this.failure ??= { cause };
  };

  constructor() {
    process.on('uncaughtException', this.onFailure);
    process.on('unhandledRejection', this.onFailure);
  }

  rethrow(): void {
    if (this.failure !== null) throw this.failure.cause;
  }

  release(): void {
    process.removeListener('uncaughtException', this.onFailure);
    process.removeListener('unhandledRejection', this.onFailure);
  }
}
