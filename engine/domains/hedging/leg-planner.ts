import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import { HedgeUrgency } from '#contracts/hedge-command.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import {
  lotsFromNotionalUnits,
  notionalAtHalfTicksUnits,
} from '#contracts/instrument-arithmetic.ts';
import { BookStatus, type MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import { ActivePlanner } from './active-planner.ts';
import type { HedgeAlerts } from './hedge-alerts.ts';
import type { HedgeBand } from './hedge-band.ts';
import type { HedgeGovernor } from './hedge-governor.ts';
import type { HedgeRouter } from './hedge-router.ts';
import { lotsMarginCarries, lotsToTrade } from './hedge-sizing.ts';
import type { ModeController } from './mode-controller.ts';
import type { Obligation } from './obligation.ts';
import { PassivePlanner } from './passive-planner.ts';

/** The venue judges the notional at the order's price: stay this far above the minimum at the mid. */
const NOTIONAL_SAFETY = 0.99;
/** After the venue refused for margin, nothing opens for this long. */
const MARGIN_PAUSE_MICROS = MICROS_PER_SECOND;

/** What the leg planner works with. */
export interface LegPlannerOptions {
  readonly configuration: HedgingConfiguration;
  readonly band: HedgeBand;
  readonly modes: ModeController;
  readonly obligation: Obligation;
  readonly governor: HedgeGovernor;
  readonly router: HedgeRouter;
  readonly alerts: HedgeAlerts;
}

/** True when prices of this market may be traded on. */
export function isLive(market: MarketSnapshot): boolean {
  return market.status === BookStatus.LIVE && !market.isStale;
}

/**
 * Decides how an open obligation trades now: how many lots, resting or taking, and whether budgets
 * and margin allow it.
 */
export class LegPlanner {
  private readonly configuration: HedgingConfiguration;
  private readonly band: HedgeBand;
  private readonly modes: ModeController;
  private readonly obligation: Obligation;
  private readonly governor: HedgeGovernor;
  private readonly router: HedgeRouter;
  private readonly alerts: HedgeAlerts;
  private readonly passive: PassivePlanner;
  private readonly active: ActivePlanner;
  private readonly leg = {
    side: Side.BUY as Side,
    lots: 0,
    isPassive: false,
    limitPriceTicks: 0,
    deadlineMicros: 0,
    urgency: HedgeUrgency.PASSIVE as HedgeUrgency,
    costBudgetBps: 0,
    costEstimateBps: 0,
  };
  private readonly margin = {
    freeUnits: 0,
    lotValueUnits: 0,
    initialMarginRate: 0,
    bufferBps: 0,
  };
  private nowMicros = 0;
  /** Smallest order of the hedge instrument at the current price, in lots. */
  private leastLots = 1;
  private marginBlockedUntilMicros = 0;
  /** No lease yet: nothing may be sent anyway. */
  private maxOrderLots = Number.MAX_SAFE_INTEGER;
  private maxOrderNotionalUnits = Number.MAX_SAFE_INTEGER;

  constructor(options: LegPlannerOptions) {
    this.configuration = options.configuration;
    this.band = options.band;
    this.modes = options.modes;
    this.obligation = options.obligation;
    this.governor = options.governor;
    this.router = options.router;
    this.alerts = options.alerts;
    this.passive = new PassivePlanner(options.configuration, options.governor);
    this.active = new ActivePlanner(options.configuration);
  }

  /** Largest distance from the target that no order can serve without turning it around, in base units. */
  servableUnits(hedge: Instrument): number {
    return (this.leastLots - 1) * hedge.baseUnitsPerLot;
  }

  /** Learns from the newest trade. Hot: every event. */
  observe(market: MarketSnapshot, nowMicros: number): void {
    this.passive.observe(market, nowMicros);
  }

  /** What the lease and the venue allow one hedge order to be: larger hedges go in slices. */
  limit(maxOrderLots: number, maxOrderNotionalUnits: number): void {
    this.maxOrderLots = maxOrderLots;
    this.maxOrderNotionalUnits = maxOrderNotionalUnits;
  }

  /** Takes the smallest order from the venue's filters at the current price. */
  refreshLeast(hedge: Instrument, midHalfTicks: number): void {
    const safePriceTicks = Math.max(1, Math.floor((midHalfTicks / 2) * NOTIONAL_SAFETY));
    const { minNotionalUnits, minQuantityLots } = hedge.filters;
    const notionalLots = lotsFromNotionalUnits(
      hedge,
      safePriceTicks,
      minNotionalUnits,
      Rounding.UP,
    );
    this.leastLots = Math.max(1, minQuantityLots, notionalLots);
  }

  /** Nothing rests any more. */
  clear(): void {
    this.passive.clear();
    this.router.clear();
  }

  /** A hedge order was refused: the next one is priced anew. */
  onRefused(): void {
    this.passive.clear();
  }

  /** The venue refused for want of margin. */
  onMarginRefused(wantedLots: number, nowMicros: number): void {
    this.marginBlockedUntilMicros = nowMicros + MARGIN_PAUSE_MICROS;
    this.alerts.marginLow(0, wantedLots, nowMicros);
  }

  /**
   * Routes the leg that the open obligation wants now, or none. `excess` in base units, positive
   * when too long. Returns the lots wanted, signed like a trade.
   *
   * Hot while an obligation is open: no allocation.
   */
  plan(
    market: MarketSnapshot,
    position: PositionState,
    excess: number,
    hedge: Instrument,
    nowMicros: number,
  ): number {
    this.nowMicros = nowMicros;
    const urgency = this.obligation.urgency(this.nowMicros, this.modes.patienceMicros);
    const lots = this.lotsNow(market, excess, position, hedge);
    const signedLots = excess > 0 ? 0 - lots : lots;
    const isUrgent = urgency >= HedgeUrgency.AGGRESSIVE || this.obligation.outsideSinceMicros > 0;
    const hasBudget = isUrgent || this.governor.fills.allows(this.nowMicros);
    const isTradable = isLive(market) && hedge.status === InstrumentStatus.TRADING;
    if (lots === 0 || !hasBudget || !isTradable) {
      this.clear();
      return signedLots;
    }
    this.leg.side = excess > 0 ? Side.SELL : Side.BUY;
    this.leg.lots = lots;
    this.leg.urgency = urgency;
    const isPlanned =
      urgency === HedgeUrgency.PASSIVE
        ? this.planResting(market) || this.planTaking(market, HedgeUrgency.NORMAL)
        : this.planTaking(market, urgency) || this.planResting(market);
    if (isPlanned) this.router.route(hedge.index, this.leg);
    else this.router.clear();
    return signedLots;
  }

  writeState(writer: StateWriter): void {
    this.passive.writeState(writer);
    writer.integer(this.leastLots);
    writer.integer(this.marginBlockedUntilMicros);
    writer.integer(this.maxOrderLots);
    writer.integer(this.maxOrderNotionalUnits);
  }

  readState(reader: StateReader): void {
    this.passive.readState(reader);
    this.leastLots = reader.integer();
    this.marginBlockedUntilMicros = reader.integer();
    this.maxOrderLots = reader.integer();
    this.maxOrderNotionalUnits = reader.integer();
  }

  /** Lots to trade now: back to rest, at least the smallest order, at most what the margin carries. */
  private lotsNow(
    market: MarketSnapshot,
    excess: number,
    position: PositionState,
    hedge: Instrument,
  ): number {
    const distance = Math.abs(excess);
    const rest = this.band.bandUnits * this.configuration.restRatio;
    const wanted = lotsToTrade(distance, rest, hedge.baseUnitsPerLot, this.leastLots);
    if (wanted === 0) return 0;
    const lots = Math.min(wanted, this.lotsPerOrder(market, hedge));
    const carried = this.lotsCarried(market, excess, position, hedge);
    if (lots <= carried) return lots;
    this.alerts.marginLow(carried, lots, this.nowMicros);
    return carried >= this.leastLots ? carried : 0;
  }

  /** Lots of the largest order that lease and filters let through, a little below the notional cap. */
  private lotsPerOrder(market: MarketSnapshot, hedge: Instrument): number {
    const { maxQuantityLots } = hedge.filters;
    const filterLots = maxQuantityLots > 0 ? maxQuantityLots : Number.MAX_SAFE_INTEGER;
    const lotUnits = notionalAtHalfTicksUnits(hedge, market.midHalfTicks, 1, Rounding.UP);
    const notionalLots = Math.floor((this.maxOrderNotionalUnits * NOTIONAL_SAFETY) / lotUnits);
    return Math.max(this.leastLots, Math.min(this.maxOrderLots, filterLots, notionalLots));
  }

  /** Closing position takes no margin; what already rests has taken its own. */
  private lotsCarried(
    market: MarketSnapshot,
    excess: number,
    position: PositionState,
    hedge: Instrument,
  ): number {
    const heldUnits = excess > 0 ? position.perpBaseUnits : -position.perpBaseUnits;
    const closingLots = Math.max(0, Math.floor(heldUnits / hedge.baseUnitsPerLot));
    if (this.nowMicros < this.marginBlockedUntilMicros) return closingLots;
    this.margin.freeUnits = position.marginFreeUnits;
    this.margin.lotValueUnits = notionalAtHalfTicksUnits(
      hedge,
      market.midHalfTicks,
      1,
      Rounding.UP,
    );
    this.margin.initialMarginRate = this.configuration.initialMarginRate;
    this.margin.bufferBps = this.configuration.marginBufferBps;
    const carried = closingLots + lotsMarginCarries(this.margin);
    const { legCount, legs } = this.router.command;
    const side = excess > 0 ? Side.SELL : Side.BUY;
    const wished = legCount > 0 && legs[0]?.side === side ? legs[0].quantityLots : 0;
    return Math.max(carried, wished);
  }

  private planResting(market: MarketSnapshot): boolean {
    const leg = this.leg;
    const now = this.nowMicros;
    const patience = this.modes.patienceMicros;
    if (leg.urgency === HedgeUrgency.PASSIVE) {
      const expected = this.passive.expectedFillMicros(market, leg.side, leg.lots, now);
      if (!this.passive.isWorthResting(expected, patience)) return false;
    }
    leg.limitPriceTicks = this.passive.price(market, leg.side, now);
    if (leg.limitPriceTicks === 0) return false;
    leg.isPassive = true;
    leg.deadlineMicros = this.obligation.openedAtMicros + patience;
    leg.costBudgetBps = this.configuration.slippageNormalBps;
    leg.costEstimateBps = 0;
    return true;
  }

  private planTaking(market: MarketSnapshot, urgency: HedgeUrgency): boolean {
    const leg = this.leg;
    this.active.plan(market, leg.side, leg.lots, this.leastLots, urgency);
    if (this.active.lots < this.leastLots) return false;
    this.passive.clear();
    leg.lots = this.active.lots;
    leg.urgency = urgency;
    leg.isPassive = false;
    leg.limitPriceTicks = this.active.limitPriceTicks;
    leg.deadlineMicros = this.nowMicros + this.configuration.outsideAggressiveMicros;
    leg.costBudgetBps = this.active.capBps;
    leg.costEstimateBps = this.active.estimateBps;
    return true;
  }
}
