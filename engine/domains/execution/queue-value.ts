/**
 * What a place in a queue is worth against a better price, in ticks.
 *
 * MODELS 3.6 (6) puts it as (P_fill at the old place - P_fill at a new one) x (half spread - adverse
 * selection). With no fitted fill model here, the probability is taken as linear in the share of the
 * level that stands behind us, and the second factor is one configured number. Bounded on purpose: a
 * place can delay a move by a tick or two, never freeze it.
 */
import type { DepthLevels, MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';

/** Lots of others displayed at exactly this price, 0 when the level is not shown. Hot: at most 20 steps. */
export function displayedLots(market: MarketSnapshot, side: Side, priceTicks: number): number {
  const levels: DepthLevels = side === Side.BUY ? market.bids : market.asks;
  for (let level = 0; level < levels.count; level++) {
    if (levels.pricesTicks[level] === priceTicks) return levels.quantitiesLots[level] as number;
  }
  return 0;
}

/**
 * Worth of the place in ticks, 0..`frontTicks`: all of the level behind us is worth `frontTicks`, none
 * of it nothing. `aheadLots` never exceeds what is displayed: cancels in front can only help.
 */
export function queueValueTicks(aheadLots: number, shownLots: number, frontTicks: number): number {
  if (shownLots <= 0) return 0;
  const ahead = Math.min(aheadLots, shownLots);
  return frontTicks * ((shownLots - ahead) / shownLots);
}
