import { RATE_UNITS_PER_BP, type RateUnits } from '#units/integers.ts';

/**
 * List prices of Binance's fee tiers, in basis points: spot maker and taker, USD-M maker and taker.
 *
 * A list price is a default, not a fact about an account: programmes, referrals and zero-fee pairs
 * change it. Live trading reads the account's own rates; `fees.*` in the configuration overrides.
 */
export interface FeeTier {
  readonly name: string;
  readonly spotMakerBps: number;
  readonly spotTakerBps: number;
  readonly perpMakerBps: number;
  readonly perpTakerBps: number;
  /** Share of the list price left when spot fees are paid in BNB. */
  readonly spotFeeAssetFactor: number;
  readonly note: string;
}

function tier(
  name: string,
  spotMakerBps: number,
  spotTakerBps: number,
  perpMakerBps: number,
  perpTakerBps: number,
  note = 'list price',
  spotFeeAssetFactor = 0.75,
): FeeTier {
  return {
    name,
    spotMakerBps,
    spotTakerBps,
    perpMakerBps,
    perpTakerBps,
    spotFeeAssetFactor,
    note,
  };
}

export const FEE_TIERS: readonly FeeTier[] = [
  tier('VIP0', 10, 10, 2, 5),
  tier('VIP1', 9, 10, 1.6, 4),
  tier('VIP2', 8, 10, 1.4, 3.5),
  tier('VIP3', 4.2, 6, 1.2, 3.2),
  tier('VIP4', 4.2, 5.4, 1, 3),
  tier('VIP5', 3.6, 4.8, 0.8, 2.7),
  tier('VIP6', 3, 4.2, 0.6, 2.5),
  tier('VIP7', 2.4, 3.6, 0.4, 2.2),
  tier('VIP8', 1.8, 3, 0.2, 2),
  tier('VIP9', 1.2, 2.4, 0, 1.7),
  tier('ZERO', 0, 10, 2, 5, 'hypothetical: a zero-maker-fee pair'),
  tier('REBATE', -0.5, 4.8, -0.5, 2.7, 'hypothetical: a maker rebate programme'),
];

/** The tiers every result re-prices its fills at, in this order. BNB: VIP0 with fees paid in BNB. */
export const REPRICING_TIERS = ['VIP0', 'VIP0+BNB', 'VIP5', 'VIP9', 'ZERO', 'REBATE'] as const;

/** A tier by name ("VIP0", "VIP0+BNB"), or null. The BNB suffix applies the spot discount. */
export function findFeeTier(name: string): FeeTier | null {
  const [base, suffix] = name.toUpperCase().split('+');
  const found = FEE_TIERS.find((candidate) => candidate.name === base);
  if (found === undefined) return null;
  if (suffix === undefined) return found;
  if (suffix !== 'BNB') return null;
  return {
    ...found,
    name: `${found.name}+BNB`,
    spotMakerBps: found.spotMakerBps * found.spotFeeAssetFactor,
    spotTakerBps: found.spotTakerBps * found.spotFeeAssetFactor,
    note: `${found.note}, spot fees paid in BNB`,
  };
}

/** Basis points to rate units; rounds to 1e-8. */
export function rateFromBps(bps: number): RateUnits {
  return Math.round(bps * RATE_UNITS_PER_BP) as RateUnits;
}
