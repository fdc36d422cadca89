import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';

const BPS_PER_ONE = 10_000;

/**
 * Taking legs: the worst price the urgency allows, how much of the book inside it one slice takes,
 * and what that is expected to cost. Results stand in the fields until the next `plan`.
 */
export class ActivePlanner {
  /** Worst price allowed, never beyond the cap. */
  limitPriceTicks = 0;
  /** Lots of this slice; 0: nothing can be taken inside the cap. */
  lots = 0;
  /** Expected distance of the average price from the mid, in basis points. */
  estimateBps = 0;
  /** The cap used, in basis points from the mid. */
  capBps = 0;
  private readonly configuration: HedgingConfiguration;

  constructor(configuration: HedgingConfiguration) {
    this.configuration = configuration;
  }

  slippageCapBps(urgency: HedgeUrgency): number {
    switch (urgency) {
      case HedgeUrgency.PASSIVE:
      case HedgeUrgency.NORMAL:
        return this.configuration.slippageNormalBps;
      case HedgeUrgency.AGGRESSIVE:
        return this.configuration.slippageAggressiveBps;
      case HedgeUrgency.PANIC:
        return this.configuration.slippagePanicBps;
    }
  }

  /**
   * Plans one slice of at most `wantedLots`. The share of depth binds below AGGRESSIVE, but a slice
   * is never cut under `leastLots` (the smallest order) when the depth holds that.
   *
   * Hot while an obligation is open: at most one step per shown level, no allocation.
   */
  plan(
    hedge: MarketSnapshot,
    side: Side,
    wantedLots: number,
    leastLots: number,
    urgency: HedgeUrgency,
  ): void {
    this.capBps = this.slippageCapBps(urgency);
    this.limitPriceTicks = limitTicks(hedge.midHalfTicks, side, this.capBps);
    const share = urgency >= HedgeUrgency.AGGRESSIVE ? 1 : this.configuration.depthShare;
    const depthLots = this.depthInside(hedge, side);
    const sharedLots = Math.floor(depthLots * share);
    const affordable = sharedLots >= leastLots || depthLots < leastLots ? sharedLots : leastLots;
    this.lots = urgency === HedgeUrgency.PANIC ? wantedLots : Math.min(wantedLots, affordable);
    this.estimateBps = this.lots > 0 ? this.estimate(hedge, side, this.lots) : 0;
  }

  private depthInside(hedge: MarketSnapshot, side: Side): number {
    const levels = side === Side.BUY ? hedge.asks : hedge.bids;
    const touchTicks = side === Side.BUY ? hedge.askPriceTicks : hedge.bidPriceTicks;
    if (touchTicks <= 0 || this.isBeyond(touchTicks, side)) return 0;
    let lots = 0;
    for (let index = 0; index < levels.count; index++) {
      if (this.isBeyond(levels.pricesTicks[index] as number, side)) break;
      lots += levels.quantitiesLots[index] as number;
    }
    // The top may be newer than the levels; it counts at least.
    const touchLots = side === Side.BUY ? hedge.askQuantityLots : hedge.bidQuantityLots;
    return Math.max(lots, touchLots);
  }

  /** Average price of sweeping `lots` against the mid; what the book does not show is priced at the cap. */
  private estimate(hedge: MarketSnapshot, side: Side, lots: number): number {
    const levels = side === Side.BUY ? hedge.asks : hedge.bids;
    const midTicks = hedge.midHalfTicks / 2;
    let leftLots = lots;
    let costTickLots = 0;
    for (let index = 0; index < levels.count && leftLots > 0; index++) {
      const taken = Math.min(leftLots, levels.quantitiesLots[index] as number);
      costTickLots += taken * Math.abs((levels.pricesTicks[index] as number) - midTicks);
      leftLots -= taken;
    }
    const seenBps = ((costTickLots / lots) * BPS_PER_ONE) / midTicks;
    return seenBps + (leftLots / lots) * this.capBps;
  }

  private isBeyond(priceTicks: number, side: Side): boolean {
    return side === Side.BUY
      ? priceTicks > this.limitPriceTicks
      : priceTicks < this.limitPriceTicks;
  }
}

/** The last whole tick inside the cap. */
function limitTicks(midHalfTicks: number, side: Side, capBps: number): number {
  const midTicks = midHalfTicks / 2;
  const room = (midTicks * capBps) / BPS_PER_ONE;
  return side === Side.BUY ? Math.floor(midTicks + room) : Math.max(1, Math.ceil(midTicks - room));
}
