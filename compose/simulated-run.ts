/**
 * One run of the fault world, put together: the synthetic market and its venue, the network of
 * faults, the process in its lives, and the auditor that hears all sides.
 */
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type EngineEvent,
  OperatorAction,
  PrivateFeedStatusEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import type { BalanceSlot, OrderState } from '#contracts/order.ts';
import { Auditor } from '#simulation/auditor/auditor.ts';
import {
  CommandContext,
  type Condition,
  NO_ORDER_STATE,
  Phase,
} from '#simulation/auditor/auditor-inputs.ts';
import { venueOrderRates } from '#simulation/auditor/venue-rates.ts';
import type { FaultWindow, StormCycle } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import { FaultNetwork } from '#simulation/faults/faults.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';
import { BrokenParts } from './broken-parts.ts';
import { buildLatency } from './latency-model.ts';
import { MarketFrames } from './market-frames.ts';
import type { ProgramIdentity } from './process-life.ts';
import { ProcessLives } from './process-lives.ts';
import { RecoveryWatch } from './recovery-watch.ts';
import type { SessionSetup } from './session-setup.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import type { TradingProcess } from './trading-process.ts';
import { venueFees } from './venue-settings.ts';
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
  /** How far the host's wall clock stands beside the truth, all the time. Default 0. */
  readonly wallOffsetMicros?: number;
  /** Told of each effect of a fault, with the states of the orders of ours that it met. */
  readonly onFault: (name: FaultName, states: readonly OrderState[]) => void;
}

export class SimulatedRun {
  readonly auditor: Auditor;
  readonly lives: ProcessLives;
  /** What the program threw without a reason; null while it did not. */
  bug: unknown = null;
  marketEvents = 0;
  privateEvents = 0;
  timerEvents = 0;
  private readonly recovery: RecoveryWatch;
  private readonly options: SimulatedRunOptions;
  private readonly network: FaultNetwork;
  private readonly world: SyntheticWorld;
  private readonly truth: VenueTruth;
  private readonly startMicros: number;
  private readonly context = new CommandContext();
  private frames: MarketFrames | null = null;
  private badFramesBefore = 0;
  /** Per instrument: what the present life was told last. */
  private silentUntil: number[] = [];

  constructor(options: SimulatedRunOptions) {
    const { loaded, setup, clock, script } = options;
    const { configuration } = loaded;
    const { instruments } = setup;
    this.options = options;
    this.recovery = new RecoveryWatch(instruments.length);
    this.startMicros = clock.nowMicros;
    this.auditor = new Auditor({
      instruments,
      limits: setup.limits,
      opening: {
        ...setup.balances,
        positionLots: setup.balances.positionLots ?? 0,
        entryPriceUnits: setup.balances.entryPriceUnits ?? 0,
      },
      feeAsset: venueFees(configuration),
      orderRates: venueOrderRates(instruments),
      targetDeltaBaseUnits: setup.engine.risk.targetDeltaBaseUnits,
      hardDeltaBaseUnits: 0,
      childrenPerLayer: setup.engine.execution.microLotCount,
    });
    this.network = new FaultNetwork({
      clock,
      instruments,
      script,
      onFault: (name, instrument, id) => this.onFault(name, instrument, id),
      onProcess: (window, isStart) => this.onProcess(window, isStart),
      onDisk: (window, isStart) => this.onDisk(window, isStart),
      onSilenced: (instrument, until) => {
        truth.onSilenced(instrument, until);
        this.silence(instrument, until);
      },
      frames: (instrument, bytes, length, at) =>
        this.frames?.receive(instrument, bytes, length, at),
    });
    const truth: VenueTruth = new VenueTruth({
      auditor: this.auditor,
      clock,
      network: this.network,
      instruments,
      script,
      startMicros: this.startMicros,
    });
    const latency = buildLatency(configuration, null);
    this.world = new SyntheticWorld({
      ...{ configuration, setup, clock, latency, sink: truth },
      activity: ACTIVITY,
    });
    truth.bind(this.world.venue);
    this.truth = truth;
    this.network.bind({ venue: this.world.venue, market: this.world.people });
    this.lives = new ProcessLives({
      setup,
      program: options.program,
      checkpointEvents: configuration.session.checkpointEvents,
      leaseExpiryMicros: configuration.limits.leaseExpiry,
      leaseRenewalMicros: configuration.limits.leaseRenewal,
      clock,
      wallClock: worldTime(clock, options.wallOffsetMicros ?? 0),
      random: new SeededRandom(setup.seed, LIVES_STREAM),
      gateway: this.gateway(),
      auditor: this.auditor,
      instruments: () => instruments.map(({ index }) => this.network.instrument(index)),
      onBegun: (process) => this.connect(process),
      onOver: () => this.disconnect(),
      onBug: (cause) => {
        this.bug ??= cause;
      },
    });
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

  /** Public messages that could not be read, in all lives. */
  get badFrames(): number {
    return this.badFramesBefore + (this.frames?.badCount ?? 0);
  }

  /** Runs to the end, or to the first bug of the program. */
  run(): void {
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
    this.lives.begin();
    this.world.start();
    this.network.start();
    this.runFor(lengthMicros);
    this.recovery.onStorm(clock.nowMicros);
  }

  /** Pulls everything in order and looks once more when nothing is under way. */
  finish(): ReturnType<ProcessLives['close']> {
    if (this.bug !== null) return null;
    this.lives.process?.operate(OperatorAction.SHUTDOWN);
    this.runFor(ENDING_MICROS);
    if (this.isCutShort) return this.lives.close();
    this.reconcileTwice();
    const { beliefs } = this.lives;
    if (beliefs !== null && this.bug === null) {
      this.auditor.onQuiescence(beliefs, this.options.clock.nowMicros);
    }
    return this.lives.close();
  }

  /** Everything is asked once more, and then again: the second time nothing may change. */
  private reconcileTwice(): void {
    const first = this.reconciled();
    const second = this.reconciled();
    if (first !== null && second !== null) this.auditor.onReconciledTwice(first, second);
  }

  /** What the engine holds true of the account after asking for all of it; null without a process. */
  private reconciled(): string | null {
    for (const { index } of this.options.setup.instruments) {
      const event = new PrivateFeedStatusEvent();
      event.atMicros = this.options.clock.nowMicros;
      event.instrument = index;
      this.lives.process?.publish(event);
    }
    this.runFor(RECONCILED_MICROS);
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

  private runFor(micros: number): void {
    const { clock } = this.options;
    const end = clock.nowMicros + micros;
    while (clock.nowMicros < end && this.bug === null) {
      clock.runUntil(Math.min(end, clock.nowMicros + SLICE_MICROS) as EpochMicros);
    }
  }

  private at(micros: number, run: () => void): void {
    this.options.clock.schedule((this.startMicros + micros) as EpochMicros, { run });
  }

  private onCondition(condition: Condition, instrument: number, isOpen: boolean): void {
    this.auditor.onCondition(condition, instrument, isOpen, this.options.clock.nowMicros);
  }

  private connect(process: TradingProcess): void {
    const { instruments } = this.options.setup;
    const frames = new MarketFrames(
      instruments.map(({ index }) => this.network.instrument(index)),
      process,
    );
    this.frames = frames;
    this.silentUntil = [];
    process.host.addObserver({ onApplied: (event) => this.count(event) });
    process.host.addAcceptObserver({ onAccepted: (event) => this.noteDistortion(event) });
    const edge: EventSink = {
      publish: (event) => {
        if (event.kind === EventKind.INSTRUMENT_DEFINED && event.instrument !== null) {
          frames.define(event.instrument);
        }
        process.publish(event);
      },
    };
    this.network.attach(edge);
  }

  private disconnect(): void {
    this.badFramesBefore += this.frames?.badCount ?? 0;
    this.frames = null;
    this.network.detach();
  }

  private noteDistortion(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.DEPTH_DELTA && event.kind !== EventKind.DEPTH_SNAPSHOT) return;
    if (this.network.isDistorted(event.instrument)) this.auditor.onDistorted(event.instrument);
  }

  private onTimer(): void {
    this.timerEvents += 1;
    const { process, beliefs } = this.lives;
    if (process === null || beliefs === null) return;
    this.recovery.onTimer(process.engine, beliefs, this.options.clock.nowMicros);
  }

  private count(event: Readonly<EngineEvent>): void {
    if (event.kind === EventKind.TIMER) this.onTimer();
    else if (event.kind < EventKind.EXECUTION_REPORT) this.marketEvents += 1;
    else if (event.kind < EventKind.SESSION_START) this.privateEvents += 1;
  }

  /** What leaves the process is shown to the auditor before the network gets it. */
  private gateway(): OrderGateway {
    const { auditor, context } = this;
    return {
      submit: (command: Readonly<OrderCommand | RequestCommand>): void => {
        const { process } = this.lives;
        context.nowMicros = this.options.clock.nowMicros;
        context.causeSequence = process?.host.lastSequence ?? 0;
        context.durableSequence = process?.journal.durableSequence ?? 0;
        context.epoch = process?.epoch ?? 0;
        auditor.onCommand(command, context);
        this.network.submit(command);
      },
    };
  }

  private onFault(name: FaultName, _instrument: InstrumentIndex, clientOrderId: number): void {
    this.auditor.onFault(name);
    if (name === 'balance-drift') this.truth.onTransfer();
    this.options.onFault(name, this.statesMet(clientOrderId));
  }

  /** The state of the order that was struck, or of all live ones when it struck none by name. */
  private statesMet(clientOrderId: number): readonly OrderState[] {
    const execution = this.lives.process?.engine.execution;
    if (execution === undefined) return [];
    if (clientOrderId > 0) {
      const state = execution.stateOf(clientOrderId);
      return state === NO_ORDER_STATE ? [] : [state as OrderState];
    }
    return Array.from({ length: execution.count }, (_, index) => execution.at(index).state);
  }

  /** The edge has read in a refusal when the venue listens again, and says so before the refusal. */
  private silence(instrument: InstrumentIndex, untilMicros: EpochMicros): void {
    if (this.silentUntil[instrument] === untilMicros) return;
    this.silentUntil[instrument] = untilMicros;
    const event = new VenueSilenceEvent();
    event.atMicros = this.options.clock.nowMicros;
    event.instrument = instrument;
    event.untilMicros = untilMicros;
    this.lives.process?.publish(event);
  }

  private onProcess(window: FaultWindow, isStart: boolean): void {
    switch (window.name) {
      case 'process-crash':
        this.lives.crash(true);
        return;
      case 'process-pause':
        if (isStart) this.lives.pause();
        else this.lives.resume();
        return;
      case 'process-hang':
        if (isStart) this.lives.pause();
        else this.lives.crash(true);
    }
  }

  private onDisk(window: FaultWindow, isStart: boolean): void {
    const { lives } = this;
    const isMet = lives.process !== null;
    if (isStart && isMet) this.onFault(window.name, -1 as InstrumentIndex, 0);
    switch (window.name) {
      case 'disk-crash-at-write':
        if (isStart) lives.crashInDisk(window.strength);
        return;
      case 'disk-power-loss':
        if (isStart) lives.crash(false);
        return;
      case 'disk-sync-error':
        if (isStart) lives.failNextSync();
        return;
      case 'disk-full':
        if (isStart) lives.fillDisk();
        else lives.freeDisk();
        return;
      case 'disk-bit-flip':
        if (isStart) lives.flipBit();
    }
  }
}

/** Wall stamps of records are the world's time: there is no other. */
function worldTime(clock: VirtualClock, offsetMicros: number): { nowMicros(): EpochMicros } {
  return { nowMicros: () => (clock.nowMicros + offsetMicros) as EpochMicros };
}
