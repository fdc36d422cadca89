import { randomUUID } from 'node:crypto';
import type { LatencyProbe } from '#adapters/probe/probe.ts';
import type {
  Additions,
  DecisionRow,
  EdgeRow,
  History,
  LatencyRow,
  LimitRow,
  LiveState,
  OperatorActionName,
  OperatorState,
  OrderChain,
  PnlRow,
  QualityState,
  SessionFacts,
} from '#apps/dashboard/protocol.ts';
import type { AlertListener } from '#compose/command-router.ts';
import type { AppliedEventObserver } from '#compose/engine-host.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import {
  type AlertCommand,
  type Command,
  type CommandSink,
  OrderCommand,
} from '#contracts/commands.ts';
import { Stage } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, OperatorAction, type TradeEvent } from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Layer, Side } from '#contracts/order.ts';
import type { QuoteSet } from '#contracts/quote-set.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import { ChartHistory } from './chart-history.ts';
import { actionReasonName, operatorActionCode, operatorActionName } from './code-names.ts';
import type { Cursor, DashboardSource } from './dashboard-source.ts';
import { FillRates, restingSideOf } from './fill-rates.ts';
import { healthState } from './health-state.ts';
import { ladderState, lotsAt } from './ladder-state.ts';
import { flattenCost, pnlIntervalUnits, pnlRow, positionRow } from './money-state.ts';
import { orderChain } from './order-chain.ts';
import { PullWatch } from './pull-watch.ts';
import { latencyRows, limitRows, qualityState } from './quality-state.ts';
import { edgeRow, fillCostBps, quotesState } from './quotes-state.ts';
import { LOOP_BUDGET_MICROS, sessionFacts } from './session-facts.ts';
import { SessionTape } from './session-tape.ts';
import { amountText, wholeAssets } from './units-text.ts';

/** Lines sent at once: more than a person can read, and a frame stays small. */
const TAPE_HISTORY = 600;
const TAPE_PER_FRAME = 100;
/** Before so many sampled events the p99 is start-up noise. */
const LOOP_SAMPLES_LEAST = 2_000;
/** Distributions and intervals are looked at this often in wall time: they are slow to move and to compute. */
const SLOW_MILLIS = 1_000;

export interface SessionSourceOptions {
  readonly session: TradingSession;
  readonly measures: SessionMeasures;
  readonly probe: LatencyProbe;
  readonly metricsText: () => Promise<string>;
  /** A monotonic clock: how often the slow part is rebuilt. */
  readonly nowMillis?: () => number;
}

interface SlowPart {
  readonly builtMillis: number;
  readonly quality: QualityState;
  readonly latency: readonly LatencyRow[];
  readonly limits: readonly LimitRow[];
  readonly intervalUnits: number | null;
}

/**
 * What the page shows of a running session. Listens to applied events and commands as they pass and
 * reads the domains between two turns; changes nothing but what an operator says.
 */
export class SessionSource
  implements DashboardSource, AppliedEventObserver, CommandSink, AlertListener
{
  private readonly session: TradingSession;
  private readonly measures: SessionMeasures;
  private readonly probe: LatencyProbe;
  private readonly writeMetrics: () => Promise<string>;
  private readonly nowMillis: () => number;
  private readonly sessionFacts: SessionFacts;
  private readonly tape = new SessionTape();
  private readonly chart = new ChartHistory();
  private readonly rates = new FillRates();
  private readonly pulls = new PullWatch();
  private readonly hedgeInstrument: Instrument | null;
  private slow: SlowPart | null = null;
  private leaseExpiresMicros = 0;
  private isBidPulled = false;
  private isAskPulled = false;
  private lastEdge: EdgeRow | null = null;
  /** The one object pricing refills, known from the first turn on. */
  private quoteSet: QuoteSet | null = null;

  constructor(options: SessionSourceOptions) {
    this.session = options.session;
    this.measures = options.measures;
    this.probe = options.probe;
    this.writeMetrics = options.metricsText;
    this.nowMillis = options.nowMillis ?? (() => performance.now());
    const { instruments } = options.session.setup;
    this.hedgeInstrument = instruments[1] ?? null;
    this.sessionFacts = sessionFacts(options.session, randomUUID());
  }

  /** Starts listening. Call once, after the measures were attached and before the session starts. */
  attach(): void {
    const { host, router } = this.session;
    host.addObserver(this);
    router.addRecorder(this);
    router.addAlertListener(this);
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (this.quoteSet === null) this.findQuotes();
    switch (event.kind) {
      case EventKind.TRADE:
        this.onTrade(event);
        break;
      case EventKind.TIMER:
        this.onTimer(event.atMicros);
        break;
      case EventKind.EXECUTION_REPORT:
        this.onReport(event);
        break;
      case EventKind.RISK_LEASE:
        this.leaseExpiresMicros = event.expiresAtMicros;
        break;
      case EventKind.OPERATOR:
        this.onOperator(event.action, event.atMicros);
        break;
      case EventKind.FUNDING_PAYMENT:
        this.tape.write({
          atMicros: event.atMicros,
          kind: 'system',
          event: 'FUNDING',
          instrument: 1,
          measured: wholeAssets(event.amountUnits),
        });
        this.tape.mark('FUNDING', event.atMicros, { text: amountText(event.amountUnits) });
        break;
      case EventKind.FEED_STATUS:
        this.tape.write({
          atMicros: event.atMicros,
          kind: 'system',
          event: event.state === 0 ? 'FEED_CONNECTED' : 'FEED_DISCONNECTED',
          severity: event.state === 0 ? 0 : 1,
          instrument: event.instrument,
        });
        break;
      case EventKind.SESSION_START:
        this.tape.write({ atMicros: event.atMicros, kind: 'system', event: 'SESSION_START' });
        break;
      default:
        break;
    }
  }

  emit(command: Readonly<Command>): void {
    if (!(command instanceof OrderCommand)) return;
    const obligationId =
      command.layer === Layer.HEDGE ? this.session.engine.hedging.counters.obligations : 0;
    this.tape.remember(command, this.decision(command), obligationId);
  }

  onAlert(alert: Readonly<AlertCommand>): void {
    this.tape.onAlert(alert, this.session.nowMicros);
  }

  facts(): SessionFacts {
    return this.sessionFacts;
  }

  state(): LiveState {
    const { engine, world } = this.session;
    const nowMicros = this.session.nowMicros;
    const slow = this.slowPart();
    const quotes = quotesState(this.quoteSet);
    const ladderView = {
      engine,
      world,
      rates: this.rates,
      fairTicks: quotes?.fairTicks ?? 0,
      makerFeeBps: this.sessionFacts.makerFeeBps,
    };
    return {
      atMicros: nowMicros,
      events: this.measures.events.total,
      phase: world.isExhausted ? 'ENDED' : 'RUNNING',
      regime: world.regime,
      health: this.health(nowMicros),
      lease: {
        isValid: nowMicros < this.leaseExpiresMicros,
        leftMillis: Math.max(0, this.leaseExpiresMicros - nowMicros) / MICROS_PER_MILLI,
      },
      operator: this.operatorState(nowMicros),
      ladder: ladderState(ladderView, nowMicros),
      quotes,
      position: positionRow(engine, this.hedgeInstrument !== null),
      pnl: this.pnl(slow),
      quality: slow.quality,
      latency: slow.latency,
      limits: slow.limits,
    };
  }

  history(): History {
    return {
      tape: this.tape.entriesAfter(0, TAPE_HISTORY),
      marks: this.tape.marksAfter(0),
      chart: this.chart.columns(),
    };
  }

  additions(cursor: Cursor): Additions {
    const { tape, chart } = this;
    const points = chart.after(cursor.pointMillis);
    const additions = {
      tape: tape.entriesAfter(cursor.tapeId, TAPE_PER_FRAME),
      marks: tape.marksAfter(cursor.markId),
      points,
    };
    cursor.tapeId = tape.newestEntryId;
    cursor.markId = tape.newestMarkId;
    cursor.pointMillis = points.at(-1)?.atMillis ?? cursor.pointMillis;
    return additions;
  }

  chain(orderId: number): OrderChain | null {
    const { tape, measures, session } = this;
    return orderChain({ tape, fills: measures.fills.fills, setup: session.setup }, orderId);
  }

  operator(action: OperatorActionName): void {
    if (action === 'RESUME') this.pulls.clear();
    else this.pulls.start(action, this.openQuotes(action), this.session.nowMicros);
    this.session.operate(operatorActionCode(action));
  }

  metricsText(): Promise<string> {
    return this.writeMetrics();
  }

  /**
   * Asks pricing once, right after a turn: then it hands over what it has and computes nothing, and
   * the set is the same object for the whole session. Never during a turn: that would price early.
   */
  private findQuotes(): void {
    const { pricing, marketData, accountState } = this.session.engine;
    this.quoteSet = pricing.quote(marketData.markets, accountState.position);
  }

  private onTimer(atMicros: number): void {
    const atMillis = Math.floor(atMicros / MICROS_PER_MILLI);
    if (!this.chart.isDue(atMillis)) return;
    const { engine } = this.session;
    const { quoted } = engine.marketData.markets;
    const { position } = engine.accountState;
    const { bestBidTicks, bestAskTicks } = this.measures.quotes;
    const fairTicks = this.quoteSet?.fairTicks ?? 0;
    const isHonest = !quoted.isStale && quoted.bidPriceTicks > 0 && quoted.askPriceTicks > 0;
    this.chart.add({
      atMillis,
      midTicks: isHonest ? quoted.midHalfTicks / 2 : null,
      fairTicks: isHonest && fairTicks > 0 ? fairTicks : null,
      ownBidTicks: bestBidTicks > 0 ? bestBidTicks : null,
      ownAskTicks: bestAskTicks > 0 ? bestAskTicks : null,
      spotBase: wholeAssets(position.spotBaseUnits),
      deltaBase: wholeAssets(position.netDeltaBaseUnits),
      bandBase: wholeAssets(engine.hedging.counters.bandUnits),
    });
  }

  private onTrade(trade: Readonly<TradeEvent>): void {
    const { quoted } = this.session.engine.marketData.markets;
    if (trade.instrument !== quoted.instrument || quoted.midHalfTicks === 0) return;
    const restingSide = restingSideOf(trade.aggressor);
    const mid = quoted.midHalfTicks / 2;
    const distance = restingSide === Side.BUY ? mid - trade.priceTicks : trade.priceTicks - mid;
    this.rates.onTrade(restingSide, distance, trade.quantityLots, trade.atMicros);
  }

  private onReport(report: Readonly<ExecutionReport>): void {
    this.tape.onReport(report);
    this.pulls.onReport(report);
    if (report.status !== ReportStatus.ACCEPTED) return;
    const order = this.tape.order(report.clientOrderId);
    if (order === null || order.queueAhead >= 0) return;
    const { engine, world } = this.session;
    const { quoted, hedge } = engine.marketData.markets;
    const snapshot = report.instrument === quoted.instrument ? quoted : hedge;
    const levels = report.side === Side.BUY ? snapshot.bids : snapshot.asks;
    order.queueAhead = world.queueAheadLots(report.instrument, report.clientOrderId);
    order.queueLevel = Math.max(0, order.queueAhead, lotsAt(levels, report.priceTicks));
  }

  private onOperator(action: OperatorAction, atMicros: number): void {
    if (action === OperatorAction.RESUME) {
      this.isBidPulled = false;
      this.isAskPulled = false;
    } else {
      if (action !== OperatorAction.PULL_ASKS) this.isBidPulled = true;
      if (action !== OperatorAction.PULL_BIDS) this.isAskPulled = true;
    }
    const name = operatorActionName(action);
    this.tape.write({ atMicros, kind: 'system', event: 'OPERATOR', reason: name, severity: 1 });
    this.tape.mark('OPERATOR', atMicros, { text: name });
  }

  /** Orders the action must end: quotes of the pulled sides, and hedges too for STOP. */
  private openQuotes(action: OperatorActionName): readonly number[] {
    const { openOrders } = this.session.engine.execution;
    const ids: number[] = [];
    for (let index = 0; index < openOrders.count; index++) {
      const order = openOrders.at(index);
      if (order.layer === Layer.HEDGE && action !== 'STOP') continue;
      if (action === 'PULL_BIDS' && order.side !== Side.BUY) continue;
      if (action === 'PULL_ASKS' && order.side !== Side.SELL) continue;
      ids.push(order.clientOrderId);
    }
    return ids;
  }

  private operatorState(nowMicros: number): OperatorState {
    const { engine } = this.session;
    const flatten = flattenCost(engine, this.hedgeInstrument);
    return {
      bidsPulled: this.isBidPulled,
      asksPulled: this.isAskPulled,
      isStopped: engine.execution.isStopped,
      pull: this.pulls.state(nowMicros),
      resumeCostBps: this.lastEdge === null ? null : fillCostBps(this.lastEdge),
      flattenCostBps: flatten?.bps ?? null,
      flattenCost: flatten === null ? null : amountText(flatten.units),
    };
  }

  private health(nowMicros: number): LiveState['health'] {
    const { engine } = this.session;
    const { quoted, hedge } = engine.marketData.markets;
    const leaseLeftMicros = this.leaseExpiresMicros - nowMicros;
    const loop = this.probe.latencyOf(Stage.LOOP);
    return healthState(
      {
        health: engine.ops.health,
        quoted,
        hedge: this.hedgeInstrument === null ? null : hedge,
        isReconciled: engine.accountState.position.isReconciled,
        isStopped: engine.execution.isStopped,
        isLeased: leaseLeftMicros > 0,
        leaseLeftMicros,
        loopP99Micros: loop.count < LOOP_SAMPLES_LEAST ? 0 : loop.p99 / 1_000,
        loopBudgetMicros: LOOP_BUDGET_MICROS,
      },
      nowMicros,
    );
  }

  private pnl(slow: SlowPart): PnlRow {
    const { session } = this;
    return pnlRow(session.engine, session.nowMicros - session.startMicros, slow.intervalUnits);
  }

  private slowPart(): SlowPart {
    const builtMillis = this.nowMillis();
    if (this.slow !== null && builtMillis - this.slow.builtMillis < SLOW_MILLIS) return this.slow;
    const { engine } = this.session;
    this.slow = {
      builtMillis,
      quality: qualityState(engine, this.measures),
      latency: latencyRows(this.probe.latencies()),
      limits: limitRows(engine.risk.usage),
      intervalUnits: pnlIntervalUnits(this.measures.series.samples),
    };
    return this.slow;
  }

  /** What pricing showed when the order was decided on. */
  private decision(command: Readonly<OrderCommand>): DecisionRow {
    const { engine } = this.session;
    const { quoted } = engine.marketData.markets;
    const quotes = this.quoteSet;
    const side = command.side === Side.BUY ? quotes?.bid : quotes?.ask;
    const level = side?.levels.find((one) => one.layer === command.layer);
    const edge = level === undefined || level.quantityLots === 0 ? null : edgeRow(level.edge);
    if (edge !== null) this.lastEdge = edge;
    return {
      atMicros: this.session.nowMicros,
      why: actionReasonName(command.reason),
      bestBidTicks: quoted.bidPriceTicks,
      bestAskTicks: quoted.askPriceTicks,
      fairTicks: quotes?.fairTicks ?? 0,
      hedgeFairTicks: quotes?.hedgeImpliedFairTicks ?? 0,
      volatilityTicks: quotes?.volatilityTicks ?? 0,
      toxicitySignal: quotes?.toxicitySignal ?? 0,
      inventoryRatio: quotes?.inventoryRatio ?? 0,
      parameterVersion: quotes?.parameterVersion ?? 0,
      edge,
    };
  }
}
