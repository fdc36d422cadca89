/**
 * Trading on spot: takes orders that were read from requests, checks them, executes them in the books,
 * moves the money and tells the owners. Everything that happens to an order of an account happens here.
 */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { OrderCounters } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { SelfTradeMode } from '#contracts/order.ts';
import {
  leavesLots,
  type VenueBookListener,
  VenueEnd,
  type VenueOrder,
} from '#simulation/venue/venue-book.ts';
import {
  ASSET_UNITS_PER_WHOLE,
  type EpochMicros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { quantityText, quoteUnits } from './amounts.ts';
import { lotsForQuote, sweepCostUnits } from './market-sweep.ts';
import { OrderArchive } from './order-archive.ts';
import { type AccountFacts, checkFilters, checkLotSize, checkStatus } from './order-rules.ts';
import {
  accountPosition,
  balanceUpdate,
  type ExecutionFacts,
  executionReport,
} from './spot-events.ts';
import { SpotLedger } from './spot-ledger.ts';
import { type NewOrder, type PreventedMatch, SpotOrder, type SpotTrade } from './spot-order.ts';

const FIRST_ORDER_ID = 11_900_000_000;
const FIRST_EXECUTION_ID = 26_100_000_000;
/** What an order's first fill takes off the unfilled-order count, as taker and as maker. */
const TAKER_CREDIT = 1;
const MAKER_CREDIT = 5;
/** Faults: how much a deposit brings at most, how long a halt and a hidden order last. */
const GIFT_WHOLE_MAX = 20;
const HALT_MICROS = 2 * MICROS_PER_SECOND;
const HIDDEN_MILLIS = 500;
const AMEND_REFUSED = -2038;

/** One symbol: its book and the running numbers of its orders. */
interface SymbolState {
  readonly market: SymbolMarket;
  readonly archives: Map<number, OrderArchive>;
  lastOrderId: number;
  lastExecutionId: number;
  lastPreventedId: number;
}

export interface SpotDeskOptions {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly events: PrivateEvents;
  readonly counters: OrderCounters;
  readonly faults: Faults;
}

export class SpotDesk implements VenueBookListener {
  readonly ledger: SpotLedger;
  readonly accounts: Accounts;
  readonly counters: OrderCounters;
  readonly faults: Faults;
  readonly markets: ExchangeMarkets;
  private readonly events: PrivateEvents;
  private readonly symbols = new Map<string, SymbolState>();
  /** Assets whose balances changed since the owners were told. */
  private readonly touched = new Map<number, Set<string>>();
  private isWorking = false;
  private madeIds = 0;
  private openCount = 0;

  constructor(options: SpotDeskOptions) {
    this.markets = options.markets;
    this.accounts = options.accounts;
    this.events = options.events;
    this.counters = options.counters;
    this.faults = options.faults;
    this.ledger = new SpotLedger(options.accounts, options.markets.spot);
    for (const [symbol, market] of options.markets.spot) {
      this.symbols.set(symbol, {
        market,
        archives: new Map(),
        lastOrderId: FIRST_ORDER_ID,
        lastExecutionId: FIRST_EXECUTION_ID,
        lastPreventedId: -1,
      });
      market.bindAccounts(this);
    }
  }

  /** Open orders of all accounts. */
  get liveOrderCount(): number {
    return this.openCount;
  }

  /** Throws -1121 for a symbol that is not listed. */
  market(symbol: string): SymbolMarket {
    return this.state(symbol).market;
  }

  get symbolNames(): readonly string[] {
    return [...this.symbols.keys()];
  }

  /** Orders and trades of an account in a symbol. Throws -1121. */
  archive(accountId: number, symbol: string): OrderArchive {
    const { archives } = this.state(symbol);
    let archive = archives.get(accountId);
    if (archive === undefined) {
      archive = new OrderArchive();
      archives.set(accountId, archive);
    }
    return archive;
  }

  /** A client id for an order or a cancel whose caller gave none. */
  makeClientId(): string {
    this.madeIds += 1;
    return `x${this.nowMillis.toString(36)}${this.madeIds.toString(36).padStart(8, '0')}`;
  }

  /** Status and filters: what is checked before anything happens. Throws -2010 or -1013. */
  check(accountId: number, market: SymbolMarket, request: NewOrder): void {
    checkStatus(market.instrument);
    checkFilters(request, market, this.facts(accountId, market));
  }

  /** Executes an order that `check` let through. Throws -2010: then no order exists. */
  place(accountId: number, market: SymbolMarket, asked: NewOrder): SpotOrder {
    const { symbol } = market.instrument;
    const state = this.state(symbol);
    const archive = this.archive(accountId, symbol);
    if (archive.isClientIdOpen(asked.clientId)) throw refusal('Duplicate order sent.');
    const request = this.withLots(asked, market);
    const order = new SpotOrder(state.lastOrderId + 1, accountId, market, request, this.nowMillis);
    const isMaker = request.type === 'LIMIT_MAKER';
    if (isMaker && market.book.wouldTake(order.side, order.priceTicks)) {
      throw refusal('Order would immediately match and take.');
    }
    if (!this.ledger.lock(order, this.lockUnits(order))) {
      throw refusal('Account has insufficient balance for requested action.');
    }
    state.lastOrderId += 1;
    if (this.faults.strikes('ORDER_HIDDEN'))
      order.hiddenUntilMillis = this.nowMillis + HIDDEN_MILLIS;
    archive.add(order);
    this.openCount += 1;
    this.touch(order);
    this.work(() => {
      this.report(order, 'NEW');
      if (order.quantityLots > 0) market.book.place(order, this.markets.workingMicros);
      else this.end(order, 'EXPIRED', 'INSUFFICIENT_LIQUIDITY', 'EXPIRED');
    });
    return order;
  }

  /** Tells the owner of an order that was refused after its request was half done (cancel-replace). */
  reject(accountId: number, market: SymbolMarket, request: NewOrder, reason: string): void {
    const state = this.state(market.instrument.symbol);
    state.lastOrderId += 1;
    const order = new SpotOrder(state.lastOrderId, accountId, market, request, this.nowMillis);
    order.status = 'REJECTED';
    this.report(order, 'REJECTED', { rejectReason: reason, isOffBook: true });
  }

  /** Ends an open order at its owner's wish. The order goes by the cancel's client id from then on. */
  cancel(order: SpotOrder, cancelClientId: string): void {
    if (!order.isOpen || !order.market.book.cancel(order)) throw unknownOrder();
    const originalClientId = order.clientId;
    this.work(() => {
      order.status = 'CANCELED';
      this.close(order);
      this.archiveOf(order).rename(order, cancelClientId);
      this.report(order, 'CANCELED', { originalClientId });
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
    const state = this.state(instrument.symbol);
    this.work(() => {
      if (isOver) order.quantityLots = newLots;
      this.archiveOf(order).rename(order, clientId);
      if (isOver) {
        this.end(order, 'EXPIRED', 'EXCHANGE_CANCELED', 'EXPIRED');
        return;
      }
      this.ledger.relock(order, this.ledger.neededUnits(order));
      order.updatedMillis = this.nowMillis;
      this.touch(order);
      this.report(order, 'REPLACED', { originalClientId });
    });
    const { lastExecutionId: executionId } = state;
    order.amendments.push({
      symbol: instrument.symbol,
      orderId: order.venueOrderId,
      executionId,
      origClientOrderId: originalClientId,
      newClientOrderId: clientId,
      origQty: quantityText(instrument, before),
      newQty: quantityText(instrument, newLots),
      time: this.nowMillis,
    });
    return executionId;
  }

  /** A deposit, a withdrawal, a transfer. Throws -2010 when more is taken than is free. */
  moveBalance(accountId: number, asset: string, deltaUnits: number): void {
    const balances = this.ledger.of(accountId);
    if (balances.of(asset).free + deltaUnits < 0) {
      throw refusal('Account has insufficient balance for requested action.');
    }
    balances.add(asset, deltaUnits);
    balances.updatedMillis = this.nowMillis;
    this.events.send(accountId, balanceUpdate(asset, deltaUnits, this.nowMillis));
    this.events.send(
      accountId,
      accountPosition([balances.of(asset)], this.nowMillis, this.nowMillis),
    );
  }

  /** Faults that come with a new order: a deposit, a symbol that takes no orders for a while. */
  strikeAccount(accountId: number, market: SymbolMarket): void {
    const { baseAsset, quoteAsset, status } = market.instrument;
    if (this.faults.strikes('BALANCE_MOVED')) {
      const asset = this.faults.draw(2) === 1 ? baseAsset : quoteAsset;
      this.moveBalance(accountId, asset, this.faults.draw(GIFT_WHOLE_MAX) * ASSET_UNITS_PER_WHOLE);
    }
    if (status === InstrumentStatus.TRADING && this.faults.strikes('SYMBOL_HALT')) {
      const isHalt = this.faults.draw(2) === 1;
      market.setStatus(isHalt ? InstrumentStatus.HALT : InstrumentStatus.CANCEL_ONLY);
      const untilMicros = (this.markets.workingMicros + HALT_MICROS) as EpochMicros;
      this.markets.schedule(untilMicros, () => market.setStatus(InstrumentStatus.TRADING));
    }
  }

  onRested(): void {
    // Told by NEW already: an order that goes on to rest changes nothing for its owner.
  }

  onFill(
    order: VenueOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    if (!(order instanceof SpotOrder)) return;
    this.work(() => this.fill(order, priceTicks, lots, isMaker, tradeId));
  }

  onEnded(order: VenueOrder, end: VenueEnd): void {
    if (!(order instanceof SpotOrder)) return;
    this.work(() => {
      if (end === VenueEnd.SELF_TRADE) {
        this.end(order, 'EXPIRED_IN_MATCH', null, 'TRADE_PREVENTION');
      } else if (end === VenueEnd.FOK_UNFILLABLE) {
        this.end(order, 'EXPIRED', 'UNFILLED_FOK_ORDER_EXPIRED', 'EXPIRED');
      } else {
        const isMarket = order.request.type === 'MARKET';
        const reason = isMarket ? 'INSUFFICIENT_LIQUIDITY' : 'UNFILLED_IOC_QUANTITY_EXPIRED';
        this.end(order, 'EXPIRED', reason, 'EXPIRED');
      }
    });
  }

  onPrevented(
    taker: VenueOrder,
    maker: VenueOrder,
    takerLots: QuantityLots,
    makerLots: QuantityLots,
  ): void {
    if (!(taker instanceof SpotOrder) || !(maker instanceof SpotOrder)) return;
    const state = this.state(taker.market.instrument.symbol);
    state.lastPreventedId += 1;
    const match: PreventedMatch = {
      id: state.lastPreventedId,
      taker,
      maker,
      priceTicks: maker.priceTicks,
      takerLots,
      makerLots,
      timeMillis: this.nowMillis,
    };
    this.archiveOf(taker).addPrevented(match);
    taker.arrivalPrevented.push(match);
    for (const [order, lots] of [
      [maker, makerLots],
      [taker, takerLots],
    ] as const) {
      if (lots > 0) this.work(() => this.prevent(order, match, lots));
    }
  }

  /** A self-trade that took something from this order; what ends by it is told by `onEnded`. */
  private prevent(order: SpotOrder, match: PreventedMatch, lots: number): void {
    order.lastPrevented = match;
    order.preventedShownLots += lots;
    const isDecrement = match.taker.selfTradeMode === SelfTradeMode.DECREMENT;
    if (!isDecrement || leavesLots(order) === 0) return;
    if (order.request.type !== 'MARKET') {
      this.ledger.relock(order, this.ledger.neededUnits(order));
    }
    this.touch(order);
    this.report(order, 'TRADE_PREVENTION', { prevented: match });
  }

  private fill(
    order: SpotOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    const { instrument } = order.market;
    const isFirst = order.quoteFilledUnits === 0;
    const commission = this.ledger.settle(order, priceTicks, lots, isMaker);
    const quote = quoteUnits(instrument, priceTicks, lots);
    order.quoteFilledUnits += quote;
    order.updatedMillis = this.nowMillis;
    const isDone = leavesLots(order) === 0;
    order.status = isDone ? 'FILLED' : 'PARTIALLY_FILLED';
    const trade: SpotTrade = {
      tradeId,
      order,
      priceTicks,
      lots,
      quoteUnits: quote,
      commissionUnits: commission.units,
      commissionAsset: commission.asset,
      timeMillis: this.nowMillis,
      isMaker,
    };
    this.archiveOf(order).addTrade(trade);
    if (!isMaker) order.arrivalTrades.push(trade);
    if (isFirst) {
      const credit = isMaker ? MAKER_CREDIT : TAKER_CREDIT;
      this.counters.add(order.accountId, -credit, this.markets.workingMicros);
    }
    this.touch(order, commission.asset);
    if (isDone) this.close(order);
    this.report(order, 'TRADE', { trade });
  }

  private end(
    order: SpotOrder,
    status: 'EXPIRED' | 'EXPIRED_IN_MATCH',
    reason: SpotOrder['expiryReason'],
    type: 'EXPIRED' | 'TRADE_PREVENTION',
  ): void {
    order.status = status;
    order.expiryReason = reason;
    this.close(order);
    const prevented = order.lastPrevented;
    const isPrevention = type === 'TRADE_PREVENTION' && prevented !== null;
    this.report(order, type, isPrevention ? { prevented } : {});
  }

  /** The order is over: what is still locked for it is free again. */
  private close(order: SpotOrder): void {
    this.ledger.relock(order, 0);
    order.updatedMillis = this.nowMillis;
    this.archiveOf(order).close(order);
    this.openCount -= 1;
    this.touch(order);
  }

  private report(
    order: SpotOrder,
    type: ExecutionFacts['type'],
    facts: Omit<ExecutionFacts, 'type' | 'executionId' | 'nowMillis'> = {},
  ): void {
    const state = this.state(order.market.instrument.symbol);
    state.lastExecutionId += 1;
    const { lastExecutionId: executionId } = state;
    const { nowMillis } = this;
    this.events.send(
      order.accountId,
      executionReport(order, { ...facts, type, executionId, nowMillis }),
    );
  }

  /** Does something that may change balances; at the end of the outermost one the owners are told. */
  private work(task: () => void): void {
    if (this.isWorking) {
      task();
      return;
    }
    this.isWorking = true;
    try {
      task();
    } finally {
      this.isWorking = false;
      this.tellBalances();
    }
  }

  private tellBalances(): void {
    for (const [accountId, assets] of this.touched) {
      if (assets.size === 0) continue;
      const balances = this.ledger.of(accountId);
      balances.updatedMillis = this.nowMillis;
      const rows = [...assets].map((asset) => balances.of(asset));
      assets.clear();
      this.events.send(accountId, accountPosition(rows, this.nowMillis, this.nowMillis));
    }
  }

  private touch(order: SpotOrder, feeAsset?: string): void {
    let assets = this.touched.get(order.accountId);
    if (assets === undefined) {
      assets = new Set();
      this.touched.set(order.accountId, assets);
    }
    assets.add(order.market.instrument.baseAsset);
    assets.add(order.market.instrument.quoteAsset);
    if (feeAsset !== undefined) assets.add(feeAsset);
  }

  /** A market order by amount gets the quantity that the amount buys now. */
  private withLots(asked: NewOrder, market: SymbolMarket): NewOrder {
    if (asked.quoteOrderUnits === 0) return asked;
    const lots = lotsForQuote(market, asked.side === 'BUY', asked.quoteOrderUnits);
    if (lots > 0) checkLotSize(lots, market.instrument, true);
    return { ...asked, quantityLots: lots as QuantityLots };
  }

  private lockUnits(order: SpotOrder): number {
    if (order.request.type !== 'MARKET' || !order.isBuy) return this.ledger.neededUnits(order);
    // Own offers may be taken out of its way: then it reaches deeper, and what it passes is counted too.
    let lots = order.quantityLots as number;
    for (const own of this.archiveOf(order).open.values()) if (!own.isBuy) lots += leavesLots(own);
    return sweepCostUnits(order.market, lots);
  }

  private facts(accountId: number, market: SymbolMarket): AccountFacts {
    const { symbol, baseAsset, baseUnitsPerLot, filters } = market.instrument;
    const { open } = this.archive(accountId, symbol);
    let basePositionUnits = 0;
    if (filters.maxPositionUnits > 0) {
      const { free, locked } = this.ledger.of(accountId).of(baseAsset);
      basePositionUnits = free + locked;
      for (const order of open.values()) {
        if (order.isBuy) basePositionUnits += leavesLots(order) * baseUnitsPerLot;
      }
    }
    return { openOrders: open.size, basePositionUnits };
  }

  private archiveOf(order: SpotOrder): OrderArchive {
    return this.archive(order.accountId, order.market.instrument.symbol);
  }

  private state(symbol: string): SymbolState {
    const state = this.symbols.get(symbol);
    if (state === undefined) throw new VenueError(400, -1121, 'Invalid symbol.');
    return state;
  }

  private get nowMillis(): number {
    return Math.floor(this.markets.workingMicros / MICROS_PER_MILLI);
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
