/**
 * The pricing exit: the one place where a model's real numbers become ticks (MODELS 3.6, steps 3-5).
 * Rounding is outward, so a quote is never better than was asked for.
 */

/**
 * Slack against the last bits of a sum like fair - (fair - bid), in ticks. Prices are below 1e9
 * ticks, where a double's step is 1.2e-7 ticks.
 */
export const ROUNDING_SLACK_TICKS = 2.5e-7;

/** Largest whole tick at or below `fair - distance`. Hot. */
export function roundBidTicks(fairTicks: number, distanceTicks: number): number {
  return Math.floor(fairTicks - distanceTicks + ROUNDING_SLACK_TICKS);
}

/** Smallest whole tick at or above `fair + distance`. Hot. */
export function roundAskTicks(fairTicks: number, distanceTicks: number): number {
  return Math.ceil(fairTicks + distanceTicks - ROUNDING_SLACK_TICKS);
}

/**
 * Keeps a bid from taking liquidity: below the best ask of the others, and with `joinOnly` not above
 * their best bid either. Hot.
 */
export function clampBidTicks(
  bidTicks: number,
  bestBidTicks: number,
  bestAskTicks: number,
  joinOnly: boolean,
): number {
  return Math.min(bidTicks, joinOnly ? bestBidTicks : bestAskTicks - 1);
}

/** The mirror of `clampBidTicks`. Hot. */
export function clampAskTicks(
  askTicks: number,
  bestBidTicks: number,
  bestAskTicks: number,
  joinOnly: boolean,
): number {
  return Math.max(askTicks, joinOnly ? bestAskTicks : bestBidTicks + 1);
}
