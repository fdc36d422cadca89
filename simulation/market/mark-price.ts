import { DEFAULT_INTEREST_PER_EIGHT_HOURS, fundingRate } from '#contracts/funding-rate.ts';
import {
  type EpochMicros,
  MICROS_PER_SECOND,
  type PriceUnits,
  RATE_UNITS_PER_ONE,
  type RateUnits,
} from '#units/integers.ts';

/** Time constant of the average of (perpetual mid - index) in the mark price (MODELS 7). */
const AVERAGE_SECONDS = 30;
const FUNDING_CAP = 0.02;
const MICROS_PER_HOUR = 3600 * MICROS_PER_SECOND;

/**
 * Mark price and funding of a simulated perpetual: mark = median(index with the funding still to
 * come, index + average of (mid - index), mid); funding from the premium averaged with linearly
 * rising weights since the last settlement (MODELS 7). Index is the spot mid of the same venue.
 */
export class MarkPrice {
  markPriceUnits = 0 as PriceUnits;
  indexPriceUnits = 0 as PriceUnits;
  /** Predicted for the next settlement. */
  fundingRate = 0 as RateUnits;
  nextFundingMicros: EpochMicros;
  private readonly intervalMicros: number;
  private averageDifference = 0;
  private samples = 0;
  private weightedPremium = 0;
  private weight = 0;
  private lastRate = 0;

  /** Settlements fall on whole multiples of the interval since 1970, as the venue's do. */
  constructor(startMicros: EpochMicros, intervalMicros: number) {
    this.intervalMicros = intervalMicros;
    this.nextFundingMicros = nextMultiple(startMicros, intervalMicros);
  }

  /** One look per second. Mids in 1e-8 quote, above zero. */
  step(now: EpochMicros, spotMidUnits: number, perpMidUnits: number): void {
    const difference = perpMidUnits - spotMidUnits;
    this.samples += 1;
    const share = Math.max(1 / AVERAGE_SECONDS, 1 / this.samples);
    this.averageDifference += share * (difference - this.averageDifference);
    if (now >= this.nextFundingMicros) this.settle(now);
    this.addPremium(difference / spotMidUnits);
    const timeLeft = (this.nextFundingMicros - now) / this.intervalMicros;
    const withFunding = spotMidUnits * (1 + this.lastRate * timeLeft);
    const withAverage = spotMidUnits + this.averageDifference;
    this.indexPriceUnits = Math.round(spotMidUnits) as PriceUnits;
    this.markPriceUnits = Math.round(median(withFunding, withAverage, perpMidUnits)) as PriceUnits;
    this.fundingRate = Math.round(this.predictedRate() * RATE_UNITS_PER_ONE) as RateUnits;
  }

  /** Mean of the premiums with weights 1, 2, 3 ...: the n-th has the share 2 / (n + 1) of the new mean. */
  private addPremium(premium: number): void {
    this.weight += 1;
    this.weightedPremium += (2 / (this.weight + 1)) * (premium - this.weightedPremium);
  }

  private predictedRate(): number {
    return fundingRate(
      this.weightedPremium,
      DEFAULT_INTEREST_PER_EIGHT_HOURS,
      this.intervalMicros / MICROS_PER_HOUR,
      FUNDING_CAP,
      -FUNDING_CAP,
    );
  }

  /** A settlement has passed: its rate is history, the premium is averaged anew. */
  private settle(now: EpochMicros): void {
    this.lastRate = this.predictedRate();
    this.weightedPremium = 0;
    this.weight = 0;
    this.nextFundingMicros = nextMultiple(now, this.intervalMicros);
  }
}

function nextMultiple(now: number, interval: number): EpochMicros {
  return ((Math.floor(now / interval) + 1) * interval) as EpochMicros;
}

function median(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
