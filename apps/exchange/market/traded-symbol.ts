import { LevelColumn } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { VenueBook, VenueBookListener } from '#simulation/venue/venue-book.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import type {
  BookRow,
  DepthCollector,
  ForcedOrder,
  MarketObserver,
  PublicTrade,
  SymbolMarket,
} from './symbol-market.ts';
import { TradeTape } from './trade-tape.ts';

/** What every symbol has, however its book executes: status, prices, tape, observers. */
export abstract class TradedSymbol implements SymbolMarket {
  instrument: Instrument;
  markPriceUnits = 0 as PriceUnits;
  indexPriceUnits = 0 as PriceUnits;
  fundingRate = 0 as RateUnits;
  nextFundingMicros = 0 as EpochMicros;
  /** Told after the status changed. */
  onStatus: () => void = () => undefined;
  abstract readonly book: VenueBook;
  abstract readonly lastUpdateId: number;
  protected readonly workingMicros: () => EpochMicros;
  private readonly observers: MarketObserver[] = [];
  private readonly tape = new TradeTape();
  private readonly column = new LevelColumn();

  constructor(instrument: Instrument, workingMicros: () => EpochMicros) {
    this.instrument = instrument;
    this.workingMicros = workingMicros;
  }

  get lastPriceTicks(): number {
    return this.tape.last?.priceTicks ?? 0;
  }

  abstract bindAccounts(listener: VenueBookListener): void;

  abstract collectDepth(): DepthCollector;

  depth(limit: number): { readonly bids: readonly BookRow[]; readonly asks: readonly BookRow[] } {
    return { bids: this.rows(Side.BUY, limit), asks: this.rows(Side.SELL, limit) };
  }

  trades(limit: number, fromId?: number): readonly PublicTrade[] {
    return this.tape.latest(limit, fromId);
  }

  averagePriceUnits(): PriceUnits {
    const { priceUnitsPerTick } = this.instrument;
    return this.tape.averagePriceUnits(this.workingMicros(), priceUnitsPerTick);
  }

  addObserver(observer: MarketObserver): void {
    this.observers.push(observer);
  }

  tellForcedOrder(order: ForcedOrder): void {
    for (const observer of this.observers) observer.onForcedOrder?.(order);
  }

  setStatus(status: Instrument['status']): void {
    const { instrument } = this;
    this.instrument = { ...instrument, status, version: instrument.version + 1 };
    this.onStatus();
  }

  setFilters(change: Partial<Instrument['filters']>): void {
    const { instrument } = this;
    const filters = { ...instrument.filters, ...change };
    this.instrument = { ...instrument, filters, version: instrument.version + 1 };
  }

  /** Appends the best levels of a side, best first. */
  protected abstract writeLevels(side: Side, levelsMax: number, into: LevelColumn): void;

  /** One execution, for everybody to see. */
  protected print(priceTicks: number, lots: number, tradeId: number, aggressor: Side): void {
    const trade: PublicTrade = {
      tradeId,
      priceTicks,
      quantityLots: lots,
      buyerIsMaker: aggressor === Side.SELL,
      timeMicros: this.workingMicros(),
    };
    this.tape.note(trade);
    for (const observer of this.observers) observer.onTrade(trade);
  }

  protected tellBookChanged(topChanged: boolean): void {
    for (const observer of this.observers) observer.onBookChanged(topChanged);
  }

  private rows(side: Side, limit: number): readonly BookRow[] {
    const { column } = this;
    column.clear();
    this.writeLevels(side, limit, column);
    const rows: BookRow[] = [];
    for (let index = 0; index < column.count; index++) {
      rows.push([column.pricesTicks[index] as number, column.quantitiesLots[index] as number]);
    }
    return rows;
  }
}
