import {
  DEFAULT_OPS_CONFIGURATION,
  type OpsConfiguration,
} from '#contracts/configuration/ops-configuration.ts';
import {
  type ControlEvent,
  type HostMeasure,
  HostMeasurementEvent,
  InstrumentDefinedEvent,
  type OperatorAction,
  OperatorEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
} from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { ReportReason, Side } from '#contracts/order.ts';
import type { PnlAttribution } from '#contracts/position-state.ts';
import { NO_LIMITS } from '#contracts/risk-limits.ts';
import type { SystemHealth } from '#contracts/system-health.ts';
import {
  makeInstrument,
  makeReport,
  type ReportChoice,
  TestMarkets,
  TestOutput,
} from '#domains/account-state/session-fixture.test-support.ts';
import { flatPosition } from '#domains/hedging/hedging-session-fixture.test-support.ts';
import { StateBytesWriter } from '#loop/state-bytes.ts';
import { assetUnits, durationMicros, epochMicros } from '#units/integers.ts';
import { OpsManager } from './ops.ts';

const WHOLE = 100_000_000;
const SECOND = 1_000_000;

export class OpsSession {
  readonly markets = new TestMarkets();
  readonly output = new TestOutput();
  readonly position = flatPosition();
  readonly pnl: { -readonly [Key in keyof PnlAttribution]: PnlAttribution[Key] };
  readonly ops: OpsManager;
  now = 1_000 * SECOND;
  private orderId = 0;

  constructor(changes: Partial<OpsConfiguration> = {}) {
    const zero = assetUnits(0);
    this.pnl = {
      totalUnits: zero,
      spreadCaptureUnits: zero,
      inventoryUnits: zero,
      hedgeExecutionUnits: zero,
      feesUnits: zero,
      fundingUnits: zero,
      residualUnits: zero,
    };
    this.setEquity(1_000);
    this.position.startEquityUnits = assetUnits(1_000 * WHOLE);
    this.ops = new OpsManager({
      configuration: { ...DEFAULT_OPS_CONFIGURATION, ...changes },
      markets: this.markets,
      position: this.position,
      pnl: this.pnl,
      output: this.output,
    });
  }

  setEquity(whole: number): void {
    this.position.equityUnits = assetUnits(Math.round(whole * WHOLE));
    const peak = Math.max(this.position.peakEquityUnits, this.position.equityUnits);
    this.position.peakEquityUnits = assetUnits(peak);
  }

  control(event: ControlEvent): void {
    event.atMicros = epochMicros(this.now);
    this.ops.observe(event);
    this.ops.onControl(event);
  }

  /** Markets live, instruments defined, lease granted, both sides quoted, ten healthy seconds. */
  healthy(): this {
    this.control(new SessionStartEvent());
    for (const role of [InstrumentRole.QUOTED, InstrumentRole.HEDGE]) {
      const event = new InstrumentDefinedEvent();
      event.instrument = makeInstrument({ role });
      this.control(event);
    }
    this.lease();
    this.report({ side: Side.BUY, id: 1, at: this.now });
    this.report({ side: Side.SELL, id: 2, at: this.now });
    for (let second = 0; second < 10; second++) this.after(SECOND);
    return this;
  }

  lease(): void {
    const event = new RiskLeaseEvent();
    event.expiresAtMicros = epochMicros(this.now + 100_000 * SECOND);
    event.limits = { ...NO_LIMITS, ordersPerTenSeconds: [10] };
    this.control(event);
  }

  report(choice: ReportChoice): void {
    this.ops.observe(makeReport(choice));
  }

  reject(reason: ReportReason = ReportReason.FILTER): void {
    this.orderId += 1;
    const status = ReportStatus.REJECTED;
    this.report({
      side: Side.BUY,
      id: 1_000 + this.orderId,
      status,
      reason,
      instrument: 1,
      at: this.now,
    });
  }

  measure(measure: HostMeasure, value: number, times: number): SystemHealth {
    for (let time = 0; time < times; time++) {
      const event = new HostMeasurementEvent();
      event.measure = measure;
      event.valueMicros = durationMicros(value);
      this.control(event);
    }
    return this.after(50_000);
  }

  operator(action: OperatorAction): SystemHealth {
    const event = new OperatorEvent();
    event.action = action;
    this.control(event);
    return this.after(50_000);
  }

  after(micros: number, isFresh = true): SystemHealth {
    this.now += micros;
    if (isFresh) {
      this.markets.set('quoted', 100, 102, this.now);
      this.markets.set('hedge', 100, 102, this.now);
    }
    const event = new TimerEvent();
    event.atMicros = epochMicros(this.now);
    this.ops.observe(event);
    this.ops.onTimer(event);
    return this.ops.assess(event);
  }

  /** Time passes with somebody looking: a timer every second. */
  watch(micros: number): SystemHealth {
    for (let left = micros; left > SECOND; left -= SECOND) this.after(SECOND);
    return this.after(micros % SECOND === 0 ? SECOND : micros % SECOND);
  }

  stateBytes(): Uint8Array {
    const writer = new StateBytesWriter();
    this.ops.writeState(writer);
    return writer.written().slice();
  }
}
