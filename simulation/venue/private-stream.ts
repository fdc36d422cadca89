import type { EventSink } from '#contracts/edge-ports.ts';
import {
  type AccountEvent,
  BalanceEvent,
  FundingPaymentEvent,
  PerpPositionEvent,
  QueryCompletedEvent,
} from '#contracts/events.ts';
import { ExecutionReport } from '#contracts/execution-report.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { FifoConnection, type LatencyModel } from './latency.ts';

/** One event on its way to us. Goes back to its pool once it was published. */
class Delivery<Event extends AccountEvent> implements Task {
  readonly event: Event;
  /** Answers a query about the account: it does not come by the stream of changes. */
  isAnswer = false;
  private readonly stream: PrivateStream;
  private readonly sink: EventSink;
  private readonly pool: Delivery<Event>[];

  constructor(event: Event, stream: PrivateStream, sink: EventSink, pool: Delivery<Event>[]) {
    this.event = event;
    this.stream = stream;
    this.sink = sink;
    this.pool = pool;
  }

  run(nowMicros: EpochMicros): void {
    this.event.atMicros = nowMicros;
    this.stream.isDeliveringAnswer = this.isAnswer;
    this.sink.publish(this.event);
    this.stream.isDeliveringAnswer = false;
    this.pool.push(this);
  }
}

/**
 * What the venue tells the account about one market: answers and private events on one connection,
 * which nothing overtakes.
 *
 * Use: take an event, fill every field, then `send` it. Taking does not send.
 */
export class PrivateStream {
  /** True while an answer to a query about the account is being published. */
  isDeliveringAnswer = false;
  /** What is sent from now on answers a query about the account. Set and reset by who answers. */
  isAnswering = false;
  private readonly clock: VirtualClock;
  private readonly sink: EventSink;
  private readonly latency: LatencyModel;
  private readonly connection = new FifoConnection();
  private readonly reports: Delivery<ExecutionReport>[] = [];
  private readonly balances: Delivery<BalanceEvent>[] = [];
  private readonly positions: Delivery<PerpPositionEvent>[] = [];
  private readonly fundings: Delivery<FundingPaymentEvent>[] = [];
  private readonly completions: Delivery<QueryCompletedEvent>[] = [];

  constructor(clock: VirtualClock, sink: EventSink, latency: LatencyModel) {
    this.clock = clock;
    this.sink = sink;
    this.latency = latency;
  }

  takeReport(): Delivery<ExecutionReport> {
    return this.reports.pop() ?? new Delivery(new ExecutionReport(), this, this.sink, this.reports);
  }

  takeBalance(): Delivery<BalanceEvent> {
    return this.balances.pop() ?? new Delivery(new BalanceEvent(), this, this.sink, this.balances);
  }

  takePosition(): Delivery<PerpPositionEvent> {
    return (
      this.positions.pop() ?? new Delivery(new PerpPositionEvent(), this, this.sink, this.positions)
    );
  }

  takeFunding(): Delivery<FundingPaymentEvent> {
    return (
      this.fundings.pop() ?? new Delivery(new FundingPaymentEvent(), this, this.sink, this.fundings)
    );
  }

  takeCompletion(): Delivery<QueryCompletedEvent> {
    const { completions } = this;
    return (
      completions.pop() ?? new Delivery(new QueryCompletedEvent(), this, this.sink, completions)
    );
  }

  /** Sends with the model's response latency. */
  send(delivery: Delivery<AccountEvent>): void {
    delivery.isAnswer = this.isAnswering;
    const now = this.clock.nowMicros;
    const latencyMicros = this.latency.responseMicros(now);
    this.clock.schedule(this.connection.arrivalMicros(now, latencyMicros), delivery);
  }

  /** Delivers at once, in the call: the answers to a start-up query. */
  deliverNow(delivery: Delivery<AccountEvent>): void {
    delivery.isAnswer = true;
    delivery.run(this.clock.nowMicros);
  }
}
