import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { ASSET_UNITS_PER_WHOLE, MICROS_PER_SECOND, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

const HALVES_PER_WHOLE = 2 * ASSET_UNITS_PER_WHOLE;
const SECONDS_PER_MINUTE = 60;
const MIN_NOTIONALS_IN_BAND = 2;

/**
 * Half-width of the no-trade region for proportional cost (MODELS 7; cube-root law as in
 * Whalley-Wilmott 1997): `(3 c v / (2 g s))^(1/3)` in base, with cost c (quote per base), fill
 * variance rate v (base^2/s), risk aversion g (1/quote) and price variance s (quote^2/s).
 * Infinity when the price does not move: then nothing is worth hedging.
 */
export function computeNoTradeBand(
  costPerBase: number,
  fillVariance: number,
  riskAversion: number,
  priceVariance: number,
): number {
  if (priceVariance <= 0) return Number.POSITIVE_INFINITY;
  return Math.cbrt((3 * costPerBase * fillVariance) / (2 * riskAversion * priceVariance));
}

/**
 * The band the net delta is kept in, from the cost of hedging, the variance of our fills and the
 * variance of the price; bounded below by twice the hedge's minimum notional (and two lots), above
 * by configuration. The lower bound wins: a band that no order can serve helps nobody.
 */
export class HedgeBand {
  /** Half-width in base units; 0 until a mid is known. */
  bandUnits = 0;
  /** Variance of the mid in quote^2/s; 0 until two samples were taken. */
  priceVariance = 0;
  private readonly configuration: HedgingConfiguration;
  /** Decayed sum of squared fills, in base^2. */
  private fillSquares = 0;
  private fillsAtMicros = 0;
  private sampledAtMicros = 0;
  private sampledMid = 0;

  constructor(configuration: HedgingConfiguration) {
    this.configuration = configuration;
  }

  /** One quoting fill of `fillUnits` base units. */
  onFill(fillUnits: number, nowMicros: number): void {
    const base = fillUnits / ASSET_UNITS_PER_WHOLE;
    this.fillSquares = this.decayedSquares(nowMicros) + base * base;
    this.fillsAtMicros = nowMicros;
  }

  /**
   * Samples the mid when a sample is due and returns whether it did. `midHalfPrice` in half price
   * units (half of 1e-8 quote).
   *
   * Hot: one comparison between samples.
   */
  sample(midHalfPrice: number, nowMicros: number): boolean {
    const elapsedMicros = nowMicros - this.sampledAtMicros;
    if (elapsedMicros < this.configuration.volatilitySampleMicros) return false;
    const mid = midHalfPrice / HALVES_PER_WHOLE;
    if (this.sampledMid > 0) {
      const seconds = elapsedMicros / MICROS_PER_SECOND;
      const move = mid - this.sampledMid;
      const weight = 1 - Math.exp(-(Math.LN2 * elapsedMicros) / this.halfLifeMicros);
      const isFirst = this.priceVariance === 0;
      this.priceVariance += (isFirst ? 1 : weight) * ((move * move) / seconds - this.priceVariance);
    }
    this.sampledMid = mid;
    this.sampledAtMicros = nowMicros;
    return true;
  }

  /** Variance rate of our fills in base^2/s. */
  fillVariance(nowMicros: number): number {
    const halfLifeSeconds = this.configuration.fillVarianceHalfLifeMicros / MICROS_PER_SECOND;
    return (this.decayedSquares(nowMicros) * Math.LN2) / halfLifeSeconds;
  }

  /** One standard deviation of the mid over a minute, in percent of it. */
  get percentPerMinute(): number {
    if (this.sampledMid <= 0) return 0;
    return (Math.sqrt(this.priceVariance * SECONDS_PER_MINUTE) / this.sampledMid) * 100;
  }

  /** Computes the band anew. `spreadTicks`: of the hedge market. */
  refresh(hedge: Instrument, midHalfPrice: number, spreadTicks: number, nowMicros: number): void {
    if (midHalfPrice <= 0) return;
    const wanted = this.wantedQuoteUnits(hedge, midHalfPrice, spreadTicks, nowMicros);
    const units = multiplyDivide(wanted, HALVES_PER_WHOLE, midHalfPrice, Rounding.HALF_AWAY);
    this.bandUnits = Math.max(units, MIN_NOTIONALS_IN_BAND * hedge.baseUnitsPerLot);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.bandUnits);
    writer.float(this.priceVariance);
    writer.float(this.fillSquares);
    writer.integer(this.fillsAtMicros);
    writer.integer(this.sampledAtMicros);
    writer.float(this.sampledMid);
  }

  readState(reader: StateReader): void {
    this.bandUnits = reader.integer();
    this.priceVariance = reader.float();
    this.fillSquares = reader.float();
    this.fillsAtMicros = reader.integer();
    this.sampledAtMicros = reader.integer();
    this.sampledMid = reader.float();
  }

  private wantedQuoteUnits(
    hedge: Instrument,
    midHalfPrice: number,
    spreadTicks: number,
    nowMicros: number,
  ): number {
    const { bandFixedQuoteUnits, bandMinQuoteUnits, bandMaxQuoteUnits } = this.configuration;
    const leastForOrders = MIN_NOTIONALS_IN_BAND * hedge.filters.minNotionalUnits;
    const least = Math.max(bandMinQuoteUnits, leastForOrders);
    const most = Math.max(bandMaxQuoteUnits, least);
    if (bandFixedQuoteUnits > 0) return Math.min(Math.max(bandFixedQuoteUnits, least), most);
    const mid = midHalfPrice / HALVES_PER_WHOLE;
    const halfSpread = (spreadTicks * hedge.priceUnitsPerTick) / HALVES_PER_WHOLE;
    const cost = Math.max(0, (mid * hedge.takerFeeRate) / RATE_UNITS_PER_ONE + halfSpread);
    const band = computeNoTradeBand(
      cost,
      this.fillVariance(nowMicros),
      this.configuration.riskAversion,
      this.priceVariance,
    );
    const units = Math.min(band * mid * ASSET_UNITS_PER_WHOLE, most);
    return Math.max(Math.round(units), least);
  }

  private decayedSquares(nowMicros: number): number {
    const elapsed = Math.max(0, nowMicros - this.fillsAtMicros);
    const halfLife = this.configuration.fillVarianceHalfLifeMicros;
    return this.fillSquares * Math.exp(-(Math.LN2 * elapsed) / halfLife);
  }

  private get halfLifeMicros(): number {
    return this.configuration.volatilityHalfLifeMicros;
  }
}
