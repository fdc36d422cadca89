import type { AlertListener, CommandRouter } from '#compose/command-router.ts';
import type { Engine } from '#compose/engine.ts';
import type { AppliedEventObserver, EngineHost } from '#compose/engine-host.ts';
import type { AlertCode, AlertCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, OperatorAction } from '#contracts/events.ts';
import { FillTape } from './fill-tape.ts';
import { OrderTape } from './order-tape.ts';
import { QuoteSampler } from './quote-sampler.ts';
import { SessionSeries } from './session-series.ts';

/** Events applied, by family. */
export interface EventCounts {
  total: number;
  market: number;
  private: number;
  timer: number;
}

/** One alert as the tape keeps it. */
export interface AlertRecord {
  readonly atMicros: number;
  readonly code: AlertCode;
  readonly severity: number;
  readonly instrument: number;
  readonly clientOrderId: number;
  readonly measured: number;
  readonly limit: number;
}

const SERIES_INTERVAL_MICROS = 500_000;
const ALERTS_KEPT = 1_000;

/** Everything that is measured about one session from outside the engine, attached in one call. */
export class SessionMeasures implements AppliedEventObserver, AlertListener {
  readonly fills: FillTape;
  readonly orders = new OrderTape();
  readonly quotes: QuoteSampler;
  readonly series: SessionSeries;
  readonly events: EventCounts = { total: 0, market: 0, private: 0, timer: 0 };
  /** The newest alerts, oldest first. */
  readonly alerts: AlertRecord[] = [];
  alertCount = 0;
  maxAbsSpotBaseUnits = 0;
  insideBandSamples = 0;
  bandSamples = 0;
  private readonly engine: Engine;
  private readonly fromMicros: number;
  private nowMicros = 0;

  /** Shares of time count from `fromMicros` on; a warm-up before it is not held against anybody. */
  constructor(engine: Engine, fromMicros = 0) {
    this.engine = engine;
    this.fromMicros = fromMicros;
    const { markets } = engine.marketData;
    const { position, pnl } = engine.accountState;
    this.fills = new FillTape(markets);
    this.quotes = new QuoteSampler(markets, this.orders, engine.pricing.quotes);
    this.series = new SessionSeries({
      markets,
      position,
      pnl,
      quotes: this.quotes,
      intervalMicros: SERIES_INTERVAL_MICROS,
    });
  }

  /** Starts listening. Call before the session starts. */
  attach(host: EngineHost, router: CommandRouter): void {
    host.addObserver(this);
    router.addRecorder(this.orders);
    router.addAlertListener(this);
  }

  onApplied(event: Readonly<EngineEvent>): void {
    this.nowMicros = event.atMicros;
    this.count(event.kind);
    this.orders.onApplied(event);
    this.fills.onApplied(event);
    if (event.kind === EventKind.TIMER && event.atMicros > this.fromMicros) {
      this.quotes.onApplied(event);
      this.sampleInventory();
    }
    if (event.kind === EventKind.OPERATOR && event.action === OperatorAction.SHUTDOWN) {
      this.quotes.onShutdown();
    }
    this.series.onApplied(event);
  }

  onAlert(alert: Readonly<AlertCommand>): void {
    this.alertCount += 1;
    if (this.alerts.length === ALERTS_KEPT) this.alerts.shift();
    this.alerts.push({
      atMicros: this.nowMicros,
      code: alert.code,
      severity: alert.severity,
      instrument: alert.instrument,
      clientOrderId: alert.clientOrderId,
      measured: alert.measured,
      limit: alert.limit,
    });
  }

  private count(kind: number): void {
    this.events.total += 1;
    if (kind === EventKind.TIMER) this.events.timer += 1;
    else if (kind < EventKind.EXECUTION_REPORT) this.events.market += 1;
    else if (kind < EventKind.SESSION_START) this.events.private += 1;
  }

  private sampleInventory(): void {
    const { position } = this.engine.accountState;
    this.maxAbsSpotBaseUnits = Math.max(this.maxAbsSpotBaseUnits, Math.abs(position.spotBaseUnits));
    this.bandSamples += 1;
    if (Math.abs(position.inventoryRatio) <= 1) this.insideBandSamples += 1;
  }
}
