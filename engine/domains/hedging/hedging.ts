import type { CommandSink } from '#contracts/commands.ts';
import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type ControlEvent, OperatorAction, type TimerEvent } from '#contracts/events.ts';
import { type ExecutionReport, isTradeRecord, ReportStatus } from '#contracts/execution-report.ts';
import type { HedgeCommand } from '#contracts/hedge-command.ts';
import type { Instrument } from '#contracts/instrument.ts';
import {
  baseUnits,
  notionalAtHalfTicksUnits,
  notionalUnits,
} from '#contracts/instrument-arithmetic.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import type { Hedging, InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { type InstrumentIndex, NO_ORDER } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import { DeltaBus } from './delta-bus.ts';
import { ExposureTracker } from './exposure-tracker.ts';
import { FundingWindow } from './funding-window.ts';
import { HedgeAlerts } from './hedge-alerts.ts';
import { HedgeBand } from './hedge-band.ts';
import { HedgeGovernor } from './hedge-governor.ts';
import { HedgeRouter } from './hedge-router.ts';
import { isLive, LegPlanner } from './leg-planner.ts';
import { type HedgeMode, ModeController } from './mode-controller.ts';
import { Obligation } from './obligation.ts';
import { TradeMemory } from './trade-memory.ts';

const QUOTED = 0 as InstrumentIndex;
const HEDGE = 1 as InstrumentIndex;

/** Everything hedging needs. */
export interface HedgingManagerOptions {
  readonly configuration: HedgingConfiguration;
  readonly inventory: InventoryConfiguration;
  readonly instruments: InstrumentTable;
  readonly output: CommandSink;
}

/** How hedging has done so far. Amounts in base units (delta) and quote units (money). */
export interface HedgingCounters {
  readonly insideMicros: number;
  readonly totalMicros: number;
  readonly maxAbsNetDeltaUnits: number;
  readonly bandUnits: number;
  readonly mode: HedgeMode;
  readonly obligations: number;
  readonly hedgeFills: number;
  readonly hedgeMaker: number;
  /** Distance from the mid plus fees. */
  readonly costUnits: number;
  readonly notionalUnits: number;
  /** Sum of all changes of the net delta, hedges included: what netting worked on. */
  readonly grossDeltaUnits: number;
}

/** Which new hedges an operator left possible. */
const Permission = { ALL: 0, LATE_FILLS: 1, NONE: 2 } as const;
type Permission = (typeof Permission)[keyof typeof Permission];

/**
 * From the net delta to hedge legs: a band from cost and variance, netting first, an obligation that
 * stays open until it is filled, resting first and taking when time or distance demand it.
 *
 * Takes no time of its own: now is the newest stamp of what it was given.
 */
export class HedgingManager implements Hedging {
  private readonly configuration: HedgingConfiguration;
  private readonly inventory: InventoryConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly bus = new DeltaBus();
  private readonly turnover: number;
  private readonly band: HedgeBand;
  private readonly modes: ModeController;
  private readonly obligation: Obligation;
  private readonly governor: HedgeGovernor;
  private readonly legs: LegPlanner;
  private readonly router = new HedgeRouter();
  private readonly exposure = new ExposureTracker();
  private readonly funding: FundingWindow;
  private readonly alerts: HedgeAlerts;
  private readonly input = {
    excessUnits: 0,
    bandUnits: 0,
    servableUnits: 0,
    nowMicros: 0,
    mayOpen: false,
  };
  private readonly trades: readonly TradeMemory[] = [new TradeMemory(), new TradeMemory()];
  /** When the session began, restarts not counted; 0 before. */
  private startedMicros = 0;
  private nowMicros = 0;
  private permission: Permission = Permission.ALL;
  private wasReconciled = false;
  private isBandDue = true;
  private hedgeMidHalfTicks = 0;
  private lastFilledOrderId = 0;
  private grossDeltaUnits = 0;

  constructor(options: HedgingManagerOptions) {
    const { configuration } = options;
    this.configuration = configuration;
    this.inventory = options.inventory;
    this.instruments = options.instruments;
    this.turnover = this.bus.subscribe();
    this.band = new HedgeBand(configuration);
    this.modes = new ModeController(configuration);
    this.obligation = new Obligation(configuration);
    this.governor = new HedgeGovernor(configuration);
    this.funding = new FundingWindow(configuration.fundingQuietMicros);
    this.alerts = new HedgeAlerts(configuration, options.output, HEDGE);
    this.legs = new LegPlanner({
      configuration,
      band: this.band,
      modes: this.modes,
      obligation: this.obligation,
      governor: this.governor,
      router: this.router,
      alerts: this.alerts,
    });
  }

  /** A copy of the counters, for the summary and the page. */
  get counters(): HedgingCounters {
    return {
      insideMicros: this.exposure.insideMicros,
      totalMicros: this.exposure.totalMicros,
      maxAbsNetDeltaUnits: this.exposure.maxAbsNetDeltaUnits,
      bandUnits: this.band.bandUnits,
      mode: this.modes.mode,
      obligations: this.obligation.id,
      hedgeFills: this.governor.fillCount,
      hedgeMaker: this.governor.makerFillCount,
      costUnits: this.governor.costUnits,
      notionalUnits: this.governor.notionalUnits,
      grossDeltaUnits: this.grossDeltaUnits,
    };
  }

  /** Hot: every event. A few comparisons while the delta is at rest, no allocation. */
  plan(markets: Markets, position: PositionState): HedgeCommand {
    const hedge = this.instruments.get(HEDGE);
    if (hedge === null || !this.configuration.isEnabled) return this.router.command;
    this.advance(position.atMicros);
    this.advance(markets.quoted.receiveTimeMicros);
    this.advance(markets.hedge.receiveTimeMicros);
    this.observeMarkets(markets, hedge);
    this.observeDelta(markets, position);
    const excess = position.netDeltaBaseUnits - this.inventory.targetDeltaBaseUnits;
    if (!this.wasReconciled || this.band.bandUnits === 0 || this.permission !== Permission.ALL) {
      this.rest(position, excess);
      return this.router.command;
    }
    this.updateObligation(excess, hedge);
    // The delta that a hedge acts on must hold the fills of the hedges before it.
    const isBlind = position.hedgeBlindSinceMicros !== 0 || position.isHedgeFillMissing;
    if (!this.obligation.isOpen || isBlind) this.rest(position, excess);
    else {
      const lots = this.legs.plan(markets.hedge, position, excess, hedge, this.nowMicros);
      this.describe(position, this.obligation.id, baseUnits(hedge, lots));
    }
    return this.router.command;
  }

  /** Own fills feed the variance of the band, the budgets and the cost of hedging. */
  onReport(report: Readonly<ExecutionReport>): void {
    this.advance(report.atMicros);
    const instrument = this.instruments.get(report.instrument);
    if (instrument === null) return;
    const isTrade = report.lastQuantityLots > 0 && !this.isHistory(report);
    if (isTrade && this.trades[report.instrument]?.addIfNew(report.tradeId) === true) {
      if (this.permission === Permission.LATE_FILLS) this.permission = Permission.ALL;
      if (report.instrument === QUOTED) this.onQuotingFill(report, instrument);
      // A fill without an id of ours is the venue's liquidation: no cost of hedging, no hedge of ours.
      else if (report.clientOrderId !== NO_ORDER) this.onHedgeFill(report, instrument);
    }
    if (report.instrument === HEDGE) this.onHedgeEnd(report);
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.advance(event.atMicros);
  }

  onControl(event: Readonly<ControlEvent>): void {
    this.advance(event.atMicros);
    if (event.kind === EventKind.INSTRUMENT_DEFINED) this.isBandDue = true;
    if (event.kind === EventKind.SESSION_START) {
      // What happened before it must be told first.
      this.wasReconciled = false;
      if (this.startedMicros === 0) this.startedMicros = event.atMicros;
    }
    if (event.kind === EventKind.RISK_LEASE) {
      const { maxOrderLots, maxOrderNotionalUnits } = event.limits;
      this.legs.limit(maxOrderLots[HEDGE] ?? 0, maxOrderNotionalUnits[HEDGE] ?? 0);
    }
    if (event.kind !== EventKind.OPERATOR) return;
    // STOP cancels what rests; only a fill that lands afterwards brings hedging back. SHUTDOWN ends it.
    if (event.action === OperatorAction.STOP && this.permission === Permission.ALL) {
      this.permission = Permission.LATE_FILLS;
      this.obligation.close();
    }
    if (event.action === OperatorAction.SHUTDOWN) this.permission = Permission.NONE;
  }

  writeState(writer: StateWriter): void {
    writer.section('hedging');
    this.bus.writeState(writer);
    this.band.writeState(writer);
    this.modes.writeState(writer);
    this.obligation.writeState(writer);
    this.governor.writeState(writer);
    this.legs.writeState(writer);
    this.router.writeState(writer);
    this.exposure.writeState(writer);
    this.funding.writeState(writer);
    this.alerts.writeState(writer);
    for (const memory of this.trades) memory.writeState(writer);
    writer.integer(this.startedMicros);
    writer.integer(this.nowMicros);
    writer.integer(this.permission);
    writer.flag(this.wasReconciled);
    writer.flag(this.isBandDue);
    writer.integer(this.hedgeMidHalfTicks);
    writer.integer(this.lastFilledOrderId);
    // Turnover: a statistic that may outgrow what is counted exactly.
    writer.float(this.grossDeltaUnits);
  }

  readState(reader: StateReader): void {
    reader.section('hedging');
    this.bus.readState(reader);
    this.band.readState(reader);
    this.modes.readState(reader);
    this.obligation.readState(reader);
    this.governor.readState(reader);
    this.legs.readState(reader);
    this.router.readState(reader);
    this.exposure.readState(reader);
    this.funding.readState(reader);
    this.alerts.readState(reader);
    for (const memory of this.trades) memory.readState(reader);
    this.startedMicros = reader.integer();
    this.nowMicros = reader.integer();
    this.permission = reader.integer() as Permission;
    this.wasReconciled = reader.flag();
    this.isBandDue = reader.flag();
    this.hedgeMidHalfTicks = reader.integer();
    this.lastFilledOrderId = reader.integer();
    this.grossDeltaUnits = reader.float();
  }

  private advance(stampMicros: number): void {
    if (stampMicros > this.nowMicros) this.nowMicros = stampMicros;
  }

  private observeMarkets(markets: Markets, hedge: Instrument): void {
    const market = markets.hedge;
    const now = this.nowMicros;
    this.hedgeMidHalfTicks = market.midHalfTicks;
    this.funding.observe(market.nextFundingMicros);
    this.legs.observe(market, now);
    if (market.midHalfTicks <= 0) return;
    const midHalfPrice = market.midHalfTicks * hedge.priceUnitsPerTick;
    const isSampled = this.band.sample(midHalfPrice, now);
    if (isSampled) this.modes.update(this.band.percentPerMinute);
    if (!isSampled && !this.isBandDue) return;
    this.isBandDue = false;
    this.band.refresh(hedge, midHalfPrice, market.spreadTicks, now);
    this.legs.refreshLeast(hedge, market.midHalfTicks);
  }

  private observeDelta(markets: Markets, position: PositionState): void {
    const { quotedBlindSinceMicros, hedgeBlindSinceMicros } = position;
    const isTold = quotedBlindSinceMicros === 0 && hedgeBlindSinceMicros === 0;
    if (position.isReconciled && isTold) this.wasReconciled = true;
    if (this.bus.publish(position.netDeltaBaseUnits)) {
      this.grossDeltaUnits += Math.abs(this.bus.take(this.turnover));
    }
    const excess = position.netDeltaBaseUnits - this.inventory.targetDeltaBaseUnits;
    const isCounting = this.wasReconciled && isLive(markets.quoted) && isLive(markets.hedge);
    this.exposure.observe(this.nowMicros, isCounting, excess, this.band.bandUnits);
  }

  private updateObligation(excess: number, hedge: Instrument): void {
    const input = this.input;
    input.excessUnits = excess;
    input.bandUnits = this.band.bandUnits;
    input.servableUnits = this.legs.servableUnits(hedge);
    input.nowMicros = this.nowMicros;
    input.mayOpen = !this.funding.isQuiet(this.nowMicros);
    this.obligation.update(input);
    this.alerts.watch(this.obligation, Math.abs(excess), this.band.bandUnits, this.nowMicros);
  }

  /** Nothing to do, or nothing allowed. */
  private rest(position: PositionState, excess: number): void {
    this.legs.clear();
    const id = this.obligation.isOpen ? this.obligation.id : 0;
    const hedgeUnits = id === 0 ? 0 : -excess;
    this.describe(position, id, hedgeUnits);
  }

  private describe(position: PositionState, obligationId: number, hedgeUnits: number): void {
    this.router.describe(
      this.nowMicros,
      obligationId,
      this.inventory.targetDeltaBaseUnits,
      position.netDeltaBaseUnits,
      hedgeUnits,
    );
  }

  /** A list of trades goes back to before we were here: that is no trading of this session. */
  private isHistory(report: Readonly<ExecutionReport>): boolean {
    return isTradeRecord(report) && report.venueTimeMicros < this.startedMicros;
  }

  private onQuotingFill(report: Readonly<ExecutionReport>, quoted: Instrument): void {
    this.band.onFill(baseUnits(quoted, report.lastQuantityLots), report.atMicros);
    this.isBandDue = true;
  }

  private onHedgeFill(report: Readonly<ExecutionReport>, hedge: Instrument): void {
    const lots = report.lastQuantityLots;
    const sign = report.side === Side.BUY ? 1 : -1;
    const mid = this.hedgeMidHalfTicks;
    const beyond = mid > 0 ? sign * (2 * report.lastPriceTicks - mid) : 0;
    const cost = notionalAtHalfTicksUnits(hedge, beyond, lots, Rounding.HALF_AWAY);
    const notional = notionalUnits(hedge, report.lastPriceTicks, lots, Rounding.HALF_AWAY);
    const isQuoteFee = report.commissionAsset === CommissionAsset.MARGIN;
    const fee = isQuoteFee ? report.commissionUnits : 0;
    this.governor.addFill(report.isMaker, cost, fee, notional);
    // The budget counts orders that traded, not the trades one order was cut into.
    if (report.clientOrderId === this.lastFilledOrderId) return;
    this.lastFilledOrderId = report.clientOrderId;
    this.governor.fills.use(report.atMicros);
  }

  private onHedgeEnd(report: Readonly<ExecutionReport>): void {
    if (report.status === ReportStatus.CANCELED) this.governor.cancels.use(report.atMicros);
    if (report.status !== ReportStatus.REJECTED) return;
    this.legs.onRefused();
    if (report.reason !== ReportReason.INSUFFICIENT_MARGIN) return;
    this.legs.onMarginRefused(report.quantityLots, report.atMicros);
  }
}
