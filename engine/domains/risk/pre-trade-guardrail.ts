/**
 * The last look at one order for itself: is the instrument open, does it meet the venue's filters, is
 * it no fat finger, is its price near an independent reference.
 */
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { notionalUnits } from '#contracts/instrument-arithmetic.ts';
import {
  checkFilters,
  checkOpenOrders,
  FilterCode,
  FilterVerdict,
} from '#contracts/instrument-filters.ts';
import type { PlannedAction } from '#contracts/order-plan.ts';
import { RiskAdvice, RiskCode } from '#contracts/risk-verdict.ts';
import type { PriceUnits } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import type { IndependentReference } from './independent-reference.ts';
import type { Lease } from './lease.ts';
import type { ActionVerdictBuffer } from './verdict-buffer.ts';

const BASIS_POINTS_PER_ONE = 10_000;

/** Each filter as the gate's code. */
const RISK_CODE_BY_FILTER: readonly RiskCode[] = (() => {
  const codes: RiskCode[] = [];
  codes[FilterCode.PASSED] = RiskCode.APPROVED;
  codes[FilterCode.PRICE_TOO_LOW] = RiskCode.FILTER_PRICE;
  codes[FilterCode.PRICE_TOO_HIGH] = RiskCode.FILTER_PRICE;
  codes[FilterCode.QUANTITY_TOO_LOW] = RiskCode.FILTER_LOT;
  codes[FilterCode.QUANTITY_TOO_HIGH] = RiskCode.FILTER_LOT;
  codes[FilterCode.PERCENT_PRICE_TOO_LOW] = RiskCode.FILTER_PERCENT_PRICE;
  codes[FilterCode.PERCENT_PRICE_TOO_HIGH] = RiskCode.FILTER_PERCENT_PRICE;
  codes[FilterCode.NOTIONAL_TOO_LOW] = RiskCode.FILTER_NOTIONAL;
  codes[FilterCode.NOTIONAL_TOO_HIGH] = RiskCode.FILTER_NOTIONAL;
  codes[FilterCode.TOO_MANY_ORDERS] = RiskCode.FILTER_MAX_ORDERS;
  codes[FilterCode.TOO_MANY_AMENDS] = RiskCode.FILTER_MAX_ORDERS;
  codes[FilterCode.POSITION_TOO_LARGE] = RiskCode.MAX_LONG;
  return codes;
})();

/** Hot: every placement. Each check fills the verdict and returns false when it refuses. */
export class PreTradeGuardrail {
  private readonly lease: Lease;
  private readonly reference: IndependentReference;
  private readonly filterVerdict = new FilterVerdict();

  constructor(lease: Lease, reference: IndependentReference) {
    this.lease = lease;
    this.reference = reference;
  }

  /** TRADING; or CLOSE_ONLY for what can only close. */
  passesStatus(
    action: PlannedAction,
    instrument: Instrument,
    verdict: ActionVerdictBuffer,
  ): boolean {
    if (instrument.status === InstrumentStatus.TRADING) return true;
    if (instrument.status === InstrumentStatus.CLOSE_ONLY && action.reduceOnly) return true;
    return verdict.refuse(
      RiskCode.INSTRUMENT_NOT_TRADING,
      instrument.status,
      InstrumentStatus.TRADING,
    );
  }

  /** The venue's filters, its limit of open orders and the granted one. `openOrders`: without this one. */
  passesFilters(
    action: PlannedAction,
    instrument: Instrument,
    referencePriceUnits: number,
    openOrders: number,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const filter = this.filterVerdict;
    const reference = Math.round(referencePriceUnits) as PriceUnits;
    const passes =
      checkFilters(instrument, action, reference, filter) === FilterCode.PASSED &&
      checkOpenOrders(instrument, openOrders, filter) === FilterCode.PASSED;
    if (passes) return true;
    const code = RISK_CODE_BY_FILTER[filter.code];
    if (code === undefined) throw new RangeError('filter code without a risk code');
    return verdict.refuse(code, filter.used, filter.allowed);
  }

  /** Granted number of open orders: new risk only. */
  passesOpenOrders(
    instrument: Instrument,
    openOrders: number,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const most = this.lease.maxOpenOrders[instrument.index] ?? 0;
    if (openOrders + 1 <= most) return true;
    return verdict.refuse(RiskCode.FILTER_MAX_ORDERS, openOrders + 1, most);
  }

  /** Fat finger, quantity: hedges too. */
  passesQuantity(
    action: PlannedAction,
    instrument: Instrument,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const most = this.lease.maxOrderLots[instrument.index] ?? 0;
    if (action.quantityLots <= most) return true;
    verdict.refuse(RiskCode.MAX_ORDER_QUANTITY, action.quantityLots, most);
    return verdict.advise(RiskAdvice.REDUCE_SIZE, most);
  }

  /** Fat finger, notional: new risk only. */
  passesNotional(
    action: PlannedAction,
    instrument: Instrument,
    priceTicks: number,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const notional = notionalUnits(instrument, priceTicks, action.quantityLots, Rounding.UP);
    const most = this.lease.maxOrderNotionalUnits[instrument.index] ?? 0;
    if (notional <= most) return true;
    verdict.refuse(RiskCode.MAX_ORDER_NOTIONAL, notional, most);
    const lots = Math.floor((action.quantityLots * most) / notional);
    return verdict.advise(RiskAdvice.REDUCE_SIZE, lots);
  }

  /** Price collar: new risk only. Without a fresh reference nothing new passes. */
  passesCollar(
    instrument: Instrument,
    priceTicks: number,
    nowMicros: number,
    verdict: ActionVerdictBuffer,
  ): boolean {
    const reference = this.reference.priceFor(instrument.index);
    const age = this.reference.ageMicros(instrument.index, nowMicros);
    const { referenceAgeMaxMicros, priceCollarBps } = this.lease;
    if (reference > 0 && age <= referenceAgeMaxMicros) {
      const price = priceTicks * instrument.priceUnitsPerTick;
      const distanceBps = (Math.abs(price - reference) / reference) * BASIS_POINTS_PER_ONE;
      if (distanceBps <= priceCollarBps) return true;
      return verdict.refuse(RiskCode.PRICE_COLLAR, distanceBps, priceCollarBps);
    }
    return verdict.refuse(RiskCode.NO_REFERENCE, age, referenceAgeMaxMicros);
  }
}
