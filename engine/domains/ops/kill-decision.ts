import type { OpsConfiguration } from '#contracts/configuration/ops-configuration.ts';
import { HostMeasure } from '#contracts/events.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { KillReason } from '#contracts/system-health.ts';
import { unattendedMicros } from './attended-time.ts';
import type { HostWatch } from './host-watch.ts';
import type { LossWatch } from './loss-watch.ts';
import type { OrderWatch } from './order-watch.ts';

/** What the decision looks at. */
export interface KillInputs {
  readonly losses: LossWatch;
  readonly host: HostWatch;
  readonly orders: OrderWatch;
  readonly position: PositionState;
}

/**
 * Decides to stop, in the order of the KillReason codes. A latch: once fallen it stays, with the
 * number that broke its limit, until a new session.
 */
export class KillDecision {
  reason: KillReason = KillReason.NONE;
  measured = 0;
  limit = 0;
  private readonly configuration: OpsConfiguration;
  private wasReconciled = false;
  private mismatchSinceMicros = 0;
  private deltaSinceMicros = 0;
  private watchedAtMicros = 0;
  private isStopWanted = false;

  constructor(configuration: OpsConfiguration) {
    this.configuration = configuration;
  }

  /** An operator said STOP: takes effect at the next `update`. */
  stop(): void {
    this.isStopWanted = true;
  }

  /**
   * The venue closes our position: it says that nothing carries it, so the margin ratio is 0 whatever
   * the books make of it, and no configured limit lets that pass. Falls at once.
   */
  liquidate(): void {
    if (this.reason !== KillReason.NONE) return;
    this.fall(KillReason.MARGIN, 0, this.configuration.marginRatioKill);
  }

  /** How long a correction has been unconfirmed, in microseconds; 0: none is. */
  mismatchMicros(nowMicros: number): number {
    return this.mismatchSinceMicros === 0 ? 0 : nowMicros - this.mismatchSinceMicros;
  }

  /** Free margin as a share of the wallet; 1 without a position, 0 for one that nothing carries. */
  static marginRatio(position: PositionState): number {
    // A fill can come before the first statement of the wallet: then nothing is known of it yet.
    if (position.perpBaseUnits === 0 || position.startEquityUnits === 0) return 1;
    if (position.marginWalletUnits <= 0) return 0;
    return position.marginFreeUnits / position.marginWalletUnits;
  }

  /** Checks every limit, unless the decision has fallen. */
  update(inputs: KillInputs, nowMicros: number): void {
    this.watchTimes(inputs.position, nowMicros);
    if (this.reason !== KillReason.NONE) return;
    if (this.isStopWanted) this.fall(KillReason.OPERATOR, 1, 0);
    else if (!this.checkLosses(inputs.losses) && !this.checkHost(inputs.host)) {
      this.checkState(inputs, nowMicros);
    }
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.reason);
    writer.float(this.measured);
    writer.float(this.limit);
    writer.flag(this.wasReconciled);
    writer.integer(this.mismatchSinceMicros);
    writer.integer(this.deltaSinceMicros);
    writer.integer(this.watchedAtMicros);
    writer.flag(this.isStopWanted);
  }

  readState(reader: StateReader): void {
    this.reason = reader.integer() as KillReason;
    this.measured = reader.float();
    this.limit = reader.float();
    this.wasReconciled = reader.flag();
    this.mismatchSinceMicros = reader.integer();
    this.deltaSinceMicros = reader.integer();
    this.watchedAtMicros = reader.integer();
    this.isStopWanted = reader.flag();
  }

  private watchTimes(position: PositionState, nowMicros: number): void {
    const pause = unattendedMicros(this.watchedAtMicros, nowMicros);
    this.watchedAtMicros = nowMicros;
    if (this.mismatchSinceMicros !== 0) this.mismatchSinceMicros += pause;
    if (this.deltaSinceMicros !== 0) this.deltaSinceMicros += pause;
    if (position.isReconciled) {
      this.wasReconciled = true;
      this.mismatchSinceMicros = 0;
    } else if (this.wasReconciled && this.mismatchSinceMicros === 0) {
      this.mismatchSinceMicros = nowMicros;
    }
    const limit = this.configuration.deltaLimitQuoteUnits;
    const isBeyond = limit > 0 && Math.abs(position.netDeltaQuoteUnits) > limit;
    if (!isBeyond) this.deltaSinceMicros = 0;
    else if (this.deltaSinceMicros === 0) this.deltaSinceMicros = nowMicros;
  }

  private checkLosses(losses: LossWatch): boolean {
    const { dailyLossKillBps, drawdownKillBps, lossVelocityKillBps } = this.configuration;
    return (
      this.above(KillReason.DAILY_LOSS, losses.dailyLossBps, dailyLossKillBps) ||
      this.above(KillReason.DRAWDOWN, losses.drawdownBps, drawdownKillBps) ||
      this.above(KillReason.LOSS_VELOCITY, losses.velocityBps, lossVelocityKillBps)
    );
  }

  private checkHost(host: HostWatch): boolean {
    return (
      this.bad(KillReason.CLOCK_DRIFT, host, HostMeasure.CLOCK_OFFSET) ||
      this.bad(KillReason.LOOP_LATENCY, host, HostMeasure.LOOP_P99)
    );
  }

  private checkState(inputs: KillInputs, nowMicros: number): boolean {
    const { orders, position, host } = inputs;
    const configuration = this.configuration;
    const deltaMicros = this.deltaSinceMicros === 0 ? 0 : nowMicros - this.deltaSinceMicros;
    const unknownMicros = orders.oldestUnknownMicros(nowMicros);
    return (
      this.above(
        KillReason.POSITION_MISMATCH,
        this.mismatchMicros(nowMicros),
        configuration.mismatchMaxMicros,
      ) ||
      this.above(KillReason.UNKNOWN_ORDERS, unknownMicros, configuration.unknownOrderMaxMicros) ||
      this.above(
        KillReason.REJECT_STORM,
        orders.rejectsInWindow(nowMicros),
        configuration.rejectStormCount,
      ) ||
      this.marginGone(KillDecision.marginRatio(position)) ||
      this.above(KillReason.DELTA_LIMIT, deltaMicros, configuration.deltaLimitMicros) ||
      this.bad(KillReason.JOURNAL, host, HostMeasure.JOURNAL_LAG)
    );
  }

  private marginGone(ratio: number): boolean {
    const limit = this.configuration.marginRatioKill;
    return limit > 0 && ratio < limit ? this.fall(KillReason.MARGIN, ratio, limit) : false;
  }

  private above(reason: KillReason, measured: number, limit: number): boolean {
    return limit > 0 && measured > limit ? this.fall(reason, measured, limit) : false;
  }

  private bad(reason: KillReason, host: HostWatch, measure: HostMeasure): boolean {
    if (host.badCount(measure) < this.configuration.measurementsToKill) return false;
    return this.fall(reason, host.value(measure), host.limit(measure));
  }

  private fall(reason: KillReason, measured: number, limit: number): true {
    this.reason = reason;
    this.measured = measured;
    this.limit = limit;
    return true;
  }
}
