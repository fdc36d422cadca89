/**
 * The headline of every result: at which spot maker fee would these fills have broken even?
 */
import { SeededRandom } from '#simulation/random/random.ts';

/** What one block of time added: PnL before spot maker fees, and spot maker notional, in quote units. */
export interface BreakEvenBlock {
  readonly beforeMakerFeesUnits: number;
  readonly makerNotionalUnits: number;
}

export interface BreakEven {
  /** (PnL before spot maker fees) / spot maker notional, in basis points; null without maker fills. */
  readonly feeBps: number | null;
  /** 90 % interval from a bootstrap over blocks; null with fewer than 8 blocks that traded. */
  readonly lowBps: number | null;
  readonly highBps: number | null;
}

const RESAMPLES = 2_000;
const BLOCKS_LEAST = 8;
/** The bootstrap is part of a reproducible result, so its seed is fixed. */
const BOOTSTRAP_SEED = 20_240_808;

export function breakEven(blocks: readonly BreakEvenBlock[]): BreakEven {
  const feeBps = ratioBps(blocks);
  const traded = blocks.filter((block) => block.makerNotionalUnits > 0).length;
  if (feeBps === null || traded < BLOCKS_LEAST) return { feeBps, lowBps: null, highBps: null };
  const random = new SeededRandom(BOOTSTRAP_SEED);
  const resampled: number[] = [];
  for (let round = 0; round < RESAMPLES; round++) {
    const drawn = blocks.map(() => blocks[random.integer(0, blocks.length - 1)] as BreakEvenBlock);
    const ratio = ratioBps(drawn);
    if (ratio !== null) resampled.push(ratio);
  }
  resampled.sort((left, right) => left - right);
  return {
    feeBps,
    lowBps: resampled[Math.floor(resampled.length * 0.05)] ?? null,
    highBps: resampled[Math.ceil(resampled.length * 0.95) - 1] ?? null,
  };
}

function ratioBps(blocks: readonly BreakEvenBlock[]): number | null {
  let earned = 0;
  let notional = 0;
  for (const block of blocks) {
    earned += block.beforeMakerFeesUnits;
    notional += block.makerNotionalUnits;
  }
  return notional === 0 ? null : (earned / notional) * 10_000;
}
