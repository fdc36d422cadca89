/** The market and the venue that outlive every trading process, and the line to the one that lives. */
import type { RecordedCommand } from '#adapters/journal/journal.ts';
import { buildLatency } from '#compose/latency-model.ts';
import { SyntheticWorld } from '#compose/synthetic-world.ts';
import { isAlert } from '#contracts/commands.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState, FeedStatusEvent } from '#contracts/events.ts';
import type { OwnOrder } from '#simulation/venue/own-order.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_MILLI } from '#units/integers.ts';
import type { ChildHandle, TurnEnd } from './child-handle.ts';
import type { CrashSetup } from './crash-setup.ts';
import { MessageKind } from './crash-wire.ts';
import { OrderWitness, type ReceivedOrder } from './order-witness.ts';

/** Venue time done between two answers: commands arrive at the venue at most this late. */
const TURN_MICROS = 20 * MICROS_PER_MILLI;
/**
 * Turns an order may wait for the disk before the market waits too: a tenth of a second of market time. A
 * disk is that fast; a machine with other work may not be, and then its slowness must not look like a market
 * that runs away.
 */
const HELD_TURNS_MAX = 5;

export class VenueWorld implements EventSink {
  readonly world: SyntheticWorld;
  readonly clock: VirtualClock;
  /** Bytes of every event sent to the process that lives, in order. */
  sent: Buffer[] = [];
  readonly orders = new OrderWitness();
  private readonly crash: CrashSetup;
  private heldTurns = 0;
  private child: ChildHandle | null = null;

  constructor(crash: CrashSetup) {
    const { loaded, setup } = crash;
    const { configuration } = loaded;
    this.crash = crash;
    const startMillis = Date.parse(configuration.simulation.startTime);
    this.clock = new VirtualClock((startMillis * MICROS_PER_MILLI) as EpochMicros);
    const latency = buildLatency(configuration, null);
    this.world = new SyntheticWorld({
      configuration,
      setup,
      clock: this.clock,
      latency,
      sink: this,
    });
    this.world.start();
  }

  /** What the world says goes to the process that is connected, and to nobody when none is. */
  publish(event: EngineEvent): void {
    if (this.child === null) return;
    if (event.kind === EventKind.EXECUTION_REPORT) this.orders.onReport(event);
    this.sent.push(Buffer.from(this.child.messages.event(event)));
  }

  /** Connects a process that has recovered: its feeds are there from now on. */
  attach(child: ChildHandle): void {
    this.child = child;
    this.sent = [];
    this.heldTurns = 0;
    for (const { index } of this.crash.setup.instruments) {
      const status = new FeedStatusEvent();
      status.atMicros = this.clock.nowMicros;
      status.instrument = index;
      status.state = FeedState.CONNECTED;
      this.publish(status);
    }
  }

  detach(): void {
    this.child = null;
  }

  /** A command has arrived; returns the order it brings. Throws what the witness of the orders throws. */
  take({ command }: RecordedCommand): ReceivedOrder | null {
    if (isAlert(command)) return null;
    const order = this.orders.onCommand(command);
    this.world.venue.submit(command);
    return order;
  }

  /** Runs to that moment, in turns with the process that is connected. Null: it died on the way. */
  async runUntil(untilMicros: number): Promise<TurnEnd | null> {
    let end: TurnEnd | null = null;
    if (this.child === null) this.clock.runUntil(untilMicros as EpochMicros);
    while (this.clock.nowMicros < untilMicros) {
      end = await this.turn(untilMicros);
      if (this.child !== null && end === null) return null;
    }
    return end;
  }

  /**
   * One turn: a moment of the world, told, and answered by commands. A long one is a backlog: the process
   * gets it all at once.
   */
  async turn(
    untilMicros = Number.POSITIVE_INFINITY,
    spanMicros = TURN_MICROS,
  ): Promise<TurnEnd | null> {
    const { clock, child } = this;
    // Nothing to tell takes no turn: go on to the next thing that happens.
    const next = Math.max(clock.nextMicros, clock.nowMicros) + spanMicros;
    clock.runUntil(Math.min(next, untilMicros) as EpochMicros);
    if (child === null) return null;
    const end = await child.exchange(MessageKind.TURN, clock.nowMicros);
    this.heldTurns = (end?.heldOrders ?? 0) > 0 ? this.heldTurns + 1 : 0;
    if (this.heldTurns < HELD_TURNS_MAX) return end;
    this.heldTurns = 0;
    return child.exchange(MessageKind.SYNC);
  }

  /** All our open orders at the venue. */
  openOrders(): readonly Readonly<OwnOrder>[] {
    return this.crash.setup.instruments.flatMap(({ index }) => [
      ...this.world.venue.openOrders(index as InstrumentIndex),
    ]);
  }
}
