import { AlertCode, AlertSeverity } from '#contracts/commands.ts';
import type { ExecutionConfiguration } from '#contracts/configuration/execution-configuration.ts';
import { OrderState } from '#contracts/order.ts';
import type { ClientOrderId, InstrumentIndex } from '#units/integers.ts';
import { type LiveOrders, PendingOperation } from './live-orders.ts';
import type { OrderReports } from './order-reports.ts';
import type { OrderSender } from './order-sender.ts';
import type { Orphans } from './orphans.ts';
import type { VenuePause } from './venue-pause.ts';

/** So many queries without proof are worth telling. */
const ALERT_AT_QUERY = 3;
/** Doubling stops here; the configured maximum bounds it anyway. */
const DOUBLINGS_MAX = 16;

/**
 * No request stays without an answer: what is pending too long becomes UNKNOWN and is queried, with
 * doubling pauses, until a report proves what became of it. Unknown is not failed: the order stays
 * live and its slot stays taken.
 */
export class PendingWatch {
  private readonly configuration: ExecutionConfiguration;
  private readonly orders: LiveOrders;
  private readonly reports: OrderReports;
  private readonly sender: OrderSender;
  private readonly orphans: Orphans;
  private readonly pause: VenuePause;

  constructor(options: {
    readonly configuration: ExecutionConfiguration;
    readonly orders: LiveOrders;
    readonly reports: OrderReports;
    readonly sender: OrderSender;
    readonly orphans: Orphans;
    readonly pause: VenuePause;
  }) {
    this.configuration = options.configuration;
    this.orders = options.orders;
    this.reports = options.reports;
    this.sender = options.sender;
    this.orphans = options.orphans;
    this.pause = options.pause;
  }

  /** Hot: every timer. At most `rowEnd` steps. */
  onTimer(nowMicros: number): void {
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.ids[row] === 0) continue;
      if (this.isOverdue(row, nowMicros)) this.reports.enterUnknown(row, nowMicros);
      if (this.orders.state(row) === OrderState.UNKNOWN) this.queryWhenDue(row, nowMicros);
      else this.orphans.cancelAgain(row, nowMicros);
    }
  }

  /** A session starts on what an earlier one left: nothing of it is proven any more. */
  doubtAll(nowMicros: number): void {
    for (let row = 0; row < this.orders.rowEnd; row++) {
      if (this.orders.ids[row] !== 0) this.reports.enterUnknown(row, nowMicros);
    }
  }

  /**
   * A list of open orders that was asked for after an order had been acknowledged does not show it: it
   * ended, and nobody told us how. Asked after a moment, in which the word may still come.
   */
  doubtUnlisted(instrument: InstrumentIndex, requestedMicros: number, nowMicros: number): void {
    const { orders } = this;
    for (let row = 0; row < orders.rowEnd; row++) {
      if (orders.ids[row] === 0 || orders.instruments[row] !== instrument) continue;
      if (!orders.isSettled(row)) continue;
      if ((orders.acknowledgedAtMicros[row] as number) >= requestedMicros) continue;
      if ((orders.shownAtMicros[row] as number) >= requestedMicros) continue;
      this.reports.enterUnknown(row, nowMicros + this.configuration.queryBackoffMicros);
    }
  }

  private isOverdue(row: number, nowMicros: number): boolean {
    if (this.orders.state(row) === OrderState.UNKNOWN) return false;
    if (this.orders.operations[row] === PendingOperation.NONE) return false;
    const age = nowMicros - (this.orders.operationsSinceMicros[row] as number);
    return age >= this.configuration.pendingTimeoutMicros;
  }

  /**
   * While the venue forbids us to ask, the questions that were due count as asked in vain until somebody
   * was told; the next one leaves as soon as it may.
   */
  private queryWhenDue(row: number, nowMicros: number): void {
    const orders = this.orders;
    if (nowMicros < (orders.nextQueryMicros[row] as number)) return;
    const isSilent = this.pause.isSilent(orders.instruments[row] as InstrumentIndex);
    const { queryBackoffMicros, queryBackoffMicrosMax } = this.configuration;
    const asked = orders.queryCounts[row] as number;
    if (isSilent && asked >= ALERT_AT_QUERY) return;
    const pause = queryBackoffMicros * 2 ** Math.min(asked, DOUBLINGS_MAX);
    orders.queryCounts[row] = asked + 1;
    if (asked + 1 === ALERT_AT_QUERY) this.alert(row, nowMicros);
    orders.nextQueryMicros[row] = nowMicros + Math.min(pause, queryBackoffMicrosMax);
    if (isSilent) return;
    this.sender.emitQuery(
      orders.ids[row] as ClientOrderId,
      orders.instruments[row] as InstrumentIndex,
    );
  }

  private alert(row: number, nowMicros: number): void {
    const subject = {
      instrument: this.orders.instruments[row] as InstrumentIndex,
      clientOrderId: this.orders.ids[row] as ClientOrderId,
    };
    const age = nowMicros - (this.orders.placedAtMicros[row] as number);
    this.sender.emitAlert(AlertCode.UNKNOWN_ORDER, AlertSeverity.WARNING, subject, age, 0);
  }
}
