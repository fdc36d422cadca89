/**
 * What market orders teach: how far the mid moved against the makers they met at the touch.
 *
 * A market order begins at the touch, so its trades at its first price are the fills of the makers
 * there (MODELS 4; Huang and Stoll 1996). All in basis points of the mid, weighted by notional.
 */
import { type Side, Side as Sides } from '#contracts/order.ts';
import { BlockRatio } from './block-ratio.ts';

/** Horizons of the markouts, in seconds. */
export const HORIZONS_SECONDS = [1, 5, 30] as const;
/**
 * The mid "before" is looked up this much earlier: on separate streams the book ticker of a match may
 * arrive before its trade.
 */
const LOOK_BACK_MICROS = 10_000;
const BPS_PER_ONE = 10_000;
const MICROS_PER_SECOND = 1_000_000;

/** Fills at the touch that wait for their horizons. */
interface TouchFill {
  readonly atMicros: number;
  readonly midTicks: number;
  /** +1: the maker bought. */
  readonly makerSign: number;
  readonly notionalTicks: number;
}

/** One horizon: what the makers at the touch lost to it. */
export interface TouchMarkout {
  readonly seconds: number;
  /** Market orders measured; NaN figures when none was. */
  readonly count: number;
  /** Mean move of the mid against the maker, bp: positive is a loss. */
  readonly adverseBps: number;
  /** Standard error over blocks of 30 s, bp; NaN with fewer than two blocks. */
  readonly standardErrorBps: number;
}

/** Collects market orders and marks their touch fills out. Feed it in the order of time. */
export class TouchMarkouts {
  /** Mids with their times, for looking back. */
  private readonly midMicros: number[] = [];
  private readonly mids: number[] = [];
  private readonly fills: TouchFill[] = [];
  private readonly next = HORIZONS_SECONDS.map(() => 0);
  private readonly sums = HORIZONS_SECONDS.map(() => new BlockRatio());
  /** Effective half spread paid by the takers, bp. */
  private readonly paid = new BlockRatio();

  /** A new mid, in ticks, valid from `nowMicros` on. Call `advance` before it. */
  onMid(nowMicros: number, midTicks: number): void {
    if (this.mids.at(-1) === midTicks) return;
    this.midMicros.push(nowMicros);
    this.mids.push(midTicks);
  }

  /** One fill of makers at the touch by a market order. Without a mid before it, it is not counted. */
  onTouchFill(nowMicros: number, aggressor: Side, priceTicks: number, lots: number): void {
    const midTicks = this.midAt(nowMicros - LOOK_BACK_MICROS);
    if (Number.isNaN(midTicks)) return;
    const makerSign = aggressor === Sides.SELL ? 1 : -1;
    const notionalTicks = priceTicks * lots;
    this.fills.push({ atMicros: nowMicros, midTicks, makerSign, notionalTicks });
    const effective = (makerSign * (midTicks - priceTicks) * BPS_PER_ONE) / midTicks;
    this.paid.add(nowMicros, effective, notionalTicks);
  }

  /** Marks out what has come of age by `nowMicros`, at the mid that stood until now. */
  advance(nowMicros: number): void {
    const midNow = this.mids.at(-1);
    if (midNow === undefined) return;
    for (let horizon = 0; horizon < HORIZONS_SECONDS.length; horizon++) {
      const micros = (HORIZONS_SECONDS[horizon] as number) * MICROS_PER_SECOND;
      let index = this.next[horizon] as number;
      while (index < this.fills.length) {
        const fill = this.fills[index] as TouchFill;
        if (fill.atMicros + micros > nowMicros) break;
        const midTicks = this.midAt(fill.atMicros + micros);
        const adverse = (fill.makerSign * (fill.midTicks - midTicks) * BPS_PER_ONE) / fill.midTicks;
        (this.sums[horizon] as BlockRatio).add(fill.atMicros, adverse, fill.notionalTicks);
        index += 1;
      }
      this.next[horizon] = index;
    }
  }

  /** Mean half spread that takers paid at the touch, bp; NaN without market orders. */
  get effectiveHalfSpreadBps(): number {
    return this.paid.mean;
  }

  results(): TouchMarkout[] {
    return HORIZONS_SECONDS.map((seconds, index) => {
      const sum = this.sums[index] as BlockRatio;
      return {
        seconds,
        count: sum.count,
        adverseBps: sum.mean,
        standardErrorBps: sum.standardError,
      };
    });
  }

  /** The last mid at or before that time; NaN before the first. */
  private midAt(micros: number): number {
    let low = 0;
    let high = this.midMicros.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.midMicros[middle] as number) <= micros) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? Number.NaN : (this.mids[low - 1] as number);
  }
}
