import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { baseUnits, notionalUnits, priceUnitsFromTicks } from '#contracts/instrument-arithmetic.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { Rounding } from '#units/multiply-divide.ts';
import type { AttributedFill } from './pnl-attribution.ts';

/** One fill in the units of the books: signed from our side, fees by where they were taken. Refilled. */
export class FillFacts implements AttributedFill {
  isSpot = false;
  isMaker = false;
  /** Base units, positive for a buy. */
  deltaUnits = 0;
  /** Quote units, positive for a buy. */
  valueUnits = 0;
  priceHalfPrice = 0;
  midHalfPrice = 0;
  baseFeeUnits = 0;
  quoteFeeUnits = 0;
  feeAssetFeeUnits = 0;

  /** Hot: no allocation. `midHalfPrice`: the instrument's mid at the fill. */
  read(report: Readonly<ExecutionReport>, instrument: Instrument, midHalfPrice: number): void {
    const sign = report.side === Side.BUY ? 1 : -1;
    const lots = report.lastQuantityLots;
    const asset = report.commissionAsset;
    const fee = report.commissionUnits;
    this.isSpot = instrument.role === InstrumentRole.QUOTED;
    this.isMaker = report.isMaker;
    this.deltaUnits = sign * baseUnits(instrument, lots);
    this.valueUnits =
      sign * notionalUnits(instrument, report.lastPriceTicks, lots, Rounding.HALF_AWAY);
    this.priceHalfPrice = 2 * priceUnitsFromTicks(instrument, report.lastPriceTicks);
    this.midHalfPrice = midHalfPrice;
    this.baseFeeUnits = asset === CommissionAsset.BASE ? fee : 0;
    const isQuote = asset === CommissionAsset.QUOTE || asset === CommissionAsset.MARGIN;
    this.quoteFeeUnits = isQuote ? fee : 0;
    this.feeAssetFeeUnits = asset === CommissionAsset.FEE_ASSET ? fee : 0;
  }
}
