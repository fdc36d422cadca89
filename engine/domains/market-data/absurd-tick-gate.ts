import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import type { BookTickerEvent, TradeEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';

const BPS_PER_ONE = 10_000;

/**
 * Keeps absurd ticks away from pricing: a price far from a slow centre is held back until further
 * ticks agree with it or the depth book shows it, and an impossible size never passes. The depth book
 * itself is not judged here: it is what confirms.
 */
export class AbsurdTickGate implements Persistent {
  /** Ticks held back for their price. */
  quarantinedCount = 0;
  /** Ticks refused for their size or their form (crossed, no price). */
  absurdCount = 0;
  /** Slow centre in ticks; 0 before the first live book. */
  private centreTicks = 0;
  private centreAtMicros = 0;
  private candidateTicks = 0;
  private candidateCount = 0;
  private readonly bandRatio: number;
  private readonly confirmingTicks: number;
  private readonly centreWeightPerMicro: number;
  /** Tick-lots above which a size is absurd. */
  private readonly absurdTickLots: number;

  constructor(configuration: MarketDataConfiguration, instrument: Instrument) {
    this.bandRatio = configuration.priceBandBps / BPS_PER_ONE;
    this.confirmingTicks = configuration.confirmingTicks;
    this.centreWeightPerMicro = Math.LN2 / configuration.centreHalfLifeMicros;
    const quotePerTickLot =
      instrument.tickLotNumerator / instrument.tickLotDenominator / ASSET_UNITS_PER_WHOLE;
    this.absurdTickLots =
      configuration.absurdNotionalQuote > 0
        ? configuration.absurdNotionalQuote / quotePerTickLot
        : Number.POSITIVE_INFINITY;
  }

  /** May this touch be shown? Hot: every bookTicker. No allocation. */
  admitTicker(event: Readonly<BookTickerEvent>): boolean {
    const { bidPriceTicks, bidQuantityLots, askPriceTicks, askQuantityLots } = event;
    const isBidEmpty = bidPriceTicks <= 0 || bidQuantityLots <= 0;
    const isAskEmpty = askPriceTicks <= 0 || askQuantityLots <= 0;
    if (isBidEmpty && isAskEmpty) return this.refuse();
    if (bidPriceTicks * bidQuantityLots > this.absurdTickLots) return this.refuse();
    if (askPriceTicks * askQuantityLots > this.absurdTickLots) return this.refuse();
    // One side alone has no mid to be judged by.
    if (isBidEmpty || isAskEmpty) return true;
    if (bidPriceTicks >= askPriceTicks) return this.refuse();
    return this.admitPrice((bidPriceTicks + askPriceTicks) / 2);
  }

  /** May this trade be shown? Hot: every trade. No allocation. */
  admitTrade(event: Readonly<TradeEvent>): boolean {
    const { priceTicks, quantityLots } = event;
    // The perpetual's trade stream is known to send frames without a price.
    if (priceTicks <= 0 || quantityLots <= 0) return this.refuse();
    if (priceTicks * quantityLots > this.absurdTickLots) return this.refuse();
    return this.admitPrice(priceTicks);
  }

  /**
   * Moves the centre toward a mid that the depth book or an admitted touch shows. A mid outside the
   * band becomes the centre at once when the depth book shows it.
   */
  follow(midTicks: number, atMicros: number, isDepth: boolean): void {
    if (this.centreTicks === 0 || (isDepth && !this.isInside(midTicks, this.centreTicks))) {
      this.centreTicks = midTicks;
    } else {
      const elapsed = atMicros - this.centreAtMicros;
      const weight = Math.min(1, elapsed * this.centreWeightPerMicro);
      this.centreTicks += (midTicks - this.centreTicks) * weight;
    }
    this.centreAtMicros = atMicros;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.quarantinedCount);
    writer.integer(this.absurdCount);
    writer.float(this.centreTicks);
    writer.integer(this.centreAtMicros);
    writer.float(this.candidateTicks);
    writer.integer(this.candidateCount);
  }

  readState(reader: StateReader): void {
    this.quarantinedCount = reader.integer();
    this.absurdCount = reader.integer();
    this.centreTicks = reader.float();
    this.centreAtMicros = reader.integer();
    this.candidateTicks = reader.float();
    this.candidateCount = reader.integer();
  }

  private refuse(): false {
    this.absurdCount += 1;
    return false;
  }

  private isInside(priceTicks: number, centreTicks: number): boolean {
    return Math.abs(priceTicks - centreTicks) <= centreTicks * this.bandRatio;
  }

  private admitPrice(priceTicks: number): boolean {
    if (this.centreTicks === 0 || this.isInside(priceTicks, this.centreTicks)) {
      this.candidateCount = 0;
      return true;
    }
    const agrees = this.candidateCount > 0 && this.isInside(priceTicks, this.candidateTicks);
    this.candidateCount = agrees ? this.candidateCount + 1 : 1;
    this.candidateTicks = priceTicks;
    if (this.candidateCount > this.confirmingTicks) {
      this.candidateCount = 0;
      this.centreTicks = priceTicks;
      return true;
    }
    this.quarantinedCount += 1;
    return false;
  }
}
