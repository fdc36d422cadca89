/**
 * 6, 7, 34, 35: in the calm each condition of convergence must come true within its bound, and come
 * true again and again; when nothing is under way all of them must hold at once.
 */
import { InstrumentStatus } from '#contracts/instrument.ts';
import { BALANCE_SLOT_COUNT, OrderState, Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import type { AccountBooks } from './account-books.ts';
import { type AuditBounds, type EngineView, Phase } from './auditor-inputs.ts';
import type { BookAudit } from './book-audit.ts';
import type { Findings } from './findings.ts';
import type { MarketAges } from './market-ages.ts';
import { OpenOrderRow } from './open-order-row.ts';
import { PnlAudit } from './pnl-audit.ts';
import type { ReservationAudit } from './reservation-audit.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { HEDGE, QUOTED, type Situation } from './situation.ts';

/** Looks in the calm are this far apart. */
const LOOK_MICROS = 250_000;
/** A request of ours is normally answered in less. */
const PENDING_MICROS = 3_000_000;

/** What must come true, with the number it belongs to. */
const CONDITIONS = [
  { name: 'no order unknown or pending for long', invariant: 34 },
  { name: 'open orders are those at the venue', invariant: 34 },
  { name: 'position is the account’s', invariant: 6 },
  { name: 'balances are the account’s', invariant: 7 },
  { name: 'books live and equal', invariant: 34 },
  { name: 'quoting, or not for a reason that is no fault', invariant: 34 },
  { name: 'reconciled, nothing awaited', invariant: 34 },
  { name: 'reserved is what may still fill', invariant: 8 },
] as const;

/** Reasons that the world heals of: in the calm they are faults of ours. */
const FAULT_REASONS: readonly number[] = [
  NoQuoteReason.WARMING_UP,
  NoQuoteReason.STALE_MARKET,
  NoQuoteReason.STALE_HEDGE_MARKET,
  NoQuoteReason.NO_LEASE,
  NoQuoteReason.BLIND_ON_FILLS,
];

interface CalmAuditOptions {
  readonly bounds: AuditBounds;
  readonly instrumentCount: number;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly orders: SentOrders;
  readonly books: readonly BookAudit[];
  /** When each market last said something. */
  readonly saidAges: MarketAges;
  readonly reservations: ReservationAudit;
}

export class CalmAudit {
  private readonly options: CalmAuditOptions;
  private readonly findings: Findings;
  private readonly pnl: PnlAudit;
  private readonly reservations: ReservationAudit;
  private readonly row = new OpenOrderRow();
  private readonly trueAtMicros = new Float64Array(CONDITIONS.length);
  private readonly isReported = new Uint8Array(CONDITIONS.length);
  private readonly details: string[] = CONDITIONS.map(() => '');
  private sinceMicros = 0;
  private nextLookMicros = 0;
  private wasDue = false;

  constructor(options: CalmAuditOptions) {
    this.options = options;
    this.findings = options.findings;
    const { bounds, findings, account } = options;
    this.pnl = new PnlAudit(bounds, findings, account);
    this.reservations = options.reservations;
  }

  /** What PnL was compared with before means nothing any more. */
  forgetPnl(): void {
    this.pnl.forget();
  }

  /** A position or balance was corrected by a statement: PnL may round at the entry price. */
  onCorrection(): void {
    this.pnl.onCorrection();
  }

  /** With every timer. */
  onTimer(view: EngineView): void {
    const { situation } = this.options;
    const now = situation.nowMicros;
    this.reservations.check(view);
    const isDue = situation.phase === Phase.CALM && situation.isWhole;
    if (!isDue) {
      this.wasDue = false;
      this.lookInStorm(view, now);
      return;
    }
    if (!this.wasDue) this.begin(now);
    if (now < this.nextLookMicros) return;
    this.nextLookMicros = now + LOOK_MICROS;
    this.look(view, now);
  }

  /** Nothing is under way: everything holds now. */
  onQuiescence(view: EngineView): void {
    for (let index = 0; index < CONDITIONS.length; index++) {
      const condition = CONDITIONS[index] as (typeof CONDITIONS)[number];
      this.findings.count(condition.invariant);
      if (this.holds(index, view)) continue;
      this.findings.violate(
        condition.invariant,
        `at rest, not: ${condition.name}; ${this.details[index]}`,
      );
    }
    this.pnl.look(view);
  }

  private begin(now: number): void {
    this.wasDue = true;
    this.sinceMicros = Math.max(
      this.options.situation.phaseSinceMicros,
      this.options.situation.startedAtMicros,
      now,
    );
    this.trueAtMicros.fill(Number.NEGATIVE_INFINITY);
    this.isReported.fill(0);
    this.nextLookMicros = now;
  }

  /** PnL is judged whenever the engine holds what the account holds: funding does not wait for the calm. */
  private lookInStorm(view: EngineView, now: number): void {
    if (now < this.nextLookMicros || view.isRecovering || !view.isReconciled) return;
    this.nextLookMicros = now + LOOK_MICROS;
    if (this.positionsAreEqual(view) && this.balancesAreEqual(view)) this.pnl.look(view);
  }

  private look(view: EngineView, now: number): void {
    const { bounds } = this.options;
    for (let index = 0; index < CONDITIONS.length; index++) {
      const condition = CONDITIONS[index] as (typeof CONDITIONS)[number];
      this.findings.count(condition.invariant);
      if (this.holds(index, view)) {
        this.trueAtMicros[index] = now;
        this.isReported[index] = 0;
        continue;
      }
      const last = this.trueAtMicros[index] as number;
      const isOver =
        last === Number.NEGATIVE_INFINITY
          ? now - this.sinceMicros > bounds.livenessMicros
          : now - last > bounds.steadyMicros;
      if (!isOver || this.isReported[index] === 1) continue;
      this.isReported[index] = 1;
      this.findings.violate(
        condition.invariant,
        `calm since ${this.sinceMicros}, not: ${condition.name}; ${this.details[index]}`,
      );
    }
    // While a correction waits to be confirmed, its cost is not in the engine's PnL yet.
    const isEqual = this.trueAtMicros[2] === now && this.trueAtMicros[3] === now;
    if (isEqual && this.trueAtMicros[6] === now) this.pnl.look(view);
  }

  private holds(index: number, view: EngineView): boolean {
    switch (index) {
      case 0:
        return this.hasNoneUnknown(view);
      case 1:
        return this.ordersAreEqual(view);
      case 2:
        return this.positionsAreEqual(view);
      case 3:
        return this.balancesAreEqual(view);
      case 4:
        return this.booksAreCurrent(view);
      case 5:
        return this.isQuoting(view);
      case 6:
        if (view.isReconciled && !view.isRecovering) return true;
        this.details[index] = `reconciled ${view.isReconciled}, recovering ${view.isRecovering}`;
        return false;
      default:
        this.details[index] = this.reservations.leakOf(view);
        return this.details[index] === '';
    }
  }

  private hasNoneUnknown(view: EngineView): boolean {
    const { orders, situation } = this.options;
    for (let index = 0; index < view.openOrderCount; index++) {
      view.readOpenOrder(index, this.row);
      const { state, clientOrderId } = this.row;
      if (state === OrderState.NEW || state === OrderState.PARTIALLY_FILLED) continue;
      const order = orders.find(clientOrderId);
      const asked = order === null ? 0 : Math.max(order.sentAtMicros, order.cancelSentMicros);
      const isLong = situation.nowMicros - asked > PENDING_MICROS;
      if (state !== OrderState.UNKNOWN && !isLong) continue;
      this.details[0] = `order ${clientOrderId} is state ${state}`;
      return false;
    }
    return true;
  }

  private ordersAreEqual(view: EngineView): boolean {
    const { orders } = this.options;
    let matched = 0;
    for (let index = 0; index < view.openOrderCount; index++) {
      view.readOpenOrder(index, this.row);
      const order = orders.find(this.row.clientOrderId);
      const isThere = order !== null && order.venueIndex >= 0;
      if (!isThere || !this.isSame(order)) {
        this.details[1] = `engine holds ${this.row.clientOrderId} open: ${this.row.filledLots} of ${this.row.totalLots}, state ${this.row.state}; at the venue: ${isThere}`;
        return false;
      }
      matched += 1;
    }
    if (matched === orders.atVenue.length) return true;
    this.details[1] = `${orders.atVenue.length} orders at the venue, ${matched} known to the engine; first ${orders.atVenue[0]?.id}`;
    return false;
  }

  private isSame(order: SentOrder): boolean {
    return this.row.filledLots === order.venueFilledLots && this.row.totalLots === order.totalLots;
  }

  private positionsAreEqual(view: EngineView): boolean {
    const { account, instrumentCount } = this.options;
    const perpetual = instrumentCount > HEDGE ? account.heldUnits(HEDGE) : 0;
    const spot = account.heldUnits(QUOTED);
    if (view.spotBaseUnits === spot && view.perpBaseUnits === perpetual) return true;
    this.details[2] = `engine ${view.spotBaseUnits} / ${view.perpBaseUnits}, account ${spot} / ${perpetual} base units`;
    return false;
  }

  private balancesAreEqual(view: EngineView): boolean {
    const { account, instrumentCount } = this.options;
    // Without a perpetual there is no margin wallet to know of.
    const slots = instrumentCount > HEDGE ? BALANCE_SLOT_COUNT : BALANCE_SLOT_COUNT - 1;
    for (let slot = 0; slot < slots; slot++) {
      const has = view.slotTotalUnits(slot);
      const own = account.slotUnits(slot);
      if (has === own) continue;
      this.details[3] = `slot ${slot}: engine ${has}, account ${own}`;
      return false;
    }
    return true;
  }

  private booksAreCurrent(view: EngineView): boolean {
    const { books } = this.options;
    for (let index = 0; index < books.length; index++) {
      const isCurrent = (books[index] as BookAudit).isCurrent(view);
      if (isCurrent && (!view.isMarketStale(index) || this.isQuiet(index))) continue;
      this.details[4] = `instrument ${index}: live ${view.isBookLive(index)}, stale ${view.isMarketStale(index)}, ${view.bookBidTicks(index)} / ${view.bookAskTicks(index)}`;
      return false;
    }
    return true;
  }

  /** A market that has nothing to say for a second is stale to the engine, and rightly so. */
  private isQuiet(instrument: number): boolean {
    const { saidAges, situation, bounds } = this.options;
    return saidAges.isSilent(instrument, situation.nowMicros, bounds.quietMicros);
  }

  private isQuoting(view: EngineView): boolean {
    if (view.isKilled || view.isShutDown || view.isPulled) return true;
    return this.isSideFine(view, Side.BUY) && this.isSideFine(view, Side.SELL);
  }

  /** A wish is no quote: an order of ours rests at the venue, and the process was told so. */
  private restsAtVenue(side: number): boolean {
    const { atVenue } = this.options.orders;
    for (let index = 0; index < atVenue.length; index++) {
      const order = atVenue[index] as SentOrder;
      if (order.isHedge || order.instrument !== QUOTED || order.side !== side) continue;
      if (order.isMine && order.isKnownAccepted) return true;
    }
    this.details[5] = `side ${side} is wanted, and nothing of ours rests on it at the venue`;
    return false;
  }

  private isSideFine(view: EngineView, side: number): boolean {
    if (view.quotedLots(side) > 0) return this.restsAtVenue(side);
    const reason = view.quoteReason(side);
    this.details[5] = `side ${side} wants nothing, reason ${reason}`;
    if (reason === NoQuoteReason.NONE || FAULT_REASONS.includes(reason)) return false;
    if (reason !== NoQuoteReason.NOT_TRADING) return true;
    return this.options.account.instrument(QUOTED)?.status !== InstrumentStatus.TRADING;
  }
}
