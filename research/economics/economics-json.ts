import { formatSteps } from '#units/decimal-text.ts';
import type { EconomicsAnswer, TierAnswer } from './economics.ts';
import { type SampleOrigin, verdictWords } from './economics-words.ts';
import type { Stack } from './tier-arithmetic.ts';

/**
 * The answer as one plain object for scripts: fields are added, never renamed. Basis points unless a
 * name says otherwise; null where nothing was measured.
 */
export function economicsJson(answer: EconomicsAnswer, origin: SampleOrigin) {
  const { sample, figures, instrument, chosen } = answer;
  const { intensity } = sample;
  return {
    symbol: answer.symbol,
    tier: chosen.arithmetic.tier.name,
    synthetic: origin.isSynthetic,
    evidence: origin.isSynthetic ? 'synthetic: not evidence' : 'one recording',
    measuredOn: origin.words,
    seconds: round(sample.seconds),
    price: round((sample.priceTicks * instrument.priceUnitsPerTick) / 1e8, 8),
    tickSize: formatSteps(1, instrument.tick),
    tickBps: round(figures.tickBps),
    spreadTicks: round(sample.spreadTicks),
    oneTickShare: round(sample.oneTickShare),
    halfSpreadBps: round(figures.halfSpreadBps),
    effectiveHalfSpreadBps: round(sample.effectiveHalfSpreadBps),
    volatilityBpsPerRootSecond: round(sample.volatilityBps),
    volatilityPercentPerDay: round(sample.volatilityPercentPerDay),
    marketOrdersPerSecond: round(sample.marketOrdersPerSecond),
    marketOrderNotional: round(sample.marketOrderNotionalUnits / 1e8, 2),
    intensity: {
      perSecond: round(intensity.perSecond),
      decayPerBp: round(intensity.decayPerBp),
      bandBps: round(intensity.bandBps),
      fits: intensity.fitCount,
    },
    adverseSelection: sample.markouts.map((one) => ({
      seconds: one.seconds,
      bps: round(one.adverseBps),
      standardErrorBps: round(one.standardErrorBps),
      count: one.count,
    })),
    reactionMillis: round(answer.reactionSeconds * 1000),
    hedge: figures.hasHedge
      ? {
          halfSpreadBps: round(figures.hedgeHalfSpreadBps),
          halfSpreadAssumed: answer.isHedgeSpreadAssumed,
          basisMeanBps: round(sample.basisMeanBps),
          basisDeviationBps: round(sample.basisDeviationBps),
          fundingBps: round(sample.fundingRate / 10_000),
          secondsToFunding: round(sample.secondsToFunding),
        }
      : null,
    ...tierJson(answer, chosen),
    verdictText: verdictWords(answer, chosen),
    tiers: answer.tiers.map((tier) => ({
      tier: tier.arithmetic.tier.name,
      note: tier.arithmetic.tier.note,
      ...tierJson(answer, tier),
    })),
  };
}

function tierJson(answer: EconomicsAnswer, { arithmetic, fills, verdict }: TierAnswer) {
  const { tier, hedge } = arithmetic;
  return {
    fees: {
      spotMakerBps: round(tier.spotMakerBps),
      spotTakerBps: round(tier.spotTakerBps),
      perpMakerBps: round(tier.perpMakerBps),
      perpTakerBps: round(tier.perpTakerBps),
    },
    hedgeCost: {
      passiveBps: round(hedge.passiveBps),
      takerBps: round(hedge.takerBps),
      passiveShare: hedge.passiveShare,
      nettingShare: hedge.nettingShare,
      // Both shares are settings of the configuration, measured nowhere.
      sharesAssumed: true,
      afterNettingBps: round(hedge.afterNettingBps),
    },
    oneTickTouch: stackJson(arithmetic.oneTickTouch),
    measuredTouch: stackJson(arithmetic.measuredTouch),
    expectedTouch: stackJson(arithmetic.expectedTouch),
    needed: { ...stackJson(arithmetic.needed), ticks: round(arithmetic.neededTicks) },
    achievableBps: round(answer.figures.halfSpreadBps),
    breakEvenMakerFeeBps: round(arithmetic.breakEvenMakerFeeBps),
    fillsPerHour: {
      fitted: round(fills.fittedPerHour),
      insideFittedBand: fills.isInsideFittedBand,
      seen: round(fills.seen.perHour),
      seenCount: fills.seen.count,
      atMost: round(fills.seen.perHourAtMost),
    },
    verdict,
  };
}

function stackJson(stack: Stack) {
  return {
    bps: round(stack.bps),
    parts: stack.parts.map((part) => ({ name: part.name, bps: round(part.bps) })),
  };
}

/** Rounded for reading; null where there is no number to give. */
function round(value: number, decimals = 4): number | null {
  if (!Number.isFinite(value)) return null;
  const factor = 10 ** decimals;
  return Math.round(value * factor) / factor;
}
