import type { Configuration } from './configuration-schema.ts';
import type { CrossProblem } from './cross-checks.ts';

/** The first key may not be above the second, and why. Both hold numbers of one unit. */
type Order = readonly [low: string, high: string, reason: string];

const ORDERS: readonly Order[] = [
  ['pricing.maxDistanceL0Bps', 'pricing.maxDistanceL1Bps', 'layers rest outward'],
  ['pricing.maxDistanceL1Bps', 'pricing.maxDistanceL2Bps', 'layers rest outward'],
  ['pricing.softBandRatio', 'pricing.mediumBandRatio', 'the soft band lies inside the medium one'],
  [
    'pricing.volatilityFastHalfLifeSeconds',
    'pricing.volatilitySlowHalfLifeSeconds',
    'the fast volatility forgets sooner than the slow one',
  ],
  ['execution.queryBackoff', 'execution.queryBackoffMax', 'a pause starts below its longest'],
  [
    'marketData.snapshotRetryMin',
    'marketData.snapshotRetryMax',
    'a pause starts below its longest',
  ],
  ['marketData.freshnessFloor', 'marketData.freshnessCeiling', 'a feed cannot be fresh and stale'],
  ['hedging.bandMin', 'hedging.bandMax', 'the least band is not above the largest'],
  ['hedging.restRatio', 'hedging.triggerRatio', 'hedging would end before it began'],
  [
    'hedging.passiveBelowPercentPerMinute',
    'hedging.activeAbovePercentPerMinute',
    'a market cannot be both calm and wild',
  ],
  [
    'hedging.slippageNormalBps',
    'hedging.slippageAggressiveBps',
    'urgency may pay more, never less',
  ],
  ['hedging.slippageAggressiveBps', 'hedging.slippagePanicBps', 'urgency may pay more, never less'],
  ['hedging.outsideAggressive', 'hedging.outsidePanic', 'panic comes after aggression'],
  ['hedging.aggressiveAfter', 'hedging.overdue', 'an alert before the last means is no news'],
  ['ops.dailyLossPullBps', 'ops.dailyLossKillBps', 'quotes are pulled before the session stops'],
  ['limits.maxLongNotional', 'limits.maxGrossNotional', 'one part is not above the sum'],
  ['limits.maxPerpNotional', 'limits.maxGrossNotional', 'one part is not above the sum'],
];

/** Keys that are fine one by one and make no sense, or danger, together. */
export function relationProblems(configuration: Configuration): CrossProblem[] {
  const problems: CrossProblem[] = [];
  for (const [low, high, reason] of ORDERS) {
    if (valueAt(configuration, low) <= valueAt(configuration, high)) continue;
    problems.push({
      path: low,
      reason: `${low} is above ${high}: ${reason}`,
      remedy: `Lower ${low} or raise ${high}`,
    });
  }
  return [...problems, ...limitProblems(configuration), ...dangers(configuration)];
}

/** Limits that would refuse what the rest of the configuration asks for. */
function limitProblems({ hedge, inventory, limits }: Configuration): CrossProblem[] {
  const problems: CrossProblem[] = [];
  if (limits.reservedForHedges >= limits.ordersPerTenSeconds) {
    problems.push({
      path: 'limits.reservedForHedges',
      reason: `all ${limits.ordersPerTenSeconds} placements would be kept for hedges, and nothing could be quoted`,
      remedy: 'Lower limits.reservedForHedges below limits.ordersPerTenSeconds',
    });
  }
  if (hedge !== 'perpetual') return problems;
  const held = inventory.targetNotional + inventory.maxDeviationNotional;
  if (limits.maxPerpNotional < held) {
    problems.push({
      path: 'limits.maxPerpNotional',
      reason:
        'the limit is below target plus allowed deviation: the gate would refuse hedges of stock that pricing may buy',
      remedy: `Raise limits.maxPerpNotional to at least "${held / 1e8}", or set hedge: none`,
    });
  }
  if (limits.maxGrossNotional < 2 * held) {
    problems.push({
      path: 'limits.maxGrossNotional',
      reason:
        'the limit is below twice target plus allowed deviation: stock and its hedge together would not fit',
      remedy: `Raise limits.maxGrossNotional to at least "${(2 * held) / 1e8}"`,
    });
  }
  if (limits.maxHedgeOpenOrders === 0 || limits.maxHedgeOrderNotional === 0) {
    const path =
      limits.maxHedgeOpenOrders === 0
        ? 'limits.maxHedgeOpenOrders'
        : 'limits.maxHedgeOrderNotional';
    problems.push({
      path,
      reason: 'zero allows no hedge at all, and the configuration asks for hedging',
      remedy: `Raise ${path}, or set hedge: none`,
    });
  }
  return problems;
}

function dangers(configuration: Configuration): CrossProblem[] {
  const { pricing, profile, ops } = configuration;
  const problems: CrossProblem[] = [];
  if (profile === 'floor' && pricing['floorEnabled'] === false) {
    problems.push({
      path: 'pricing.floorEnabled',
      reason: 'the profile `floor` with its floor switched off quotes at a known loss',
      remedy: 'Leave it on, or choose `profile: naive-touch`, which says so',
    });
  }
  if (profile !== 'rebate' && pricing['makerFeeOverrideEnabled'] === true) {
    problems.push({
      path: 'pricing.makerFeeOverrideEnabled',
      reason:
        'quotes would be priced with a fee this account does not pay, and no screen would say so',
      remedy: 'Set fees.spotMakerBps when it is the real fee, or choose `profile: rebate`',
    });
  }
  const widen = Number(ops['marginRatioWiden']);
  if (widen > 0 && Number(ops['marginRatioKill']) > widen) {
    problems.push({
      path: 'ops.marginRatioKill',
      reason: 'the session would stop before its quotes ever widened',
      remedy: 'Lower ops.marginRatioKill below ops.marginRatioWiden',
    });
  }
  return problems;
}

function valueAt(configuration: Configuration, path: string): number {
  let value: unknown = configuration;
  for (const name of path.split('.')) value = (value as Record<string, unknown>)[name];
  if (typeof value !== 'number') throw new TypeError(`${path} is not a number`);
  return value;
}
