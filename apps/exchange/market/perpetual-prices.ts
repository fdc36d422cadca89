import { MarkPrice } from '#simulation/market/mark-price.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import type { TradedSymbol } from './traded-symbol.ts';

/** Told when funding is due: the rate and mark it is settled at, and the moment it was due. */
export type FundingDue = (rate: RateUnits, mark: PriceUnits, dueMicros: EpochMicros) => void;

/** Keeps mark, index and funding of one perpetual, a step each second. */
export class PerpetualPrices {
  private readonly mark: MarkPrice;
  private readonly perpetual: TradedSymbol;
  /** Null: nobody trades the spot pair, so the perpetual is its own index. */
  private readonly spot: TradedSymbol | null;

  constructor(
    perpetual: TradedSymbol,
    spot: TradedSymbol | null,
    startMicros: EpochMicros,
    intervalMicros: number,
  ) {
    this.perpetual = perpetual;
    this.spot = spot;
    this.mark = new MarkPrice(startMicros, intervalMicros);
    perpetual.nextFundingMicros = this.mark.nextFundingMicros;
  }

  step(now: EpochMicros, onFunding: FundingDue): void {
    const { perpetual, mark } = this;
    const mid = midUnits(perpetual);
    const index = this.spot === null ? mid : midUnits(this.spot);
    if (index === 0 || mid === 0) return;
    const dueRate = perpetual.fundingRate;
    const dueMicros = perpetual.nextFundingMicros;
    const isDue = perpetual.markPriceUnits !== 0 && now >= dueMicros;
    mark.step(now, index, mid);
    perpetual.markPriceUnits = mark.markPriceUnits;
    perpetual.indexPriceUnits = mark.indexPriceUnits;
    perpetual.fundingRate = mark.fundingRate;
    perpetual.nextFundingMicros = mark.nextFundingMicros;
    if (isDue) onFunding(dueRate, perpetual.markPriceUnits, dueMicros);
  }
}

/** Mid in 1e-8 quote; 0 while a side is empty. */
function midUnits({ book, instrument }: TradedSymbol): number {
  if (book.bestBidTicks === 0 || book.bestAskTicks === 0) return 0;
  return ((book.bestBidTicks + book.bestAskTicks) / 2) * instrument.priceUnitsPerTick;
}
