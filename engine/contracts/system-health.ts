import type { EpochMicros } from '#units/integers.ts';

export const HealthStatus = { HEALTHY: 0, DEGRADED: 1, CRITICAL: 2 } as const;
export type HealthStatus = (typeof HealthStatus)[keyof typeof HealthStatus];

export const DomainStatus = { UP: 0, DEGRADED: 1, DOWN: 2 } as const;
export type DomainStatus = (typeof DomainStatus)[keyof typeof DomainStatus];

/** Order of `SystemHealth.domains`. */
export const DOMAIN_NAMES = [
  'reference',
  'market-data',
  'account-state',
  'risk',
  'pricing',
  'execution',
  'hedging',
  'ops',
] as const;

/** Why the kill decision fell, or NONE. Stable codes, listed in the order in which they are checked. */
export const KillReason = {
  NONE: 0,
  OPERATOR: 1,
  DAILY_LOSS: 2,
  DRAWDOWN: 3,
  LOSS_VELOCITY: 4,
  CLOCK_DRIFT: 5,
  LOOP_LATENCY: 6,
  POSITION_MISMATCH: 7,
  UNKNOWN_ORDERS: 8,
  REJECT_STORM: 9,
  MARGIN: 10,
  DELTA_LIMIT: 11,
  JOURNAL: 12,
} as const;
export type KillReason = (typeof KillReason)[keyof typeof KillReason];

export const HealthAdvice = { NONE: 0, SLOW_DOWN: 1, WIDEN: 2, PULL: 3, KILL: 4 } as const;
export type HealthAdvice = (typeof HealthAdvice)[keyof typeof HealthAdvice];

/** The eight health metrics (MODULES 6.1). Ratios 0..1; latency in microseconds. */
export interface HealthMetrics {
  readonly orderSuccessRatio: number;
  readonly loopLatencyP99Micros: number;
  readonly inventoryRatio: number;
  readonly spreadCaptureRatio: number;
  readonly liquidityScore: number;
  readonly exposureRatio: number;
  readonly messageBudgetRatio: number;
  readonly anomalyCount: number;
}

export interface DomainHealth {
  readonly status: DomainStatus;
  readonly errorCount: number;
  readonly lastSuccessMicros: EpochMicros;
}

/** Writer: ops, on each timer. Readers: all. */
export interface SystemHealth {
  readonly atMicros: EpochMicros;
  readonly status: HealthStatus;
  /** 0..100. */
  readonly score: number;
  readonly metrics: HealthMetrics;
  readonly domains: readonly DomainHealth[];
  readonly makerRatio: number;
  readonly errorRatio: number;
  readonly staleRatio: number;
  readonly advice: HealthAdvice;
  /** What PULL measured and the limit it broke, in basis points lost today; 0 for other advice. */
  readonly adviceMeasured: number;
  readonly adviceLimit: number;
  readonly shouldKill: boolean;
  readonly killReason: KillReason;
  /** The measured value and the limit it broke, in the unit of the reason. */
  readonly killMeasured: number;
  readonly killLimit: number;
  /** When the decision fell; 0 while it has not. */
  readonly killedAtMicros: EpochMicros;
}
