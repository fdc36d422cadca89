import type { EventSink } from '#contracts/edge-ports.ts';
import type { MarketEvent } from '#contracts/events.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { FifoConnection, type LatencyModel } from './latency.ts';

/** One market event on its way to us. Goes back to its stream once it was published. */
export class MarketDelivery<Event extends MarketEvent> implements Task {
  readonly event: Event;
  private readonly stream: MarketStream<Event>;

  constructor(event: Event, stream: MarketStream<Event>) {
    this.event = event;
    this.stream = stream;
  }

  run(nowMicros: EpochMicros): void {
    this.event.atMicros = nowMicros;
    this.stream.deliver(this);
  }
}

/**
 * One public stream: events of one kind, in order, with the feed latency. Streams overtake each
 * other, as the venue's sockets do.
 */
export class MarketStream<Event extends MarketEvent> {
  private readonly clock: VirtualClock;
  private readonly sink: EventSink;
  private readonly latency: LatencyModel;
  private readonly makeEvent: () => Event;
  private readonly connection = new FifoConnection();
  private readonly idle: MarketDelivery<Event>[] = [];
  private sent = 0;

  constructor(clock: VirtualClock, sink: EventSink, latency: LatencyModel, makeEvent: () => Event) {
    this.clock = clock;
    this.sink = sink;
    this.latency = latency;
    this.makeEvent = makeEvent;
  }

  get sentCount(): number {
    return this.sent;
  }

  /** An event to fill: every field. Then `send` it. */
  take(): MarketDelivery<Event> {
    return this.idle.pop() ?? new MarketDelivery(this.makeEvent(), this);
  }

  send(delivery: MarketDelivery<Event>): void {
    this.sent += 1;
    const now = this.clock.nowMicros;
    const at = this.connection.arrivalMicros(now, this.latency.feedMicros(now));
    this.clock.schedule(at, delivery);
  }

  /** For the deliveries. */
  deliver(delivery: MarketDelivery<Event>): void {
    this.sink.publish(delivery.event);
    this.idle.push(delivery);
  }
}
