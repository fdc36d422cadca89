import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { OpsConfiguration } from '#contracts/configuration/ops-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type ControlEvent,
  type EngineEvent,
  FeedState,
  HostMeasure,
  OperatorAction,
  type TimerEvent,
} from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { BookStatus, type MarketSnapshot, type Markets } from '#contracts/market-snapshot.ts';
import { ReportReason } from '#contracts/order.ts';
import type { Ops } from '#contracts/ports.ts';
import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  DomainStatus,
  HealthAdvice,
  HealthStatus,
  KillReason,
  type SystemHealth,
} from '#contracts/system-health.ts';
import { type InstrumentIndex, MICROS_PER_SECOND, NO_INSTRUMENT } from '#units/integers.ts';
import { DomainIndex, DomainWatch } from './domain-watch.ts';
import { EventCounters } from './event-counters.ts';
import { HealthBoard } from './health-board.ts';
import { HostWatch } from './host-watch.ts';
import { KillDecision, type KillInputs } from './kill-decision.ts';
import { LossWatch } from './loss-watch.ts';
import { OrderWatch } from './order-watch.ts';

const STALE_HALF_LIFE_MICROS = 60 * MICROS_PER_SECOND;
/** Share of stale time from which quotes should be wider. */
const STALE_RATIO_WIDEN = 0.2;
const DEGRADED_PENALTY = 6;
const DOWN_PENALTY = 12;
const ANOMALY_PENALTY_MAX = 16;
const SCORE_MAX = 100;
const INSTRUMENTS_MAX = 2;
const UNDEFINED = -1;

/** Everything ops needs. All views live for the whole session. */
export interface OpsManagerOptions {
  readonly configuration: OpsConfiguration;
  readonly markets: Markets;
  readonly position: PositionState;
  readonly pnl: PnlAttribution;
  readonly output: CommandSink;
}

/**
 * Watches everything that passes and says how well the system is: eight metrics, a status a domain,
 * one verdict, and the decision to stop. Changes nothing itself.
 */
export class OpsManager implements Ops {
  readonly health: SystemHealth;
  /** Events applied so far, by family. */
  readonly counters = new EventCounters();
  private readonly configuration: OpsConfiguration;
  private readonly markets: Markets;
  private readonly position: PositionState;
  private readonly pnl: PnlAttribution;
  private readonly output: CommandSink;
  private readonly alert = new AlertCommand();
  private readonly orders: OrderWatch;
  private readonly losses: LossWatch;
  private readonly host: HostWatch;
  private readonly domains = new DomainWatch();
  private readonly decision: KillDecision;
  private readonly killInputs: KillInputs;
  private readonly board: HealthBoard;
  /** InstrumentStatus by index; UNDEFINED before the first definition. */
  private readonly statuses = new Float64Array(INSTRUMENTS_MAX).fill(UNDEFINED);
  private leaseExpiresMicros = 0;
  private messageBudget = 0;
  private assessedAtMicros = 0;
  private isStormTold = false;

  constructor(options: OpsManagerOptions) {
    const { configuration } = options;
    this.configuration = configuration;
    this.markets = options.markets;
    this.position = options.position;
    this.pnl = options.pnl;
    this.output = options.output;
    this.orders = new OrderWatch(configuration.rejectStormMicros);
    this.losses = new LossWatch(configuration.lossVelocityMicros);
    this.host = new HostWatch(configuration);
    this.decision = new KillDecision(configuration);
    this.killInputs = {
      losses: this.losses,
      host: this.host,
      orders: this.orders,
      position: this.position,
    };
    this.board = new HealthBoard(this.domains.domains, configuration.recoverMicros);
    this.health = this.board;
  }

  /** Anomalies since the session started. */
  get anomalyTotal(): number {
    return this.orders.anomalyTotal;
  }

  /** Hot: every event, before anybody handles it. No allocation. */
  observe(event: Readonly<EngineEvent>): void {
    this.counters.count(event.kind);
    if (event.kind === EventKind.EXECUTION_REPORT) {
      this.orders.onReport(event);
      if (event.reason === ReportReason.LIQUIDATION) this.onLiquidation(event);
    } else if (event.kind === EventKind.FEED_STATUS && event.state === FeedState.DISCONNECTED) {
      this.orders.noteAnomaly(event.atMicros);
    }
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.orders.passTime(event.atMicros);
  }

  onControl(event: Readonly<ControlEvent>): void {
    switch (event.kind) {
      case EventKind.INSTRUMENT_DEFINED:
        if (event.instrument !== null) {
          this.statuses[event.instrument.index] = event.instrument.status;
        }
        break;
      case EventKind.RISK_LEASE:
        this.leaseExpiresMicros = event.expiresAtMicros;
        this.messageBudget = event.limits.ordersPerTenSeconds[0] ?? 0;
        break;
      case EventKind.OPERATOR:
        if (event.action === OperatorAction.STOP) this.decision.stop();
        break;
      case EventKind.HOST_MEASUREMENT:
        this.host.onMeasurement(event);
        break;
      case EventKind.SESSION_START:
        break;
    }
  }

  /** Refills and returns the health. Raises KILL once, when the decision falls. */
  assess(event: Readonly<TimerEvent>): SystemHealth {
    const now = event.atMicros;
    const board = this.board;
    this.losses.update(this.position, now);
    this.updateDomains(event);
    this.updateMetrics(now);
    this.decision.update(this.killInputs, now);
    const hasFallen = this.decision.reason !== KillReason.NONE && !board.shouldKill;
    board.atMicros = now;
    board.shouldKill = this.decision.reason !== KillReason.NONE;
    board.killReason = this.decision.reason;
    board.killMeasured = this.decision.measured;
    board.killLimit = this.decision.limit;
    if (hasFallen) board.killedAtMicros = now;
    board.advice = this.advise(now);
    board.show(this.verdict(), now);
    board.score = this.computeScore();
    if (hasFallen) this.raiseKill();
    this.watchRejects(now);
    this.assessedAtMicros = now;
    return board;
  }

  writeState(writer: StateWriter): void {
    writer.section('ops');
    this.counters.writeState(writer);
    this.orders.writeState(writer);
    this.losses.writeState(writer);
    this.host.writeState(writer);
    this.domains.writeState(writer);
    this.decision.writeState(writer);
    this.board.writeState(writer);
    writer.floats(this.statuses, INSTRUMENTS_MAX);
    writer.integer(this.leaseExpiresMicros);
    writer.integer(this.messageBudget);
    writer.integer(this.assessedAtMicros);
    writer.flag(this.isStormTold);
  }

  readState(reader: StateReader): void {
    reader.section('ops');
    this.counters.readState(reader);
    this.orders.readState(reader);
    this.losses.readState(reader);
    this.host.readState(reader);
    this.domains.readState(reader);
    this.decision.readState(reader);
    this.board.readState(reader);
    reader.floats(this.statuses);
    this.leaseExpiresMicros = reader.integer();
    this.messageBudget = reader.integer();
    this.assessedAtMicros = reader.integer();
    this.isStormTold = reader.flag();
  }

  private updateDomains(event: Readonly<TimerEvent>): void {
    const now = event.atMicros;
    const { domains, configuration, orders } = this;
    const isTrading = this.statuses[0] === InstrumentStatus.TRADING;
    domains.set(DomainIndex.REFERENCE, upOrDegraded(isTrading), now);
    const isDataGood =
      isFresh(this.markets.quoted) && (!this.hasHedge || isFresh(this.markets.hedge));
    this.setWithPatience(
      DomainIndex.MARKET_DATA,
      isDataGood,
      configuration.staleMarketMaxMicros,
      event,
    );
    const { isReconciled } = this.position;
    this.setWithPatience(
      DomainIndex.ACCOUNT_STATE,
      isReconciled,
      configuration.mismatchMaxMicros,
      event,
    );
    const hasLease = now < this.leaseExpiresMicros;
    this.setWithPatience(DomainIndex.RISK, hasLease, configuration.staleMarketMaxMicros, event);
    const isQuoting = orders.hasBid || orders.hasAsk;
    const isRecent = now - orders.lastQuoteMicros < configuration.noQuoteMicros;
    domains.set(DomainIndex.PRICING, upOrDegraded(isQuoting || isRecent), now);
    const isSending = orders.oldestUnknownMicros(now) === 0 && !this.isStormComing(now);
    const unknownMax = configuration.unknownOrderMaxMicros;
    this.setWithPatience(DomainIndex.EXECUTION, isSending, unknownMax, event);
    const limit = configuration.deltaLimitQuoteUnits;
    const isHedged = limit === 0 || Math.abs(this.position.netDeltaQuoteUnits) <= limit;
    this.setWithPatience(DomainIndex.HEDGING, isHedged, configuration.deltaLimitMicros, event);
    domains.set(DomainIndex.OPS, upOrDegraded(!this.isHostBad), now);
  }

  /** Degraded when not well, down when it has not been for longer than `patienceMicros`. */
  private setWithPatience(
    index: DomainIndex,
    isWell: boolean,
    patienceMicros: number,
    event: Readonly<TimerEvent>,
  ): void {
    const isDown = !isWell && this.domains.downMicros(index, event.atMicros) > patienceMicros;
    const status = isDown ? DomainStatus.DOWN : upOrDegraded(isWell);
    this.domains.set(index, status, event.atMicros);
  }

  private updateMetrics(nowMicros: number): void {
    const { metrics } = this.board;
    const orders = this.orders;
    const position = this.position;
    metrics.orderSuccessRatio = share(
      orders.acceptedCount,
      orders.acceptedCount + orders.rejectedCount,
      1,
    );
    metrics.loopLatencyP99Micros = this.host.value(HostMeasure.LOOP_P99);
    metrics.inventoryRatio = position.inventoryRatio;
    const captured = this.pnl.spreadCaptureUnits;
    // The share of the captured spread that the moves of the inventory left us.
    const kept = share(captured + Math.min(0, this.pnl.inventoryUnits), captured, 0);
    metrics.spreadCaptureRatio = captured > 0 ? Math.max(0, kept) : 0;
    metrics.liquidityScore = share(orders.twoSidedMicros, orders.watchedMicros, 0);
    const limit = this.configuration.deltaLimitQuoteUnits;
    const scale = limit > 0 ? limit : position.equityUnits;
    metrics.exposureRatio = scale > 0 ? Math.abs(position.netDeltaQuoteUnits) / scale : 0;
    metrics.messageBudgetRatio = share(
      orders.placementsInTenSeconds(nowMicros),
      this.messageBudget,
      0,
    );
    metrics.anomalyCount = orders.anomaliesInMinute(nowMicros);
    this.board.makerRatio = share(orders.makerFills, orders.makerFills + orders.takerFills, 1);
    this.board.errorRatio = 1 - metrics.orderSuccessRatio;
    this.updateStaleRatio(nowMicros);
  }

  private updateStaleRatio(nowMicros: number): void {
    if (this.assessedAtMicros === 0) return;
    const elapsed = nowMicros - this.assessedAtMicros;
    const weight = 1 - Math.exp(-(Math.LN2 * elapsed) / STALE_HALF_LIFE_MICROS);
    const isStale = isFresh(this.markets.quoted) ? 0 : 1;
    this.board.staleRatio += weight * (isStale - this.board.staleRatio);
  }

  private advise(nowMicros: number): HealthAdvice {
    const configuration = this.configuration;
    if (this.board.shouldKill) return HealthAdvice.KILL;
    // For the rest of the day: a loss that swings around its limit must not flicker the quotes.
    const lostBps = this.losses.worstDailyLossBps;
    const isPulled = lostBps > configuration.dailyLossPullBps;
    this.board.adviceMeasured = isPulled ? lostBps : 0;
    this.board.adviceLimit = isPulled ? configuration.dailyLossPullBps : 0;
    if (isPulled) return HealthAdvice.PULL;
    const isMarginThin = KillDecision.marginRatio(this.position) < configuration.marginRatioWiden;
    const isDataBad = this.domains.status(DomainIndex.MARKET_DATA) !== DomainStatus.UP;
    if (isMarginThin || isDataBad || this.board.staleRatio > STALE_RATIO_WIDEN) {
      return HealthAdvice.WIDEN;
    }
    const budgetUsed = this.board.metrics.messageBudgetRatio;
    const isBudgetUsed = budgetUsed >= configuration.messageBudgetSlowRatio;
    const isSlow = this.host.badCount(HostMeasure.LOOP_P99) > 0;
    if (isBudgetUsed || isSlow || this.isStormComing(nowMicros)) return HealthAdvice.SLOW_DOWN;
    return HealthAdvice.NONE;
  }

  private verdict(): HealthStatus {
    if (this.board.shouldKill || this.domains.count(DomainStatus.DOWN) > 0) {
      return HealthStatus.CRITICAL;
    }
    const { anomalyCount } = this.board.metrics;
    const isUneasy =
      this.board.advice !== HealthAdvice.NONE ||
      this.domains.count(DomainStatus.DEGRADED) > 0 ||
      anomalyCount >= this.configuration.anomaliesDegraded;
    return isUneasy ? HealthStatus.DEGRADED : HealthStatus.HEALTHY;
  }

  private computeScore(): number {
    if (this.board.shouldKill) return 0;
    const domains =
      this.domains.count(DomainStatus.DEGRADED) * DEGRADED_PENALTY +
      this.domains.count(DomainStatus.DOWN) * DOWN_PENALTY;
    const anomalies = Math.min(ANOMALY_PENALTY_MAX, this.board.metrics.anomalyCount);
    return Math.max(0, SCORE_MAX - domains - anomalies);
  }

  /** Stops at the next timer. Wakes once for each order by which the venue closes our position. */
  private onLiquidation(report: Readonly<ExecutionReport>): void {
    this.decision.liquidate();
    if (report.status !== ReportStatus.ACCEPTED) return;
    this.wake(AlertCode.MARGIN_LOW, report.instrument, 0, report.quantityLots);
  }

  /** Half of what kills is told once; again after the refusals have ceased. */
  private watchRejects(nowMicros: number): void {
    const isComing = this.isStormComing(nowMicros);
    const rejects = this.orders.rejectsInWindow(nowMicros);
    if (isComing && !this.isStormTold) {
      const { REJECT_STORM } = AlertCode;
      const { WARNING } = AlertSeverity;
      this.raise(
        REJECT_STORM,
        WARNING,
        NO_INSTRUMENT,
        rejects,
        this.configuration.rejectStormCount,
      );
    }
    if (isComing || rejects === 0) this.isStormTold = isComing;
  }

  private raiseKill(): void {
    this.wake(AlertCode.KILL, NO_INSTRUMENT, this.decision.measured, this.decision.limit);
  }

  private wake(
    code: AlertCode,
    instrument: InstrumentIndex,
    measured: number,
    limit: number,
  ): void {
    this.raise(code, AlertSeverity.WAKE, instrument, measured, limit);
  }

  private raise(
    code: AlertCode,
    severity: AlertSeverity,
    instrument: InstrumentIndex,
    measured: number,
    limit: number,
  ): void {
    this.alert.code = code;
    this.alert.severity = severity;
    this.alert.instrument = instrument;
    this.alert.measured = measured;
    this.alert.limit = limit;
    this.output.emit(this.alert);
  }

  private get hasHedge(): boolean {
    return this.statuses[1] !== UNDEFINED;
  }

  private get isHostBad(): boolean {
    const host = this.host;
    return (
      host.badCount(HostMeasure.LOOP_P99) > 0 ||
      host.badCount(HostMeasure.CLOCK_OFFSET) > 0 ||
      host.badCount(HostMeasure.JOURNAL_LAG) > 0
    );
  }

  /** Half of a reject storm. */
  private isStormComing(nowMicros: number): boolean {
    const limit = this.configuration.rejectStormCount;
    return limit > 0 && this.orders.rejectsInWindow(nowMicros) * 2 > limit;
  }
}

function upOrDegraded(isUp: boolean): DomainStatus {
  return isUp ? DomainStatus.UP : DomainStatus.DEGRADED;
}

function isFresh(market: MarketSnapshot): boolean {
  return market.status === BookStatus.LIVE && !market.isStale;
}

/** `part / whole`, or `otherwise` when there is no whole. */
function share(part: number, whole: number, otherwise: number): number {
  return whole > 0 ? part / whole : otherwise;
}
