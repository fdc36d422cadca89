import { AlertCode, AlertCommand, AlertSeverity, type CommandSink } from '#contracts/commands.ts';
import type { RiskConfiguration } from '#contracts/configuration/risk-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  AccountQuery,
  type ControlEvent,
  OperatorAction,
  type QueryCompletedEvent,
  type TimerEvent,
  type VenueSilenceEvent,
} from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import type { Side } from '#contracts/order.ts';
import type { OrderPlan, PlannedAction } from '#contracts/order-plan.ts';
import type { InstrumentTable, Risk } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import { RiskCode, type RiskVerdict } from '#contracts/risk-verdict.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type DurationMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import { Exposure } from './exposure.ts';
import { IndependentReference } from './independent-reference.ts';
import { INSTRUMENTS_MAX, Lease } from './lease.ts';
import { PessimisticReservation, RESERVATIONS_MAX } from './pessimistic-reservation.ts';
import { GateLatch, PreTradeGate } from './pre-trade-gate.ts';
import { PreTradeGuardrail } from './pre-trade-guardrail.ts';
import { ReservationLoop } from './reservation-loop.ts';
import { type UsageRow, usageRows } from './risk-usage.ts';
import { SelfTradePrevention } from './self-trade-prevention.ts';
import { TokenBucketLimiter } from './token-bucket-limiter.ts';
import { type ActionVerdictBuffer, VerdictBuffer } from './verdict-buffer.ts';

export interface RiskManagerOptions {
  readonly configuration: RiskConfiguration;
  readonly instruments: InstrumentTable;
  readonly markets: Markets;
  readonly position: PositionState;
  readonly output: CommandSink;
}

/** Room for codes to come. */
const RISK_CODES_MAX = 32;

/**
 * The in-line gate: nothing reaches a venue without its verdict. Limits come with the lease and time
 * with the events; a missing limit means no orders.
 */
export class RiskManager implements Risk {
  private readonly configuration: RiskConfiguration;
  private readonly instruments: InstrumentTable;
  private readonly position: PositionState;
  private readonly output: CommandSink;
  private readonly lease = new Lease();
  private readonly reservations = new PessimisticReservation();
  private readonly limiters: readonly TokenBucketLimiter[] = Array.from(
    { length: INSTRUMENTS_MAX },
    () => new TokenBucketLimiter(),
  );
  private readonly reference: IndependentReference;
  private readonly exposure: Exposure;
  private readonly loop: ReservationLoop;
  private readonly gate: PreTradeGate;
  private readonly verdict = new VerdictBuffer();
  private readonly notice = new AlertCommand();
  private readonly rejections = new Float64Array(RISK_CODES_MAX);
  private readonly alertedAtMicros = new Float64Array(RISK_CODES_MAX);
  private nowMicros = 0;
  private wasLeased = false;

  constructor(options: RiskManagerOptions) {
    const { configuration, instruments, markets, position, output } = options;
    const { reservations, lease, limiters } = this;
    this.configuration = configuration;
    this.instruments = instruments;
    this.position = position;
    this.output = output;
    this.reference = new IndependentReference(configuration, instruments, markets);
    this.exposure = new Exposure({ instruments, markets, position, reservations });
    this.loop = new ReservationLoop({ configuration, instruments, reservations, output });
    const { loop, exposure } = this;
    const guardrail = new PreTradeGuardrail(lease, this.reference);
    const { selfTradePolicy: policy, recancelMicros } = configuration;
    const selfTrade = new SelfTradePrevention({
      policy,
      reservations,
      loop,
      recancelMicros,
      output,
    });
    const judged = { configuration, instruments, position, lease, guardrail, selfTrade };
    this.gate = new PreTradeGate({ ...judged, reservations, loop, exposure, limiters });
  }

  /** Hot: every plan that is not empty. The verdict is valid until the next call. */
  preTradeCheck(plan: OrderPlan): RiskVerdict {
    this.see(plan.atMicros);
    const { verdict, gate, nowMicros } = this;
    if (!this.reference.hasSample) this.reference.sample(nowMicros);
    verdict.count = plan.count;
    verdict.approvedCount = 0;
    verdict.leaseVersion = this.lease.version;
    verdict.leaseLeftMicros = this.lease.leftMicros(nowMicros) as DurationMicros;
    for (let index = 0; index < plan.count; index++) {
      const action = plan.actions[index];
      const answer = verdict.actions[index];
      if (action === undefined || answer === undefined) throw new RangeError('plan is too long');
      answer.reset();
      if (gate.judge(action, answer, nowMicros)) verdict.approvedCount += 1;
      else this.countRejection(action, answer);
    }
    return verdict;
  }

  settle(report: Readonly<ExecutionReport>): void {
    this.see(report.atMicros);
    this.loop.settle(report, this.nowMicros);
  }

  onQueryCompleted(event: Readonly<QueryCompletedEvent>): void {
    this.see(event.atMicros);
    if (event.query !== AccountQuery.OPEN_ORDERS) return;
    this.loop.doubtUnlisted(event.instrument, event.requestedAtMicros, this.nowMicros);
  }

  onVenueSilence(event: Readonly<VenueSilenceEvent>): void {
    this.see(event.atMicros);
    this.loop.onVenueSilence(event.untilMicros);
  }

  onTimer(event: Readonly<TimerEvent>): void {
    this.see(event.atMicros);
    this.reference.sample(this.nowMicros);
    this.loop.onTimer(this.nowMicros);
    this.watchLease();
  }

  onControl(event: Readonly<ControlEvent>): void {
    this.see(event.atMicros);
    if (event.kind === EventKind.RISK_LEASE) {
      this.lease.apply(event);
      this.watchLease();
    } else if (event.kind === EventKind.SESSION_START) {
      // The latch stays: a restart after a crash does not lift a stop. A session of its own has none.
      this.lease.reset();
      this.loop.doubtAll();
      this.wasLeased = false;
    } else if (event.kind === EventKind.OPERATOR) {
      this.onOperator(event.action);
    }
  }

  /** How often the gate refused with `code`. */
  rejectionCount(code: RiskCode): number {
    return this.rejections[code] as number;
  }

  /** Orders that passed though an own one was in their way: policy `warn` only. */
  get selfTradeWarningCount(): number {
    return this.gate.selfTradeWarningCount;
  }

  /** True while new risk may pass: a lease that has not expired, and no stop. */
  get isOpen(): boolean {
    return this.lease.isValid(this.nowMicros) && this.gate.latch === GateLatch.OPEN;
  }

  /** True while a granted lease has not expired. */
  get isLeased(): boolean {
    return this.lease.isValid(this.nowMicros);
  }

  /** The limits in force, whole; null before the first grant. For audits. Allocates. */
  get limits(): RiskLimits | null {
    return this.lease.limits;
  }

  /** Lots on one side of an instrument that orders may still fill, as the gate counts them. */
  reservedLots(instrument: InstrumentIndex, side: Side): number {
    return this.reservations.openLots[instrument * 2 + side] as number;
  }

  /** Orders the gate holds a reservation for. */
  get reservationCount(): number {
    return this.reservations.count;
  }

  /** Reservations it can hold at most. */
  get reservationCapacity(): number {
    return RESERVATIONS_MAX;
  }

  /** All limits with their use, for pages and reports. Allocates. */
  get usage(): readonly UsageRow[] {
    const { instruments, position, lease, exposure, reservations, limiters } = this;
    const options = { instruments, position, lease, exposure, reservations, limiters };
    return usageRows(options, this.nowMicros);
  }

  writeState(writer: StateWriter): void {
    writer.section('risk');
    writer.integer(this.nowMicros);
    writer.flag(this.wasLeased);
    writer.integer(this.gate.latch);
    writer.integer(this.gate.selfTradeWarningCount);
    writer.floats(this.rejections, RISK_CODES_MAX);
    writer.floats(this.alertedAtMicros, RISK_CODES_MAX);
    this.lease.writeState(writer);
    this.reservations.writeState(writer);
    this.loop.writeState(writer);
    this.reference.writeState(writer);
    for (const limiter of this.limiters) limiter.writeState(writer);
  }

  readState(reader: StateReader): void {
    reader.section('risk');
    this.nowMicros = reader.integer();
    this.wasLeased = reader.flag();
    this.gate.latch = reader.integer() as GateLatch;
    this.gate.selfTradeWarningCount = reader.integer();
    reader.floats(this.rejections);
    reader.floats(this.alertedAtMicros);
    this.lease.readState(reader);
    this.reservations.readState(reader);
    this.loop.readState(reader);
    this.reference.readState(reader);
    for (const limiter of this.limiters) limiter.readState(reader);
  }

  private onOperator(action: OperatorAction): void {
    if (action === OperatorAction.STOP && this.gate.latch === GateLatch.OPEN) {
      this.gate.latch = GateLatch.NO_NEW_RISK;
    } else if (action === OperatorAction.SHUTDOWN) {
      this.gate.latch = GateLatch.CLOSED;
    }
  }

  private see(atMicros: number): void {
    if (atMicros > this.nowMicros) this.nowMicros = atMicros;
  }

  /** One alert for each loss of the lease, not one for each timer without it. */
  private watchLease(): void {
    const isLeased = this.lease.isValid(this.nowMicros);
    if (this.wasLeased && !isLeased) {
      const left = this.lease.leftMicros(this.nowMicros);
      this.raise(AlertCode.LEASE_LOST, AlertSeverity.WARNING, null, left, 0);
    }
    this.wasLeased = isLeased;
  }

  /** Refusals by rate, balance or a lost lease are daily weather; a rarer one should be heard of. */
  private countRejection(action: PlannedAction, answer: ActionVerdictBuffer): void {
    const { code } = answer;
    this.rejections[code] = (this.rejections[code] as number) + 1;
    if (!isSurprising(code)) return;
    const pause = this.nowMicros - (this.alertedAtMicros[code] as number);
    if (pause < this.configuration.alertPauseMicros) return;
    this.alertedAtMicros[code] = this.nowMicros;
    const { RISK_REJECTED } = AlertCode;
    this.raise(RISK_REJECTED, AlertSeverity.NOTICE, action, answer.used, answer.allowed);
  }

  private raise(
    code: AlertCode,
    severity: AlertSeverity,
    action: PlannedAction | null,
    measured: number,
    limit: number,
  ): void {
    this.notice.code = code;
    this.notice.severity = severity;
    this.notice.instrument = action === null ? NO_INSTRUMENT : action.instrument;
    this.notice.clientOrderId = action === null ? NO_ORDER : action.clientOrderId;
    this.notice.measured = measured;
    this.notice.limit = limit;
    this.output.emit(this.notice);
  }
}

/** Codes that say the planner and the gate see the world differently. */
function isSurprising(code: RiskCode): boolean {
  switch (code) {
    case RiskCode.UNKNOWN_TARGET:
    case RiskCode.FILTER_PRICE:
    case RiskCode.FILTER_LOT:
    case RiskCode.FILTER_NOTIONAL:
    case RiskCode.FILTER_PERCENT_PRICE:
    case RiskCode.MAX_ORDER_QUANTITY:
    case RiskCode.MAX_ORDER_NOTIONAL:
    case RiskCode.PRICE_COLLAR:
    case RiskCode.SELF_TRADE:
    case RiskCode.MAX_GROSS_NOTIONAL:
    case RiskCode.TABLE_FULL:
      return true;
    case RiskCode.APPROVED:
    case RiskCode.NO_LIMITS:
    case RiskCode.LEASE_EXPIRED:
    case RiskCode.KILLED:
    case RiskCode.INSTRUMENT_NOT_TRADING:
    case RiskCode.DUPLICATE_CANCEL:
    case RiskCode.FILTER_MAX_ORDERS:
    case RiskCode.NO_REFERENCE:
    case RiskCode.INSUFFICIENT_BALANCE:
    case RiskCode.INSUFFICIENT_MARGIN:
    case RiskCode.MAX_LONG:
    case RiskCode.MAX_SHORT:
    case RiskCode.RATE_LIMIT:
      return false;
  }
}
