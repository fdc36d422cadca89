/**
 * One run of the fault world, put together: the synthetic market and its venue, the network of
 * faults, the process in its lives, and the auditor that hears all sides.
 */
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { OperatorAction, PrivateFeedStatusEvent } from '#contracts/events.ts';
import type { BalanceSlot, OrderState } from '#contracts/order.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import { type Condition, Phase } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultWindow, StormCycle } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import { FaultNetwork } from '#simulation/faults/faults.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { SocketFaultName } from '#simulation/sockets/socket-fault-table.ts';
import type { SocketWindow } from '#simulation/sockets/socket-script.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';
import { BrokenParts } from './broken-parts.ts';
import { drawKillDrill, killNow } from './kill-drill.ts';
import { buildLatency } from './latency-model.ts';
import type { ProgramIdentity } from './process-life.ts';
import { ProcessLives } from './process-lives.ts';
import { type EffectListener, ProcessStrikes } from './process-strikes.ts';
import { ProcessWires } from './process-wires.ts';
import { RecoveryWatch } from './recovery-watch.ts';
import { buildRunAuditor } from './run-auditor.ts';
import type { SessionSetup } from './session-setup.ts';
import { SocketWorld } from './socket-world.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import { VenueTruth } from './venue-truth.ts';

const LIVES_STREAM = 991;
/** A calmer crowd than the calibrated one: more hours for the same work, with hundreds of fills in each. */
const ACTIVITY = 0.3;
/** Between two looks at whether the run has to end. */
const SLICE_MICROS = 10 * MICROS_PER_SECOND;
/** The orderly end takes no longer. */
const ENDING_MICROS = 12 * MICROS_PER_SECOND;
/** A round of questions is answered by then. */
const RECONCILED_MICROS = 4 * MICROS_PER_SECOND;
export interface SimulatedRunOptions {
  readonly loaded: LoadedConfiguration;
  readonly setup: SessionSetup;
  readonly program: ProgramIdentity;
  readonly clock: VirtualClock;
  readonly script: readonly FaultWindow[];
  readonly cycles: readonly StormCycle[];
  /** End of the run, since its start. */
  readonly lengthMicros: number;
  /** Ends the run within ten seconds of market time after that invariant broke. Default: never. */
  readonly stopAtInvariant?: number | 'any';
  /** How far the host's wall clock stands beside the truth, all the time. Default 0. */
  readonly wallOffsetMicros?: number;
  readonly onFault: EffectListener;
  /** The connectors are in between, and this goes wrong with their sockets; null: they are not. */
  readonly socketScript?: readonly SocketWindow[] | null;
  readonly onSocketFault?: (name: SocketFaultName, states: readonly OrderState[]) => void;
}

/** Steps of a run. Between two of them so many turns of the promises are waited for. */
export type RunSteps<Result> = Generator<number, Result, void>;

/** Takes all steps of a run in which nobody waits for a promise. */
export function runAtOnce<Result>(steps: RunSteps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Takes all steps, and lets promises have their turns in between: nothing else can come between them. */
export async function runWithPromises<Result>(steps: RunSteps<Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    for (let turn = 0; turn < step.value; turn++) await null;
  }
}

export class SimulatedRun {
  readonly auditor: Auditor;
  readonly lives: ProcessLives;
  readonly wires: ProcessWires;
  /** What the program threw without a reason; null while it did not. */
  bug: unknown = null;
  private readonly recovery: RecoveryWatch;
  private readonly options: SimulatedRunOptions;
  private readonly network: FaultNetwork;
  private readonly world: SyntheticWorld;
  private readonly truth: VenueTruth;
  private readonly strikes: ProcessStrikes;
  /** Null without connectors in between. */
  readonly sockets: SocketWorld | null;
  private readonly startMicros: number;

  constructor(options: SimulatedRunOptions) {
    const { loaded, setup, clock, script } = options;
    const { configuration } = loaded;
    const { instruments } = setup;
    this.options = options;
    this.recovery = new RecoveryWatch(instruments.length);
    this.startMicros = clock.nowMicros;
    const auditor = buildRunAuditor(loaded, setup);
    this.auditor = auditor;
    const network = this.buildNetwork();
    this.network = network;
    const { startMicros } = this;
    this.truth = new VenueTruth({ auditor, clock, network, instruments, script, startMicros });
    const latency = buildLatency(configuration, null);
    this.world = new SyntheticWorld({
      ...{ configuration, setup, clock, latency, sink: this.truth },
      activity: ACTIVITY,
    });
    this.truth.bind(this.world.venue);
    network.bind({ venue: this.world.venue, market: this.world.people });
    const onTimer = (): void => this.onTimer();
    this.sockets = this.buildSockets();
    const { sockets } = this;
    this.wires = new ProcessWires({ instruments, clock, network, auditor, onTimer, sockets });
    this.lives = this.buildLives();
    this.strikes = new ProcessStrikes(this.lives, (name, states) => this.onEffect(name, states));
  }

  /** Own fills at the venue so far, quotes and hedges. */
  get ownFills(): number {
    let count = 0;
    for (const { index } of this.options.setup.instruments) {
      count += this.world.venue.counters(index).fills;
    }
    return count;
  }

  get ordersSent(): number {
    let count = 0;
    for (const { index } of this.options.setup.instruments) {
      count += this.world.venue.counters(index).requests;
    }
    return count;
  }

  /** Longest time from the end of a storm until the engine stood again. */
  get slowestRecoveryMicros(): number {
    return this.recovery.slowestMicros;
  }

  /** Runs to the end, or to the first bug of the program. */
  *run(): RunSteps<void> {
    const { clock, lengthMicros, cycles } = this.options;
    this.auditor.onPhase(Phase.CALM, clock.nowMicros);
    for (const { stormFromMicros, stormToMicros } of cycles) {
      this.at(stormFromMicros, () => {
        this.auditor.onPhase(Phase.STORM, clock.nowMicros);
        this.recovery.onStorm(clock.nowMicros);
      });
      this.at(stormToMicros, () => {
        this.auditor.onPhase(Phase.CALM, clock.nowMicros);
        this.recovery.onCalm(clock.nowMicros);
      });
    }
    new BrokenParts(this.options.script, this.options.setup.instruments.length).follow(
      (condition, instrument, isOpen, atMicros) =>
        this.at(atMicros, () => this.onCondition(condition, instrument, isOpen)),
    );
    this.planDrill();
    this.lives.begin();
    this.world.start();
    this.network.start();
    this.sockets?.start();
    yield* this.runFor(lengthMicros);
    this.recovery.onStorm(clock.nowMicros);
  }

  private planDrill(): void {
    const { setup, cycles, clock } = this.options;
    const drill = drawKillDrill(setup.seed, cycles);
    if (drill === null) return;
    this.at(drill.atMicros, () => {
      const { process } = this.lives;
      const { measurementsToKill } = setup.engine.ops;
      if (process !== null) killNow(process, drill, measurementsToKill, clock.nowMicros);
    });
  }

  /** It broke what it was to be stopped at: what follows would prove nothing more. */
  get isStopped(): boolean {
    const { stopAtInvariant } = this.options;
    if (stopAtInvariant === undefined) return false;
    const isAtDoors = (this.sockets?.doors.audit.broken ?? []).some(
      ({ number }) => stopAtInvariant === 'any' || number === stopAtInvariant,
    );
    return isAtDoors || this.auditor.hasBroken(stopAtInvariant);
  }

  /** Pulls everything in order and looks once more when nothing is under way. */
  *finish(): RunSteps<ReturnType<ProcessLives['close']>> {
    if (this.bug !== null) return null;
    if (this.isStopped) return this.lives.close();
    this.lives.process?.operate(OperatorAction.SHUTDOWN);
    yield* this.runFor(ENDING_MICROS);
    if (this.isCutShort) return this.lives.close();
    yield* this.reconcileTwice();
    const { beliefs } = this.lives;
    if (beliefs !== null && this.bug === null) {
      this.auditor.onQuiescence(beliefs, this.options.clock.nowMicros);
    }
    return this.lives.close();
  }

  /** Everything is asked once more, and then again: the second time nothing may change. */
  private *reconcileTwice(): RunSteps<void> {
    const first = yield* this.reconciled();
    const second = yield* this.reconciled();
    if (first !== null && second !== null) this.auditor.onReconciledTwice(first, second);
  }

  /** What the engine holds true of the account after asking for all of it; null without a process. */
  private *reconciled(): RunSteps<string | null> {
    for (const { index } of this.options.setup.instruments) {
      const event = new PrivateFeedStatusEvent();
      event.atMicros = this.options.clock.nowMicros;
      event.instrument = index;
      this.lives.process?.publish(event);
    }
    yield* this.runFor(RECONCILED_MICROS);
    const account = this.lives.process?.engine.accountState;
    if (account === undefined || this.bug !== null) return null;
    const slots = [0, 1, 2, 3].map((slot) => account.balanceTotalUnits(slot as BalanceSlot));
    const { spotBaseUnits, perpBaseUnits, isReconciled } = account.position;
    const held = [...slots, spotBaseUnits, perpBaseUnits, account.openOrderCount, isReconciled];
    return JSON.stringify([held, account.counters]);
  }

  /** A run that ends before its last calm was never given the time to come to rest. */
  private get isCutShort(): boolean {
    const { lengthMicros, cycles } = this.options;
    return lengthMicros < (cycles.at(-1)?.calmToMicros ?? 0);
  }

  private *runFor(micros: number): RunSteps<void> {
    const { clock } = this.options;
    const end = clock.nowMicros + micros;
    while (clock.nowMicros < end && this.bug === null && !this.isStopped) {
      const until = Math.min(end, clock.nowMicros + SLICE_MICROS) as EpochMicros;
      if (this.sockets !== null) yield* this.stepUntil(until, this.sockets);
      clock.runUntil(until);
    }
  }

  /** Step by step: what a step told the connectors goes its way before the next one. */
  private *stepUntil(untilMicros: EpochMicros, sockets: SocketWorld): RunSteps<void> {
    const { clock } = this.options;
    do {
      const turns = sockets.takeTurns();
      if (turns > 0) yield turns;
    } while (clock.nextMicros <= untilMicros && clock.runNext());
  }

  private at(micros: number, run: () => void): void {
    this.options.clock.schedule((this.startMicros + micros) as EpochMicros, { run });
  }

  private onCondition(condition: Condition, instrument: number, isOpen: boolean): void {
    this.auditor.onCondition(condition, instrument, isOpen, this.options.clock.nowMicros);
  }

  private onTimer(): void {
    const { process, beliefs } = this.lives;
    if (process === null || beliefs === null) return;
    this.recovery.onTimer(process.engine, beliefs, this.options.clock.nowMicros);
  }

  private onEffect(name: FaultName, states: readonly OrderState[]): void {
    this.auditor.onFault(name);
    if (name === 'balance-drift' || name === 'position-moved') this.truth.onTransfer();
    this.options.onFault(name, states);
  }

  private buildSockets(): SocketWorld | null {
    const { clock, setup, socketScript: script, onSocketFault } = this.options;
    if (script === undefined || script === null) return null;
    return new SocketWorld({
      ...{ clock, script, network: this.network, instruments: setup.instruments },
      seed: setup.seed,
      processTime: () => this.lives.time,
      onFault: (name, index) => {
        const states = this.strikes.statesMet(index as InstrumentIndex);
        onSocketFault?.(name, states);
      },
    });
  }

  private buildNetwork(): FaultNetwork {
    const { clock, script, setup } = this.options;
    return new FaultNetwork({
      clock,
      instruments: setup.instruments,
      script,
      onFault: (name, instrument, id, target) =>
        this.onEffect(name, this.strikes.statesMet(instrument, id, target)),
      onProcess: (window, isStart) => this.strikes.onProcess(window, isStart),
      onDisk: (window, isStart) => this.strikes.onDisk(window, isStart),
      onSilenced: (instrument, until) => {
        this.truth.onSilenced(instrument, until);
        this.wires.silence(instrument, until);
      },
      frames: (instrument, bytes, length, at) => this.wires.receive(instrument, bytes, length, at),
    });
  }

  private buildLives(): ProcessLives {
    const { loaded, setup, clock, program, wallOffsetMicros } = this.options;
    const { session, limits } = loaded.configuration;
    const { auditor, wires, network } = this;
    return new ProcessLives({
      setup,
      program,
      checkpointEvents: session.checkpointEvents,
      leaseExpiryMicros: limits.leaseExpiry,
      leaseRenewalMicros: limits.leaseRenewal,
      clock,
      wallClock: worldTime(clock, wallOffsetMicros ?? 0),
      random: new SeededRandom(setup.seed, LIVES_STREAM),
      gateway: wires.gateway(),
      auditor,
      instruments: () => setup.instruments.map(({ index }) => network.instrument(index)),
      onBegun: (process) => wires.connect(process, this.lives.durableEpoch),
      onOver: () => wires.disconnect(),
      onDiskFault: (name) => this.onEffect(name, this.strikes.statesMet(-1)),
      onBug: (cause) => {
        this.bug ??= cause;
      },
    });
  }
}

/** Wall stamps of records are the world's time: there is no other. */
function worldTime(clock: VirtualClock, offsetMicros: number): { nowMicros(): EpochMicros } {
  return { nowMicros: () => (clock.nowMicros + offsetMicros) as EpochMicros };
}
