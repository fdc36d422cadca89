/**
 * Trading on spot as accounts ask for it: checks orders, places, cancels and amends them. What becomes
 * of them in the books is the business of `SpotExecutions`.
 */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { OrderCounters } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { leavesLots } from '#simulation/venue/venue-book.ts';
import {
  ASSET_UNITS_PER_WHOLE,
  type AssetUnits,
  type EpochMicros,
  MICROS_PER_SECOND,
  type QuantityLots,
} from '#units/integers.ts';
import { quantityText } from './amounts.ts';
import { lotsForQuote, sweepCostUnits } from './market-sweep.ts';
import type { OrderArchive } from './order-archive.ts';
import { type AccountFacts, checkFilters, checkLotSize, checkStatus } from './order-rules.ts';
import type { SpotBalances } from './spot-balances.ts';
import { accountPosition, balanceUpdate } from './spot-events.ts';
import { SpotExecutions } from './spot-executions.ts';
import { type NewOrder, SpotOrder } from './spot-order.ts';

/** Faults: how much a deposit brings at most, how long a halt and a hidden order last. */
const GIFT_WHOLE_MAX = 20;
const HALT_MICROS = 2 * MICROS_PER_SECOND;
const HIDDEN_MILLIS = 500;
const RAISED_TIMES = 10;
const AMEND_REFUSED = -2038;

export interface SpotDeskOptions {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly events: PrivateEvents;
  readonly counters: OrderCounters;
  readonly faults: Faults;
}

export class SpotDesk {
  readonly accounts: Accounts;
  readonly counters: OrderCounters;
  readonly faults: Faults;
  readonly markets: ExchangeMarkets;
  private readonly executions: SpotExecutions;
  /** Symbols whose least notional a fault holds up. */
  private readonly raised = new Set<string>();
  private madeIds = 0;

  constructor(options: SpotDeskOptions) {
    this.markets = options.markets;
    this.accounts = options.accounts;
    this.counters = options.counters;
    this.faults = options.faults;
    this.executions = new SpotExecutions(options);
  }

  /** Open orders of all accounts. */
  get liveOrderCount(): number {
    return this.executions.liveOrderCount;
  }

  /** Throws -1121 for a symbol that is not listed. */
  market(symbol: string): SymbolMarket {
    return this.executions.market(symbol);
  }

  get symbolNames(): readonly string[] {
    return this.executions.symbolNames;
  }

  /** Orders and trades of an account in a symbol. Throws -1121. */
  archive(accountId: number, symbol: string): OrderArchive {
    return this.executions.archive(accountId, symbol);
  }

  balances(accountId: number): SpotBalances {
    return this.executions.ledger.of(accountId);
  }

  /** A client id for an order or a cancel whose caller gave none. */
  makeClientId(): string {
    this.madeIds += 1;
    return `x${this.executions.nowMillis.toString(36)}${this.madeIds.toString(36).padStart(8, '0')}`;
  }

  /** Status and filters: what is checked before anything happens. Throws -2010 or -1013. */
  check(accountId: number, market: SymbolMarket, request: NewOrder): void {
    checkStatus(market.instrument);
    checkFilters(request, market, this.facts(accountId, market));
  }

  /** Executes an order that `check` let through. Throws -2010: then no order exists. */
  place(accountId: number, market: SymbolMarket, asked: NewOrder): SpotOrder {
    const { symbol } = market.instrument;
    const { executions } = this;
    if (this.archive(accountId, symbol).isClientIdOpen(asked.clientId))
      throw refusal('Duplicate order sent.');
    const request = this.withLots(asked, market);
    const order = new SpotOrder(
      executions.nextOrderId(symbol),
      accountId,
      market,
      request,
      executions.nowMillis,
    );
    const isMaker = request.type === 'LIMIT_MAKER';
    if (isMaker && market.book.wouldTake(order.side, order.priceTicks)) {
      throw refusal('Order would immediately match and take.');
    }
    if (!this.executions.ledger.lock(order, this.lockUnits(order))) {
      throw refusal('Account has insufficient balance for requested action.');
    }
    if (this.faults.strikes('ORDER_HIDDEN')) {
      order.hiddenUntilMillis = executions.nowMillis + HIDDEN_MILLIS;
    }
    executions.open(order);
    this.executions.work(() => {
      this.executions.report(order, 'NEW');
      if (order.quantityLots > 0) market.book.place(order, this.markets.workingMicros);
      else this.executions.end(order, 'EXPIRED', 'INSUFFICIENT_LIQUIDITY', 'EXPIRED');
    });
    return order;
  }

  /** Tells the owner of an order that was refused after its request was half done (cancel-replace). */
  reject(accountId: number, market: SymbolMarket, request: NewOrder, reason: string): void {
    const orderId = this.executions.nextOrderId(market.instrument.symbol);
    const order = new SpotOrder(orderId, accountId, market, request, this.executions.nowMillis);
    order.status = 'REJECTED';
    this.executions.report(order, 'REJECTED', { rejectReason: reason, isOffBook: true });
  }

  /** Ends an open order at its owner's wish. The order goes by the cancel's client id from then on. */
  cancel(order: SpotOrder, cancelClientId: string): void {
    if (!order.isOpen || !order.market.book.cancel(order)) throw unknownOrder();
    const originalClientId = order.clientId;
    this.executions.work(() => {
      order.status = 'CANCELED';
      this.executions.close(order);
      this.executions.archiveOf(order).rename(order, cancelClientId);
      this.executions.report(order, 'CANCELED', { originalClientId });
    });
  }

  /** Shrinks an open order in its place. Returns the execution id. Throws -2038: the order is unchanged. */
  amend(order: SpotOrder, newLots: QuantityLots, clientId: string): number {
    const { instrument, book } = order.market;
    if (!order.isOpen) throw unknownOrder();
    if (newLots === order.quantityLots) {
      throw amendRefused('The requested action would change no state; rejecting.');
    }
    if (newLots > order.quantityLots) {
      throw amendRefused('Order amend (quantity increase) is not supported.');
    }
    if (order.amendments.length >= instrument.filters.maxAmendsPerOrder) {
      throw new VenueError(400, AMEND_REFUSED, 'Filter failure: MAX_NUM_ORDER_AMENDS');
    }
    checkLotSize(newLots, instrument, false);
    const before = order.quantityLots;
    const isOver = newLots <= order.filledLots + order.preventedLots;
    if (!(isOver ? book.cancel(order) : book.reduce(order, newLots))) throw unknownOrder();
    const originalClientId = order.clientId;
    let executionId = 0;
    this.executions.work(() => {
      if (isOver) order.quantityLots = newLots;
      this.executions.archiveOf(order).rename(order, clientId);
      if (isOver) {
        executionId = this.executions.end(order, 'EXPIRED', 'EXCHANGE_CANCELED', 'EXPIRED');
        return;
      }
      this.executions.ledger.relock(order, this.executions.ledger.neededUnits(order));
      order.updatedMillis = this.executions.nowMillis;
      this.executions.touch(order);
      executionId = this.executions.report(order, 'REPLACED', { originalClientId });
    });
    order.amendments.push({
      symbol: instrument.symbol,
      orderId: order.venueOrderId,
      executionId,
      origClientOrderId: originalClientId,
      newClientOrderId: clientId,
      origQty: quantityText(instrument, before),
      newQty: quantityText(instrument, newLots),
      time: this.executions.nowMillis,
    });
    return executionId;
  }

  /** A deposit, a withdrawal, a transfer. Throws -2010 when more is taken than is free. */
  moveBalance(accountId: number, asset: string, deltaUnits: number): void {
    const balances = this.executions.ledger.of(accountId);
    if (balances.of(asset).free + deltaUnits < 0) {
      throw refusal('Account has insufficient balance for requested action.');
    }
    balances.add(asset, deltaUnits);
    balances.updatedMillis = this.executions.nowMillis;
    this.executions.send(accountId, balanceUpdate(asset, deltaUnits, this.executions.nowMillis));
    this.executions.send(
      accountId,
      accountPosition([balances.of(asset)], this.executions.nowMillis, this.executions.nowMillis),
    );
  }

  /** Faults that come with a new order: a deposit, another filter, a symbol that takes no orders for a while. */
  strikeAccount(accountId: number, market: SymbolMarket): void {
    const { symbol, baseAsset, quoteAsset, status } = market.instrument;
    if (this.faults.strikes('BALANCE_MOVED')) {
      const asset = this.faults.draw(2) === 1 ? baseAsset : quoteAsset;
      this.moveBalance(accountId, asset, this.faults.draw(GIFT_WHOLE_MAX) * ASSET_UNITS_PER_WHOLE);
    }
    const isPlain = market.setFilters !== undefined && !this.raised.has(symbol);
    if (isPlain && this.faults.strikes('FILTER_CHANGED')) {
      this.raiseMinimum(market);
    }
    if (status === InstrumentStatus.TRADING && this.faults.strikes('SYMBOL_HALT')) {
      const isHalt = this.faults.draw(2) === 1;
      market.setStatus(isHalt ? InstrumentStatus.HALT : InstrumentStatus.CANCEL_ONLY);
      const untilMicros = (this.markets.workingMicros + HALT_MICROS) as EpochMicros;
      this.markets.schedule(untilMicros, () => market.setStatus(InstrumentStatus.TRADING));
    }
  }

  /** A fault: larger orders only, for a while. */
  private raiseMinimum(market: SymbolMarket): void {
    const { symbol, filters } = market.instrument;
    const { minNotionalUnits } = filters;
    this.raised.add(symbol);
    market.setFilters?.({ minNotionalUnits: (minNotionalUnits * RAISED_TIMES) as AssetUnits });
    const untilMicros = (this.markets.workingMicros + HALT_MICROS) as EpochMicros;
    this.markets.schedule(untilMicros, () => {
      this.raised.delete(symbol);
      market.setFilters?.({ minNotionalUnits });
    });
  }

  /** A market order by amount gets the quantity that the amount buys now. */
  private withLots(asked: NewOrder, market: SymbolMarket): NewOrder {
    if (asked.quoteOrderUnits === 0) return asked;
    const lots = lotsForQuote(market, asked.side === 'BUY', asked.quoteOrderUnits);
    if (lots > 0) checkLotSize(lots, market.instrument, true);
    return { ...asked, quantityLots: lots as QuantityLots };
  }

  private lockUnits(order: SpotOrder): number {
    if (order.request.type !== 'MARKET' || !order.isBuy)
      return this.executions.ledger.neededUnits(order);
    let ownLots = 0;
    for (const own of this.executions.archiveOf(order).open.values()) {
      if (!own.isBuy) ownLots += leavesLots(own);
    }
    const { quoteOrderUnits } = order.request;
    if (quoteOrderUnits > 0 && ownLots === 0) return quoteOrderUnits;
    // Own offers may be taken out of its way: then it reaches deeper, and what it passes is counted too.
    const cost = sweepCostUnits(order.market, order.quantityLots + ownLots);
    return Math.max(quoteOrderUnits, cost);
  }

  private facts(accountId: number, market: SymbolMarket): AccountFacts {
    const { symbol, baseAsset, baseUnitsPerLot, filters } = market.instrument;
    const { open } = this.archive(accountId, symbol);
    let basePositionUnits = 0;
    if (filters.maxPositionUnits > 0) {
      const { free, locked } = this.executions.ledger.of(accountId).of(baseAsset);
      basePositionUnits = free + locked;
      for (const order of open.values()) {
        if (order.isBuy) basePositionUnits += leavesLots(order) * baseUnitsPerLot;
      }
    }
    return { openOrders: open.size, basePositionUnits };
  }
}

/** A refusal of the engine: nothing exists, nothing changed. */
function refusal(message: string): VenueError {
  return new VenueError(400, -2010, message);
}

export function unknownOrder(): VenueError {
  return new VenueError(400, -2011, 'Unknown order sent.');
}

function amendRefused(message: string): VenueError {
  return new VenueError(400, AMEND_REFUSED, message);
}
