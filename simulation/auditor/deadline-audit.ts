/**
 * What must be over in a bounded time: 13 (pulling stale quotes), 21 (time outside of the band). Each on a clean clock, which stands still while something broken on purpose excuses it.
 */
import { AlertCode } from '#contracts/commands.ts';
import { OrderState } from '#contracts/order.ts';
import type { AccountBooks } from './account-books.ts';
import { type AlertAudit, codeBit } from './alert-audit.ts';
import { WHOLE } from './amounts.ts';
import type { AuditBounds, EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { LargestBand } from './largest-band.ts';
import type { MarketAges } from './market-ages.ts';
import type { ReferencePrices } from './reference-prices.ts';
import type { SendAudit } from './send-audit.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { CleanClock, Deadline, HEDGE, QUOTED, type Situation } from './situation.ts';
import { TurnFlag } from './turn-memory.ts';

/** A hedger without margin says so at least this often. */
const MARGIN_ALERT_MICROS = 15_000_000;
/** The engine's own price may be a little older than ours, and lower. */
const LOWER_PRICE = 0.98;
/** It looks with its timer, and the kill is the next turn's. */
const HARD_SLACK_MICROS = 1_000_000;
const MARGIN_LOW = codeBit(AlertCode.MARGIN_LOW);
const OVERDUE =
  codeBit(AlertCode.HEDGE_OVERDUE) |
  codeBit(AlertCode.HARD_BAND) |
  codeBit(AlertCode.MARGIN_LOW) |
  codeBit(AlertCode.KILL);

interface DeadlineAuditOptions {
  readonly bounds: AuditBounds;
  readonly hasHedge: boolean;
  readonly targetDeltaBaseUnits: number;
  readonly hardDeltaQuoteUnits: number;
  readonly hardDeltaMicros: number;
  readonly prices: ReferencePrices;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly orders: SentOrders;
  readonly alerts: AlertAudit;
  readonly band: LargestBand;
  readonly ages: MarketAges;
  readonly sends: SendAudit;
}

/** Hot: `onApplied` every applied event; the hedge is looked at with every timer. */
export class DeadlineAudit {
  private readonly options: DeadlineAuditOptions;
  private readonly findings: Findings;
  private readonly pull: Deadline;
  private readonly outside: Deadline;
  private readonly overdue: Deadline;
  private readonly hard: Deadline;
  private isPullReported = false;
  private isOutsideReported = false;
  private isOverdueAsked = false;

  constructor(options: DeadlineAuditOptions) {
    this.options = options;
    this.findings = options.findings;
    const { situation, bounds } = options;
    const { stormFactor } = bounds;
    this.pull = new Deadline(situation, CleanClock.ORDERS, stormFactor);
    this.outside = new Deadline(situation, CleanClock.HEDGE, stormFactor);
    this.overdue = new Deadline(situation, CleanClock.HEDGE, stormFactor);
    this.hard = new Deadline(situation, CleanClock.RUNNING, stormFactor);
  }

  onApplied(flags: number, view: EngineView): void {
    this.watchPull(flags, view);
  }

  /** With every timer. */
  onTimer(flags: number, view: EngineView): void {
    if (this.options.hasHedge) this.watchHedge(flags, view);
  }

  private watchPull(flags: number, view: EngineView): void {
    const { ages, bounds, situation } = this.options;
    const isDark =
      (flags & (TurnFlag.QUOTED_DARK | TurnFlag.NO_LEASE)) !== 0 ||
      ages.ageMicros(QUOTED, situation.nowMicros) > bounds.marketAgeMicros;
    if (!isDark) {
      this.pull.stop();
      this.isPullReported = false;
      return;
    }
    this.pull.start();
    if (this.isPullReported || !this.pull.isOver(bounds.pullMicros)) return;
    this.isPullReported = true;
    this.findings.count(13);
    const { live } = this.options.orders;
    for (let index = 0; index < live.length; index++) {
      const order = live[index] as SentOrder;
      if (order.isHedge || !order.isMine || !order.isKnownAccepted) continue;
      if (order.cancelSentMicros > 0) continue;
      const state = view.orderStateOf(order.id);
      if (state !== OrderState.NEW && state !== OrderState.PARTIALLY_FILLED) continue;
      this.findings.violate(
        13,
        `a quote still rests and no cancel was sent; the market is dark or the lease over since ${this.pull.startedAtMicros}`,
        order.id,
      );
    }
  }

  private watchHedge(flags: number, view: EngineView): void {
    const { situation, account, targetDeltaBaseUnits, alerts } = this.options;
    const isStopped = (flags & (TurnFlag.KILLED | TurnFlag.SHUT_DOWN)) !== 0;
    const isDark = (flags & TurnFlag.HEDGE_DARK) !== 0;
    const isPoor = alerts.hasSince(MARGIN_LOW, situation.nowMicros - MARGIN_ALERT_MICROS);
    situation.hinderHedge(isStopped || isDark || isPoor);
    const band = this.options.band.within(view.deltaBandBaseUnits);
    if (!(band > 0)) return;
    this.findings.count(21);
    const excess = Math.abs(account.netBaseUnits - targetDeltaBaseUnits);
    this.watchOutside(excess, band);
    this.watchOverdue(Math.abs(view.netDeltaBaseUnits - targetDeltaBaseUnits), band);
    this.watchHard(view);
  }

  /** Beyond the hard limit by the lowest price of late: then it is by any. */
  private watchHard(view: EngineView): void {
    const { hardDeltaQuoteUnits, hardDeltaMicros, sends, prices, situation } = this.options;
    if (hardDeltaQuoteUnits === 0) return;
    const price = prices.low(HEDGE, situation.nowMicros) * LOWER_PRICE;
    const worthUnits = (Math.abs(view.netDeltaBaseUnits) * price) / WHOLE;
    if (worthUnits > hardDeltaQuoteUnits) this.hard.start();
    else this.hard.stop();
    const isOverdue = this.hard.isOver(hardDeltaMicros + HARD_SLACK_MICROS);
    sends.hardDeltaBaseUnits = isOverdue ? (hardDeltaQuoteUnits * WHOLE) / price : 0;
  }

  private watchOutside(excess: number, band: number): void {
    const { bounds } = this.options;
    if (excess <= band) {
      this.outside.stop();
      this.isOutsideReported = false;
      return;
    }
    this.outside.start();
    if (this.isOutsideReported || !this.outside.isOver(bounds.hedgeMicros)) return;
    this.isOutsideReported = true;
    this.findings.violate(
      21,
      `net delta ${excess} base units off its target, band ${band}, since ${this.outside.startedAtMicros}`,
    );
  }

  /** The engine's own delta is outside of the band for too long: somebody must hear of it. */
  private watchOverdue(excess: number, band: number): void {
    const { bounds, alerts } = this.options;
    if (excess <= band) {
      this.overdue.stop();
      this.isOverdueAsked = false;
      return;
    }
    this.overdue.start();
    if (this.isOverdueAsked || !this.overdue.isOver(bounds.hedgeOverdueMicros)) return;
    this.isOverdueAsked = true;
    if (alerts.hasSince(OVERDUE, this.overdue.startedAtMicros)) return;
    alerts.expect(OVERDUE, `net delta ${excess} outside of band ${band}`, 0, true);
  }
}
