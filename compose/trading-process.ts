/**
 * One life of the engine process over a Storage, whoever owns the world and its clock:
 *
 *   const process = new TradingProcess({ setup, model, storage, clock, gateway, ... });
 *   process.start();            // who it is, what it trades, its lease; then timers and leases run by `clock`
 *   process.publish(event);     // numbered, journaled, applied; its commands leave through `gateway`
 *   process.crash();            // nothing more is journaled, sent or applied; nothing is flushed
 *
 * Everything is synchronous. It reads no clock and no disk but those it was given.
 */
import { createHash } from 'node:crypto';
import {
  type FrameSink,
  InlineCommit,
  nextEpoch,
  SegmentWriter,
  type SessionHashes,
  SessionJournal,
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
import type { QuoteModel } from '#contracts/quote-model.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { CommandRouter } from './command-router.ts';
import { Engine } from './engine.ts';
import { EngineHost } from './engine-host.ts';
import { LeaseSource } from './lease-source.ts';
import type { SessionSetup } from './session-setup.ts';
import { SnapshotKeeper } from './snapshot-keeper.ts';
import type { TaskClock } from './task-clock.ts';

/** Timers: staleness, deadlines and health are looked at this often in event time. */
const TIMER_MICROS = 50 * MICROS_PER_MILLI;

/** What the program is: written into the journal, and held against it by a replay. */
export interface ProgramIdentity {
  /** Version and commit. */
  readonly build: string;
  /** `process.versions.node`. */
  readonly nodeVersion: string;
}

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
  /** Orders and requests leave here. */
  readonly gateway: OrderGateway;
  readonly probe: StageProbe;
  /** Commit policy. Default: inline on `storage`, durable when `makeDurable` is called. */
  readonly openSink?: (sessionId: string) => FrameSink;
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
  private readonly options: TradingProcessOptions;
  private readonly leases: LeaseSource;
  private isOver = false;

  /** Throws JournalError SESSION_EXISTS when the storage holds a journal, EPOCH_DAMAGED, and what the disk throws. */
  constructor(options: TradingProcessOptions) {
    const { setup, storage, probe } = options;
    this.options = options;
    this.setup = setup;
    const sessionId = sessionIdOf(setup, options.worldName);
    const sink = (options.openSink ?? ((id) => inlineSink(storage, id)))(sessionId);
    this.epoch = nextEpoch(options.epochStorage ?? storage);
    this.journal = this.openJournal(sink, sessionId);
    this.router = new CommandRouter();
    this.router.addRecorder(this.journal);
    this.engine = new Engine({
      configuration: setup.engine,
      output: this.router,
      probe,
      model: options.model,
    });
    this.host = new EngineHost({ engine: this.engine, journal: this.journal, probe });
    const store = new SnapshotStore(storage);
    const { journal, engine } = this;
    this.host.addObserver(
      new SnapshotKeeper({ journal, store, stateBytes: () => engine.stateBytes() }),
    );
    this.router.bindGateway(options.gateway);
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
    for (const instrument of setup.instruments) {
      const defined = new InstrumentDefinedEvent();
      defined.atMicros = clock.nowMicros;
      defined.instrument = instrument;
      this.publish(defined);
    }
    this.leases.start();
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

  /**
   * The process is gone, at once, also from inside a turn: nothing more is journaled, sent or applied,
   * timers and leases end, nothing is flushed. What the storage keeps is the storage's affair.
   */
  crash(): void {
    this.isOver = true;
    this.host.stop();
    this.router.cut();
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

  private openJournal(sink: FrameSink, sessionId: string): SessionJournal {
    const { setup, worldName, program, checkpointEvents, wallClock } = this.options;
    return new SessionJournal({
      sink,
      epoch: this.epoch,
      clock: wallClock,
      header: {
        sessionId,
        world: worldName,
        symbol: setup.symbol,
        seed: setup.seed,
        build: program.build,
        nodeVersion: program.nodeVersion,
        configuration: setup,
        checkpointEvents,
      },
    });
  }
}

function inlineSink(storage: Storage, sessionId: string): FrameSink {
  return new InlineCommit({ writer: new SegmentWriter({ storage, sessionId }) });
}

/** Equal sessions have equal ids: nothing of a journal depends on when it was made. */
function sessionIdOf(setup: SessionSetup, worldName: string): string {
  const identity = [worldName, setup.symbol, setup.feed, setup.seed, setup.configHash].join('\n');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}
