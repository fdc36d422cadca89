import { Market } from '#contracts/instrument.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** At most `limit` orders in each interval; intervals are aligned to the clock. */
export interface OrderCountRule {
  readonly intervalMicros: number;
  readonly limit: number;
}

const DAY_MICROS = 86_400 * MICROS_PER_SECOND;

/** Spot: 100 in 10 s and 200 000 a day, of unfilled orders. */
const SPOT_ORDER_COUNTS: readonly OrderCountRule[] = [
  { intervalMicros: 10 * MICROS_PER_SECOND, limit: 100 },
  { intervalMicros: DAY_MICROS, limit: 200_000 },
];

/** USD-M: 300 in 10 s and 1200 a minute, fills or not. */
const PERPETUAL_ORDER_COUNTS: readonly OrderCountRule[] = [
  { intervalMicros: 10 * MICROS_PER_SECOND, limit: 300 },
  { intervalMicros: 60 * MICROS_PER_SECOND, limit: 1_200 },
];

/** What an order's first fill gives back on spot. The maker's true credit is undisclosed; 5 is the venue's example. */
const TAKER_FILL_CREDIT = 1;
const MAKER_FILL_CREDIT = 5;

/**
 * Counts orders as the venue's ORDERS limiter does. Each attempt that passed the filters counts, a
 * refused one too: harsher than documented for refusals, so that a test is never kinder than live.
 */
export class OrderCounter {
  private readonly rules: readonly OrderCountRule[];
  private readonly creditsFills: boolean;
  private readonly counts: Float64Array;
  private readonly windows: Float64Array;

  constructor(market: Market, rules?: readonly OrderCountRule[]) {
    const isSpot = market === Market.SPOT;
    this.rules = rules ?? (isSpot ? SPOT_ORDER_COUNTS : PERPETUAL_ORDER_COUNTS);
    this.creditsFills = isSpot;
    this.counts = new Float64Array(this.rules.length);
    this.windows = new Float64Array(this.rules.length).fill(-1);
  }

  /** Counts one more order. False, and nothing counted, when an interval is full. */
  tryCount(nowMicros: EpochMicros): boolean {
    this.roll(nowMicros);
    for (let index = 0; index < this.rules.length; index++) {
      if ((this.counts[index] as number) >= (this.rules[index] as OrderCountRule).limit)
        return false;
    }
    for (let index = 0; index < this.rules.length; index++) {
      this.counts[index] = (this.counts[index] as number) + 1;
    }
    return true;
  }

  /** The first fill of an order. Credits the current intervals on spot, never below zero. */
  creditFirstFill(isMaker: boolean, nowMicros: EpochMicros): void {
    if (!this.creditsFills) return;
    this.roll(nowMicros);
    const credit = isMaker ? MAKER_FILL_CREDIT : TAKER_FILL_CREDIT;
    for (let index = 0; index < this.rules.length; index++) {
      this.counts[index] = Math.max(0, (this.counts[index] as number) - credit);
    }
  }

  /** Orders counted now in the interval of rule `index`. */
  countIn(index: number, nowMicros: EpochMicros): number {
    this.roll(nowMicros);
    return this.counts[index] ?? 0;
  }

  private roll(nowMicros: EpochMicros): void {
    for (let index = 0; index < this.rules.length; index++) {
      const { intervalMicros } = this.rules[index] as OrderCountRule;
      const window = Math.floor(nowMicros / intervalMicros);
      if (window === this.windows[index]) continue;
      this.windows[index] = window;
      this.counts[index] = 0;
    }
  }
}
