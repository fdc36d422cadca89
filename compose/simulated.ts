/**
 * The fault world: the whole product on a virtual clock, with a venue, a network, a disk and a process
 * that go wrong by a script, judged by an auditor. One seed is one run, bit for bit. No real time, no
 * socket, no disk: what reaches for them throws.
 */
import { createHash } from 'node:crypto';
import {
  readSession,
  type SessionHashes,
  Verifier,
  verifySession,
} from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { OrderState } from '#contracts/order.ts';
import type { Violation } from '#simulation/auditor/auditor-inputs.ts';
import { INVARIANTS } from '#simulation/auditor/invariants.ts';
import { drawCycles, drawScript, type FaultWindow } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES, type FaultName } from '#simulation/faults/fault-table.ts';
import type { BrokenPromise } from '#simulation/sockets/socket-audit.ts';
import {
  SOCKET_FAULT_NAMES,
  type SocketFaultName,
} from '#simulation/sockets/socket-fault-table.ts';
import { drawSocketScript } from '#simulation/sockets/socket-script.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';
import { Engine } from './engine.ts';
import { FaultCellCounter } from './fault-cells.ts';
import { runSealed, runSealedAsync } from './sealed-surroundings.ts';
import {
  resolveInstruments,
  resolveSession,
  type SessionSetup,
  SessionSetupError,
  syntheticStartPrice,
} from './session-setup.ts';
import { runAtOnce, runWithPromises, SimulatedRun } from './simulated-run.ts';
import { simulatedConfiguration } from './simulated-settings.ts';
import {
  SimulationOutcome,
  type SimulationResult,
  type SimulationViolation,
} from './simulation-result.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly hours: number;
  /** Faults that may be drawn. */
  readonly faults: readonly FaultName[];
  /** Version and commit of the program. */
  readonly build: string;
  /** Instead of the drawn script. */
  readonly script?: readonly FaultWindow[];
  /** The command that repeats a run with a script of its own; others are repeated by their seed. */
  readonly repeat?: string;
  /** Ends the run earlier, since its start; null: after all its hours, as without it. */
  readonly endMicros?: number | null;
  /** Of a run with sockets: faults of theirs that may be drawn. Default: all. */
  readonly socketFaults?: readonly SocketFaultName[];
  /** Ends it soon after this invariant broke, or any: the result tells of a part of the run. */
  readonly stopAtInvariant?: number | 'any';
}

/** How a clone calls its own program. */
const SIMULATE = 'npx --no-install doge-mm simulate';
const HOUR_MICROS = 3_600_000_000;
const LIVENESS = 34;
/** A replay of the last session costs a third of a run: every so many seeds have one. */
const REPLAY_EVERY = 5;
/** The same seeds also run twice with another wall clock, for a minute and a half. */
const TWIN_MICROS = 90_000_000;
const TWIN_HOURS = 0.2;

/** Runs one seed. Throws only what is wrong with the options themselves. */
export function simulate(options: SimulationOptions): SimulationResult {
  const { seed } = options;
  const scene = setScene(options);
  const { run, setup } = scene;
  const isThorough = seed % REPLAY_EVERY === 0;
  const twins = isThorough ? [quietScene(options, 0), quietScene(options, HOUR_MICROS)] : [];
  const startedAt = performance.now();
  const hashes = runSealed(() => {
    runAtOnce(run.run());
    const closed = runAtOnce(run.finish());
    if (run.isStopped) return closed;
    if (closed !== null && isThorough) replayAgain(run, setup, closed.state);
    const [own = null, other = null] = twins.map(commandsOf);
    // A twin that ended without hashes differs from one that has them, and proves nothing of another such.
    if (own !== null || other !== null) run.auditor.onClockTwin(own ?? 'none', other ?? 'none');
    return closed;
  });
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  return { ...resultOf(options, scene, hashes), wallSeconds };
}

/**
 * As `simulate`, with the production connectors and simulated sockets between the process and the
 * venue. Promises have their turns between two steps of the clock; nothing else can run meanwhile.
 */
export async function simulateSockets(options: SimulationOptions): Promise<SimulationResult> {
  const scene = setScene(options, 0, options.socketFaults ?? SOCKET_FAULT_NAMES);
  const { run } = scene;
  const startedAt = performance.now();
  const hashes = await runSealedAsync(async () => {
    await runWithPromises(run.run());
    return await runWithPromises(run.finish());
  });
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  const { repeat = `${repeatCommand(options)} --sockets` } = options;
  return { ...resultOf({ ...options, repeat }, scene, hashes), wallSeconds };
}

/** Everything of one run, put up and not begun. */
interface Scene {
  readonly setup: SessionSetup;
  readonly clock: VirtualClock;
  readonly startMicros: number;
  readonly run: SimulatedRun;
  readonly struck: FaultTally;
}

/** What the faults did so far. */
interface FaultTally {
  readonly cells: FaultCellCounter;
  readonly counts: Record<string, number>;
  onLiveOrders: number;
}

/** A short run without faults whose host clock stands so far off. */
function quietScene(options: SimulationOptions, wallOffsetMicros: number): Scene {
  const quiet = { ...options, hours: TWIN_HOURS, script: [], endMicros: TWIN_MICROS };
  return setScene(quiet, wallOffsetMicros);
}

/** Runs a scene and hashes the commands it led to; null when no process lived to the end. */
function commandsOf({ run }: Scene): string | null {
  runAtOnce(run.run());
  return runAtOnce(run.finish())?.commands ?? null;
}

function setScene(
  options: SimulationOptions,
  wallOffsetMicros = 0,
  socketFaults: readonly SocketFaultName[] | null = null,
): Scene {
  const { seed, hours } = options;
  const loaded = simulatedConfiguration(seed);
  const { configuration } = loaded;
  const startPrice = syntheticStartPrice(configuration);
  if (startPrice === null) {
    throw new SessionSetupError(
      loaded.problemAt('simulation.startPrice', 'no start price is bundled', 'Set it'),
    );
  }
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  const setup = resolveSession(loaded, instruments, startPrice, 'synthetic');
  const startMicros = Date.parse(configuration.simulation.startTime) * MICROS_PER_MILLI;
  const clock = new VirtualClock(startMicros as EpochMicros);
  const struck: FaultTally = {
    cells: new FaultCellCounter(FAULT_NAMES),
    counts: {},
    onLiveOrders: 0,
  };
  const run = new SimulatedRun({
    loaded,
    setup,
    program: { build: options.build, nodeVersion: process.versions.node },
    clock,
    script:
      options.script ??
      drawScript({ seed, hours, names: options.faults, instrumentCount: instruments.length }),
    cycles: drawCycles(seed, hours),
    lengthMicros: Math.min(options.endMicros ?? Number.POSITIVE_INFINITY, hours * HOUR_MICROS),
    wallOffsetMicros,
    ...(options.stopAtInvariant === undefined ? {} : { stopAtInvariant: options.stopAtInvariant }),
    onFault: (name, states) => tally(struck, name, states),
    socketScript:
      socketFaults === null
        ? null
        : drawSocketScript(seed, drawCycles(seed, hours), socketFaults, instruments.length),
    onSocketFault: (name, states) => {
      struck.counts[name] = (struck.counts[name] ?? 0) + 1;
      if (states.length > 0) struck.onLiveOrders += 1;
    },
  });
  return { setup, clock, startMicros, run, struck };
}

function tally(struck: FaultTally, name: FaultName, states: readonly OrderState[]): void {
  struck.counts[name] = (struck.counts[name] ?? 0) + 1;
  if (states.length > 0) struck.onLiveOrders += 1;
  for (const state of states) struck.cells.hit(name, state);
}

/** What a run that is over came to. */
function resultOf(
  options: SimulationOptions,
  { clock, startMicros, run, struck }: Scene,
  hashes: SessionHashes | null,
): Omit<SimulationResult, 'wallSeconds'> {
  const { seed, hours } = options;
  const audit = run.auditor.summary();
  const atDoors = run.sockets?.doors.audit ?? null;
  const found = [...audit.violations, ...(atDoors?.broken ?? []).map(doorViolation)];
  const violations = violationsOf(options, found, startMicros);
  const doorCount = atDoors?.broken.length ?? 0;
  const violationCount = audit.violationCount + doorCount + (run.bug === null ? 0 : 1);
  if (run.bug !== null) violations.unshift(thrown(options, run.bug, clock, startMicros));
  const checks: Record<string, number> = {};
  const excuses: Record<string, number> = {};
  for (const { number } of INVARIANTS) {
    checks[number] = audit.evaluated[number] ?? 0;
    excuses[number] = audit.excused[number] ?? 0;
  }
  Object.assign(checks, atDoors?.checks);
  const { marketEvents, privateEvents, timerEvents, badFrames } = run.wires;
  const seen = {
    events: {
      total: marketEvents + privateEvents + timerEvents,
      market: marketEvents,
      private: privateEvents,
      timer: timerEvents,
    },
    badFrames,
    ownFills: run.ownFills,
    ordersSent: run.ordersSent,
    faults: struck.counts,
    faultsOnLiveOrders: struck.onLiveOrders,
    cells: struck.cells.cells,
    checks,
    excuses,
    lives: run.lives.count,
    kills: run.lives.killCount,
    hashes: hashes ?? { journal: '', state: '', commands: '' },
  };
  const broken = violations.map(({ repeat: _, ...violation }) => violation);
  const trace = createHash('sha256')
    .update(JSON.stringify([seed, seen, broken]))
    .digest('hex');
  const livesAtEnd = hashes !== null || run.isStopped || (options.endMicros ?? null) !== null;
  const outcome = outcomeOf(run.bug !== null, livesAtEnd, violations);
  return {
    seed,
    hours,
    outcome,
    ...seen,
    violations,
    violationCount,
    repeat: repeatCommand(options),
    slowestRecoverySeconds: run.slowestRecoveryMicros / MICROS_PER_SECOND,
    trace,
  };
}

/** A promise that broke at the doors of the venue. */
function doorViolation({ number, title, detail, atMicros }: BrokenPromise): Violation {
  return { invariant: number, title, detail, atMicros, eventSequence: 0, during: 'at the doors' };
}

function violationsOf(
  options: SimulationOptions,
  found: readonly Violation[],
  startMicros: number,
): SimulationViolation[] {
  const repeat = repeatCommand(options);
  return found.map((one) => ({
    seed: options.seed,
    invariant: one.invariant,
    title: one.title,
    detail: `${one.detail} (${one.during})`,
    event: one.eventSequence,
    atMicros: one.atMicros,
    runMicros: one.atMicros - startMicros,
    repeat,
  }));
}

/** An exception in the product, as a broken promise of its own. */
function thrown(
  options: SimulationOptions,
  bug: unknown,
  clock: VirtualClock,
  startMicros: number,
): SimulationViolation {
  return {
    seed: options.seed,
    invariant: 0,
    title: 'the program threw',
    detail: textOf(bug),
    event: 0,
    atMicros: clock.nowMicros,
    runMicros: clock.nowMicros - startMicros,
    repeat: repeatCommand(options),
  };
}

function outcomeOf(
  isBroken: boolean,
  livesAtEnd: boolean,
  violations: readonly SimulationViolation[],
): SimulationOutcome {
  if (isBroken) return SimulationOutcome.CRASH;
  // After the last calm a process runs, or nobody began it again.
  if (violations.length === 0) return livesAtEnd ? SimulationOutcome.OK : SimulationOutcome.STUCK;
  const isStuck = violations.every(({ invariant }) => invariant === LIVENESS);
  return isStuck ? SimulationOutcome.STUCK : SimulationOutcome.WRONG;
}

/** The last session once more, from its journal alone. */
function replayAgain(run: SimulatedRun, setup: SessionSetup, liveState: string): void {
  const verifier = new Verifier();
  const recording = readSession(run.lives.disk.journal);
  const engine = new Engine({
    configuration: setup.engine,
    output: verifier,
    probe: new NoProbe(),
    model: null,
  });
  const result = verifySession(recording, engine, verifier);
  const state = result.difference === null ? liveState : JSON.stringify(result.difference);
  run.auditor.onReplayed(recording.eventCount, liveState, state);
}

/** One command, run in a clone of the same commit, that is the same run to the last byte. */
function repeatCommand({ seed, hours, faults, script, repeat }: SimulationOptions): string {
  if (repeat !== undefined) return repeat;
  if (script !== undefined) return `seed ${seed} with the script that was given`;
  const isAll = faults.length === FAULT_NAMES.length;
  const names = faults.length === 0 ? 'none' : faults.join(' ');
  const chosen = isAll ? '' : ` --faults ${names}`;
  return `${SIMULATE} --seed ${seed} --hours ${hours}${chosen}`;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
