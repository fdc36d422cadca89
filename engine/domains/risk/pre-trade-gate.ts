/**
 * The gate: every check in the order of RiskCode, each action judged with all earlier ones of the plan
 * already reserved. A first refusal ends the look at that action; the others go on.
 */
import type { RiskConfiguration } from '#contracts/configuration/risk-configuration.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { baseUnits, lotsFromBaseUnits, notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { OrderType, Side } from '#contracts/order.ts';
import { ActionKind, type PlannedAction } from '#contracts/order-plan.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import { RiskAdvice, RiskCode } from '#contracts/risk-verdict.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { Exposure } from './exposure.ts';
import type { Lease } from './lease.ts';
import {
  NO_RESERVATION,
  type PessimisticReservation,
  withMargin,
} from './pessimistic-reservation.ts';
import type { PreTradeGuardrail } from './pre-trade-guardrail.ts';
import type { ReservationLoop } from './reservation-loop.ts';
import { findOwnOrderInTheWay, type SelfTradePrevention } from './self-trade-prevention.ts';
import type { TokenBucketLimiter } from './token-bucket-limiter.ts';
import type { ActionVerdictBuffer } from './verdict-buffer.ts';

const BASIS_POINTS_PER_ONE = 10_000;

/** How far the session is stopped. Rises only. */
export const GateLatch = { OPEN: 0, NO_NEW_RISK: 1, CLOSED: 2 } as const;
export type GateLatch = (typeof GateLatch)[keyof typeof GateLatch];

interface PreTradeGateOptions {
  readonly configuration: RiskConfiguration;
  readonly instruments: InstrumentTable;
  readonly position: PositionState;
  readonly lease: Lease;
  readonly guardrail: PreTradeGuardrail;
  readonly selfTrade: SelfTradePrevention;
  readonly reservations: PessimisticReservation;
  readonly loop: ReservationLoop;
  readonly exposure: Exposure;
  /** One per instrument. */
  readonly limiters: readonly TokenBucketLimiter[];
}

/** Hot: every action. No allocation. */
export class PreTradeGate {
  latch: GateLatch = GateLatch.OPEN;
  /** Orders let through though an own one was in the way (policy `warn`). */
  selfTradeWarningCount = 0;
  private readonly options: PreTradeGateOptions;
  private nowMicros = 0;

  constructor(options: PreTradeGateOptions) {
    this.options = options;
  }

  /** Judges one action and reserves for it when it passes. `verdict` comes reset. */
  judge(action: PlannedAction, verdict: ActionVerdictBuffer, nowMicros: number): boolean {
    this.nowMicros = nowMicros;
    switch (action.kind) {
      case ActionKind.KEEP:
        return true;
      case ActionKind.CANCEL:
        return this.judgeCancel(action, verdict);
      case ActionKind.AMEND:
        return this.judgeAmend(action, verdict);
      case ActionKind.NEW:
      case ActionKind.REPLACE:
        return this.judgePlacement(action, verdict);
    }
  }

  /** Cancels need no lease and no limit: only an order to cancel, once. */
  private judgeCancel(action: PlannedAction, verdict: ActionVerdictBuffer): boolean {
    const { reservations, loop, configuration } = this.options;
    const row = reservations.rowOf(action.targetOrderId);
    if (row === NO_RESERVATION) return verdict.refuse(RiskCode.UNKNOWN_TARGET, 0, 1);
    const canceledAt = loop.canceledAtMicros[row] as number;
    const pause = this.nowMicros - canceledAt;
    if (canceledAt > 0 && pause < configuration.recancelMicros) {
      return verdict.refuse(RiskCode.DUPLICATE_CANCEL, pause, configuration.recancelMicros);
    }
    loop.canceledAtMicros[row] = this.nowMicros;
    loop.touchedAtMicros[row] = this.nowMicros;
    return true;
  }

  /** An amend only shrinks: it needs no lease, but the venue's filters hold for what remains. */
  private judgeAmend(action: PlannedAction, verdict: ActionVerdictBuffer): boolean {
    const { reservations, guardrail } = this.options;
    const instrument = this.options.instruments.get(action.instrument);
    if (instrument === null) return verdict.refuse(RiskCode.INSTRUMENT_NOT_TRADING, 0, 1);
    if (!guardrail.passesStatus(action, instrument, verdict)) return false;
    const row = reservations.rowOf(action.targetOrderId);
    if (row === NO_RESERVATION) return verdict.refuse(RiskCode.UNKNOWN_TARGET, 0, 1);
    const total = reservations.totalsLots[row] as number;
    const filled = reservations.filledLots[row] as number;
    const shrinks = action.quantityLots < total && action.quantityLots > filled;
    if (!shrinks) return verdict.refuse(RiskCode.FILTER_LOT, action.quantityLots, total);
    const reference = this.referencePriceUnits(instrument);
    const others = (reservations.openOrders[instrument.index] as number) - 1;
    return guardrail.passesFilters(action, instrument, reference, others, verdict);
  }

  private judgePlacement(action: PlannedAction, verdict: ActionVerdictBuffer): boolean {
    const { configuration, exposure, reservations } = this.options;
    const instrument = this.options.instruments.get(action.instrument);
    const { side, quantityLots } = action;
    // Never on the word of the plan alone: the gate proves it from net delta.
    const isReducing =
      action.reducesRisk &&
      instrument !== null &&
      exposure.reducesNetDelta(
        instrument,
        side,
        quantityLots,
        configuration.targetDeltaBaseUnits,
        configuration.reducesRiskSlackLots,
      );
    if (!this.passesAuthority(isReducing, verdict)) return false;
    if (instrument === null) return verdict.refuse(RiskCode.INSTRUMENT_NOT_TRADING, 0, 1);
    const price = this.worstPriceTicks(action, instrument);
    const passes =
      this.passesItself(action, instrument, price, isReducing, verdict) &&
      this.passesSelfTrade(action, verdict) &&
      this.passesFunds(action, instrument, price, isReducing, verdict) &&
      this.passesExposure(action, instrument, price, isReducing, verdict) &&
      this.passesRate(instrument, isReducing, verdict);
    if (!passes) return false;
    if (reservations.isFull) {
      return verdict.refuse(RiskCode.TABLE_FULL, reservations.count + 1, reservations.count);
    }
    this.approve(action, instrument, price, isReducing, verdict);
    return true;
  }

  /** Grant, lease and latch. Hedges of fills pass a lost lease and a kill, never a missing grant. */
  private passesAuthority(isReducing: boolean, verdict: ActionVerdictBuffer): boolean {
    const { lease } = this.options;
    if (!lease.isGranted) return verdict.refuse(RiskCode.NO_LIMITS, 0, 1);
    if (!isReducing && !lease.isValid(this.nowMicros)) {
      return verdict.refuse(RiskCode.LEASE_EXPIRED, this.nowMicros, lease.expiresAtMicros);
    }
    const mostLatch = isReducing ? GateLatch.NO_NEW_RISK : GateLatch.OPEN;
    if (this.latch <= mostLatch) return true;
    return verdict.refuse(RiskCode.KILLED, this.latch, mostLatch);
  }

  /** The order for itself: status, target, filters, sizes, collar. */
  private passesItself(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    isReducing: boolean,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const { guardrail, reservations } = this.options;
    if (!guardrail.passesStatus(action, instrument, verdict)) return false;
    const isReplace = action.kind === ActionKind.REPLACE;
    if (isReplace && reservations.rowOf(action.targetOrderId) === NO_RESERVATION) {
      return verdict.refuse(RiskCode.UNKNOWN_TARGET, 0, 1);
    }
    const reference = this.referencePriceUnits(instrument);
    const open = reservations.openOrders[instrument.index] as number;
    if (!guardrail.passesFilters(action, instrument, reference, open, verdict)) return false;
    if (isReducing) return guardrail.passesQuantity(action, instrument, verdict);
    return (
      guardrail.passesOpenOrders(instrument, open, verdict) &&
      guardrail.passesQuantity(action, instrument, verdict) &&
      guardrail.passesNotional(action, instrument, priceTicks, verdict) &&
      guardrail.passesCollar(instrument, priceTicks, this.nowMicros, verdict)
    );
  }

  private passesSelfTrade(action: PlannedAction, verdict: ActionVerdictBuffer): boolean {
    const { reservations, selfTrade } = this.options;
    const row = findOwnOrderInTheWay(action, reservations);
    if (row === NO_RESERVATION) return true;
    if (selfTrade.letsPass(action, row, this.nowMicros)) {
      this.selfTradeWarningCount += 1;
      return true;
    }
    const resting = reservations.pricesTicks[row] as number;
    return verdict.refuse(RiskCode.SELF_TRADE, action.priceTicks, resting);
  }

  private passesFunds(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    isReducing: boolean,
    verdict: ActionVerdictBuffer,
  ): boolean {
    // Hedges may use the reserve: that is what it is kept for.
    const reserveBps = isReducing ? 0 : this.options.lease.balanceReserveBps;
    if (instrument.market !== Market.SPOT) {
      return this.passesMargin(action, instrument, priceTicks, reserveBps, verdict);
    }
    const { reservations, position, lease } = this.options;
    const isBuy = action.side === Side.BUY;
    const need = isBuy
      ? withMargin(
          notionalUnits(instrument, priceTicks, action.quantityLots, Rounding.UP),
          lease.safetyMarginBps,
        )
      : baseUnits(instrument, action.quantityLots);
    const reserved = isBuy ? reservations.reservedQuoteUnits : reservations.reservedBaseUnits;
    const held = isBuy ? position.totalQuoteUnits : position.spotBaseUnits;
    const allowed = lessReserve(held, reserveBps);
    if (reserved + need <= allowed) return true;
    verdict.refuse(RiskCode.INSUFFICIENT_BALANCE, reserved + need, allowed);
    const share = Math.max(0, allowed - reserved) / need;
    return verdict.advise(RiskAdvice.REDUCE_SIZE, Math.floor(action.quantityLots * share));
  }

  /** Initial margin of the worst position on this side, at the worse of order price and mid. */
  private passesMargin(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    reserveBps: number,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const { exposure, position, lease, configuration } = this.options;
    const worst = exposure.worstBaseUnits(instrument, action.side, action.quantityLots);
    if (worst <= 0) return true;
    const lots = lotsFromBaseUnits(instrument, worst, Rounding.UP);
    const midTicks = Math.ceil(exposure.midHalfTicks(instrument.index) / 2);
    const notional = notionalUnits(instrument, Math.max(priceTicks, midTicks), lots, Rounding.UP);
    const initial = multiplyDivide(
      notional,
      configuration.initialMarginBps,
      BASIS_POINTS_PER_ONE,
      Rounding.UP,
    );
    const need = withMargin(initial, lease.safetyMarginBps);
    const allowed = lessReserve(position.marginWalletUnits, reserveBps);
    if (need <= allowed) return true;
    return verdict.refuse(RiskCode.INSUFFICIENT_MARGIN, need, allowed);
  }

  private passesExposure(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    isReducing: boolean,
    verdict: ActionVerdictBuffer,
  ): boolean {
    if (isReducing) return true;
    const { lease, exposure } = this.options;
    const isBuy = action.side === Side.BUY;
    const code = isBuy ? RiskCode.MAX_LONG : RiskCode.MAX_SHORT;
    // It said that it reduces risk and it does not: whoever planned it is wrong about our position.
    if (action.reducesRisk) return verdict.refuse(code, action.quantityLots, 0);
    const limits = isBuy ? lease.maxLongBaseUnits : lease.maxShortBaseUnits;
    const most = limits[instrument.index] ?? 0;
    const worst = exposure.worstBaseUnits(instrument, action.side, action.quantityLots);
    if (worst > most) {
      verdict.refuse(code, worst, most);
      const over = lotsFromBaseUnits(instrument, worst - most, Rounding.UP);
      const fits = action.quantityLots - over;
      const advice = fits > 0 ? RiskAdvice.REDUCE_SIZE : RiskAdvice.PAUSE_SIDE;
      return verdict.advise(advice, Math.max(0, fits));
    }
    const notional = notionalUnits(instrument, priceTicks, action.quantityLots, Rounding.UP);
    const gross = exposure.grossNotionalUnits() + notional;
    if (gross <= lease.maxGrossNotionalUnits) return true;
    return verdict.refuse(RiskCode.MAX_GROSS_NOTIONAL, gross, lease.maxGrossNotionalUnits);
  }

  /** Quotes leave the hedges' part of the rate alone. */
  private passesRate(
    instrument: Instrument,
    isReducing: boolean,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const { lease } = this.options;
    const limiter = this.limiterOf(instrument);
    const granted = lease.ordersPerTenSeconds[instrument.index] ?? 0;
    const limit = isReducing ? granted : Math.max(0, granted - lease.reservedForHedges);
    if (limiter.allows(this.nowMicros, limit)) return true;
    verdict.refuse(RiskCode.RATE_LIMIT, limiter.used(this.nowMicros) + 1, limit);
    return verdict.advise(RiskAdvice.SLOW_DOWN, limiter.waitMicros(this.nowMicros, limit));
  }

  private approve(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    isReducing: boolean,
    verdict: ActionVerdictBuffer,
  ): void {
    const { reservations, loop, lease } = this.options;
    const margin = lease.safetyMarginBps;
    const row = reservations.reserve(action, instrument, priceTicks, margin, isReducing);
    loop.open(row, this.nowMicros);
    this.limiterOf(instrument).take(this.nowMicros);
    verdict.reservation = row;
  }

  private limiterOf(instrument: Instrument): TokenBucketLimiter {
    const limiter = this.options.limiters[instrument.index];
    if (limiter === undefined) throw new RangeError('instrument index beyond the limiters');
    return limiter;
  }

  /** The limit price; a MARKET order is measured at the mid, rounded up. */
  private worstPriceTicks(action: PlannedAction, instrument: Instrument): number {
    if (action.type !== OrderType.MARKET) return action.priceTicks;
    return Math.ceil(this.options.exposure.midHalfTicks(instrument.index) / 2);
  }

  /** What the venue measures filters against, as near as we know: the mid in price units, 0 unknown. */
  private referencePriceUnits(instrument: Instrument): number {
    const half = this.options.exposure.midHalfTicks(instrument.index);
    return (half * instrument.priceUnitsPerTick) / 2;
  }
}

/** What of `units` may be used when a share is kept back. */
function lessReserve(units: number, reserveBps: number): number {
  if (reserveBps === 0) return units;
  return units - multiplyDivide(units, Math.ceil(reserveBps), BASIS_POINTS_PER_ONE, Rounding.UP);
}
