import type { SessionHashes } from '#adapters/journal/journal.ts';
import { CommandKind, RequestCommand } from '#contracts/commands.ts';
import { OperatorAction } from '#contracts/events.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
} from '#units/integers.ts';
import type { CommandRouter } from './command-router.ts';
import type { Engine } from './engine.ts';
import type { EngineHost } from './engine-host.ts';
import type { EventRelay } from './event-relay.ts';
import type { SessionSetup } from './session-setup.ts';
import type { TradingProcess } from './trading-process.ts';
import type { TradingWorld } from './trading-world.ts';

/** Longest the orderly end waits for cancels in market time. */
const SHUTDOWN_MICROS_MAX = 10 * MICROS_PER_SECOND;
/** Longer than an order is under way. */
const QUIET_MICROS = MICROS_PER_SECOND / 2;

export interface TradingSessionOptions {
  readonly process: TradingProcess;
  /** Leads from the world into the process. */
  readonly relay: EventRelay;
  readonly world: TradingWorld;
  /** Until then the engine listens and learns with its quotes pulled; absent: it trades at once. */
  readonly tradeFromMicros?: EpochMicros;
}

/** One process and its world in virtual time: start, run, orderly end. */
export class TradingSession {
  readonly setup: SessionSetup;
  readonly engine: Engine;
  readonly host: EngineHost;
  readonly router: CommandRouter;
  readonly world: TradingWorld;
  readonly startMicros: EpochMicros;
  /** From here on quotes are allowed: what is measured counts from here. */
  readonly tradeFromMicros: EpochMicros;
  private readonly options: TradingSessionOptions;
  private readonly process: TradingProcess;
  private isEnding = false;

  constructor(options: TradingSessionOptions) {
    const { process, world } = options;
    this.options = options;
    this.process = process;
    this.setup = process.setup;
    this.engine = process.engine;
    this.host = process.host;
    this.router = process.router;
    this.world = world;
    this.startMicros = world.clock.nowMicros;
    const from = Math.max(this.startMicros, options.tradeFromMicros ?? 0);
    this.tradeFromMicros = from as EpochMicros;
  }

  get nowMicros(): EpochMicros {
    return this.world.clock.nowMicros;
  }

  /** Tells the engine who it is and what it has, then sets the market going. */
  start(): void {
    const { process, world } = this.options;
    process.introduce();
    world.venue.publishAccount();
    this.warmUp();
    world.start();
    process.startTimer();
  }

  /** Runs everything up to that moment of market time, and sends what the disk has caught up with. */
  runUntil(untilMicros: EpochMicros): void {
    this.world.clock.runUntil(untilMicros);
    this.process.releaseOrders();
  }

  /** Says what an operator says, now. */
  operate(action: OperatorAction): void {
    this.process.operate(action);
  }

  /** Writes and syncs what was journaled so far: a power cut takes nothing of it. */
  makeDurable(): void {
    this.process.makeDurable();
  }

  /**
   * The orderly end: pulls everything and runs market time until nothing of ours rests at the venue,
   * ten seconds at most. Returns how many orders are still open.
   */
  shutDown(): number {
    return this.runThrough(this.shutDownSteps());
  }

  /**
   * The same in steps: yields the moment up to which time must run before the next one, for worlds whose
   * time cannot be turned.
   */
  *shutDownSteps(): Generator<EpochMicros, number> {
    if (!this.isEnding) {
      this.isEnding = true;
      this.operate(OperatorAction.SHUTDOWN);
    }
    const deadline = this.nowMicros + SHUTDOWN_MICROS_MAX;
    // Orders sent a moment ago are not at the venue yet: wait until they arrived and were cancelled.
    let quietUntil = this.nowMicros + QUIET_MICROS;
    while (this.nowMicros < deadline && this.nowMicros < quietUntil) {
      yield (this.nowMicros + 10 * MICROS_PER_MILLI) as EpochMicros;
      const isQuiet = this.openOrderCount === 0 && this.engine.execution.openOrders.count === 0;
      if (!isQuiet) quietUntil = this.nowMicros + QUIET_MICROS;
    }
    return this.openOrderCount;
  }

  /** Writes the final state and hashes, makes all durable and gives files back. */
  close(): SessionHashes {
    const hashes = this.process.close();
    this.world.close();
    return hashes;
  }

  /**
   * The engine broke: its word counts no more. Cancels everything at the venue without it and lets
   * market time run until that has happened; what was journaled stays, without a closing record.
   */
  abort(): void {
    this.runThrough(this.abortSteps());
  }

  /** The same in steps, as `shutDownSteps`. */
  *abortSteps(): Generator<EpochMicros, number> {
    const { relay, world, process } = this.options;
    relay.cut();
    process.halt();
    const deadline = this.nowMicros + SHUTDOWN_MICROS_MAX;
    // Again while something rests: the venue may refuse a request, also this one.
    do {
      this.cancelAllAtVenue();
      yield (this.nowMicros + QUIET_MICROS) as EpochMicros;
    } while (this.openOrderCount > 0 && this.nowMicros < deadline);
    process.makeDurable();
    world.close();
    return this.openOrderCount;
  }

  private runThrough(steps: Generator<EpochMicros, number>): number {
    let step = steps.next();
    while (step.done !== true) {
      this.runUntil(step.value);
      step = steps.next();
    }
    return step.value;
  }

  /** Orders of ours resting at the venue, by the venue's own book. */
  get openOrderCount(): number {
    let count = 0;
    for (const instrument of this.setup.instruments) {
      count += this.world.venue.openOrders(instrument.index as InstrumentIndex).length;
    }
    return count;
  }

  /** On each connection it arrives after everything that was sent before it. */
  private cancelAllAtVenue(): void {
    const cancel = new RequestCommand();
    cancel.kind = CommandKind.CANCEL_ALL;
    for (const instrument of this.setup.instruments) {
      cancel.instrument = instrument.index;
      this.world.venue.submit(cancel);
    }
  }

  /** Volatility, flow and books are learnt at their true times, with nothing quoted on them yet. */
  private warmUp(): void {
    if (this.tradeFromMicros === this.startMicros) return;
    this.operate(OperatorAction.PULL_ALL);
    this.world.clock.schedule(this.tradeFromMicros, {
      run: () => {
        if (!this.isEnding) this.operate(OperatorAction.RESUME);
      },
    });
  }
}
