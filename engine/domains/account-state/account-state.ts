import {
  AlertCode,
  AlertCommand,
  AlertSeverity,
  CommandKind,
  type CommandSink,
  RequestCommand,
} from '#contracts/commands.ts';
import type { AccountStateConfiguration } from '#contracts/configuration/account-state-configuration.ts';
import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type {
  AccountEvent,
  BalanceEvent,
  ControlEvent,
  FundingPaymentEvent,
  PerpPositionEvent,
  TimerEvent,
} from '#contracts/events.ts';
import { type ExecutionReport, NO_TRADE } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { AccountState, InstrumentTable, OwnOrders } from '#contracts/ports.ts';
import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  ASSET_UNITS_PER_WHOLE,
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { StatementOutcome } from './absolute-slot.ts';
import { Balances, POSITION_SLOT } from './balances.ts';
import { FillCounters } from './fill-counters.ts';
import { FillFacts } from './fill-facts.ts';
import { FillIds, FillNovelty } from './fill-ids.ts';
import { OrderChange, OrderTable } from './orders.ts';
import { PnlAttributionBook } from './pnl-attribution.ts';
import { PositionBook } from './position-book.ts';

const QUOTED = 0 as InstrumentIndex;
const INSTRUMENTS_MAX = 2;

/** Everything account state needs; the markets follow by `bindMarkets`. */
export interface AccountStateManagerOptions {
  readonly configuration: AccountStateConfiguration;
  readonly inventory: InventoryConfiguration;
  readonly instruments: InstrumentTable;
  readonly output: CommandSink;
}

/**
 * What the venue says we have: orders, balances, positions and the PnL that follows from them.
 * Fills count once and move the position at once; absolute statements confirm or correct it, and a
 * correction is never silent.
 */
export class AccountStateManager implements AccountState {
  readonly position: PositionState;
  readonly ownOrders: OwnOrders;
  readonly pnl: PnlAttribution;
  /** Fills, fees, funding and what was set aside, for the summary and the page. */
  readonly counters = new FillCounters();
  private readonly configuration: AccountStateConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly output: CommandSink;
  private readonly balances = new Balances();
  private readonly book: PositionBook;
  private readonly attribution: PnlAttributionBook;
  private readonly orders: OrderTable;
  private readonly fillIds: readonly FillIds[];
  private readonly facts = new FillFacts();
  private readonly alert = new AlertCommand();
  private readonly request = new RequestCommand();
  private perpEntryPriceUnits = 0;
  private lastFundingMicros = 0;
  private lastQueryMicros = 0;
  private isQueryWanted = false;
  private isFeeAssetLow = false;

  constructor(options: AccountStateManagerOptions) {
    this.configuration = options.configuration;
    this.instruments = options.instruments;
    this.output = options.output;
    const feeAssetPriceUnits = options.configuration.feeAssetPriceUnits;
    this.book = new PositionBook({
      inventory: options.inventory,
      instruments: options.instruments,
      balances: this.balances,
      feeAssetPriceUnits,
    });
    this.attribution = new PnlAttributionBook(this.book, feeAssetPriceUnits);
    this.orders = new OrderTable(options.configuration);
    const fillIds: FillIds[] = [];
    for (let index = 0; index < INSTRUMENTS_MAX; index++) fillIds.push(new FillIds());
    this.fillIds = fillIds;
    this.position = this.book;
    this.ownOrders = this.orders;
    this.pnl = this.attribution;
  }

  /** Called once, before the first event: market data is built later, because it needs our orders. */
  bindMarkets(markets: Markets): void {
    this.book.bindMarkets(markets);
  }

  /** Orders the venue holds open. */
  get openOrderCount(): number {
    return this.orders.openCount;
  }

  /** Free + locked of a balance slot and its locked part, in asset units. */
  balanceTotalUnits(slot: BalanceSlot): number {
    return this.balances.slot(slot).totalUnits;
  }

  balanceLockedUnits(slot: BalanceSlot): number {
    return this.balances.slot(slot).lockedUnits;
  }

  apply(event: Readonly<AccountEvent>): PositionState {
    this.startWhenPossible();
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.onReport(event);
        break;
      case EventKind.BALANCE:
        this.onBalance(event);
        break;
      case EventKind.PERP_POSITION:
        this.onPosition(event);
        break;
      case EventKind.FUNDING_PAYMENT:
        this.onFunding(event);
        break;
    }
    this.startWhenPossible();
    this.queryWhenWanted(event.atMicros);
    this.book.refresh(event.atMicros);
    return this.book;
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.startWhenPossible();
    this.orders.forget(event.atMicros);
    this.queryWhenWanted(event.atMicros);
    this.book.refresh(event.atMicros);
  }

  onControl(event: Readonly<ControlEvent>): void {
    // Only a new instrument changes how anything here is valued.
    if (event.kind === EventKind.INSTRUMENT_DEFINED) this.book.refresh(event.atMicros);
  }

  writeState(writer: StateWriter): void {
    writer.section('account-state');
    this.balances.writeState(writer);
    this.book.writeState(writer);
    this.attribution.writeState(writer);
    this.orders.writeState(writer);
    for (const ids of this.fillIds) ids.writeState(writer);
    this.counters.writeState(writer);
    writer.integer(this.perpEntryPriceUnits);
    writer.integer(this.lastFundingMicros);
    writer.integer(this.lastQueryMicros);
    writer.flag(this.isQueryWanted);
    writer.flag(this.isFeeAssetLow);
  }

  readState(reader: StateReader): void {
    reader.section('account-state');
    this.balances.readState(reader);
    this.book.readState(reader);
    this.attribution.readState(reader);
    this.orders.readState(reader);
    for (const ids of this.fillIds) ids.readState(reader);
    this.counters.readState(reader);
    this.perpEntryPriceUnits = reader.integer();
    this.lastFundingMicros = reader.integer();
    this.lastQueryMicros = reader.integer();
    this.isQueryWanted = reader.flag();
    this.isFeeAssetLow = reader.flag();
  }

  private startWhenPossible(): void {
    if (this.attribution.hasStarted || !this.book.canStart()) return;
    this.book.start(this.perpEntryPriceUnits);
    this.attribution.start(this.book.spotCost.quantityUnits, this.book.perpCost.quantityUnits);
  }

  private onReport(report: Readonly<ExecutionReport>): void {
    const isFill = report.lastQuantityLots > 0 && report.tradeId !== NO_TRADE;
    const isNewFill = isFill && this.isNewFill(report);
    // The venue's own orders (a liquidation) all carry no id: their fills count, but they are not ours.
    const isOurs = report.clientOrderId !== NO_ORDER;
    const change = isOurs ? this.orders.apply(report, isNewFill) : OrderChange.NONE;
    if (change === OrderChange.LATE_FILL) this.counters.lateFills += 1;
    if (change === OrderChange.FILL_MISSING) {
      this.counters.missingFills += 1;
      this.isQueryWanted = true;
    }
    if (!isNewFill) return;
    this.fillIdsOf(report.instrument).remember(report.tradeId);
    this.bookFill(report, this.instrumentOf(report.instrument));
  }

  private isNewFill(report: Readonly<ExecutionReport>): boolean {
    const novelty = this.fillIdsOf(report.instrument).novelty(report.tradeId);
    if (novelty === FillNovelty.NEW) return true;
    if (novelty === FillNovelty.TOO_OLD_TO_TELL) {
      // The second proof: a fill that moves the order's cumulative quantity was not counted.
      const knownLots = this.orders.filledLotsOf(report.clientOrderId);
      if (knownLots >= 0 && report.filledLots > knownLots) return true;
    }
    this.counters.duplicateFills += 1;
    this.raise(
      AlertCode.DUPLICATE_FILL,
      AlertSeverity.NOTICE,
      report.instrument,
      report.tradeId,
      1,
      report.clientOrderId,
    );
    return false;
  }

  private bookFill(report: Readonly<ExecutionReport>, instrument: Instrument): void {
    if (this.balances.precedesStart(instrument, report.venueTimeMicros)) {
      this.counters.fillsBeforeStart += 1;
      return;
    }
    const facts = this.facts;
    const isSpot = instrument.role === InstrumentRole.QUOTED;
    const mid = isSpot ? this.book.quotedMidHalfPrice : this.book.hedgeMidHalfPrice;
    facts.read(report, instrument, mid);
    let feeValue = facts.quoteFeeUnits;
    if (facts.isSpot) {
      this.balances.applySpotFill(instrument, report);
      if (this.attribution.hasStarted) feeValue += this.bookSpotCost();
    } else {
      const realized = this.attribution.hasStarted
        ? this.book.perpCost.applyTrade(facts.deltaUnits, facts.valueUnits)
        : 0;
      this.balances.applyPerpFill(instrument, report, realized);
    }
    if (this.attribution.hasStarted) this.attribution.onFill(facts);
    feeValue += multiplyDivide(
      facts.feeAssetFeeUnits,
      this.configuration.feeAssetPriceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    this.counters.addFill(
      report,
      facts.isSpot,
      Math.abs(facts.deltaUnits),
      Math.abs(facts.valueUnits),
      feeValue,
    );
    this.watchFeeAsset();
  }

  /** Books the trade, then a commission taken in base as a sale at the mid. Returns the commission's worth. */
  private bookSpotCost(): number {
    const facts = this.facts;
    const cost = this.book.spotCost;
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

  private onBalance(event: Readonly<BalanceEvent>): void {
    const slot = this.balances.slot(event.slot);
    const outcome = this.balances.applyBalance(event, this.instruments.get(QUOTED));
    if (outcome === StatementOutcome.CORRECTED) {
      this.onCorrection(
        AlertCode.BALANCE_MISMATCH,
        NO_INSTRUMENT,
        slot.unexplainedUnits,
        event.slot,
      );
    } else if (outcome === StatementOutcome.CONFIRMED || outcome === StatementOutcome.ROUNDED) {
      const settled = slot.settle();
      if (settled !== 0 && event.slot === BalanceSlot.SPOT_BASE && this.attribution.hasStarted) {
        this.book.adjustSpot(settled);
        this.attribution.adjust(true, settled);
      }
    } else if (outcome === StatementOutcome.OUTDATED) {
      this.counters.outdatedStatements += 1;
    }
    this.watchFeeAsset();
  }

  private onPosition(event: Readonly<PerpPositionEvent>): void {
    const instrument = this.instrumentOf(event.instrument);
    const outcome = this.balances.applyPosition(event, instrument);
    if (outcome === StatementOutcome.OUTDATED) {
      this.counters.outdatedStatements += 1;
      return;
    }
    this.perpEntryPriceUnits = event.entryPriceUnits;
    const slot = this.balances.slot(POSITION_SLOT);
    if (outcome === StatementOutcome.CORRECTED) {
      this.onCorrection(
        AlertCode.POSITION_MISMATCH,
        event.instrument,
        slot.unexplainedUnits,
        POSITION_SLOT,
      );
      return;
    }
    const settled = slot.settle();
    if (settled === 0 || !this.attribution.hasStarted) return;
    this.book.rebasePerp(this.perpEntryPriceUnits);
    this.attribution.adjust(false, settled);
  }

  private onFunding(event: Readonly<FundingPaymentEvent>): void {
    if (event.venueTimeMicros <= this.lastFundingMicros) {
      this.counters.duplicateFundings += 1;
      return;
    }
    this.lastFundingMicros = event.venueTimeMicros;
    this.balances.applyFunding(event);
    this.counters.addFunding(event.amountUnits);
    if (this.attribution.hasStarted) this.attribution.onFunding(event.amountUnits);
  }

  /** The venue's number rules from here on; a query brings the statement that confirms it. */
  private onCorrection(
    code: AlertCode,
    instrument: InstrumentIndex,
    differenceUnits: number,
    slot: number,
  ): void {
    this.counters.corrections += 1;
    this.isQueryWanted = true;
    this.raise(code, AlertSeverity.WAKE, instrument, differenceUnits, slot, NO_ORDER);
  }

  private queryWhenWanted(nowMicros: EpochMicros): void {
    if (!this.isQueryWanted) return;
    if (nowMicros - this.lastQueryMicros < this.configuration.accountQueryIntervalMicros) return;
    this.isQueryWanted = !this.balances.isConfirmed();
    this.lastQueryMicros = nowMicros;
    this.request.kind = CommandKind.REQUEST_ACCOUNT;
    this.request.instrument = NO_INSTRUMENT;
    this.output.emit(this.request);
  }

  private watchFeeAsset(): void {
    const limit = this.configuration.feeAssetLowUnits;
    const slot = this.balances.slot(BalanceSlot.SPOT_FEE_ASSET);
    const isLow = slot.isKnown && slot.totalUnits < limit;
    if (isLow && !this.isFeeAssetLow) {
      this.raise(
        AlertCode.FEE_ASSET_LOW,
        AlertSeverity.WARNING,
        NO_INSTRUMENT,
        slot.totalUnits,
        limit,
        NO_ORDER,
      );
    }
    this.isFeeAssetLow = isLow;
  }

  private raise(
    code: AlertCode,
    severity: AlertSeverity,
    instrument: InstrumentIndex,
    measured: number,
    limit: number,
    order: ClientOrderId,
  ): void {
    const alert = this.alert;
    alert.code = code;
    alert.severity = severity;
    alert.instrument = instrument;
    alert.clientOrderId = order;
    alert.measured = measured;
    alert.limit = limit;
    this.output.emit(alert);
  }

  private fillIdsOf(instrument: InstrumentIndex): FillIds {
    const ids = this.fillIds[instrument];
    if (ids === undefined)
      throw new RangeError(`a fill of an instrument we do not trade: ${instrument}`);
    return ids;
  }

  private instrumentOf(index: InstrumentIndex): Instrument {
    const instrument = this.instruments.get(index);
    if (instrument === null)
      throw new RangeError(`an account event of an undefined instrument: ${index}`);
    return instrument;
  }
}
