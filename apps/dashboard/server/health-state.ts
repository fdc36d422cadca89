import type { HealthReason, HealthState } from '#apps/dashboard/protocol.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import {
  DOMAIN_NAMES,
  DomainStatus,
  HealthAdvice,
  HealthStatus,
  KillReason,
  type SystemHealth,
} from '#contracts/system-health.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import { adviceName, killReasonName } from './code-names.ts';

export interface HealthView {
  readonly health: SystemHealth;
  readonly quoted: MarketSnapshot;
  /** Null for a session without a hedge market. */
  readonly hedge: MarketSnapshot | null;
  readonly isReconciled: boolean;
  readonly isStopped: boolean;
  readonly isLeased: boolean;
  readonly leaseLeftMicros: number;
  readonly loopP99Micros: number;
  readonly loopBudgetMicros: number;
}

/** The verdict with its reasons, bad ones first: it never says HEALTHY without saying why. */
export function healthState(view: HealthView, nowMicros: number): HealthState {
  const { health } = view;
  const bad = badReasons(view, nowMicros);
  return {
    status: statusOf(view),
    killReason: killReasonName(health.killReason),
    score: health.score,
    reasons: [...bad, ...goodReasons(view, nowMicros)],
  };
}

function statusOf({ health, isStopped }: HealthView): HealthState['status'] {
  if (health.shouldKill || isStopped || health.status === HealthStatus.CRITICAL) return 'CRITICAL';
  return health.status === HealthStatus.DEGRADED ? 'DEGRADED' : 'HEALTHY';
}

function badReasons(view: HealthView, nowMicros: number): readonly HealthReason[] {
  const { health } = view;
  const found: HealthReason[] = [];
  const add = (code: string, ...values: (string | number)[]): void => {
    found.push({ code, isBad: true, values });
  };
  if (health.killReason !== KillReason.NONE) {
    add('KILLED', killReasonName(health.killReason), health.killMeasured, health.killLimit);
  } else if (view.isStopped) add('STOPPED');
  if (!view.isLeased) add('NO_LEASE');
  if (view.quoted.isStale) add('MARKET_STALE', ageMillis(view.quoted, nowMicros));
  if (view.hedge?.isStale === true) add('HEDGE_MARKET_STALE', ageMillis(view.hedge, nowMicros));
  if (!view.isReconciled) add('NOT_RECONCILED');
  health.domains.forEach((domain, index) => {
    const name = DOMAIN_NAMES[index] ?? '';
    if (domain.status === DomainStatus.DEGRADED) add('DOMAIN_DEGRADED', name, domain.errorCount);
    if (domain.status === DomainStatus.DOWN) add('DOMAIN_DOWN', name, domain.errorCount);
  });
  if (view.loopP99Micros > view.loopBudgetMicros) {
    add('LOOP_OVER_BUDGET', view.loopP99Micros, view.loopBudgetMicros);
  }
  if (health.advice !== HealthAdvice.NONE) add('ADVICE', adviceName(health.advice));
  if (health.metrics.anomalyCount > 0) add('ANOMALIES', health.metrics.anomalyCount);
  // The verdict waits before it turns good again; until then this is why.
  if (found.length === 0 && health.status !== HealthStatus.HEALTHY) add('RECOVERING');
  return found;
}

function goodReasons(view: HealthView, nowMicros: number): readonly HealthReason[] {
  const found: HealthReason[] = [];
  const add = (code: string, ...values: (string | number)[]): void => {
    found.push({ code, isBad: false, values });
  };
  const { domains } = view.health;
  const up = domains.filter((domain) => domain.status === DomainStatus.UP).length;
  if (up === domains.length) add('DOMAINS_UP', up);
  if (!view.quoted.isStale) add('MARKET_FRESH', ageMillis(view.quoted, nowMicros));
  if (view.hedge !== null && !view.hedge.isStale) {
    add('HEDGE_MARKET_FRESH', ageMillis(view.hedge, nowMicros));
  }
  if (view.isLeased) add('LEASE_LEFT', view.leaseLeftMicros / MICROS_PER_MILLI);
  if (view.isReconciled) add('RECONCILED');
  return found;
}

function ageMillis(snapshot: MarketSnapshot, nowMicros: number): number {
  return Math.max(0, nowMicros - snapshot.receiveTimeMicros) / MICROS_PER_MILLI;
}
