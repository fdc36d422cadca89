/** 8, 17 and 18 of an order as it leaves: filters, leased sizes, worst cases and the collar. */
import type { OrderCommand } from '#contracts/commands.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { AccountBooks } from './account-books.ts';
import { Rounding, WHOLE, worth } from './amounts.ts';
import type { AuditBounds } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { GrantedLimits } from './granted-limits.ts';
import type { MarketAges } from './market-ages.ts';
import { filterProblem, isOpenFor } from './order-filters.ts';
import type { ReferencePrices } from './reference-prices.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { HEDGE, INSTRUMENTS_MAX, QUOTED, type Situation } from './situation.ts';

const BASIS_POINTS = 10_000;
/** Prices of a gross notional are the engine's mids: they may be a little older than ours. */
const GROSS_SLACK = 1.02;
const AGE_SLACK_MICROS = 100_000;

interface SizeAuditOptions {
  readonly bounds: AuditBounds;
  readonly instruments: readonly Instrument[];
  readonly granted: GrantedLimits;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly orders: SentOrders;
  readonly prices: ReferencePrices;
  readonly ages: MarketAges;
}

/** Hot: every placement. Text only when something is wrong. */
export class SizeAudit {
  private readonly options: SizeAuditOptions;
  private readonly findings: Findings;
  private readonly orders: SentOrders;
  /** Instruments as the process was told of them. */
  private readonly known: (Instrument | null)[];
  private readonly range = { lowUnits: 0, highUnits: 0 };

  constructor(options: SizeAuditOptions) {
    this.options = options;
    this.findings = options.findings;
    this.orders = options.orders;
    this.known = [...options.instruments];
  }

  onInstrument(instrument: Instrument): void {
    this.known[instrument.index] = instrument;
  }

  /** `order` is in the table already; `target` is the one it replaces. */
  check(command: Readonly<OrderCommand>, order: SentOrder, target: SentOrder | null): void {
    this.findings.count(18);
    const definition = this.known[order.instrument] ?? null;
    if (definition === null) {
      this.findings.violate(18, 'an order of an undefined instrument', order.id);
      return;
    }
    this.checkFilters(command, definition);
    this.checkLimits(order, target, definition);
    if (order.isHedge) return;
    this.checkExposure(order, target, definition.baseUnitsPerLot);
    this.checkGross(order, target);
    this.checkCollar(order, definition);
  }

  /** An amend only shrinks, keeps the filters, and not more often than the venue lets it. */
  checkAmend(command: Readonly<OrderCommand>, order: SentOrder | null): void {
    this.findings.count(18);
    const { quantityLots, clientOrderId } = command;
    const definition = this.known[command.instrument] ?? null;
    if (order === null || definition === null) {
      this.findings.violate(18, 'an amend of an order that was never sent', clientOrderId);
      return;
    }
    const { minQuantityLots, maxAmendsPerOrder, minNotionalUnits } = definition.filters;
    const value = worth(definition, order.priceTicks, quantityLots, Rounding.TOWARD_ZERO);
    const isShrink = quantityLots > 0 && quantityLots < order.knownTotalLots;
    const fits = quantityLots >= minQuantityLots && value >= minNotionalUnits;
    if (isShrink && fits && order.amendedCount < maxAmendsPerOrder) return;
    this.findings.violate(
      18,
      `amend to ${quantityLots} of ${order.knownTotalLots} lots, worth ${value}, amended ${order.amendedCount} of ${maxAmendsPerOrder} times`,
      clientOrderId,
    );
  }

  private checkFilters(command: Readonly<OrderCommand>, definition: Instrument): void {
    const { prices, situation } = this.options;
    this.range.lowUnits = prices.low(command.instrument, situation.nowMicros);
    this.range.highUnits = prices.high(command.instrument, situation.nowMicros);
    const problem = isOpenFor(definition, command.reduceOnly)
      ? filterProblem(definition, command, this.range)
      : `the instrument's status is ${definition.status}`;
    if (problem !== null) this.findings.violate(18, problem, command.clientOrderId);
  }

  /** Sizes and counts as leased. A limit of zero allows nothing. Hedges pass the caps on new risk. */
  private checkLimits(order: SentOrder, target: SentOrder | null, definition: Instrument): void {
    const { granted } = this.options;
    const { instrument, totalLots } = order;
    if (totalLots > granted.orderLots(instrument)) {
      this.findings.violate(
        18,
        `${totalLots} lots, leased ${granted.orderLots(instrument)}`,
        order.id,
      );
    }
    const open = this.openCount(instrument, target);
    const room = definition.filters.maxOpenOrders;
    if (room > 0 && open > room) {
      this.findings.violate(18, `${open} orders open, the venue takes ${room}`, order.id);
    }
    if (order.isHedge) return;
    if (open > granted.openOrders(instrument)) {
      this.findings.violate(
        18,
        `${open} orders open, leased ${granted.openOrders(instrument)}`,
        order.id,
      );
    }
    const value = worth(definition, order.priceTicks, totalLots, Rounding.AWAY);
    const most = granted.orderNotionalUnits(instrument);
    if (value > most) {
      this.findings.violate(18, `worth ${value} units, leased ${most}`, order.id);
    }
  }

  private openCount(instrument: number, target: SentOrder | null): number {
    let count = 0;
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const order = live[index] as SentOrder;
      if (order.instrument === instrument && order !== target && order.isMine) count += 1;
    }
    return count;
  }

  /** Held, and everything that might still fill, on the side of the new order. */
  private checkExposure(order: SentOrder, target: SentOrder | null, unitsPerLot: number): void {
    this.findings.count(8);
    const { account, granted } = this.options;
    const { instrument, side } = order;
    let lots = 0;
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const other = live[index] as SentOrder;
      if (other.instrument !== instrument || other.side !== side || other === target) continue;
      if (other.isMine || other.isKnownAccepted) lots += other.leavesLots;
    }
    const isBuy = side === Side.BUY;
    const held = account.heldUnits(instrument);
    const worst = (isBuy ? held : 0 - held) + lots * unitsPerLot;
    const most = isBuy ? granted.longBaseUnits(instrument) : granted.shortBaseUnits(instrument);
    if (worst <= most + (account.foreignUnits[instrument] as number)) return;
    this.findings.violate(
      8,
      `worst case ${worst} base units on side ${side}, held ${held}, ${lots} lots may fill, leased ${most}`,
      order.id,
    );
  }

  private checkGross(order: SentOrder, target: SentOrder | null): void {
    const { account, prices, situation, granted } = this.options;
    let gross = 0;
    for (let index = 0; index < INSTRUMENTS_MAX; index++) {
      const price = prices.low(index, situation.nowMicros) / WHOLE;
      gross += Math.abs(account.heldUnits(index)) * price;
    }
    const { live } = this.orders;
    for (let index = 0; index < live.length; index++) {
      const other = live[index] as SentOrder;
      const definition = this.known[other.instrument] ?? null;
      if (definition === null || other === target || !other.isMine) continue;
      gross += worth(definition, other.priceTicks, other.leavesLots, Rounding.TOWARD_ZERO);
    }
    const most = granted.grossNotionalUnits;
    const foreign = (account.foreignUnits[0] as number) + (account.foreignUnits[1] as number);
    if (gross <= most * GROSS_SLACK || foreign > 0) return;
    this.findings.violate(8, `gross ${Math.round(gross)} quote units, leased ${most}`, order.id);
  }

  /** Far from every price that an independent reference had of late, or without a young one. */
  private checkCollar(order: SentOrder, definition: Instrument): void {
    const { prices, situation, bounds, ages, granted } = this.options;
    const now = situation.nowMicros;
    const low = prices.referenceLow(now);
    const high = prices.referenceHigh(now);
    if (low === 0 || high === 0 || order.instrument !== QUOTED) {
      this.findings.excuse(17);
      return;
    }
    this.findings.count(17);
    const collar = granted.collarBps + bounds.collarSlackBps;
    const price = order.priceTicks * definition.priceUnitsPerTick;
    const least = low * (1 - collar / BASIS_POINTS);
    const most = high * (1 + collar / BASIS_POINTS);
    if (price < least || price > most) {
      this.findings.violate(
        17,
        `price ${price} outside of ${Math.floor(least)}..${Math.ceil(most)}, collar ${collar} bps`,
        order.id,
      );
    }
    const oldest = granted.referenceAgeMicros;
    const age = ages.ageMicros(this.options.instruments.length > 1 ? HEDGE : QUOTED, now);
    if (age <= oldest + AGE_SLACK_MICROS) return;
    this.findings.violate(17, `reference ${age} microseconds old, leased ${oldest}`, order.id);
  }
}
