/** A spot market of one symbol where nothing happens by itself, around the matching engine. For tests. */
import type {
  DepthCollector,
  ExchangeMarkets,
  SymbolMarket,
} from '#apps/exchange/market/symbol-market.ts';
import { LevelColumn } from '#contracts/events.ts';
import type { Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { spotInstrument } from '#simulation/venue/venue.test-support.ts';
import type { VenueBookListener, VenueOrder } from '#simulation/venue/venue-book.ts';
import type {
  EpochMicros,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';

const SOMEBODY = 7;

function rows(column: LevelColumn): [number, number][] {
  return Array.from({ length: column.count }, (_, index) => [
    column.pricesTicks[index] as number,
    column.quantitiesLots[index] as number,
  ]);
}

export class QuietMarket implements SymbolMarket {
  readonly book = new MatchingEngine();
  readonly markPriceUnits = 0 as PriceUnits;
  readonly indexPriceUnits = 0 as PriceUnits;
  readonly fundingRate = 0 as RateUnits;
  readonly nextFundingMicros = 0 as EpochMicros;
  instrument: Instrument;
  private nextId = 1;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
  }

  collectDepth(): DepthCollector {
    return { drain: () => null, close: () => undefined };
  }

  bindAccounts(listener: VenueBookListener): void {
    this.book.bindParticipants(listener);
  }

  get lastUpdateId(): number {
    return this.book.lastUpdateId;
  }

  get lastPriceTicks(): number {
    return this.book.lastTradePriceTicks;
  }

  depth(limit: number) {
    const bids = new LevelColumn();
    const asks = new LevelColumn();
    this.book.writeLevels(Side.BUY, limit, bids);
    this.book.writeLevels(Side.SELL, limit, asks);
    return { bids: rows(bids), asks: rows(asks) };
  }

  trades(): readonly [] {
    return [];
  }

  averagePriceUnits(): PriceUnits {
    return 0 as PriceUnits;
  }

  addObserver(): void {}

  setFilters(change: Partial<Instrument['filters']>): void {
    this.instrument = {
      ...this.instrument,
      filters: { ...this.instrument.filters, ...change },
    };
  }

  setStatus(status: InstrumentStatus): void {
    this.instrument = { ...this.instrument, status };
  }

  /** Somebody who is no account places a limit order. */
  other(side: Side, ticks: number, lots: number): VenueOrder {
    const order: VenueOrder = {
      venueOrderId: this.nextId++,
      owner: SOMEBODY,
      clientOrderId: 0,
      side,
      type: OrderType.LIMIT,
      timeInForce: TimeInForce.GTC,
      selfTradeMode: SelfTradeMode.NONE,
      reduceOnly: false,
      priceTicks: ticks as PriceTicks,
      quantityLots: lots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
    this.book.place(order, 0 as EpochMicros);
    return order;
  }
}

export interface QuietMarkets extends ExchangeMarkets {
  readonly doge: QuietMarket;
}

/** DOGEUSDT on spot, its book with 10 levels of 10 000 on each side of 16000 ticks (0.16). */
export function quietMarkets(filters: Partial<Instrument['filters']> = {}): QuietMarkets {
  const doge = new QuietMarket(
    spotInstrument({ symbol: 'DOGEUSDT', baseAsset: 'DOGE' }, { ...filters }),
  );
  for (let level = 1; level <= 10; level++) {
    doge.other(Side.BUY, 16_000 - level, 10_000);
    doge.other(Side.SELL, 16_000 + level, 10_000);
  }
  const timers = new Set<NodeJS.Timeout>();
  const now = (): EpochMicros => (Date.now() * 1_000) as EpochMicros;
  return {
    doge,
    spot: new Map([['DOGEUSDT', doge]]),
    usdm: new Map(),
    nowMicros: now,
    get workingMicros() {
      return now();
    },
    schedule(atMicros, task) {
      timers.add(setTimeout(task, Math.max(0, (atMicros - now()) / 1_000)));
    },
    onFunding() {},
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
