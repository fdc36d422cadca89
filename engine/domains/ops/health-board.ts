import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type DomainHealth,
  HealthAdvice,
  type HealthMetrics,
  HealthStatus,
  KillReason,
  type SystemHealth,
} from '#contracts/system-health.ts';
import type { EpochMicros } from '#units/integers.ts';

/** The eight metrics, refilled on each timer. */
export class MutableHealthMetrics implements HealthMetrics {
  orderSuccessRatio = 1;
  loopLatencyP99Micros = 0;
  inventoryRatio = 0;
  spreadCaptureRatio = 0;
  liquidityScore = 0;
  exposureRatio = 0;
  messageBudgetRatio = 0;
  anomalyCount = 0;

  writeState(writer: StateWriter): void {
    writer.float(this.orderSuccessRatio);
    writer.float(this.loopLatencyP99Micros);
    writer.float(this.inventoryRatio);
    writer.float(this.spreadCaptureRatio);
    writer.float(this.liquidityScore);
    writer.float(this.exposureRatio);
    writer.float(this.messageBudgetRatio);
    writer.float(this.anomalyCount);
  }

  readState(reader: StateReader): void {
    this.orderSuccessRatio = reader.float();
    this.loopLatencyP99Micros = reader.float();
    this.inventoryRatio = reader.float();
    this.spreadCaptureRatio = reader.float();
    this.liquidityScore = reader.float();
    this.exposureRatio = reader.float();
    this.messageBudgetRatio = reader.float();
    this.anomalyCount = reader.float();
  }
}

/**
 * The SystemHealth the others read. A worse status shows at once; a better one only after it has
 * held for a while, so that health does not flicker around a limit.
 */
export class HealthBoard implements SystemHealth {
  atMicros = 0 as EpochMicros;
  status: HealthStatus = HealthStatus.DEGRADED;
  score = 0;
  readonly metrics = new MutableHealthMetrics();
  readonly domains: readonly DomainHealth[];
  makerRatio = 1;
  errorRatio = 0;
  staleRatio = 0;
  advice: HealthAdvice = HealthAdvice.NONE;
  adviceMeasured = 0;
  adviceLimit = 0;
  shouldKill = false;
  killReason: KillReason = KillReason.NONE;
  killMeasured = 0;
  killLimit = 0;
  killedAtMicros = 0 as EpochMicros;
  private readonly recoverMicros: number;
  private betterSinceMicros = 0;

  /** `recoverMicros`: how long a better status must hold before it shows. */
  constructor(domains: readonly DomainHealth[], recoverMicros: number) {
    this.domains = domains;
    this.recoverMicros = recoverMicros;
  }

  /** Sets what is true now; what shows follows the hysteresis. */
  show(status: HealthStatus, nowMicros: number): void {
    if (status >= this.status) {
      this.status = status;
      this.betterSinceMicros = 0;
      return;
    }
    if (this.betterSinceMicros === 0) this.betterSinceMicros = nowMicros;
    if (nowMicros - this.betterSinceMicros < this.recoverMicros) return;
    this.status = status;
    this.betterSinceMicros = 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.atMicros);
    writer.integer(this.status);
    writer.float(this.score);
    this.metrics.writeState(writer);
    writer.float(this.makerRatio);
    writer.float(this.errorRatio);
    writer.float(this.staleRatio);
    writer.integer(this.advice);
    writer.float(this.adviceMeasured);
    writer.float(this.adviceLimit);
    writer.flag(this.shouldKill);
    writer.integer(this.killReason);
    writer.float(this.killMeasured);
    writer.float(this.killLimit);
    writer.integer(this.killedAtMicros);
    writer.integer(this.betterSinceMicros);
  }

  readState(reader: StateReader): void {
    this.atMicros = reader.integer() as EpochMicros;
    this.status = reader.integer() as HealthStatus;
    this.score = reader.float();
    this.metrics.readState(reader);
    this.makerRatio = reader.float();
    this.errorRatio = reader.float();
    this.staleRatio = reader.float();
    this.advice = reader.integer() as HealthAdvice;
    this.adviceMeasured = reader.float();
    this.adviceLimit = reader.float();
    this.shouldKill = reader.flag();
    this.killReason = reader.integer() as KillReason;
    this.killMeasured = reader.float();
    this.killLimit = reader.float();
    this.killedAtMicros = reader.integer() as EpochMicros;
    this.betterSinceMicros = reader.integer();
  }
}
