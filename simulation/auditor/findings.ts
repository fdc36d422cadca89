import type { Violation } from './auditor-inputs.ts';
import { CheckTime, INVARIANT_MAX, INVARIANTS, invariantOf } from './invariants.ts';

const VIOLATIONS_KEPT = 200;
const FAULTS_KEPT = 3;
/** One broken promise often breaks at each event: of one invariant so many keep their text. */
const KEPT_PER_INVARIANT = 20;

/** Counts of one run, and what was found. */
export interface AuditSummary {
  readonly violations: readonly Violation[];
  /** All of them, also those without a kept text. */
  readonly violationCount: number;
  /** Index = number of the invariant: how often it was really evaluated. */
  readonly evaluated: readonly number[];
  /** Index = number: how often an evaluation was excused by something broken on purpose. */
  readonly excused: readonly number[];
  /** Applicable invariants that every run must reach, and this one did not. */
  readonly neverEvaluated: readonly number[];
  /** Applicable invariants without their occasion in this run. */
  readonly withoutOccasion: readonly number[];
}

/**
 * Collects evaluations and violations. Counting is one array write; text is made for violations only.
 */
export class Findings {
  nowMicros = 0;
  eventSequence = 0;
  /** 'storm' or 'calm'. */
  phaseName = 'calm';
  private readonly violationsMax: number;
  private readonly counts = new Float64Array(INVARIANT_MAX + 1);
  private readonly excuses = new Float64Array(INVARIANT_MAX + 1);
  private readonly kept = new Float64Array(INVARIANT_MAX + 1);
  private readonly found: Violation[] = [];
  private readonly faults: string[] = [];
  private total = 0;

  constructor(violationsMax = VIOLATIONS_KEPT) {
    this.violationsMax = violationsMax;
  }

  get violations(): readonly Violation[] {
    return this.found;
  }

  get violationCount(): number {
    return this.total;
  }

  /** Hot: an evaluation took place. */
  count(invariant: number): void {
    this.counts[invariant] = (this.counts[invariant] as number) + 1;
  }

  /** An evaluation was due and something broken on purpose excuses its outcome. */
  excuse(invariant: number): void {
    this.excuses[invariant] = (this.excuses[invariant] as number) + 1;
  }

  /** It broke at least once; 'any': something did. */
  hasBroken(invariant: number | 'any'): boolean {
    return invariant === 'any' ? this.total > 0 : (this.kept[invariant] ?? 0) > 0;
  }

  evaluatedCount(invariant: number): number {
    return this.counts[invariant] ?? 0;
  }

  noteFault(name: string): void {
    this.faults.push(name);
    if (this.faults.length > FAULTS_KEPT) this.faults.shift();
  }

  violate(invariant: number, detail: string, clientOrderId = 0): void {
    this.total += 1;
    const keptBefore = this.kept[invariant] as number;
    if (this.found.length >= this.violationsMax || keptBefore >= KEPT_PER_INVARIANT) return;
    this.kept[invariant] = keptBefore + 1;
    const last = this.faults.length === 0 ? 'no fault yet' : `after ${this.faults.join(', ')}`;
    this.found.push({
      invariant,
      title: invariantOf(invariant).title,
      detail,
      atMicros: this.nowMicros,
      eventSequence: this.eventSequence,
      during: `${this.phaseName}, ${last}`,
      ...(clientOrderId === 0 ? {} : { clientOrderId }),
    });
  }

  summary(): AuditSummary {
    const missed = INVARIANTS.filter(
      (one) => one.checkTime !== CheckTime.NOT_YET && this.evaluatedCount(one.number) === 0,
    );
    return {
      violations: [...this.found],
      violationCount: this.total,
      evaluated: [...this.counts],
      excused: [...this.excuses],
      neverEvaluated: missed.filter((one) => one.isAlwaysDue).map((one) => one.number),
      withoutOccasion: missed.filter((one) => !one.isAlwaysDue).map((one) => one.number),
    };
  }
}
