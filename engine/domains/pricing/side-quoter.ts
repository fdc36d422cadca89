import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { QUOTE_LAYER_COUNT, Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { EdgeCosts } from './edge-stack.ts';
import type { LiquidityEnvelope } from './liquidity-envelope.ts';
import type { MutableQuoteSide } from './mutable-quote-set.ts';
import { clampAskTicks, clampBidTicks, roundAskTicks, roundBidTicks } from './quote-rounding.ts';

const BPS_PER_ONE = 10_000;

/** What one side needs to be built; refilled by the pricing manager for each side. */
export class SideInput {
  fairTicks = 0;
  bestBidTicks = 0;
  bestAskTicks = 0;
  /** L0's distance as the model wants it, widened and pressed, ticks; Infinity: do not quote. */
  distanceTicks = 0;
  /** From layer to layer, ticks, at least 1. */
  stepTicks = 1;
  /** What of the distance is the inventory's, ticks; positive widens this side. */
  skewTicks = 0;
  fittedBandTicks = 0;
  /** Lots this side should show in all, before bounds. */
  wantedLots = 0;
  /** Lots until the inventory limit, and the limit; lots the balance covers. */
  roomLots = 0;
  limitLots = 0;
  balanceLots = 0;
  /** Balance behind `balanceLots`, in its asset's units (quote for bids, base for asks). */
  balanceUnits = 0;
  /** Most lots of one order; the venue's minimum order in lots at today's price. */
  maxOrderLots = 0;
  leastLots = 0;
}

/**
 * Builds one side: bounds, distances, floor, rounding, sizes, edge stack, in the order of the reason
 * codes. Everything a model says passes through here; nothing it says can go around it.
 */
export class SideQuoter {
  private readonly configuration: PricingConfiguration;
  private readonly envelope: LiquidityEnvelope;
  private readonly costs: EdgeCosts;
  private readonly maxDistanceBps: Float64Array;
  private readonly layerLots = new Float64Array(QUOTE_LAYER_COUNT);
  /** Why the innermost layer that was left out is missing. */
  private reason: NoQuoteReason = NoQuoteReason.NONE;
  private needed = 0;
  private available = 0;

  constructor(configuration: PricingConfiguration, envelope: LiquidityEnvelope, costs: EdgeCosts) {
    this.configuration = configuration;
    this.envelope = envelope;
    this.costs = costs;
    this.maxDistanceBps = Float64Array.of(
      configuration.maxDistanceL0Bps,
      configuration.maxDistanceL1Bps,
      configuration.maxDistanceL2Bps,
    );
  }

  /**
   * Fills `side` from `input`, or refuses it with the first reason that applies.
   *
   * A side that shows its outer layers only has reason NONE and keeps in `needed` and `available`
   * the numbers (bp) that keep L0 out. Hot.
   */
  build(side: MutableQuoteSide, input: Readonly<SideInput>, instrument: Instrument): void {
    if (!this.checkFunds(side, input, instrument)) return;
    const lots = Math.min(input.wantedLots, input.roomLots, input.balanceLots);
    this.envelope.splitLayers(lots, input.leastLots, this.layerLots);
    side.accept();
    this.reason = NoQuoteReason.NONE;
    let shown = 0;
    let previousTicks = side.side === Side.BUY ? Number.POSITIVE_INFINITY : 0;
    for (let layer = 0; layer < QUOTE_LAYER_COUNT; layer++) {
      const priceTicks = this.layerPrice(side, input, layer, previousTicks);
      if (Number.isNaN(priceTicks)) {
        side.drop(layer);
        continue;
      }
      previousTicks = priceTicks;
      if (this.fillLevel(side, input, instrument, layer, priceTicks)) shown += 1;
    }
    if (shown === 0) this.refuseEmpty(side, input, instrument);
  }

  /** Inventory limit, then balance. False when the side was refused. */
  private checkFunds(
    side: MutableQuoteSide,
    input: Readonly<SideInput>,
    instrument: Instrument,
  ): boolean {
    if (input.roomLots < Math.max(1, input.leastLots)) {
      const heldLots = input.limitLots - input.roomLots;
      side.refuse(NoQuoteReason.INVENTORY_LIMIT, input.limitLots, heldLots);
      return false;
    }
    if (input.balanceLots < Math.max(1, input.leastLots)) {
      const leastUnits =
        side.side === Side.BUY
          ? notionalUnits(input.leastLots, this.envelope.allocationTicks, instrument)
          : input.leastLots * instrument.baseUnitsPerLot;
      side.refuse(NoQuoteReason.NO_BALANCE, leastUnits, input.balanceUnits);
      return false;
    }
    return true;
  }

  /** Whole ticks of one layer, strictly behind the layer before it; NaN when it is not quoted. */
  private layerPrice(
    side: MutableQuoteSide,
    input: Readonly<SideInput>,
    layer: number,
    previousTicks: number,
  ): number {
    const distance = this.layerDistance(side, input, layer);
    if (Number.isNaN(distance)) return Number.NaN;
    const { fairTicks, bestBidTicks, bestAskTicks } = input;
    const { joinOnly } = this.configuration;
    const step = Math.max(1, Math.floor(input.stepTicks));
    if (side.side === Side.BUY) {
      const rounded = roundBidTicks(fairTicks, distance);
      const clamped = clampBidTicks(rounded, bestBidTicks, bestAskTicks, joinOnly);
      return Math.min(clamped, previousTicks - step);
    }
    const rounded = roundAskTicks(fairTicks, distance);
    const clamped = clampAskTicks(rounded, bestBidTicks, bestAskTicks, joinOnly);
    return previousTicks === 0 ? clamped : Math.max(clamped, previousTicks + step);
  }

  /**
   * Distance of one layer after the floor, or NaN with the reason kept.
   *
   * The fitted band bounds what the model asks for, never the floor: the floor is an account of
   * costs and extrapolates nothing.
   */
  private layerDistance(side: MutableQuoteSide, input: Readonly<SideInput>, layer: number): number {
    const { configuration } = this;
    const bpsPerTick = BPS_PER_ONE / input.fairTicks;
    const wanted = input.distanceTicks + layer * input.stepTicks;
    const maxBps = this.maxDistanceBps[layer] as number;
    const floorBps = this.costs.floorBps(side.side);
    if (configuration.floorEnabled) {
      const refuses = configuration.floorBehaviour === 'refuse' && wanted * bpsPerTick < floorBps;
      if (floorBps > maxBps || refuses) {
        return this.leaveOut(side, layer, NoQuoteReason.FEE_FLOOR, floorBps, touchBps(side, input));
      }
    }
    const bandTicks = Math.min(input.fittedBandTicks, maxBps / bpsPerTick);
    if (wanted > bandTicks) {
      return this.leaveOut(side, layer, NoQuoteReason.OUTSIDE_FITTED_BAND, bandTicks, wanted);
    }
    return configuration.floorEnabled ? Math.max(wanted, floorBps / bpsPerTick) : wanted;
  }

  private leaveOut(
    side: MutableQuoteSide,
    layer: number,
    reason: NoQuoteReason,
    needed: number,
    available: number,
  ): number {
    if (this.reason === NoQuoteReason.NONE) {
      this.reason = reason;
      this.needed = needed;
      this.available = available;
    }
    if (layer === 0) {
      side.needed = needed;
      side.available = available;
    }
    return Number.NaN;
  }

  /** Writes price, lots and edge; false when the venue's bounds leave nothing. */
  private fillLevel(
    side: MutableQuoteSide,
    input: Readonly<SideInput>,
    instrument: Instrument,
    layer: number,
    priceTicks: number,
  ): boolean {
    const { filters } = instrument;
    const lots = Math.min(this.layerLots[layer] as number, input.maxOrderLots);
    const isAllowed =
      lots > 0 &&
      lots >= filters.minQuantityLots &&
      priceTicks >= Math.max(1, filters.minPriceTicks) &&
      (filters.maxPriceTicks === 0 || priceTicks <= filters.maxPriceTicks) &&
      notionalUnits(lots, priceTicks, instrument) >= filters.minNotionalUnits;
    if (!isAllowed) {
      if (this.reason === NoQuoteReason.NONE) this.reason = NoQuoteReason.BELOW_MIN_NOTIONAL;
      side.drop(layer);
      return false;
    }
    const level = side.level(layer);
    const bpsPerTick = BPS_PER_ONE / input.fairTicks;
    const distanceTicks =
      side.side === Side.BUY ? input.fairTicks - priceTicks : priceTicks - input.fairTicks;
    level.priceTicks = priceTicks as PriceTicks;
    level.quantityLots = lots as QuantityLots;
    this.costs.fill(
      level.edge,
      side.side,
      distanceTicks * bpsPerTick,
      input.skewTicks * bpsPerTick,
    );
    return true;
  }

  /** No layer came through: the innermost one says why. */
  private refuseEmpty(
    side: MutableQuoteSide,
    input: Readonly<SideInput>,
    instrument: Instrument,
  ): void {
    if (this.reason === NoQuoteReason.BELOW_MIN_NOTIONAL) {
      const lots = Math.min(input.wantedLots, input.roomLots, input.balanceLots);
      const had = notionalUnits(lots, this.envelope.allocationTicks, instrument);
      side.refuse(this.reason, instrument.filters.minNotionalUnits, had);
      return;
    }
    side.refuse(this.reason, this.needed, this.available);
  }
}

/** Distance of the touch of this side from fair, bp: all the edge the market offers. */
function touchBps(side: MutableQuoteSide, input: Readonly<SideInput>): number {
  const ticks =
    side.side === Side.BUY
      ? input.fairTicks - input.bestBidTicks
      : input.bestAskTicks - input.fairTicks;
  return (ticks * BPS_PER_ONE) / input.fairTicks;
}

/** Notional of whole lots at a whole price, quote units, rounded down. Hot. */
function notionalUnits(lots: number, priceTicks: number, instrument: Instrument): number {
  return multiplyDivide(
    lots * instrument.tickLotNumerator,
    priceTicks,
    instrument.tickLotDenominator,
    Rounding.DOWN,
  );
}
