/**
 * What happens to orders of accounts in the spot books: executions, ends, self-trade prevention. Moves
 * the money, keeps the past, tells the owners. The desk asks; here it happens.
 */
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { OrderCounters } from '#apps/exchange/api/exchange-services.ts';
import type { PrivateEvents } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { ExchangeMarkets, SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { SelfTradeMode } from '#contracts/order.ts';
import {
  leavesLots,
  type VenueBookListener,
  VenueEnd,
  type VenueOrder,
} from '#simulation/venue/venue-book.ts';
import { MICROS_PER_MILLI, type PriceTicks, type QuantityLots } from '#units/integers.ts';
import { quoteUnits } from './amounts.ts';
import { OrderArchive } from './order-archive.ts';
import {
  accountPosition,
  type ExecutionFacts,
  executionReport,
  type SpotEvent,
} from './spot-events.ts';
import { SpotLedger } from './spot-ledger.ts';
import { type PreventedMatch, SpotOrder, type SpotTrade } from './spot-order.ts';

const FIRST_ORDER_ID = 11_900_000_000;
const FIRST_EXECUTION_ID = 26_100_000_000;
/** What an order's first fill takes off the unfilled-order count, as taker and as maker. */
const TAKER_CREDIT = 1;
const MAKER_CREDIT = 5;

/** One symbol: its book and the running numbers of its orders. */
interface SymbolState {
  readonly market: SymbolMarket;
  readonly archives: Map<number, OrderArchive>;
  lastOrderId: number;
  lastExecutionId: number;
  lastPreventedId: number;
}

export interface SpotExecutionsOptions {
  readonly markets: ExchangeMarkets;
  readonly accounts: Accounts;
  readonly events: PrivateEvents;
  readonly counters: OrderCounters;
}

export class SpotExecutions implements VenueBookListener {
  readonly ledger: SpotLedger;
  private readonly markets: ExchangeMarkets;
  private readonly counters: OrderCounters;
  private readonly events: PrivateEvents;
  private readonly symbols = new Map<string, SymbolState>();
  /** Assets whose balances changed since the owners were told. */
  private readonly touched = new Map<number, Set<string>>();
  private isWorking = false;
  private openCount = 0;

  constructor(options: SpotExecutionsOptions) {
    this.markets = options.markets;
    this.counters = options.counters;
    this.events = options.events;
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

  get nowMillis(): number {
    return Math.floor(this.markets.workingMicros / MICROS_PER_MILLI);
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

  archiveOf(order: SpotOrder): OrderArchive {
    return this.archive(order.accountId, order.market.instrument.symbol);
  }

  /** The id that the next order of this symbol gets; each call counts on. */
  nextOrderId(symbol: string): number {
    const state = this.state(symbol);
    state.lastOrderId += 1;
    return state.lastOrderId;
  }

  /** Takes an order in: from now on it is open. */
  open(order: SpotOrder): void {
    this.archiveOf(order).add(order);
    this.openCount += 1;
    this.touch(order);
  }

  send(accountId: number, event: SpotEvent): void {
    this.events.send(accountId, event);
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

  /** The venue ends an order by itself. */
  end(
    order: SpotOrder,
    status: 'EXPIRED' | 'EXPIRED_IN_MATCH',
    reason: SpotOrder['expiryReason'],
    type: 'EXPIRED' | 'TRADE_PREVENTION',
  ): number {
    order.status = status;
    order.expiryReason = reason;
    this.close(order);
    const prevented = order.lastPrevented;
    const isPrevention = type === 'TRADE_PREVENTION' && prevented !== null;
    return this.report(order, type, isPrevention ? { prevented } : {});
  }

  /** The order is over: what is still locked for it is free again. */
  close(order: SpotOrder): void {
    this.ledger.relock(order, 0);
    order.updatedMillis = this.nowMillis;
    this.archiveOf(order).close(order);
    this.openCount -= 1;
    this.touch(order);
  }

  /** Tells the owner what happened to an order; returns the execution id. */
  report(
    order: SpotOrder,
    type: ExecutionFacts['type'],
    facts: Omit<ExecutionFacts, 'type' | 'executionId' | 'nowMillis'> = {},
  ): number {
    const state = this.state(order.market.instrument.symbol);
    state.lastExecutionId += 1;
    const { lastExecutionId: executionId } = state;
    const { nowMillis } = this;
    this.events.send(
      order.accountId,
      executionReport(order, { ...facts, type, executionId, nowMillis }),
    );
    return executionId;
  }

  /** Does something that may change balances; at the end of the outermost one the owners are told. */
  work(task: () => void): void {
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

  /** Balances of this order's assets changed. */
  touch(order: SpotOrder, feeAsset?: string): void {
    let assets = this.touched.get(order.accountId);
    if (assets === undefined) {
      assets = new Set();
      this.touched.set(order.accountId, assets);
    }
    assets.add(order.market.instrument.baseAsset);
    assets.add(order.market.instrument.quoteAsset);
    if (feeAsset !== undefined) assets.add(feeAsset);
  }

  private state(symbol: string): SymbolState {
    const state = this.symbols.get(symbol);
    if (state === undefined) throw new VenueError(400, -1121, 'Invalid symbol.');
    return state;
  }
}
