import { PLAN_ACTIONS_MAX } from '#contracts/order-plan.ts';
import {
  type ActionVerdict,
  RiskAdvice,
  RiskCode,
  type RiskVerdict,
} from '#contracts/risk-verdict.ts';
import type { DurationMicros } from '#units/integers.ts';
import { NO_RESERVATION } from './pessimistic-reservation.ts';

/** One answer of the gate, refilled. */
export class ActionVerdictBuffer implements ActionVerdict {
  code: RiskCode = RiskCode.APPROVED;
  allowed = 0;
  used = 0;
  advice: RiskAdvice = RiskAdvice.NONE;
  adviceValue = 0;
  reservation = NO_RESERVATION;

  reset(): void {
    this.code = RiskCode.APPROVED;
    this.allowed = 0;
    this.used = 0;
    this.advice = RiskAdvice.NONE;
    this.adviceValue = 0;
    this.reservation = NO_RESERVATION;
  }

  /** Fills in a refusal. Returns false, so that a check reads `return verdict.refuse(...)`. */
  refuse(code: RiskCode, used: number, allowed: number): false {
    this.code = code;
    this.used = used;
    this.allowed = allowed;
    return false;
  }

  /** What would pass instead. Returns false like `refuse`. */
  advise(advice: RiskAdvice, value: number): false {
    this.advice = advice;
    this.adviceValue = value;
    return false;
  }
}

/** A RiskVerdict that is refilled. */
export class VerdictBuffer implements RiskVerdict {
  count = 0;
  approvedCount = 0;
  leaseVersion = 0;
  leaseLeftMicros = 0 as DurationMicros;
  readonly actions: readonly ActionVerdictBuffer[] = Array.from(
    { length: PLAN_ACTIONS_MAX },
    () => new ActionVerdictBuffer(),
  );
}
