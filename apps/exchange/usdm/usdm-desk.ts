/**
 * Trading on USD-M: takes orders that were read from requests, checks them, executes them in the books,
 * moves positions and money and tells the owners. Everything that happens to an order happens here.
 */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { OrderCounters } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { type VenueBookListener, VenueEnd, type VenueOrder } from '#simulation/venue/venue-book.ts';
import { MICROS_PER_MILLI, type PriceTicks, type QuantityLots } from '#units/integers.ts';
import { shareUnits, tickWorthUnits } from './margin-math.ts';
import { UsdmAccount } from './usdm-account.ts';
import { UsdmArchive } from './usdm-archive.ts';
import {
  accountUpdate,
  type ExecutionFacts,
  type ExecutionWord,
  orderTradeUpdate,
  type PrivateEvent,
  tradeLite,
} from './usdm-events.ts';
import { type NewOrder, type OrderStatus, UsdmOrder } from './usdm-order.ts';
import { checkFilters, checkStatus, marketBoundTicks } from './usdm-rules.ts';

const FIRST_ORDER_ID = 90_000_000_000;
const HIDDEN_MILLIS = 500;
/** Expiry reasons of the venue. */
export const Expiry = { NONE: 0, SELF_TRADE: 1, IOC: 2, PUSHED_OUT: 4, LIQUIDATION: 5, MARKET: 9 };

interface SymbolState {
  readonly market: SymbolMarket;
  readonly archives: Map<number, UsdmArchive>;
  lastOrderId: number;
}

export interface UsdmDeskOptions {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly events: PrivateEvents;
  readonly counters: OrderCounters;
  readonly faults: Faults;
}

export class UsdmDesk implements VenueBookListener {
  readonly accounts: Accounts;
  readonly counters: OrderCounters;
  readonly faults: Faults;
  readonly markets: ExchangeMarkets;
  private readonly events: PrivateEvents;
  private readonly symbols = new Map<string, SymbolState>();
  private readonly books = new Map<number, UsdmAccount>();
  private madeIds = 0;
  private openCount = 0;

  constructor(options: UsdmDeskOptions) {
    this.markets = options.markets;
    this.accounts = options.accounts;
    this.events = options.events;
    this.counters = options.counters;
    this.faults = options.faults;
    for (const { id, usdmBalances } of options.accounts.all) {
      const account = new UsdmAccount(
        id,
        usdmBalances.get('USDT') ?? 0,
        usdmBalances.get('BNB') ?? 0,
      );
      this.books.set(id, account);
    }
    for (const [symbol, market] of options.markets.usdm) {
      this.symbols.set(symbol, { market, archives: new Map(), lastOrderId: FIRST_ORDER_ID });
      market.bindAccounts(this);
    }
  }

  get liveOrderCount(): number {
    return this.openCount;
  }

  get nowMillis(): number {
    return Math.floor(this.markets.workingMicros / MICROS_PER_MILLI);
  }

  get symbolNames(): readonly string[] {
    return [...this.symbols.keys()];
  }

  get allAccounts(): Iterable<UsdmAccount> {
    return this.books.values();
  }

  /** Throws -1121 for a symbol that is not listed. */
  market(symbol: string): SymbolMarket {
    return this.state(symbol).market;
  }

  account(accountId: number): UsdmAccount {
    const account = this.books.get(accountId);
    if (account === undefined) throw new RangeError(`no account ${accountId}`);
    return account;
  }

  archive(accountId: number, symbol: string): UsdmArchive {
    const { archives } = this.state(symbol);
    let archive = archives.get(accountId);
    if (archive === undefined) {
      archive = new UsdmArchive();
      archives.set(accountId, archive);
    }
    return archive;
  }

  /** Open orders of an account, of one symbol or of all. */
  openOrders(accountId: number, symbol?: string): readonly UsdmOrder[] {
    const names = symbol === undefined ? this.symbolNames : [symbol];
    return names.flatMap((name) => [...this.archive(accountId, name).open.values()]);
  }

  makeClientId(): string {
    this.madeIds += 1;
    return `web_${this.nowMillis.toString(36)}${this.madeIds.toString(36).padStart(6, '0')}`;
  }

  send(accountId: number, event: PrivateEvent): void {
    this.events.send(accountId, event);
  }

  /** Status, filters, margin: what is checked before anything happens. Returns what is placed. Throws VenueErrors. */
  check(accountId: number, market: SymbolMarket, asked: NewOrder): NewOrder {
    const { symbol } = market.instrument;
    if (!asked.reduceOnly) checkStatus(market.instrument);
    const archive = this.archive(accountId, symbol);
    const isMarket = asked.type === 'MARKET';
    checkFilters({ ...asked, isMarket }, market, archive.open.size);
    if (archive.isClientIdOpen(asked.clientId)) {
      throw new VenueError(400, -4116, 'ClientOrderId is duplicated.');
    }
    const request = asked.reduceOnly ? this.reduced(accountId, market, asked) : asked;
    if (!request.reduceOnly) this.checkMargin(accountId, market, request);
    return request;
  }

  /** Executes an order that `check` let through. Throws -5022: then no order exists. */
  place(accountId: number, market: SymbolMarket, request: NewOrder): UsdmOrder {
    const state = this.state(market.instrument.symbol);
    const bound = marketBoundTicks(market, request.side);
    const ticks = (request.type === 'MARKET' ? bound : request.priceTicks) as PriceTicks;
    const order = new UsdmOrder(
      state.lastOrderId + 1,
      accountId,
      market,
      request,
      ticks,
      this.nowMillis,
    );
    const isPostOnly = request.timeInForce === 'GTX' || request.timeInForce === 'RPI';
    if (isPostOnly && market.book.wouldTake(order.side, ticks)) throw wouldTake();
    state.lastOrderId += 1;
    if (this.faults.strikes('ORDER_HIDDEN'))
      order.hiddenUntilMillis = this.nowMillis + HIDDEN_MILLIS;
    this.archive(accountId, market.instrument.symbol).add(order);
    this.openCount += 1;
    this.count(order);
    this.report(order, 'NEW');
    if (ticks === 0) this.end(order, 'EXPIRED', Expiry.MARKET);
    else market.book.place(order, this.markets.workingMicros);
    if (request.goodTillDate > 0) this.scheduleEnd(order, request.goodTillDate);
    return order;
  }

  /** An order of the venue's own that closes a position as far as the market takes it. */
  placeLiquidation(
    accountId: number,
    market: SymbolMarket,
    asked: Pick<NewOrder, 'side' | 'positionSide' | 'quantityLots' | 'clientId'>,
  ): void {
    const state = this.state(market.instrument.symbol);
    const ticks = marketBoundTicks(market, asked.side) as PriceTicks;
    const request: NewOrder = {
      ...asked,
      type: 'LIMIT',
      timeInForce: 'IOC',
      selfTrade: 'EXPIRE_MAKER',
      reduceOnly: true,
      priceTicks: ticks,
      priceMatch: 'NONE',
      goodTillDate: 0,
    };
    state.lastOrderId += 1;
    const { lastOrderId } = state;
    const order = new UsdmOrder(lastOrderId, accountId, market, request, ticks, this.nowMillis);
    order.isLiquidation = true;
    this.archive(accountId, market.instrument.symbol).add(order);
    this.openCount += 1;
    this.report(order, 'NEW');
    market.book.place(order, this.markets.workingMicros);
    const { filledLots, quantityLots, quoteFilledUnits, isBuy } = order;
    const baseUnits = filledLots * market.instrument.baseUnitsPerLot;
    market.tellForcedOrder?.({
      isBuy,
      quantityLots,
      priceTicks: ticks,
      averagePriceUnits: filledLots === 0 ? 0 : Math.round((quoteFilledUnits / baseUnits) * 1e8),
      filledLots,
    });
  }

  /** Ends an open order. Throws -2011. */
  cancel(order: UsdmOrder): void {
    if (!order.isOpen || !order.market.book.cancel(order)) throw unknownOrder();
    this.end(order, 'CANCELED', Expiry.NONE);
  }

  /**
   * Changes price and total of an open order: it goes to the back of its queue. Ends it instead when it
   * has filled that much already, or when it is post-only and would take. Throws VenueErrors.
   */
  modify(order: UsdmOrder, ticks: PriceTicks, lots: QuantityLots, modifyId?: string): void {
    const { market, accountId, request } = order;
    if (!order.isOpen) throw unknownOrder();
    if (ticks === order.priceTicks && lots === order.quantityLots) {
      throw new VenueError(400, -5027, 'No need to modify the order.');
    }
    const ruled = { ...request, isMarket: false, priceTicks: ticks, quantityLots: lots };
    checkFilters(ruled, market, 0);
    this.uncount(order);
    try {
      const added = { ...request, priceTicks: ticks, quantityLots: lots };
      if (!order.reduceOnly) this.checkMargin(accountId, market, added);
    } catch (error) {
      this.count(order);
      throw error;
    }
    if (!market.book.cancel(order)) throw unknownOrder();
    const before = { ticks: order.priceTicks, lots: order.quantityLots };
    const isPostOnly = request.timeInForce === 'GTX' || request.timeInForce === 'RPI';
    const isOver =
      lots <= order.filledLots || (isPostOnly && market.book.wouldTake(order.side, ticks));
    if (isOver) {
      this.end(order, 'CANCELED', Expiry.NONE);
      return;
    }
    order.amendments.push({
      id: order.amendments.length + 1,
      timeMillis: this.nowMillis,
      priceBefore: before.ticks,
      priceAfter: ticks,
      lotsBefore: before.lots,
      lotsAfter: lots,
    });
    order.priceTicks = ticks;
    order.shownTicks = ticks;
    order.quantityLots = lots;
    order.updatedMillis = this.nowMillis;
    this.count(order);
    this.report(order, 'AMENDMENT', modifyId === undefined ? {} : { modifyId });
    market.book.place(order, this.markets.workingMicros);
  }

  onRested(): void {
    // NEW was told already; that it rests changes nothing for its owner.
  }

  onFill(
    order: VenueOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    if (order instanceof UsdmOrder) this.fill(order, priceTicks, lots, isMaker, tradeId);
  }

  onEnded(order: VenueOrder, end: VenueEnd): void {
    if (!(order instanceof UsdmOrder)) return;
    if (end === VenueEnd.SELF_TRADE) this.end(order, 'EXPIRED_IN_MATCH', Expiry.SELF_TRADE);
    else this.end(order, 'EXPIRED', order.request.type === 'MARKET' ? Expiry.MARKET : Expiry.IOC);
  }

  /** A deposit, a withdrawal. Throws -2019 when more is taken than is free. */
  moveBalance(accountId: number, asset: string, deltaUnits: number): void {
    const account = this.account(accountId);
    if (asset !== 'USDT') throw new VenueError(400, -4170, `${asset} is no margin asset here.`);
    if (deltaUnits < 0 && account.availableUnits + deltaUnits < 0) throw marginShort();
    account.walletUnits += deltaUnits;
    account.updatedMillis = this.nowMillis;
    const reason = deltaUnits < 0 ? 'WITHDRAW' : 'DEPOSIT';
    this.send(accountId, accountUpdate(account, reason, [], this.nowMillis, deltaUnits));
  }

  /** Ends an order that the book no longer holds, and tells its owner. */
  end(order: UsdmOrder, status: OrderStatus, expiry: number): void {
    order.status = status;
    order.updatedMillis = this.nowMillis;
    this.close(order);
    this.report(order, status === 'CANCELED' ? 'CANCELED' : 'EXPIRED', { expiry });
  }

  private fill(
    order: UsdmOrder,
    priceTicks: PriceTicks,
    lots: QuantityLots,
    isMaker: boolean,
    tradeId: number,
  ): void {
    const { market, accountId } = order;
    const account = this.account(accountId);
    const worth = tickWorthUnits(market.instrument, lots, priceTicks);
    const rates = this.accounts.account(accountId);
    const rate = isMaker
      ? (rates.makerFeeRate ?? market.instrument.makerFeeRate)
      : (rates.takerFeeRate ?? market.instrument.takerFeeRate);
    const commissionUnits = shareUnits(worth, rate);
    const realizedUnits = account.fill(order, lots, priceTicks, this.nowMillis);
    account.walletUnits -= commissionUnits;
    order.quoteFilledUnits += worth;
    order.updatedMillis = this.nowMillis;
    order.status = order.leavesLots === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    this.uncount(order);
    if (order.isOpen) this.count(order);
    else this.close(order);
    this.archive(accountId, market.instrument.symbol).addTrade({
      tradeId,
      order,
      priceTicks,
      lots,
      quoteUnits: worth,
      commissionUnits,
      realizedUnits,
      timeMillis: this.nowMillis,
      isMaker,
    });
    const facts = { lots, priceTicks, tradeId, isMaker, commissionUnits, realizedUnits };
    this.send(accountId, tradeLite(order, facts, this.nowMillis));
    this.report(order, order.isLiquidation ? 'CALCULATED' : 'TRADE', facts);
    const position = account.position(market, order.request.positionSide);
    this.send(accountId, accountUpdate(account, 'ORDER', [position], this.nowMillis));
    // The book is at work: what is now too much to reduce is taken out when it is done.
    this.markets.schedule(this.markets.workingMicros, () => this.pushOut(accountId, market));
  }

  /** Reduce-only orders may not be more than there is to reduce: the farthest and youngest go first. */
  private pushOut(accountId: number, market: SymbolMarket): void {
    const account = this.account(accountId);
    const open = this.openOrders(accountId, market.instrument.symbol);
    const left = new Map<string, number>();
    for (const order of open) {
      if (!order.reduceOnly) continue;
      const { positionSide } = order.request;
      const key = `${positionSide} ${order.side}`;
      const { lots } = account.position(market, positionSide);
      const reducible = Math.max(0, order.isBuy ? -lots : lots);
      const room = (left.get(key) ?? reducible) - order.leavesLots;
      left.set(key, Math.max(0, room));
      if (room < 0 && market.book.cancel(order)) this.end(order, 'EXPIRED', Expiry.PUSHED_OUT);
    }
  }

  /** A reduce-only order as large as the position at most. Throws -2022 when there is nothing to reduce. */
  private reduced(accountId: number, market: SymbolMarket, asked: NewOrder): NewOrder {
    const { lots } = this.account(accountId).position(market, asked.positionSide);
    const reducible = asked.side === 'BUY' ? -lots : lots;
    if (reducible <= 0) throw new VenueError(400, -2022, 'ReduceOnly Order is rejected.');
    if (asked.quantityLots <= reducible) return asked;
    return { ...asked, quantityLots: reducible as QuantityLots };
  }

  private checkMargin(accountId: number, market: SymbolMarket, request: NewOrder): void {
    const account = this.account(accountId);
    const { symbol } = market.instrument;
    const ticks = request.type === 'MARKET' ? this.takerTicks(market, request) : request.priceTicks;
    const worth = tickWorthUnits(market.instrument, request.quantityLots, ticks);
    const isBuy = request.side === 'BUY';
    const before = account.requiredOf(symbol);
    const after = account.requiredOf(symbol, isBuy ? worth : 0, isBuy ? 0 : worth);
    if (after > before && account.availableUnits - (after - before) < 0) throw marginShort();
  }

  private takerTicks(market: SymbolMarket, { side }: NewOrder): number {
    const { bestAskTicks, bestBidTicks } = market.book;
    return side === 'BUY' ? bestAskTicks : bestBidTicks;
  }

  private scheduleEnd(order: UsdmOrder, atMillis: number): void {
    const atMicros = (atMillis * MICROS_PER_MILLI) as Parameters<ExchangeMarkets['schedule']>[0];
    this.markets.schedule(atMicros, () => {
      if (order.isOpen && order.market.book.cancel(order)) this.end(order, 'EXPIRED', Expiry.NONE);
    });
  }

  private close(order: UsdmOrder): void {
    this.uncount(order);
    const archive = this.archive(order.accountId, order.market.instrument.symbol);
    if (!archive.open.has(order.venueOrderId)) return;
    archive.close(order);
    this.openCount -= 1;
  }

  /** The account's margin counts what an order may still add; one that reduces adds nothing. */
  private count(order: UsdmOrder): void {
    if (order.reduceOnly) return;
    const { instrument } = order.market;
    const terms = this.account(order.accountId).termsOf(instrument.symbol);
    order.countedUnits = tickWorthUnits(instrument, order.leavesLots, order.priceTicks);
    if (order.isBuy) terms.buyUnits += order.countedUnits;
    else terms.sellUnits += order.countedUnits;
  }

  private uncount(order: UsdmOrder): void {
    const terms = this.account(order.accountId).termsOf(order.market.instrument.symbol);
    if (order.isBuy) terms.buyUnits -= order.countedUnits;
    else terms.sellUnits -= order.countedUnits;
    order.countedUnits = 0;
  }

  private report(order: UsdmOrder, execution: ExecutionWord, facts: ExecutionFacts = {}): void {
    const terms = this.account(order.accountId).termsOf(order.market.instrument.symbol);
    const notionals = { bids: terms.buyUnits, asks: terms.sellUnits };
    this.send(
      order.accountId,
      orderTradeUpdate(order, execution, notionals, this.nowMillis, facts),
    );
  }

  private state(symbol: string): SymbolState {
    const state = this.symbols.get(symbol);
    if (state === undefined) throw new VenueError(400, -1121, 'Invalid symbol.');
    return state;
  }
}

export function unknownOrder(): VenueError {
  return new VenueError(400, -2011, 'Unknown order sent.');
}

function wouldTake(): VenueError {
  return new VenueError(
    400,
    -5022,
    'Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history',
  );
}

function marginShort(): VenueError {
  return new VenueError(400, -2019, 'Margin is insufficient.');
}
