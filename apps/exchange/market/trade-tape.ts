import type { EpochMicros, PriceUnits } from '#units/integers.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import type { PublicTrade } from './symbol-market.ts';

/** Trades that can be asked for. */
const KEPT_MAX = 10_000;
/** The venue's average price is that of five minutes. */
const AVERAGE_SECONDS = 300;

/** The public trades of one symbol: the latest, and their average price by volume. */
export class TradeTape {
  private readonly kept: PublicTrade[] = [];
  private readonly seconds: { readonly second: number; lots: number; ticksLots: number }[] = [];

  note(trade: PublicTrade): void {
    this.kept.push(trade);
    // Cut in bulk: shifting one by one would move the whole array each time.
    if (this.kept.length >= 2 * KEPT_MAX) this.kept.splice(0, KEPT_MAX);
    const second = Math.floor(trade.timeMicros / MICROS_PER_SECOND);
    let bucket = this.seconds.at(-1);
    if (bucket?.second !== second) {
      bucket = { second, lots: 0, ticksLots: 0 };
      this.seconds.push(bucket);
    }
    bucket.lots += trade.quantityLots;
    bucket.ticksLots += trade.quantityLots * trade.priceTicks;
  }

  get last(): PublicTrade | null {
    return this.kept.at(-1) ?? null;
  }

  /** Oldest first. With `fromId`: those of that id and above, else the latest. */
  latest(limit: number, fromId?: number): readonly PublicTrade[] {
    if (fromId === undefined) return this.kept.slice(-limit);
    const first = this.kept[0];
    if (first === undefined) return [];
    const from = Math.max(0, fromId - first.tradeId);
    return this.kept.slice(from, from + limit);
  }

  /** Average of the last five minutes in 1e-8 quote; the last price when nothing traded; 0 before the first trade. */
  averagePriceUnits(nowMicros: EpochMicros, priceUnitsPerTick: number): PriceUnits {
    const from = Math.floor(nowMicros / MICROS_PER_SECOND) - AVERAGE_SECONDS;
    while ((this.seconds[0]?.second ?? from) < from) this.seconds.shift();
    let lots = 0;
    let ticksLots = 0;
    for (const bucket of this.seconds) {
      lots += bucket.lots;
      ticksLots += bucket.ticksLots;
    }
    const ticks = lots === 0 ? (this.last?.priceTicks ?? 0) : ticksLots / lots;
    return Math.round(ticks * priceUnitsPerTick) as PriceUnits;
  }
}
