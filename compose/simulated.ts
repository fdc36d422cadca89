/**
 * The fault world: the whole product on a virtual clock, with a venue, a network, a disk and a process
 * that go wrong by a script, judged by an auditor. One seed is one run, bit for bit. No real time, no
 * socket, no disk: what reaches for them throws.
 */
import { createHash } from 'node:crypto';
import { readSession, Verifier, verifySession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { INVARIANTS } from '#simulation/auditor/invariants.ts';
import { drawCycles, drawScript, type FaultWindow } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES, type FaultName } from '#simulation/faults/fault-table.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { Engine } from './engine.ts';
import { FaultCellCounter } from './fault-cells.ts';
import { runSealed } from './sealed-surroundings.ts';
import {
  resolveInstruments,
  resolveSession,
  type SessionSetup,
  SessionSetupError,
  syntheticStartPrice,
} from './session-setup.ts';
import { SimulatedRun } from './simulated-run.ts';
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
  /** Ends the run earlier, since its start. */
  readonly endMicros?: number;
}

const HOUR_MICROS = 3_600_000_000;
const LIVENESS = 34;
/** A replay of the last session costs a third of a run: every so many seeds have one. */
const REPLAY_EVERY = 5;

/** Runs one seed. Throws only what is wrong with the options themselves. */
export function simulate(options: SimulationOptions): SimulationResult {
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
  const cells = new FaultCellCounter(FAULT_NAMES);
  const faults: Record<string, number> = {};
  let onLiveOrders = 0;
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
    onFault: (name, states) => {
      faults[name] = (faults[name] ?? 0) + 1;
      if (states.length > 0) onLiveOrders += 1;
      for (const state of states) cells.hit(name, state);
    },
  });
  const startedAt = performance.now();
  const hashes = runSealed(() => {
    run.run();
    const closed = run.finish();
    if (closed !== null && seed % REPLAY_EVERY === 0) replayAgain(run, setup, closed.state);
    return closed;
  });
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  const audit = run.auditor.summary();
  const repeat = repeatCommand(options);
  const violations: SimulationViolation[] = audit.violations.map((one) => ({
    seed,
    invariant: one.invariant,
    title: one.title,
    detail: `${one.detail} (${one.during})`,
    event: one.eventSequence,
    atMicros: one.atMicros,
    runMicros: one.atMicros - startMicros,
    repeat,
  }));
  if (run.bug !== null) {
    violations.unshift({
      seed,
      invariant: 0,
      title: 'the program threw',
      detail: textOf(run.bug),
      event: 0,
      atMicros: clock.nowMicros,
      runMicros: clock.nowMicros - startMicros,
      repeat,
    });
  }
  const checks: Record<string, number> = {};
  for (const { number } of INVARIANTS) checks[number] = audit.evaluated[number] ?? 0;
  const { marketEvents, privateEvents, timerEvents } = run;
  const seen = {
    events: {
      total: marketEvents + privateEvents + timerEvents,
      market: marketEvents,
      private: privateEvents,
      timer: timerEvents,
    },
    ownFills: run.ownFills,
    ordersSent: run.ordersSent,
    faults,
    faultsOnLiveOrders: onLiveOrders,
    cells: cells.cells,
    checks,
    lives: run.lives.count,
    kills: run.lives.killCount,
    hashes: hashes ?? { journal: '', state: '', commands: '' },
  };
  return {
    seed,
    hours,
    outcome: outcomeOf(run.bug !== null, violations),
    ...seen,
    violations,
    slowestRecoverySeconds: 0,
    trace: createHash('sha256')
      .update(JSON.stringify([seed, seen, violations]))
      .digest('hex'),
    wallSeconds,
  };
}

function outcomeOf(
  isBroken: boolean,
  violations: readonly SimulationViolation[],
): SimulationOutcome {
  if (isBroken) return SimulationOutcome.CRASH;
  if (violations.length === 0) return SimulationOutcome.OK;
  const isStuck = violations.every(({ invariant }) => invariant === LIVENESS);
  return isStuck ? SimulationOutcome.STUCK : SimulationOutcome.WRONG;
}

/** The last session once more, from its journal alone. */
function replayAgain(run: SimulatedRun, setup: SessionSetup, liveState: string): void {
  const verifier = new Verifier();
  const recording = readSession(run.lives.storage);
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

function repeatCommand({ seed, hours, faults }: SimulationOptions): string {
  const isAll = faults.length === FAULT_NAMES.length;
  const names = faults.length === 0 ? 'none' : faults.join(' ');
  return `doge-mm simulate --seed ${seed} --hours ${hours}${isAll ? '' : ` --faults ${names}`}`;
}

function textOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
