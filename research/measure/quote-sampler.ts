import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { QuoteSet } from '#contracts/quote-set.ts';
import type { OrderTape } from './order-tape.ts';
import { ReasonShares } from './reason-shares.ts';

/**
 * Looks at our resting quotes on every timer, while the quoted book is live: how often both sides
 * stand, how wide, how far from the touch, and why not where pricing wants none.
 */
export class QuoteSampler {
  bestBidTicks = 0;
  bestAskTicks = 0;
  /** Why the top layer was, or was not, wanted; shares of live-book time before the orderly end. */
  readonly reasons = new ReasonShares();
  private readonly markets: Markets;
  private readonly orders: OrderTape;
  private readonly quotes: Pick<QuoteSet, 'bid' | 'ask'>;
  private isShutDown = false;
  private samples = 0;
  private liveSamples = 0;
  private twoSidedSamples = 0;
  private spreadBpsSum = 0;
  private topDistanceTicksSum = 0;
  private topDistanceSamples = 0;

  /** `quotes`: the set pricing keeps up to date; read on each timer, never kept. */
  constructor(markets: Markets, orders: OrderTape, quotes: Pick<QuoteSet, 'bid' | 'ask'>) {
    this.markets = markets;
    this.orders = orders;
    this.quotes = quotes;
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.TIMER) return;
    this.findBest();
    this.samples += 1;
    const { quoted } = this.markets;
    if (quoted.isStale || quoted.bidPriceTicks === 0 || quoted.askPriceTicks === 0) return;
    this.liveSamples += 1;
    if (!this.isShutDown) {
      this.reasons.add(this.quotes.bid);
      this.reasons.add(this.quotes.ask);
    }
    if (this.bestBidTicks > 0) this.addDistance(quoted.bidPriceTicks - this.bestBidTicks);
    if (this.bestAskTicks > 0) this.addDistance(this.bestAskTicks - quoted.askPriceTicks);
    if (this.bestBidTicks > 0 && this.bestAskTicks > 0) {
      this.twoSidedSamples += 1;
      const mid = quoted.midHalfTicks / 2;
      this.spreadBpsSum += ((this.bestAskTicks - this.bestBidTicks) / mid) * 10_000;
    }
  }

  /** The orderly end has begun: that nothing is wanted from now on needs no reason. */
  onShutdown(): void {
    this.isShutDown = true;
  }

  /** Share of all time in which the quoted book was live and two-sided. */
  get liveBookRatio(): number {
    return this.samples === 0 ? 0 : this.liveSamples / this.samples;
  }

  /** Share of live-book time with both sides resting; 0 before the first sample. */
  get twoSidedRatio(): number {
    return this.liveSamples === 0 ? 0 : this.twoSidedSamples / this.liveSamples;
  }

  /** Mean distance between our best bid and ask while both stand, in basis points of mid. */
  get averageSpreadBps(): number {
    return this.twoSidedSamples === 0 ? 0 : this.spreadBpsSum / this.twoSidedSamples;
  }

  /** Mean distance of our best quote from the touch of the others, in ticks; negative inside the spread. */
  get averageTopDistanceTicks(): number {
    return this.topDistanceSamples === 0 ? 0 : this.topDistanceTicksSum / this.topDistanceSamples;
  }

  private addDistance(ticks: number): void {
    this.topDistanceTicksSum += ticks;
    this.topDistanceSamples += 1;
  }

  private findBest(): void {
    this.bestBidTicks = 0;
    this.bestAskTicks = 0;
    const instrument = this.markets.quoted.instrument;
    for (const order of this.orders.live.values()) {
      if (order.instrument !== instrument) continue;
      if (order.side === Side.BUY) {
        if (order.priceTicks > this.bestBidTicks) this.bestBidTicks = order.priceTicks;
      } else if (this.bestAskTicks === 0 || order.priceTicks < this.bestAskTicks) {
        this.bestAskTicks = order.priceTicks;
      }
    }
  }
}
