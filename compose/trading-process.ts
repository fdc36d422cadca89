/**
 * One life of the engine process over a Storage, whoever owns the world and its clock:
 *
 *   const process = new TradingProcess({ setup, model, storage, clock, gateway, resume: true, ... });
 *   process.start();            // who it is, what it trades, its lease; then timers and leases run by `clock`
 *   process.publish(event);     // numbered, journaled, applied; its commands leave through `gateway`
 *   process.crash();            // nothing more is journaled, sent or applied; nothing is flushed
 *   // the next life: new TradingProcess with the same storage, the same setup and `resume: true`
 *
 * Everything is synchronous. It reads no clock and no disk but those it was given.
 */
import {
  type SessionHashes,
  type SessionJournal,
  SnapshotStore,
} from '#adapters/journal/journal.ts';
import type { Clock, EventSink, OrderGateway, StageProbe, Storage } from '#contracts/edge-ports.ts';
import {
  type EngineEvent,
  InstrumentDefinedEvent,
  type OperatorAction,
  OperatorEvent,
  SessionStartEvent,
  TimerEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { CommandRouter } from './command-router.ts';
import { Engine } from './engine.ts';
import { EngineHost } from './engine-host.ts';
import { LeaseSource } from './lease-source.ts';
import {
  beginLife,
  openInlineSink,
  type ProgramIdentity,
  type Recovery,
  type SinkOpener,
} from './process-life.ts';
import { ProcessStorage } from './process-storage.ts';
import type { SessionSetup } from './session-setup.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import type { TaskClock } from './task-clock.ts';
import { WriteAheadGate, type WriteAheadPolicy } from './write-ahead-gate.ts';

/** Timers: staleness, deadlines and health are looked at this often in event time. */
const TIMER_MICROS = 50 * MICROS_PER_MILLI;

export interface TradingProcessOptions {
  readonly setup: SessionSetup;
  /** The user's model that the setup asks for; null for the built-in one. */
  readonly model: QuoteModel | null;
  /** Name in the session's header: paper, backtest, simulate. */
  readonly worldName: string;
  readonly program: ProgramIdentity;
  /** Events between checkpoints. */
  readonly checkpointEvents: number;
  readonly leaseExpiryMicros: DurationMicros;
  readonly leaseRenewalMicros: DurationMicros;
  /** True when the feed shows our own orders; a recording cannot. */
  readonly ownOrdersInBook: boolean;
  /** Event time: stamps of timers and leases, and when they run. */
  readonly clock: TaskClock;
  /** Stamps the journal's records; part of no hash. */
  readonly wallClock: Clock;
  /** Holds the journal, the snapshots and, unless another is given, the epoch. */
  readonly storage: Storage;
  /**
   * Where the epoch lives when sessions come and go at one venue: a place of the instance. A journal
   * that was put aside does not take it along, so a fresh session never begins again at epoch 1.
   */
  readonly epochStorage?: Storage;
  /** Instruments as the venue has them when this life begins. Default: those of the setup. */
  readonly instruments?: readonly Instrument[];
  /** Orders and requests leave here. */
  readonly gateway: OrderGateway;
  readonly probe: StageProbe;
  /**
   * For worlds whose venue outlives the process: orders that may take liquidity leave only after the
   * record of their cause is durable. Absent: nothing waits.
   */
  readonly writeAhead?: WriteAheadPolicy;
  /** Commit policy. Default: inline, durable when `makeDurable` is called. */
  readonly openSink?: SinkOpener;
  /**
   * True: takes up the journal that a crash left in `storage`, or begins one where there is none.
   * Default: false, a journal that is there is refused.
   */
  readonly resume?: boolean;
  /**
   * Told once when the process dies of an error: a broken disk (JournalError), or a bug of ours. It is
   * down then. Without it the error is thrown to whoever published the event.
   */
  readonly onDeath?: (cause: unknown) => void;
}

/** The engine, its journal, its timers and its lease, from start to crash or close. */
export class TradingProcess implements EventSink {
  readonly setup: SessionSetup;
  readonly engine: Engine;
  readonly host: EngineHost;
  readonly router: CommandRouter;
  readonly journal: SessionJournal;
  /** Raised durably before anything could be sent. */
  readonly epoch: number;
  /** What a crash had left; null when the session begins with this life. */
  readonly recovery: Recovery | null;
  private readonly options: TradingProcessOptions;
  private readonly storage: ProcessStorage;
  private readonly gate: WriteAheadGate | null;
  private readonly leases: LeaseSource;
  private isOver = false;

  /** Throws what `beginLife` throws: a journal that cannot be begun or taken up again, and why. */
  constructor(options: TradingProcessOptions) {
    const { setup, probe, model } = options;
    this.options = options;
    this.setup = setup;
    const storage = new ProcessStorage(options.storage);
    this.storage = storage;
    const router = new CommandRouter();
    this.router = router;
    const life = beginLife({
      setup,
      worldName: options.worldName,
      program: options.program,
      checkpointEvents: options.checkpointEvents,
      wallClock: options.wallClock,
      storage,
      epochStorage: options.epochStorage ?? storage,
      openSink: options.openSink ?? openInlineSink,
      isResuming: options.resume === true,
      buildEngine: () => new Engine({ configuration: setup.engine, output: router, probe, model }),
    });
    const { engine, journal } = life;
    this.engine = engine;
    this.journal = journal;
    this.epoch = life.epoch;
    this.recovery = life.recovery;
    this.host = new EngineHost({ engine, journal, probe });
    const store = new SnapshotStore(storage);
    this.host.addObserver(
      new SnapshotKeeper({ journal, store, stateBytes: () => engine.stateBytes() }),
    );
    // Bound last: what a recovered engine emitted while it caught up was sent by an earlier life, or never.
    router.addRecorder(journal);
    this.gate = this.openGate();
    router.bindGateway(this.gate ?? options.gateway);
    this.leases = new LeaseSource({
      clock: options.clock,
      sink: this,
      limits: setup.limits,
      epoch: this.epoch,
      expiryMicros: options.leaseExpiryMicros,
      renewalMicros: options.leaseRenewalMicros,
    });
  }

  /** True after a crash, a death or the close: events go nowhere. */
  get isDown(): boolean {
    return this.isOver;
  }

  /** Introduces the session to the engine and starts the timers: all that a world needs to call. */
  start(): void {
    this.introduce();
    this.startTimer();
  }

  /** Tells the engine who it is, what it trades and what it may; leases are renewed from now on. */
  introduce(): void {
    const { setup, clock, ownOrdersInBook } = this.options;
    const start = new SessionStartEvent();
    start.atMicros = clock.nowMicros;
    start.epoch = this.epoch;
    start.seed = setup.seed;
    start.ownOrdersInBook = ownOrdersInBook;
    this.publish(start);
    for (const instrument of this.options.instruments ?? setup.instruments) {
      const defined = new InstrumentDefinedEvent();
      defined.atMicros = clock.nowMicros;
      defined.instrument = instrument;
      this.publish(defined);
    }
    this.leases.start();
  }

  /** Leases are not renewed any more, or again: whoever grants them is gone, or back. */
  silenceAuthority(isSilent: boolean): void {
    this.leases.silence(isSilent);
  }

  /** From the next renewal on these limits are granted. */
  grantLimits(limits: RiskLimits): void {
    this.leases.replace(limits);
  }

  /** The first timer event comes one period from now. */
  startTimer(): void {
    const { clock } = this.options;
    const event = new TimerEvent();
    const tick: Task = {
      run: (now) => {
        if (this.isOver) return;
        event.atMicros = now;
        this.publish(event);
        clock.schedule((now + TIMER_MICROS) as EpochMicros, tick);
      },
    };
    clock.schedule((clock.nowMicros + TIMER_MICROS) as EpochMicros, tick);
  }

  /** Takes one event through its turn. Drops it when the process is down. Hot: every event. */
  publish(event: EngineEvent): void {
    const { onDeath } = this.options;
    if (onDeath === undefined) {
      this.host.publish(event);
      return;
    }
    try {
      this.host.publish(event);
    } catch (cause) {
      // It died inside the turn: what its last steps ran into happened to nobody.
      if (this.isOver) return;
      this.crash();
      onDeath(cause);
    }
  }

  /** Says what an operator says, now. */
  operate(action: OperatorAction): void {
    const event = new OperatorEvent();
    event.atMicros = this.options.clock.nowMicros;
    event.action = action;
    this.publish(event);
  }

  /** Writes and syncs what was journaled so far: a power cut takes nothing of it. */
  makeDurable(): void {
    this.journal.flush();
  }

  /** Sends the orders whose records have become durable. After each event it happens by itself. */
  releaseOrders(): void {
    this.gate?.release();
  }

  /** Orders that wait for the disk. */
  get heldOrderCount(): number {
    return this.gate?.heldCount ?? 0;
  }

  /**
   * The process is gone, at once, also from inside a turn: nothing more is journaled, sent or applied,
   * timers and leases end, nothing is flushed. What the storage keeps is the storage's affair.
   */
  crash(): void {
    this.halt();
    this.storage.cut();
  }

  /** The engine's word counts no more: as a crash, but what was journaled can still be made durable. */
  halt(): void {
    this.isOver = true;
    this.host.stop();
    this.router.cut();
    this.gate?.cut();
    this.leases.stop();
  }

  /** The orderly end: writes the final state and hashes, makes all durable. Down afterwards. */
  close(): SessionHashes {
    this.leases.stop();
    const hashes = this.journal.close(this.engine.stateBytes());
    this.isOver = true;
    this.host.stop();
    return hashes;
  }
  private openGate(): WriteAheadGate | null {
    const { gateway, writeAhead: policy } = this.options;
    if (policy === undefined) return null;
    const gate = new WriteAheadGate({ gateway, journal: this.journal, policy });
    this.host.addObserver({ onApplied: () => gate.release() });
    return gate;
  }
}
