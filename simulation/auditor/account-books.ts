/**
 * The account as it follows from the venue's words alone: trades, fees, funding, and what people did.
 * Own sums, own entry value, own fees; the venue's absolute statements are held against them.
 */
import type { BalanceEvent, FundingPaymentEvent, PerpPositionEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { quotient, Rounding, WHOLE, worth } from './amounts.ts';
import type { FeeAssetTerms, OpeningBalances, VenueIncident } from './auditor-inputs.ts';
import { IncidentKind } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { StatementCheck } from './statement-check.ts';

const POSITION = 4;
const SLOT_COUNT = 5;
const SLOT_NAMES = ['spot base', 'spot quote', 'fee asset', 'margin wallet', 'position lots'];

/** One own trade. */
export class OwnTrade {
  readonly instrument: number;
  readonly tradeId: number;
  readonly clientOrderId: number;
  readonly venueTimeMicros: number;
  /** Signed base units the holding moves by, commission in base included. */
  readonly moveUnits: number;
  readonly lots: number;
  /** What it moves beside the holding: quote and fee asset with their commissions, and what margin paid. */
  quoteUnits = 0;
  feeAssetUnits = 0;
  marginFeeUnits = 0;
  /** Sequence at which the engine booked it; 0: not yet, or forgotten in a crash. */
  bookedSequence = 0;
  /** Counts from 1 within its instrument, in the order of the venue's words. */
  number = 0;
  isDelivered = false;

  constructor(report: Readonly<ExecutionReport>, moveUnits: number) {
    this.instrument = report.instrument;
    this.tradeId = report.tradeId;
    this.clientOrderId = report.clientOrderId;
    this.venueTimeMicros = report.venueTimeMicros;
    this.lots = report.lastQuantityLots;
    this.moveUnits = moveUnits;
  }
}

export class AccountBooks {
  /** Own trades and adjustments so far: what a PnL tolerance is counted by. */
  tradeCount = 0;
  adjustmentCount = 0;
  private readonly deliveredCounts = new Float64Array(2);
  /** Trades of each instrument when the session began. */
  private readonly tradesBefore = new Float64Array(2);
  /** Base units per instrument that moved without an order of ours and that the engine may not know yet. */
  readonly foreignUnits = new Float64Array(2);
  private readonly findings: Findings;
  private readonly feeAsset: FeeAssetTerms;
  private readonly opening: readonly Instrument[];
  private readonly instruments: Instrument[];
  private readonly totals = new Float64Array(SLOT_COUNT);
  private readonly trades: readonly Map<number, OwnTrade>[];
  private readonly statements: StatementCheck;
  /** |position| at its entry prices, quote units. */
  private entryValueUnits = 0;

  constructor(
    instruments: readonly Instrument[],
    opening: OpeningBalances,
    feeAsset: FeeAssetTerms,
    findings: Findings,
  ) {
    this.findings = findings;
    this.feeAsset = feeAsset;
    this.opening = [...instruments];
    this.instruments = [...instruments];
    this.trades = instruments.map(() => new Map<number, OwnTrade>());
    this.totals[BalanceSlot.SPOT_BASE] = opening.baseUnits;
    this.totals[BalanceSlot.SPOT_QUOTE] = opening.quoteUnits;
    this.totals[BalanceSlot.SPOT_FEE_ASSET] = opening.feeAssetUnits;
    this.totals[BalanceSlot.PERP_MARGIN] = opening.marginUnits;
    this.totals[POSITION] = opening.positionLots;
    const perpetual = instruments.find((one) => one.market === Market.PERPETUAL);
    if (perpetual !== undefined) {
      const base = Math.abs(opening.positionLots) * perpetual.baseUnitsPerLot;
      this.entryValueUnits = quotient(base, opening.entryPriceUnits, WHOLE, Rounding.HALF_AWAY);
    }
    this.statements = new StatementCheck(this.totals, SLOT_NAMES, findings);
  }

  /** A session begins with what the account holds: trades before it are in that. */
  onSessionBegun(): void {
    for (const [index, ofInstrument] of this.trades.entries()) {
      this.tradesBefore[index] = ofInstrument.size;
    }
  }

  /** Trades of the session that the process has not been told of, or has forgotten since. */
  untoldTrades(): OwnTrade[] {
    return this.trades.flatMap((ofInstrument, index) => {
      const before = this.tradesBefore[index] as number;
      return [...ofInstrument.values()].filter(
        ({ number, bookedSequence }) => number > before && bookedSequence === 0,
      );
    });
  }

  slotUnits(slot: number): number {
    return this.totals[slot] as number;
  }

  get positionLots(): number {
    return this.totals[POSITION] as number;
  }

  /** Signed base units held in the instrument's own market. */
  heldUnits(instrument: number): number {
    const definition = this.instruments[instrument];
    if (definition === undefined) return 0;
    if (definition.market === Market.SPOT) return this.slotUnits(BalanceSlot.SPOT_BASE);
    return this.positionLots * definition.baseUnitsPerLot;
  }

  /** Spot and perpetual together. */
  get netBaseUnits(): number {
    let sum = 0;
    for (let index = 0; index < this.instruments.length; index++) sum += this.heldUnits(index);
    return sum;
  }

  /** The instrument as the venue follows it now. */
  instrument(index: number): Instrument | null {
    return this.instruments[index] ?? null;
  }

  trade(instrument: number, tradeId: number): OwnTrade | null {
    return this.trades[instrument]?.get(tradeId) ?? null;
  }

  /** The trade is delivered later than every earlier one of its instrument. Notes that it is. */
  isInOrder(trade: OwnTrade): boolean {
    const expected = (this.deliveredCounts[trade.instrument] as number) + 1;
    this.deliveredCounts[trade.instrument] = expected;
    return trade.number === expected;
  }

  /** Worth of everything at two mids in half price units (half of 1e-8 quote), in quote units. */
  equityUnits(quotedMidHalfPrice: number, hedgeMidHalfPrice: number): number {
    const feeAssetWorth = quotient(
      this.slotUnits(BalanceSlot.SPOT_FEE_ASSET),
      this.feeAsset.feeAssetPriceUnits,
      WHOLE,
      Rounding.HALF_AWAY,
    );
    const base = this.slotUnits(BalanceSlot.SPOT_BASE);
    const stock = quotient(base, quotedMidHalfPrice, 2 * WHOLE, Rounding.HALF_AWAY);
    const spot = this.slotUnits(BalanceSlot.SPOT_QUOTE) + stock + feeAssetWorth;
    const held = this.instruments.length > 1 ? this.heldUnits(1) : 0;
    const value = quotient(held, hedgeMidHalfPrice, 2 * WHOLE, Rounding.HALF_AWAY);
    const open = held === 0 ? 0 : value - Math.sign(held) * this.entryValueUnits;
    return spot + this.slotUnits(BalanceSlot.PERP_MARGIN) + open;
  }

  /** Books the trade of a report, once. Null: no trade, or one that is booked already. */
  onReport(report: Readonly<ExecutionReport>): OwnTrade | null {
    if (!(report.lastQuantityLots > 0) || report.tradeId < 0) return null;
    const known = this.trade(report.instrument, report.tradeId);
    if (known !== null) {
      this.findings.count(16);
      if (known.clientOrderId !== report.clientOrderId) this.reportSelfMatch(known, report);
      return null;
    }
    const instrument = this.instruments[report.instrument];
    if (instrument === undefined) return null;
    this.checkCommission(instrument, report);
    const quoteBefore = this.slotUnits(BalanceSlot.SPOT_QUOTE);
    const feeAssetBefore = this.slotUnits(BalanceSlot.SPOT_FEE_ASSET);
    const trade = new OwnTrade(report, this.settle(instrument, report));
    trade.quoteUnits = this.slotUnits(BalanceSlot.SPOT_QUOTE) - quoteBefore;
    trade.feeAssetUnits = this.slotUnits(BalanceSlot.SPOT_FEE_ASSET) - feeAssetBefore;
    if (instrument.market === Market.PERPETUAL) trade.marginFeeUnits = report.commissionUnits;
    const ofInstrument = this.trades[report.instrument];
    ofInstrument?.set(report.tradeId, trade);
    trade.number = ofInstrument?.size ?? 0;
    this.tradeCount += 1;
    if (report.clientOrderId === 0) this.noteForeign(report.instrument, trade.moveUnits);
    return trade;
  }

  onFunding(event: Readonly<FundingPaymentEvent>): void {
    this.change(BalanceSlot.PERP_MARGIN, event.amountUnits, event.venueTimeMicros);
  }

  onBalance(event: Readonly<BalanceEvent>, nowMicros: number): void {
    // The margin event names the wallet as free and the margin in use, which is part of it, as locked.
    const isMargin = event.slot === BalanceSlot.PERP_MARGIN;
    const total = isMargin ? event.freeUnits : event.freeUnits + event.lockedUnits;
    this.statements.onStatement(event.slot, total, event.venueTimeMicros, nowMicros);
  }

  onPosition(event: Readonly<PerpPositionEvent>, nowMicros: number): void {
    this.statements.onStatement(POSITION, event.positionLots, event.venueTimeMicros, nowMicros);
  }

  /** Looks at statements that did not fit when they came. */
  poll(nowMicros: number): void {
    this.statements.poll(nowMicros);
  }

  onIncident(incident: Readonly<VenueIncident>): void {
    if (incident.kind === IncidentKind.INSTRUMENT_CHANGED && incident.definition !== null) {
      this.instruments[incident.definition.index] = incident.definition;
    }
    if (incident.kind === IncidentKind.BALANCE_ADJUSTED) {
      this.adjustmentCount += 1;
      this.change(incident.slot, incident.units, incident.venueTimeMicros);
      if (incident.slot === BalanceSlot.SPOT_BASE) this.noteForeign(0, incident.units);
    }
    if (incident.kind === IncidentKind.POSITION_ADJUSTED) this.adjustPosition(incident);
  }

  /** Trades booked after that sequence were forgotten by the process that died. */
  rollBack(sequence: number): void {
    for (const ofInstrument of this.trades) {
      for (const trade of ofInstrument.values()) {
        if (trade.bookedSequence > sequence) trade.bookedSequence = 0;
      }
    }
  }

  private noteForeign(instrument: number, units: number): void {
    this.foreignUnits[instrument] = (this.foreignUnits[instrument] as number) + Math.abs(units);
  }

  private adjustPosition(incident: Readonly<VenueIncident>): void {
    const instrument = this.instruments[1];
    if (instrument === undefined) return;
    this.adjustmentCount += 1;
    const value = quotient(incident.units, incident.priceUnits, WHOLE, Rounding.HALF_AWAY);
    const lots = incident.units / instrument.baseUnitsPerLot;
    this.movePosition(lots, Math.abs(value), incident.venueTimeMicros);
    this.noteForeign(1, incident.units);
  }

  private change(slot: number, units: number, venueTimeMicros: number): void {
    this.totals[slot] = (this.totals[slot] as number) + units;
    this.statements.note(slot, units, venueTimeMicros);
  }

  /** Moves the account by one trade; returns the move of the holding in base units. */
  private settle(instrument: Instrument, report: Readonly<ExecutionReport>): number {
    const { side, lastPriceTicks, lastQuantityLots, venueTimeMicros } = report;
    const sign = side === Side.BUY ? 1 : -1;
    const value = worth(instrument, lastPriceTicks, lastQuantityLots, Rounding.TOWARD_ZERO);
    const units = sign * lastQuantityLots * instrument.baseUnitsPerLot;
    if (instrument.market === Market.PERPETUAL) {
      this.movePosition(sign * lastQuantityLots, value, venueTimeMicros);
      this.change(BalanceSlot.PERP_MARGIN, -report.commissionUnits, venueTimeMicros);
      return units;
    }
    this.change(BalanceSlot.SPOT_BASE, units, venueTimeMicros);
    this.change(BalanceSlot.SPOT_QUOTE, -sign * value, venueTimeMicros);
    const paid = report.commissionUnits;
    switch (report.commissionAsset) {
      case CommissionAsset.BASE:
        this.change(BalanceSlot.SPOT_BASE, -paid, venueTimeMicros);
        return units - paid;
      case CommissionAsset.QUOTE:
        this.change(BalanceSlot.SPOT_QUOTE, -paid, venueTimeMicros);
        break;
      case CommissionAsset.FEE_ASSET:
        this.change(BalanceSlot.SPOT_FEE_ASSET, -paid, venueTimeMicros);
        break;
      case CommissionAsset.MARGIN:
      case CommissionAsset.NONE:
        break;
    }
    return units;
  }

  /** One-way mode: what is closed is realised against its share of the entry value, half away from zero. */
  private movePosition(lots: number, valueUnits: number, venueTimeMicros: number): void {
    const held = this.positionLots;
    const size = Math.abs(lots);
    this.change(POSITION, lots, venueTimeMicros);
    if (held === 0 || Math.sign(held) === Math.sign(lots)) {
      this.entryValueUnits += valueUnits;
      return;
    }
    const closed = Math.min(Math.abs(held), size);
    const closedValue = quotient(valueUnits, closed, size, Rounding.HALF_AWAY);
    const closedEntry = quotient(this.entryValueUnits, closed, Math.abs(held), Rounding.HALF_AWAY);
    const profit = Math.sign(held) * (closedValue - closedEntry);
    this.change(BalanceSlot.PERP_MARGIN, profit, venueTimeMicros);
    this.entryValueUnits -= closedEntry;
    if (size > closed) this.entryValueUnits = valueUnits - closedValue;
  }

  /** The fee as the auditor counts it, under the terms of now or of the opening. A liquidation's cost is the venue's word. */
  private checkCommission(instrument: Instrument, report: Readonly<ExecutionReport>): void {
    if (report.reason === ReportReason.LIQUIDATION) return;
    this.findings.count(7);
    if (!this.isPaidRightly(instrument, report)) {
      this.findings.violate(
        7,
        `trade ${report.tradeId} on side ${report.side} was paid in asset ${report.commissionAsset}`,
        report.clientOrderId,
      );
    }
    const before = this.opening[report.instrument] ?? instrument;
    const now = this.expectedCommission(instrument, report);
    if (report.commissionUnits === now) return;
    const then = this.expectedCommission(before, report);
    if (report.commissionUnits === then) return;
    this.findings.violate(
      7,
      `trade ${report.tradeId} cost ${report.commissionUnits} units, own count says ${now}`,
      report.clientOrderId,
    );
  }

  /** In what was received, in the margin, or in the fee asset where that was agreed on. */
  private isPaidRightly(instrument: Instrument, report: Readonly<ExecutionReport>): boolean {
    const isPerpetual = instrument.market === Market.PERPETUAL;
    switch (report.commissionAsset) {
      case CommissionAsset.BASE:
        return !isPerpetual && report.side === Side.BUY;
      case CommissionAsset.QUOTE:
        return !isPerpetual && report.side === Side.SELL;
      case CommissionAsset.MARGIN:
        return isPerpetual;
      case CommissionAsset.FEE_ASSET:
        return !isPerpetual && this.feeAsset.paysWithFeeAsset;
      case CommissionAsset.NONE:
        return true;
    }
  }

  private expectedCommission(instrument: Instrument, report: Readonly<ExecutionReport>): number {
    const rate = report.isMaker ? instrument.makerFeeRate : instrument.takerFeeRate;
    const { lastPriceTicks, lastQuantityLots } = report;
    const value = worth(instrument, lastPriceTicks, lastQuantityLots, Rounding.TOWARD_ZERO);
    switch (report.commissionAsset) {
      case CommissionAsset.BASE: {
        const base = lastQuantityLots * instrument.baseUnitsPerLot;
        return quotient(base, rate, WHOLE, Rounding.TOWARD_ZERO);
      }
      case CommissionAsset.QUOTE:
      case CommissionAsset.MARGIN:
        return quotient(value, rate, WHOLE, Rounding.TOWARD_ZERO);
      case CommissionAsset.FEE_ASSET: {
        const { feeAssetDiscount, feeAssetPriceUnits } = this.feeAsset;
        const cheaper = quotient(rate, WHOLE - feeAssetDiscount, WHOLE, Rounding.TOWARD_ZERO);
        const fee = quotient(value, cheaper, WHOLE, Rounding.TOWARD_ZERO);
        return quotient(fee, WHOLE, Math.max(1, feeAssetPriceUnits), Rounding.TOWARD_ZERO);
      }
      case CommissionAsset.NONE:
        return 0;
    }
  }

  private reportSelfMatch(known: OwnTrade, report: Readonly<ExecutionReport>): void {
    this.findings.violate(
      16,
      `trade ${report.tradeId} is between own orders ${known.clientOrderId} and ${report.clientOrderId}`,
      report.clientOrderId,
    );
  }
}
