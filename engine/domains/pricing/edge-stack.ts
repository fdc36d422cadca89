import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND, RATE_UNITS_PER_BP } from '#units/integers.ts';
import type { MutableEdgeStack } from './mutable-quote-set.ts';

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
/** Beyond this many deviations the loss is below a millionth of one and the tail formula loses its digits. */
const DEVIATIONS_MAX = 5;

/** Standard normal distribution function, within 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-x * x) / 2) / ROOT_TWO_PI) * series;
  return x >= 0 ? 1 - tail : tail;
}

/**
 * Expected loss of a quote at `distance` that cannot be cancelled for `latencySeconds`:
 * s (phi(d) - d Phi(-d)) with s = sigma sqrt(L), d = distance / s (MODELS 3.6, Bachelier).
 *
 * In the unit of `distance`; sigma in that unit per root second. Zero when nothing can move.
 */
export function staleQuoteCost(distance: number, sigma: number, latencySeconds: number): number {
  const scale = sigma * Math.sqrt(latencySeconds);
  if (!(scale > 0)) return 0;
  const d = distance / scale;
  if (d > DEVIATIONS_MAX) return 0;
  const density = Math.exp((-d * d) / 2) / ROOT_TWO_PI;
  return Math.max(0, scale * (density - d * normalDistribution(-d)));
}

/** What the costs of one moment depend on; refilled on the slow clock. */
export class EdgeInput {
  makerFeeRate = 0;
  hedgeMakerFeeRate = 0;
  hedgeTakerFeeRate = 0;
  hasHedge = false;
  hedgeHalfSpreadBps = 0;
  bidAdverseBps = 0;
  askAdverseBps = 0;
  volatilityBps = 0;
  /** Half spread the model wants, bp: where the stale cost is taken when the floor is off or nearer. */
  modelHalfSpreadBps = 0;
  /** Predicted funding of the next settlement (rate units; positive: longs pay) and seconds to it. */
  fundingRate = 0;
  secondsToFunding = Number.POSITIVE_INFINITY;
}

/**
 * The cost side of a quote, in basis points: what its distance must pay for (ECONOMICS).
 * Refreshed on the slow clock, read per quote.
 */
export class EdgeCosts implements Persistent {
  makerFeeBps = 0;
  staleCostBps = 0;
  hedgeCostBps = 0;
  private readonly adverseBps = new Float64Array(2);
  private readonly fundingBps = new Float64Array(2);
  private readonly floors = new Float64Array(2);
  private readonly configuration: PricingConfiguration;

  constructor(configuration: PricingConfiguration) {
    this.configuration = configuration;
  }

  /** Least distance of a quote on `side`, bp: all costs plus the margin. */
  floorBps(side: Side): number {
    return this.floors[side] as number;
  }

  /** Computes all costs. A few dozen operations; no state beyond the result. */
  refresh(input: Readonly<EdgeInput>): void {
    const { configuration } = this;
    this.makerFeeBps = input.makerFeeRate / RATE_UNITS_PER_BP;
    this.hedgeCostBps = input.hasHedge ? this.hedgeCost(input) : 0;
    this.adverseBps[Side.BUY] = input.bidAdverseBps;
    this.adverseBps[Side.SELL] = input.askAdverseBps;
    const carry = input.hasHedge ? this.carryBps(input) : 0;
    // A buy is hedged by a perpetual short, which receives positive funding; a sell gives it up.
    this.fundingBps[Side.BUY] = -carry;
    this.fundingBps[Side.SELL] = carry;
    const bidSum = this.sumWithoutStale(Side.BUY);
    const askSum = this.sumWithoutStale(Side.SELL);
    const floor = configuration.floorEnabled ? Math.min(bidSum, askSum) : 0;
    const restsAtBps = Math.max(input.modelHalfSpreadBps, floor);
    const latency = configuration.reactionLatencyMicros / MICROS_PER_SECOND;
    this.staleCostBps = staleQuoteCost(restsAtBps, input.volatilityBps, latency);
    this.floors[Side.BUY] = bidSum + this.staleCostBps;
    this.floors[Side.SELL] = askSum + this.staleCostBps;
  }

  /**
   * Fills the stack of one quote at `distanceBps`, of which `skewBps` is the inventory's (positive
   * widens). The margin is what is left, so the parts sum to the distance; it is negative where a
   * quote does not pay for itself. Hot.
   */
  fill(edge: MutableEdgeStack, side: Side, distanceBps: number, skewBps: number): void {
    const adverse = this.adverseBps[side] as number;
    const funding = this.fundingBps[side] as number;
    edge.makerFeeBps = this.makerFeeBps;
    edge.adverseSelectionBps = adverse;
    edge.staleCostBps = this.staleCostBps;
    edge.hedgeCostBps = this.hedgeCostBps;
    edge.fundingBasisBps = funding;
    edge.inventorySkewBps = skewBps;
    const costs = this.makerFeeBps + adverse + this.staleCostBps + this.hedgeCostBps + funding;
    edge.marginBps = distanceBps - costs - skewBps;
    edge.distanceBps = distanceBps;
  }

  writeState(writer: StateWriter): void {
    writer.float(this.makerFeeBps);
    writer.float(this.staleCostBps);
    writer.float(this.hedgeCostBps);
    writer.floats(this.adverseBps, 2);
    writer.floats(this.fundingBps, 2);
    writer.floats(this.floors, 2);
  }

  readState(reader: StateReader): void {
    this.makerFeeBps = reader.float();
    this.staleCostBps = reader.float();
    this.hedgeCostBps = reader.float();
    reader.floats(this.adverseBps);
    reader.floats(this.fundingBps);
    reader.floats(this.floors);
  }

  private sumWithoutStale(side: Side): number {
    return (
      this.makerFeeBps +
      (this.adverseBps[side] as number) +
      this.hedgeCostBps +
      (this.fundingBps[side] as number) +
      this.configuration.floorMarginBps
    );
  }

  /** Hedge cost x (1 - netting share): passive legs pay the maker fee, active ones taker fee and half spread. */
  private hedgeCost(input: Readonly<EdgeInput>): number {
    const { hedgeNettingShare, hedgePassiveShare } = this.configuration;
    const passive = input.hedgeMakerFeeRate / RATE_UNITS_PER_BP;
    const active = input.hedgeTakerFeeRate / RATE_UNITS_PER_BP + input.hedgeHalfSpreadBps;
    const perHedge = hedgePassiveShare * passive + (1 - hedgePassiveShare) * active;
    return (1 - hedgeNettingShare) * perHedge;
  }

  /** Funding a short receives, times the chance that a new position is still held at settlement. */
  private carryBps(input: Readonly<EdgeInput>): number {
    const chance = 1 - input.secondsToFunding / this.configuration.carryHorizonSeconds;
    return chance > 0 ? (input.fundingRate / RATE_UNITS_PER_BP) * chance : 0;
  }
}
