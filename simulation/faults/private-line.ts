/**
 * What the venue says of our account in one market, on its way to the process. Something is lost only
 * where a client could lose it: an answer with its connection, a change with the stream of changes.
 * The truth stays at the venue and can be asked for.
 */
import { EventKind } from '#contracts/event-kind.ts';
import { type AccountEvent, FeedState, PrivateFeedStatusEvent } from '#contracts/events.ts';
import {
  ExecutionReport,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { ReportReason } from '#contracts/order.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import type { FaultName } from './fault-table.ts';
import type { LiveWindow } from './live-window.ts';
import { type HeldEvent, hold, type NetworkContext, strike } from './network-context.ts';
import { TOO_MANY_REQUESTS } from './process-link.ts';
import type { SentOrders } from './sent-orders.ts';

const OUTCOME_UNKNOWN = -1007;
const NO_SUCH_ORDER = -2013;
const ACK_WAIT_MICROS = 1_000_000;
/** A second copy comes this late at most. */
const DUPLICATE_MICROS = 200_000;

/** A fill that waits to be overtaken. */
interface LateFill {
  readonly held: HeldEvent;
  isCounted: boolean;
}

export class PrivateLine {
  isDown = false;
  /** The fault by which this market wants silence; null: none ever did. */
  silencedBy: FaultName | null = null;
  private readonly context: NetworkContext;
  private readonly index: InstrumentIndex;
  private readonly sent: SentOrders;
  private readonly status = new PrivateFeedStatusEvent();
  private downUntilMicros = 0;
  private readonly acks = new Map<ClientOrderId, HeldEvent>();
  private lateFills: LateFill[] = [];
  /** What broke the connection; null: a new process makes it for the first time. */
  private cutBy: FaultName | null = null;

  constructor(context: NetworkContext, index: InstrumentIndex, sent: SentOrders) {
    this.context = context;
    this.index = index;
    this.sent = sent;
  }

  /** `isAnswer`: it answers a query about the account. Hot: every private event. */
  onEvent(event: AccountEvent, isAnswer: boolean): void {
    const { live } = this.context;
    if (isAnswer && live.count > 0 && this.holdsAnswer(event)) return;
    if (event.kind === EventKind.EXECUTION_REPORT) {
      this.onReport(event, isAnswer);
      return;
    }
    if (!isAnswer && this.isUnheard(NO_ORDER)) return;
    const late = isAnswer || live.count === 0 ? null : this.rollsStatement(event);
    if (late !== null) hold(this.context, event, null, late.window.strength * late.draw(1));
    else this.pass(event);
    if (live.count > 0 && this.lateFills.length > 0) this.noteOvertaken();
  }

  /**
   * The stream of changes breaks, and comes back after so many microseconds. `cutBy` is told when
   * somebody notices, and with each change that is lost by it.
   */
  cut(lengthMicros: number, cutBy: FaultName | null): void {
    const { clock } = this.context;
    const until = clock.nowMicros + lengthMicros;
    const isNew = !this.isDown;
    const isLonger = until > this.downUntilMicros;
    if (isNew || isLonger) {
      this.cutBy = cutBy;
      if (cutBy !== null) this.tellFault(cutBy, NO_ORDER);
    }
    if (isNew) {
      this.isDown = true;
      this.tell(FeedState.DISCONNECTED);
    }
    if (!isLonger) return;
    this.downUntilMicros = until;
    clock.schedule(until as EpochMicros, this.reconnect);
  }

  /** A new process makes its connection, whatever became of the one before. */
  connectAnew(micros: number): void {
    this.isDown = false;
    this.downUntilMicros = 0;
    this.cut(micros, null);
  }

  /** The edge does not know what became of a request. */
  tellUnknown(clientOrderId: ClientOrderId, requestedAtMicros: EpochMicros, micros: number): void {
    const report = new ExecutionReport();
    report.status = ReportStatus.UNKNOWN;
    report.channel = ReportChannel.RESPONSE;
    report.instrument = this.index;
    report.clientOrderId = clientOrderId;
    report.reason = ReportReason.OUTCOME_UNKNOWN;
    report.venueCode = OUTCOME_UNKNOWN;
    report.requestedAtMicros = requestedAtMicros;
    hold(this.context, report, null, micros);
  }

  /** The process is gone: nothing that waits concerns the next one. */
  forget(): void {
    this.acks.clear();
    this.lateFills = [];
  }

  private readonly reconnect = {
    run: (): void => {
      if (!this.isDown || this.context.clock.nowMicros < this.downUntilMicros) return;
      this.isDown = false;
      this.tell(FeedState.CONNECTED);
    },
  };

  private onReport(report: ExecutionReport, isAnswer: boolean): void {
    const { live } = this.context;
    const isStream = report.channel === ReportChannel.USER_STREAM;
    if (isStream && this.isUnheard(report.clientOrderId)) return;
    if (live.count === 0) this.acks.clear();
    // A list is told as it is: only the question about one order may come too early.
    if (live.count === 0 || isAnswer) {
      this.pass(report);
      return;
    }
    if (report.venueCode === TOO_MANY_REQUESTS) this.noteRefusal(report);
    if (report.channel === ReportChannel.QUERY) this.onQueried(report);
    else if (report.tradeId !== NO_TRADE) this.onFill(report);
    else if (report.channel === ReportChannel.RESPONSE) this.onAnswer(report);
    else this.pass(report);
  }

  private onAnswer(report: ExecutionReport): void {
    const { clientOrderId, requestedAtMicros } = report;
    const isOutcome = report.status !== ReportStatus.UNKNOWN;
    if (isOutcome && this.hits('unknown-status', clientOrderId) !== null) {
      this.tellUnknown(clientOrderId, requestedAtMicros, 1);
      return;
    }
    const lost = isOutcome ? this.hits('ack-lost', clientOrderId) : null;
    if (lost !== null) {
      this.tellUnknown(clientOrderId, requestedAtMicros, lost.window.strength);
      return;
    }
    const { context } = this;
    if (report.status === ReportStatus.ACCEPTED && this.rolls('fill-before-ack') !== null) {
      this.acks.set(clientOrderId, hold(context, report, null, ACK_WAIT_MICROS));
      return;
    }
    const late = this.hits('ack-late', clientOrderId);
    if (late !== null) {
      hold(context, report, null, late.window.strength * late.draw(1));
      return;
    }
    this.pass(report);
    this.repeat('ack-duplicated', report);
  }

  /** A second copy, which is an effect once it is heard. */
  private repeat(name: FaultName, report: ExecutionReport): void {
    const twice = this.rolls(name);
    if (twice === null) return;
    const { context, index } = this;
    const { clientOrderId } = report;
    hold(context, report, null, twice.draw(1) * DUPLICATE_MICROS, () =>
      strike(context, name, index, clientOrderId),
    );
  }

  private onFill(report: ExecutionReport): void {
    const { clientOrderId } = report;
    const late = this.rolls('fill-reordered');
    if (late !== null) {
      const held = hold(this.context, report, null, late.window.strength * late.draw(1));
      this.lateFills.push({ held, isCounted: false });
      return;
    }
    const ack = this.acks.get(clientOrderId);
    if (ack?.isDue === true) this.tellFault('fill-before-ack', clientOrderId);
    this.pass(report);
    this.repeat('fill-duplicated', report);
    this.noteOvertaken();
    this.acks.delete(clientOrderId);
    ack?.release();
  }

  /** A query right after an order was sent may not find it. */
  private onQueried(report: ExecutionReport): void {
    const { clientOrderId } = report;
    const isFound = report.status !== ReportStatus.REJECTED;
    const blind = isFound ? this.context.live.find('accepted-not-found', this.index) : null;
    const age = this.context.clock.nowMicros - this.sent.sentAtMicros(clientOrderId);
    if (blind === null || age > blind.window.strength || !blind.roll()) {
      this.pass(report);
      return;
    }
    this.tellFault('accepted-not-found', clientOrderId);
    const copy = this.context.copies.take(report);
    copy.status = ReportStatus.REJECTED;
    copy.reason = ReportReason.UNKNOWN_ORDER;
    copy.venueCode = NO_SUCH_ORDER;
    copy.venueOrderIdHigh = 0;
    copy.venueOrderIdLow = 0;
    copy.side = 0;
    copy.priceTicks = 0 as PriceTicks;
    copy.quantityLots = 0 as QuantityLots;
    copy.filledLots = 0 as QuantityLots;
    this.pass(copy);
    this.context.copies.give(copy);
  }

  private rollsStatement(event: AccountEvent): LiveWindow | null {
    const isStatement = event.kind === EventKind.BALANCE || event.kind === EventKind.PERP_POSITION;
    return isStatement ? this.hits('statement-late', NO_ORDER) : null;
  }

  private noteRefusal(report: Readonly<ExecutionReport>): void {
    if (this.silencedBy !== null) this.tellFault(this.silencedBy, report.clientOrderId);
  }

  private noteOvertaken(): void {
    if (this.lateFills.length === 0) return;
    this.lateFills = this.lateFills.filter(({ held }) => held.isDue);
    for (const late of this.lateFills) {
      if (late.isCounted) continue;
      late.isCounted = true;
      const report = late.held.event as ExecutionReport;
      this.tellFault('fill-reordered', report.clientOrderId);
    }
  }

  /** True when the answer comes later, behind what is told meanwhile. All of one answer waits as long. */
  private holdsAnswer(event: AccountEvent): boolean {
    const late = this.context.live.find('account-answer-late', this.index);
    if (late === null) return false;
    hold(this.context, event, null, late.window.strength);
    strike(this.context, 'account-answer-late', this.index, NO_ORDER);
    return true;
  }

  /** True for what the broken or silent stream of changes does not tell. */
  private isUnheard(clientOrderId: ClientOrderId): boolean {
    if (this.isDown) {
      if (this.cutBy !== null) this.tellFault(this.cutBy, clientOrderId);
      return true;
    }
    if (this.context.live.count === 0) return false;
    return this.hits('user-stream-silent', clientOrderId) !== null;
  }

  private rolls(name: FaultName): LiveWindow | null {
    return this.context.live.roll(name, this.index);
  }

  private hits(name: FaultName, clientOrderId: ClientOrderId): LiveWindow | null {
    const hit = this.rolls(name);
    if (hit !== null) this.tellFault(name, clientOrderId);
    return hit;
  }

  private tellFault(name: FaultName, clientOrderId: ClientOrderId): void {
    strike(this.context, name, this.index, clientOrderId);
  }

  private pass(event: AccountEvent): void {
    this.context.link.deliver(event, null);
  }

  private tell(state: FeedState): void {
    this.status.instrument = this.index;
    this.status.state = state;
    this.context.link.deliver(this.status, null);
  }
}
