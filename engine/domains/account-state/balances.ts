import type { BalanceEvent, FundingPaymentEvent, PerpPositionEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { baseUnits, notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { BALANCE_SLOT_COUNT, BalanceSlot, CommissionAsset, Side } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import { AbsoluteSlot, StatementOutcome } from './absolute-slot.ts';

/** Index of the perpetual position, behind the four balances. */
export const POSITION_SLOT = BALANCE_SLOT_COUNT;
const SLOT_COUNT = BALANCE_SLOT_COUNT + 1;

/**
 * The four balances and the perpetual position. Fills and funding move them at once, the venue's
 * absolute statements confirm or correct them.
 */
export class Balances {
  private readonly slots: readonly AbsoluteSlot[];
  /** Rounding a venue may have done in realised results since its last wallet statement, in quote units. */
  private walletRoundingUnits = 0;

  constructor() {
    const slots: AbsoluteSlot[] = [];
    for (let index = 0; index < SLOT_COUNT; index++) slots.push(new AbsoluteSlot());
    this.slots = slots;
  }

  slot(index: number): AbsoluteSlot {
    const slot = this.slots[index];
    if (slot === undefined) throw new RangeError(`no balance slot ${index}`);
    return slot;
  }

  /** True once everything a session needs was stated. The fee asset may never be. */
  isKnown(hasHedge: boolean): boolean {
    if (!this.slot(BalanceSlot.SPOT_BASE).isKnown) return false;
    if (!this.slot(BalanceSlot.SPOT_QUOTE).isKnown) return false;
    if (!hasHedge) return true;
    return this.slot(BalanceSlot.PERP_MARGIN).isKnown && this.slot(POSITION_SLOT).isKnown;
  }

  /** True while no known amount waits for the confirmation of a correction. */
  isConfirmed(): boolean {
    for (let index = 0; index < SLOT_COUNT; index++) {
      const slot = this.slot(index);
      if (slot.isKnown && !slot.isConfirmed) return false;
    }
    return true;
  }

  /** True when the fill was already part of what the venue first stated. */
  precedesStart(instrument: Instrument, venueMicros: number): boolean {
    const isSpot = instrument.role === InstrumentRole.QUOTED;
    return this.slot(isSpot ? BalanceSlot.SPOT_BASE : POSITION_SLOT).precedesFirstStatement(
      venueMicros,
    );
  }

  /** Moves base, quote and commission of one spot fill. */
  applySpotFill(instrument: Instrument, report: Readonly<ExecutionReport>): void {
    const at = report.venueTimeMicros;
    const amount = baseUnits(instrument, report.lastQuantityLots);
    const value = notionalUnits(
      instrument,
      report.lastPriceTicks,
      report.lastQuantityLots,
      Rounding.HALF_AWAY,
    );
    const base = this.slot(BalanceSlot.SPOT_BASE);
    const quote = this.slot(BalanceSlot.SPOT_QUOTE);
    const isBuy = report.side === Side.BUY;
    const asset = report.commissionAsset;
    const baseFee = asset === CommissionAsset.BASE ? report.commissionUnits : 0;
    const quoteFee = asset === CommissionAsset.QUOTE ? report.commissionUnits : 0;
    base.applyChange((isBuy ? amount : -amount) - baseFee, at);
    quote.applyChange((isBuy ? -value : value) - quoteFee, at);
    if (isBuy) quote.unlock(lockedValue(instrument, report));
    else base.unlock(amount);
    this.applyFeeAsset(report);
  }

  /** Moves the position and the margin wallet of one perpetual fill. */
  applyPerpFill(
    instrument: Instrument,
    report: Readonly<ExecutionReport>,
    realizedUnits: number,
  ): void {
    const amount = baseUnits(instrument, report.lastQuantityLots);
    const at = report.venueTimeMicros;
    // A venue that rounds its average entry to 1e-8 is off by up to one price unit per base asset.
    const roundingUnits = Math.ceil(amount / ASSET_UNITS_PER_WHOLE) + 1;
    this.slot(POSITION_SLOT).applyChange(report.side === Side.BUY ? amount : -amount, at);
    const marginFee =
      report.commissionAsset === CommissionAsset.MARGIN ? report.commissionUnits : 0;
    if (realizedUnits !== marginFee) {
      const change = realizedUnits - marginFee;
      this.slot(BalanceSlot.PERP_MARGIN).applyChange(change, at, roundingUnits);
    }
    this.walletRoundingUnits += roundingUnits;
    this.applyFeeAsset(report);
  }

  applyFunding(event: Readonly<FundingPaymentEvent>): void {
    this.slot(BalanceSlot.PERP_MARGIN).applyChange(event.amountUnits, event.venueTimeMicros);
  }

  applyBalance(event: Readonly<BalanceEvent>, instrument: Instrument | null): StatementOutcome {
    const slot = this.slot(event.slot);
    if (event.slot === BalanceSlot.PERP_MARGIN) {
      // The wallet is `free`; `locked` is margin in use, a part of it.
      const outcome = slot.applyStatement(
        event.freeUnits,
        event.lockedUnits,
        event.venueTimeMicros,
        this.walletRoundingUnits,
      );
      if (outcome !== StatementOutcome.OUTDATED) this.walletRoundingUnits = 0;
      return outcome;
    }
    const isExact = instrument === null || instrument.tickLotDenominator === 1;
    return slot.applyStatement(
      event.freeUnits + event.lockedUnits,
      event.lockedUnits,
      event.venueTimeMicros,
      isExact ? 0 : 1,
    );
  }

  applyPosition(event: Readonly<PerpPositionEvent>, instrument: Instrument): StatementOutcome {
    const amount = baseUnits(instrument, event.positionLots);
    return this.slot(POSITION_SLOT).applyStatement(amount, 0, event.venueTimeMicros, 0);
  }

  writeState(writer: StateWriter): void {
    for (let index = 0; index < SLOT_COUNT; index++) this.slot(index).writeState(writer);
    writer.integer(this.walletRoundingUnits);
  }

  readState(reader: StateReader): void {
    for (let index = 0; index < SLOT_COUNT; index++) this.slot(index).readState(reader);
    this.walletRoundingUnits = reader.integer();
  }

  private applyFeeAsset(report: Readonly<ExecutionReport>): void {
    if (report.commissionAsset !== CommissionAsset.FEE_ASSET) return;
    this.slot(BalanceSlot.SPOT_FEE_ASSET).applyChange(
      -report.commissionUnits,
      report.venueTimeMicros,
    );
  }
}

/** What the venue had locked for the filled part of a buy: its limit price, not the fill's. */
function lockedValue(instrument: Instrument, report: Readonly<ExecutionReport>): number {
  return notionalUnits(instrument, report.priceTicks, report.lastQuantityLots, Rounding.UP);
}
