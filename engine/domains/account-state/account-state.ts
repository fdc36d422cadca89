import {
  AlertCode,
  AlertSeverity,
  CommandKind,
  type CommandSink,
  OrderCommand,
} from '#contracts/commands.ts';
import type { AccountStateConfiguration } from '#contracts/configuration/account-state-configuration.ts';
import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type AccountEvent,
  AccountQuery,
  type BalanceEvent,
  type ControlEvent,
  FeedState,
  type FundingPaymentEvent,
  type PerpPositionEvent,
  type PrivateFeedStatusEvent,
  type QueryCompletedEvent,
  type TimerEvent,
} from '#contracts/events.ts';
import {
  type ExecutionReport,
  isTradeRecord,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { baseUnits } from '#contracts/instrument-arithmetic.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { BalanceSlot, ReportReason, Side } from '#contracts/order.ts';
import type { AccountState, InstrumentTable, OwnOrders } from '#contracts/ports.ts';
import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { VenueLimit, venueLimitOf, venueLimitPauseMicros } from '#contracts/venue-limits.ts';
import {
  type AssetUnits,
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import { StatementOutcome } from './absolute-slot.ts';
import { AccountAlerts } from './account-alerts.ts';
import { Balances, POSITION_SLOT } from './balances.ts';
import { Corrections } from './corrections.ts';
import { FillBooking } from './fill-booking.ts';
import { FillCounters } from './fill-counters.ts';
import { FillIds, FillNovelty } from './fill-ids.ts';
import { ORDER_ROWS_MAX, OrderChange, OrderTable } from './orders.ts';
import { PnlAttributionBook } from './pnl-attribution.ts';
import { PositionBook } from './position-book.ts';
import { StateReconciler } from './state-reconciler.ts';

const QUOTED = 0 as InstrumentIndex;
const HEDGE = 1 as InstrumentIndex;
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
  private readonly instruments: InstrumentTable;
  private readonly output: CommandSink;
  private readonly alerts: AccountAlerts;
  private readonly reconciler: StateReconciler;
  private readonly balances = new Balances();
  private readonly book: PositionBook;
  private readonly attribution: PnlAttributionBook;
  private readonly orders: OrderTable;
  private readonly fillIds: readonly FillIds[];
  private readonly fills: FillBooking;
  private readonly corrections: Corrections;
  private readonly query = new OrderCommand();
  private perpEntryPriceUnits = 0;
  private lastFundingMicros = 0;

  constructor(options: AccountStateManagerOptions) {
    this.instruments = options.instruments;
    this.output = options.output;
    this.query.kind = CommandKind.QUERY_ORDER;
    this.query.reducesRisk = true;
    this.alerts = new AccountAlerts(options.output, options.configuration.feeAssetLowUnits);
    this.reconciler = new StateReconciler(
      options.configuration,
      options.instruments,
      options.output,
    );
    const feeAssetPriceUnits = options.configuration.feeAssetPriceUnits;
    this.book = new PositionBook({
      inventory: options.inventory,
      instruments: options.instruments,
      balances: this.balances,
      feeAssetPriceUnits,
    });
    this.attribution = new PnlAttributionBook(this.book, feeAssetPriceUnits);
    const { balances, book, attribution, counters, reconciler } = this;
    const shared = { feeAssetPriceUnits, balances, book, attribution, counters, reconciler };
    this.fills = new FillBooking(shared);
    this.corrections = new Corrections(shared);
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

  /** Own orders it remembers, ended ones included, and the most it can. */
  get rememberedOrderCount(): number {
    return this.orders.rememberedCount;
  }

  get rememberedOrderCapacity(): number {
    return ORDER_ROWS_MAX;
  }

  /** Lots of an order that the venue holds open and may still fill; -1: it holds no such order. */
  openLotsOf(clientOrderId: number): number {
    return this.orders.openLotsOf(clientOrderId);
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
      case EventKind.QUERY_COMPLETED:
        this.onQueryCompleted(event);
        break;
      case EventKind.PRIVATE_FEED_STATUS:
        this.onPrivateFeed(event);
        break;
      case EventKind.VENUE_SILENCE:
        this.reconciler.rest(event.untilMicros);
        break;
    }
    this.startWhenPossible();
    this.showSight();
    this.book.refresh(event.atMicros);
    return this.book;
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.startWhenPossible();
    this.orders.forget(event.atMicros);
    this.reconciler.onTimer(event.atMicros);
    this.book.refresh(event.atMicros);
  }

  onControl(event: Readonly<ControlEvent>): void {
    // A new instrument changes how everything here is valued.
    if (event.kind === EventKind.INSTRUMENT_DEFINED) this.book.refresh(event.atMicros);
    if (event.kind !== EventKind.SESSION_START) return;
    this.reconciler.startSession(event.atMicros);
    this.showSight();
    this.book.refresh(event.atMicros);
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
    this.alerts.writeState(writer);
    this.reconciler.writeState(writer);
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
    this.alerts.readState(reader);
    this.reconciler.readState(reader);
    this.showSight();
  }

  /** A correction that waits for its trades would be counted twice: once in the start, once when it ends. */
  private startWhenPossible(): void {
    if (this.attribution.hasStarted || !this.book.canStart()) return;
    if (!this.balances.isConfirmed()) return;
    this.book.start(this.perpEntryPriceUnits);
    this.attribution.start(this.book.spotCost.quantityUnits, this.book.perpCost.quantityUnits);
  }

  private onReport(report: Readonly<ExecutionReport>): void {
    const isRecord = isTradeRecord(report);
    const limit = venueLimitOf(report);
    if (limit >= VenueLimit.REQUESTS) {
      this.reconciler.rest(report.atMicros + venueLimitPauseMicros(limit));
    }
    if (isRecord) this.reconciler.noteTrade(report);
    const isFill = report.lastQuantityLots > 0 && report.tradeId !== NO_TRADE;
    const isNewFill = isFill && this.isNewFill(report, isRecord);
    // The venue's own orders (a liquidation) and other people's carry no id: their fills count, but
    // they are not ours.
    if (report.clientOrderId !== NO_ORDER) this.applyToOrder(report, isNewFill, isRecord);
    else this.noteForeign(report, isNewFill);
    if (!isNewFill) return;
    this.fillIdsOf(report.instrument).remember(report.tradeId);
    this.fills.book(report, this.instrumentOf(report.instrument));
    this.alerts.watchFeeAsset(this.balances.slot(BalanceSlot.SPOT_FEE_ASSET));
    // A fill that a statement held already explains it, or contradicts what was settled.
    if (!this.balances.isConfirmed()) this.reconciler.want();
  }

  /** Somebody else's order, in a list or on the stream; the venue's own liquidation is told elsewhere. */
  private noteForeign(report: Readonly<ExecutionReport>, isNewFill: boolean): void {
    const { instrument, channel, status, reason } = report;
    if (reason === ReportReason.LIQUIDATION) return;
    if (channel === ReportChannel.QUERY && !isTradeRecord(report)) {
      this.alerts.noteForeignOrder(instrument);
    } else if (status === ReportStatus.ACCEPTED || isNewFill) {
      this.alerts.raise(AlertCode.FOREIGN_ORDER, AlertSeverity.WARNING, instrument, 1, 0, NO_ORDER);
    }
  }

  private applyToOrder(
    report: Readonly<ExecutionReport>,
    isNewFill: boolean,
    isRecord: boolean,
  ): void {
    const change = this.orders.apply(report, isNewFill);
    if (change === OrderChange.NONE) return;
    if (change === OrderChange.LATE_FILL) {
      this.counters.lateFills += 1;
      // Execution tells of late fills by their cumulative quantity, and a trade record has none.
      if (isRecord) this.raiseLateFill(report);
    }
    if (change === OrderChange.FILL_MISSING) this.counters.missingFills += 1;
    // What a query had to tell, the stream did not.
    const isAnswer = report.channel === ReportChannel.QUERY && !isRecord;
    if (isAnswer || change === OrderChange.FILL_MISSING) this.reconciler.want();
  }

  private raiseLateFill(report: Readonly<ExecutionReport>): void {
    const { instrument, lastQuantityLots, clientOrderId } = report;
    const { WARNING } = AlertSeverity;
    this.alerts.raise(AlertCode.LATE_FILL, WARNING, instrument, lastQuantityLots, 0, clientOrderId);
  }

  /** `isRecord`: the venue's list repeats what we know on purpose. */
  private isNewFill(report: Readonly<ExecutionReport>, isRecord: boolean): boolean {
    const novelty = this.fillIdsOf(report.instrument).novelty(report.tradeId);
    if (novelty === FillNovelty.NEW) return true;
    if (isRecord) return false;
    if (novelty === FillNovelty.TOO_OLD_TO_TELL) {
      // The second proof: a fill that moves the order's cumulative quantity was not counted.
      const knownLots = this.orders.filledLotsOf(report.clientOrderId);
      if (knownLots >= 0 && report.filledLots > knownLots) return true;
    }
    this.counters.duplicateFills += 1;
    this.alerts.raise(
      AlertCode.DUPLICATE_FILL,
      AlertSeverity.NOTICE,
      report.instrument,
      report.tradeId,
      1,
      report.clientOrderId,
    );
    return false;
  }

  private onBalance(event: Readonly<BalanceEvent>): void {
    const slot = this.balances.slot(event.slot);
    const before = slot.totalUnits;
    const outcome = this.balances.applyBalance(event, this.instruments.get(QUOTED));
    if (outcome === StatementOutcome.FIRST && event.slot === BalanceSlot.SPOT_FEE_ASSET) {
      this.book.openFeeAsset(slot.totalUnits - before);
    } else if (outcome === StatementOutcome.CORRECTED) {
      const { unexplainedUnits } = slot;
      this.onCorrection(AlertCode.BALANCE_MISMATCH, NO_INSTRUMENT, unexplainedUnits, event.slot);
    } else if (outcome === StatementOutcome.OUTDATED) {
      this.counters.outdatedStatements += 1;
    }
    this.alerts.watchFeeAsset(this.balances.slot(BalanceSlot.SPOT_FEE_ASSET));
  }

  private onPosition(event: Readonly<PerpPositionEvent>): void {
    const instrument = this.instrumentOf(event.instrument);
    const outcome = this.balances.applyPosition(event, instrument);
    if (outcome === StatementOutcome.OUTDATED) {
      this.counters.outdatedStatements += 1;
      return;
    }
    this.perpEntryPriceUnits = event.entryPriceUnits;
    if (outcome !== StatementOutcome.CORRECTED) return;
    const { unexplainedUnits } = this.balances.slot(POSITION_SLOT);
    const { POSITION_MISMATCH } = AlertCode;
    this.onCorrection(POSITION_MISMATCH, event.instrument, unexplainedUnits, POSITION_SLOT);
  }

  private onQueryCompleted(event: Readonly<QueryCompletedEvent>): void {
    const { instrument } = event;
    if (event.query === AccountQuery.OPEN_ORDERS) {
      this.alerts.closeList(instrument);
      this.queryUnlisted(event);
    }
    const isAwaited = this.reconciler.onCompleted(event);
    if (event.query === AccountQuery.FILLS) {
      this.fillIdsOf(instrument).completeTo(this.reconciler.nextTradeId(instrument) - 1);
      if (!isAwaited) return;
      this.orders.settleMissing(instrument, event.venueTimeMicros);
      this.corrections.settle(instrument, event.venueTimeMicros, this.perpEntryPriceUnits);
    }
  }

  /** An order that the list should have shown ended, or the list is old: never taken for dead unasked. */
  private queryUnlisted(event: Readonly<QueryCompletedEvent>): void {
    const { instrument, requestedAtMicros } = event;
    const mayAsk = !this.reconciler.isResting(event.atMicros);
    let from = 0;
    for (;;) {
      const id = this.orders.nextUnlisted(instrument, requestedAtMicros, from);
      if (id === 0) return;
      from = this.orders.unlistedRow + 1;
      this.query.clientOrderId = id as ClientOrderId;
      this.query.targetOrderId = this.query.clientOrderId;
      this.query.instrument = instrument;
      // The round after the silence finds it missing again.
      if (mayAsk) this.output.emit(this.query);
      this.reconciler.want();
    }
  }

  private onPrivateFeed(event: Readonly<PrivateFeedStatusEvent>): void {
    if (event.state === FeedState.CONNECTED) {
      this.reconciler.regainStream(event.instrument, event.atMicros);
    } else {
      this.reconciler.loseStream(event.instrument, event.atMicros);
    }
  }

  private showSight(): void {
    this.book.quotedBlindSinceMicros = this.reconciler.blindSinceMicros(QUOTED) as EpochMicros;
    this.book.hedgeBlindSinceMicros = this.reconciler.blindSinceMicros(HEDGE) as EpochMicros;
    this.book.isHedgeFillMissing = this.orders.isFillMissing(HEDGE);
    this.book.quotedUntoldBuyUnits = this.untoldUnits(Side.BUY);
    this.book.quotedUntoldSellUnits = this.untoldUnits(Side.SELL);
  }

  private untoldUnits(side: Side): AssetUnits {
    const lots = this.orders.untoldLots(QUOTED, side);
    const instrument = this.instruments.get(QUOTED);
    return lots === 0 || instrument === null ? (0 as AssetUnits) : baseUnits(instrument, lots);
  }

  private onFunding(event: Readonly<FundingPaymentEvent>): void {
    if (event.venueTimeMicros <= this.lastFundingMicros) {
      this.counters.duplicateFundings += 1;
      return;
    }
    this.lastFundingMicros = event.venueTimeMicros;
    const wallet = this.balances.slot(BalanceSlot.PERP_MARGIN);
    if (wallet.precedesFirstStatement(event.venueTimeMicros)) return;
    this.balances.applyFunding(event);
    this.counters.addFunding(event.amountUnits);
    if (this.attribution.hasStarted) this.attribution.onFunding(event.amountUnits);
  }

  /** The venue's number rules from here on; trades that were not told may explain it. */
  private onCorrection(
    code: AlertCode,
    instrument: InstrumentIndex,
    differenceUnits: number,
    slot: number,
  ): void {
    this.counters.corrections += 1;
    this.reconciler.want();
    this.alerts.raise(code, AlertSeverity.WAKE, instrument, differenceUnits, slot, NO_ORDER);
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
