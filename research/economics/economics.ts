/**
 * Can this instrument be quoted at this fee tier, where, and what is needed: the measured market and
 * the arithmetic of every tier in one answer.
 */
import { FEE_TIERS, type FeeTier, findFeeTier } from '#adapters/config/fee-tiers.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { RATE_UNITS_PER_BP } from '#units/integers.ts';
import type { MarketSample } from './market-sampler.ts';
import type { ReachRate } from './sweep-depths.ts';
import { computeTier, type MarketFigures, type TierArithmetic } from './tier-arithmetic.ts';

export type { MarketSample } from './market-sampler.ts';

const BPS_PER_ONE = 10_000;
const MICROS_PER_SECOND = 1_000_000;
/** Reached less than once in this many hours, a distance is no place to make a living. */
const RARE_HOURS = 24;

/**
 * `touch`: pays at the touch. `deep`: pays farther out, where market orders still come. `rare`: they
 * come there less than once a day. `unseen`: none came, and too little was watched to say how rarely.
 */
export type VerdictKind = 'touch' | 'deep' | 'rare' | 'unseen';

/** How often an order at the needed distance would be reached, an hour on one side. */
export interface ExpectedFills {
  /** By the fitted intensity; a curve drawn on beyond the band when `isInsideFittedBand` is false. */
  readonly fittedPerHour: number;
  readonly isInsideFittedBand: boolean;
  readonly seen: ReachRate;
}

export interface TierAnswer {
  readonly arithmetic: TierArithmetic;
  readonly fills: ExpectedFills;
  readonly verdict: VerdictKind;
}

export interface EconomicsAnswer {
  readonly symbol: string;
  readonly instrument: Instrument;
  readonly hedge: Instrument | null;
  readonly sample: MarketSample;
  readonly figures: MarketFigures;
  /** True: no perpetual was measured, its half spread is taken as half a tick. */
  readonly isHedgeSpreadAssumed: boolean;
  readonly markoutSeconds: number;
  readonly reactionSeconds: number;
  readonly chosen: TierAnswer;
  readonly tiers: readonly TierAnswer[];
}

export interface EconomicsOptions {
  readonly setup: SessionSetup;
  readonly sample: MarketSample;
  /** The tier asked for, account overrides included. */
  readonly tier: FeeTier;
}

/** Tiers of the table: the list, and VIP0 with fees paid in BNB. */
const TABLE_TIERS: readonly string[] = FEE_TIERS.flatMap(({ name }) =>
  name === 'VIP0' ? ['VIP0', 'VIP0+BNB'] : [name],
);

/** Puts measurement and fees together. Pure. */
export function assessEconomics(options: EconomicsOptions): EconomicsAnswer {
  const { setup, sample } = options;
  const { pricing } = setup.engine;
  const instrument = setup.instruments[0] as Instrument;
  const hedge = setup.instruments[1] ?? null;
  const wantedSeconds = pricing.markoutHorizonMicros / MICROS_PER_SECOND;
  const markout = nearest(sample.markouts, wantedSeconds);
  const isMeasured = markout.count > 0;
  const isHedgeSpreadAssumed = hedge !== null && Number.isNaN(sample.hedgeHalfSpreadBps);
  const figures: MarketFigures = {
    tickBps: BPS_PER_ONE / sample.priceTicks,
    halfSpreadBps: (sample.spreadTicks / 2 / sample.priceTicks) * BPS_PER_ONE,
    volatilityBps: sample.volatilityBps,
    adverseSelectionBps: isMeasured ? markout.adverseBps : pricing.adverseSelectionPriorBps,
    hedgeHalfSpreadBps: isHedgeSpreadAssumed
      ? assumedHedgeHalfSpread(instrument, hedge, sample)
      : sample.hedgeHalfSpreadBps,
    hasHedge: hedge !== null,
    fundingRate: Number.isNaN(sample.fundingRate) ? 0 : sample.fundingRate,
    secondsToFunding: Number.isNaN(sample.secondsToFunding)
      ? Number.POSITIVE_INFINITY
      : sample.secondsToFunding,
  };
  const answer = (tier: FeeTier): TierAnswer => {
    const arithmetic = computeTier(tier, figures, pricing);
    const fills = expectedFills(sample, arithmetic.needed.bps);
    return { arithmetic, fills, verdict: judge(arithmetic, figures, fills) };
  };
  return {
    symbol: setup.symbol,
    instrument,
    hedge,
    sample,
    figures,
    isHedgeSpreadAssumed,
    markoutSeconds: markout.seconds,
    reactionSeconds: pricing.reactionLatencyMicros / MICROS_PER_SECOND,
    chosen: answer(options.tier),
    tiers: TABLE_TIERS.map((name) => answer(knownTier(name))),
  };
}

/** The account's own fee rates, as a tier: list prices with the configuration's overrides. */
export function accountTier(setup: SessionSetup): FeeTier {
  const listed = knownTier(setup.feeTier);
  const quoted = setup.instruments[0] as Instrument;
  const hedge = setup.instruments[1];
  const base = knownTier(setup.feeTier.split('+')[0] ?? '');
  const spot = {
    maker: quoted.makerFeeRate / RATE_UNITS_PER_BP,
    taker: quoted.takerFeeRate / RATE_UNITS_PER_BP,
  };
  const perp =
    hedge === undefined
      ? { maker: base.perpMakerBps, taker: base.perpTakerBps }
      : {
          maker: hedge.makerFeeRate / RATE_UNITS_PER_BP,
          taker: hedge.takerFeeRate / RATE_UNITS_PER_BP,
        };
  const isListed =
    spot.maker === base.spotMakerBps &&
    spot.taker === base.spotTakerBps &&
    perp.maker === base.perpMakerBps &&
    perp.taker === base.perpTakerBps;
  if (isListed) return listed;
  const factor = listed.name.endsWith('+BNB') ? listed.spotFeeAssetFactor : 1;
  return {
    ...listed,
    spotMakerBps: spot.maker * factor,
    spotTakerBps: spot.taker * factor,
    perpMakerBps: perp.maker,
    perpTakerBps: perp.taker,
    note: "with the configuration's own fees",
  };
}

function knownTier(name: string): FeeTier {
  const tier = findFeeTier(name);
  if (tier === null) throw new RangeError(`no fee tier is called ${name}`);
  return tier;
}

function nearest<T extends { readonly seconds: number }>(all: readonly T[], wanted: number): T {
  let best = all[0] as T;
  for (const one of all) {
    if (Math.abs(one.seconds - wanted) < Math.abs(best.seconds - wanted)) best = one;
  }
  return best;
}

/** Half a tick of the perpetual, bp of the price. */
function assumedHedgeHalfSpread(
  quoted: Instrument,
  hedge: Instrument,
  sample: MarketSample,
): number {
  const priceUnits = sample.priceTicks * quoted.priceUnitsPerTick;
  return ((hedge.priceUnitsPerTick / 2) * BPS_PER_ONE) / priceUnits;
}

function expectedFills(sample: MarketSample, distanceBps: number): ExpectedFills {
  const { intensity } = sample;
  return {
    fittedPerHour: sample.fittedPerHour(distanceBps),
    isInsideFittedBand: intensity.fitCount > 0 && distanceBps <= intensity.bandBps,
    seen: sample.reach(distanceBps),
  };
}

function judge(
  arithmetic: TierArithmetic,
  figures: MarketFigures,
  fills: ExpectedFills,
): VerdictKind {
  if (arithmetic.needed.bps <= figures.halfSpreadBps) return 'touch';
  const { seen } = fills;
  if (seen.count > 0) return seen.perHour * RARE_HOURS >= 1 ? 'deep' : 'rare';
  if (fills.isInsideFittedBand && fills.fittedPerHour * RARE_HOURS >= 1) return 'deep';
  return seen.perHourAtMost * RARE_HOURS < 1 ? 'rare' : 'unseen';
}
