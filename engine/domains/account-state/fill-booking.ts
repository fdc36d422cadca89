import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { Balances } from './balances.ts';
import type { FillCounters } from './fill-counters.ts';
import { FillFacts } from './fill-facts.ts';
import type { PnlAttributionBook } from './pnl-attribution.ts';
import type { PositionBook } from './position-book.ts';

interface FillBookingOptions {
  readonly feeAssetPriceUnits: number;
  readonly balances: Balances;
  readonly book: PositionBook;
  readonly attribution: PnlAttributionBook;
  readonly counters: FillCounters;
}

/** Takes one fill into balances, cost books, attribution and counters. Whether it is new is decided before. */
export class FillBooking {
  private readonly options: FillBookingOptions;
  private readonly facts = new FillFacts();

  constructor(options: FillBookingOptions) {
    this.options = options;
  }

  book(report: Readonly<ExecutionReport>, instrument: Instrument): void {
    const { balances, book, attribution, counters, feeAssetPriceUnits } = this.options;
    if (balances.precedesStart(instrument, report.venueTimeMicros)) {
      counters.fillsBeforeStart += 1;
      return;
    }
    const facts = this.facts;
    const isSpot = instrument.role === InstrumentRole.QUOTED;
    const mid = isSpot ? book.quotedMidHalfPrice : book.hedgeMidHalfPrice;
    facts.read(report, instrument, mid);
    let feeValue = facts.quoteFeeUnits;
    if (facts.isSpot) {
      balances.applySpotFill(instrument, report);
      if (attribution.hasStarted) feeValue += this.bookSpotCost();
    } else {
      const realized = attribution.hasStarted
        ? book.perpCost.applyTrade(facts.deltaUnits, facts.valueUnits)
        : 0;
      balances.applyPerpFill(instrument, report, realized);
    }
    if (attribution.hasStarted) attribution.onFill(facts);
    feeValue += multiplyDivide(
      facts.feeAssetFeeUnits,
      feeAssetPriceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    const amount = Math.abs(facts.deltaUnits);
    counters.addFill(report, facts.isSpot, amount, Math.abs(facts.valueUnits), feeValue);
  }

  /** Books the trade, then a commission taken in base as a sale at the mid. Returns the commission's worth. */
  private bookSpotCost(): number {
    const facts = this.facts;
    const cost = this.options.book.spotCost;
    cost.applyTrade(facts.deltaUnits, facts.valueUnits);
    if (facts.baseFeeUnits === 0) return 0;
    const worth = multiplyDivide(
      facts.baseFeeUnits,
      facts.midHalfPrice,
      2 * ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    cost.applyTrade(-facts.baseFeeUnits, -worth);
    return worth;
  }
}
