import type { EventSink } from '#contracts/edge-ports.ts';
import { RiskLeaseEvent } from '#contracts/events.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import type { DurationMicros, EpochMicros } from '#units/integers.ts';
import type { TaskClock } from './task-clock.ts';

export interface LeaseSourceOptions {
  readonly clock: TaskClock;
  readonly sink: EventSink;
  readonly limits: RiskLimits;
  readonly epoch: number;
  readonly expiryMicros: DurationMicros;
  readonly renewalMicros: DurationMicros;
}

/**
 * The risk authority of a session without a risk server: grants the configured limits and renews
 * them. A risk server takes its place by publishing the same events.
 */
export class LeaseSource {
  private readonly options: LeaseSourceOptions;
  private readonly event = new RiskLeaseEvent();
  private isStopped = false;
  private isSilent = false;

  constructor(options: LeaseSourceOptions) {
    this.options = options;
    this.event.version = 1;
    this.event.epoch = options.epoch;
    this.event.limits = options.limits;
  }

  /** Grants now and keeps renewing. */
  start(): void {
    const { clock, renewalMicros } = this.options;
    const renew: Task = {
      run: (now) => {
        if (this.isStopped) return;
        if (!this.isSilent) this.grant(now);
        clock.schedule((now + renewalMicros) as EpochMicros, renew);
      },
    };
    renew.run(clock.nowMicros);
  }

  /** Other limits, tighter or looser, from the next renewal on: a version of their own. */
  replace(limits: RiskLimits): void {
    this.event.version += 1;
    this.event.limits = limits;
  }

  /** The authority is not heard, or is heard again. What it granted runs out meanwhile. */
  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
  }

  /** Lets the lease run out: quotes are pulled, as if the authority had died. */
  stop(): void {
    this.isStopped = true;
  }

  private grant(now: EpochMicros): void {
    this.event.atMicros = now;
    this.event.expiresAtMicros = (now + this.options.expiryMicros) as EpochMicros;
    this.options.sink.publish(this.event);
  }
}
