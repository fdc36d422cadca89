/**
 * What a quote must earn at one fee tier, and what the touch offers: the arithmetic of the engine's
 * own edge stack, with measured figures in place of priors. All in basis points of fair.
 */
import type { FeeTier } from '#adapters/config/fee-tiers.ts';
import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import { EdgeCosts, EdgeInput, staleQuoteCost } from '#domains/pricing/edge-stack.ts';
import { MICROS_PER_SECOND, RATE_UNITS_PER_BP } from '#units/integers.ts';

/** The market as the arithmetic needs it. */
export interface MarketFigures {
  /** One tick and the mean half spread, bp of the price. */
  readonly tickBps: number;
  readonly halfSpreadBps: number;
  readonly volatilityBps: number;
  /** Move of the mid against a maker at the touch, bp. A negative measurement counts as 0 in a floor. */
  readonly adverseSelectionBps: number;
  readonly hedgeHalfSpreadBps: number;
  readonly hasHedge: boolean;
  /** Predicted funding in 1e-8 and seconds to its settlement; Infinity: none is near. */
  readonly fundingRate: number;
  readonly secondsToFunding: number;
}

/** One cost or gain of a sum; gains positive. */
export interface Part {
  readonly name: string;
  readonly bps: number;
}

/** Parts and what they add up to. */
export interface Stack {
  readonly parts: readonly Part[];
  readonly bps: number;
}

/** What hedging one fill costs, bp of its notional. */
export interface HedgeCost {
  readonly passiveBps: number;
  /** Taker fee plus half the perpetual's spread. */
  readonly takerBps: number;
  readonly passiveShare: number;
  readonly nettingShare: number;
  /** The mix of both, times the share that is not netted. */
  readonly afterNettingBps: number;
}

export interface TierArithmetic {
  readonly tier: FeeTier;
  readonly hedge: HedgeCost;
  /** A fill at a touch one tick wide, hedged by a taker, before adverse selection. */
  readonly oneTickTouch: Stack;
  /** The same at the measured half spread. */
  readonly measuredTouch: Stack;
  /** The same with everything: adverse selection, stale quotes, the hedge as configured. */
  readonly expectedTouch: Stack;
  /** Least distance from fair at which a quote pays, with its parts; the worse side. */
  readonly needed: Stack;
  readonly neededTicks: number;
  /** Spot maker fee at which `expectedTouch` is zero; negative: a rebate is needed. */
  readonly breakEvenMakerFeeBps: number;
}

/** The arithmetic of one tier. Pure. */
export function computeTier(
  tier: FeeTier,
  market: MarketFigures,
  pricing: PricingConfiguration,
): TierArithmetic {
  const costs = refreshedCosts(tier, market, pricing);
  const hedge = hedgeCost(tier, market, pricing, costs.hedgeCostBps);
  const needed = neededStack(costs, market, pricing);
  const expectedTouch = expectedStack(tier, market, pricing, costs.hedgeCostBps);
  return {
    tier,
    hedge,
    oneTickTouch: takerHedgedStack(tier, market, market.tickBps / 2),
    measuredTouch: takerHedgedStack(tier, market, market.halfSpreadBps),
    expectedTouch,
    needed,
    neededTicks: needed.bps / market.tickBps,
    breakEvenMakerFeeBps: expectedTouch.bps + tier.spotMakerBps,
  };
}

function refreshedCosts(
  tier: FeeTier,
  market: MarketFigures,
  pricing: PricingConfiguration,
): EdgeCosts {
  // The question is where the floor lies, whether or not the profile obeys it.
  const costs = new EdgeCosts({ ...pricing, floorEnabled: true });
  const input = new EdgeInput();
  const adverse = Math.max(0, market.adverseSelectionBps);
  input.makerFeeRate = tier.spotMakerBps * RATE_UNITS_PER_BP;
  input.hedgeMakerFeeRate = tier.perpMakerBps * RATE_UNITS_PER_BP;
  input.hedgeTakerFeeRate = tier.perpTakerBps * RATE_UNITS_PER_BP;
  input.hasHedge = market.hasHedge;
  input.hedgeHalfSpreadBps = market.hedgeHalfSpreadBps;
  input.bidAdverseBps = adverse;
  input.askAdverseBps = adverse;
  input.volatilityBps = market.volatilityBps;
  input.fundingRate = market.fundingRate;
  input.secondsToFunding = market.secondsToFunding;
  costs.refresh(input);
  return costs;
}

function hedgeCost(
  tier: FeeTier,
  market: MarketFigures,
  pricing: PricingConfiguration,
  afterNettingBps: number,
): HedgeCost {
  const { hasHedge } = market;
  return {
    passiveBps: hasHedge ? tier.perpMakerBps : 0,
    takerBps: hasHedge ? tier.perpTakerBps + market.hedgeHalfSpreadBps : 0,
    passiveShare: pricing.hedgePassiveShare,
    nettingShare: pricing.hedgeNettingShare,
    afterNettingBps,
  };
}

/** The floor of the worse side, taken apart. */
function neededStack(
  costs: EdgeCosts,
  market: MarketFigures,
  pricing: PricingConfiguration,
): Stack {
  const bid = costs.floorBps(Side.BUY);
  const ask = costs.floorBps(Side.SELL);
  const adverse = Math.max(0, market.adverseSelectionBps);
  const rest =
    costs.makerFeeBps + adverse + costs.staleCostBps + costs.hedgeCostBps + pricing.floorMarginBps;
  const floor = Math.max(bid, ask);
  return {
    parts: [
      { name: 'maker fee', bps: costs.makerFeeBps },
      { name: 'adverse selection', bps: adverse },
      { name: 'stale quote', bps: costs.staleCostBps },
      { name: 'hedge', bps: costs.hedgeCostBps },
      // Funding is the only cost that differs by side: what is left of the worse one.
      { name: 'funding', bps: floor - rest },
      { name: 'margin', bps: pricing.floorMarginBps },
    ],
    bps: floor,
  };
}

function takerHedgedStack(tier: FeeTier, market: MarketFigures, halfSpreadBps: number): Stack {
  const parts = [
    { name: 'half spread', bps: halfSpreadBps },
    { name: 'maker fee', bps: -tier.spotMakerBps },
  ];
  if (market.hasHedge) {
    parts.push(
      { name: 'perpetual taker fee', bps: -tier.perpTakerBps },
      { name: "perpetual's half spread", bps: -market.hedgeHalfSpreadBps },
    );
  }
  return sumOf(parts);
}

function expectedStack(
  tier: FeeTier,
  market: MarketFigures,
  pricing: PricingConfiguration,
  hedgeBps: number,
): Stack {
  const latencySeconds = pricing.reactionLatencyMicros / MICROS_PER_SECOND;
  const stale = staleQuoteCost(market.halfSpreadBps, market.volatilityBps, latencySeconds);
  return sumOf([
    { name: 'half spread', bps: market.halfSpreadBps },
    { name: 'maker fee', bps: -tier.spotMakerBps },
    { name: 'adverse selection', bps: -market.adverseSelectionBps },
    { name: 'stale quote', bps: -stale },
    { name: 'hedge', bps: -hedgeBps },
  ]);
}

function sumOf(parts: readonly Part[]): Stack {
  let bps = 0;
  for (const part of parts) bps += part.bps;
  return { parts, bps };
}
