import type { OperatorActionName, PullState } from '#apps/dashboard/protocol.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';

const ENDS: ReadonlySet<ReportStatus> = new Set([
  ReportStatus.CANCELED,
  ReportStatus.FILLED,
  ReportStatus.REJECTED,
  ReportStatus.EXPIRED,
  ReportStatus.EXPIRED_IN_MATCH,
]);

/**
 * Proves a pull: of the orders that were open when the word was given, how many the venue has ended
 * since. A cancel that was only sent proves nothing.
 */
export class PullWatch {
  private action: OperatorActionName | null = null;
  private readonly open = new Set<number>();
  private wanted = 0;
  private startedMicros = 0;
  private lastMicros = 0;

  /** Starts to watch the orders that are open now. */
  start(action: OperatorActionName, openOrderIds: readonly number[], atMicros: number): void {
    this.action = action;
    this.open.clear();
    for (const id of openOrderIds) this.open.add(id);
    this.wanted = this.open.size;
    this.startedMicros = atMicros;
    this.lastMicros = atMicros;
  }

  /** Quoting was resumed: the old proof says nothing any more. */
  clear(): void {
    this.action = null;
    this.open.clear();
  }

  onReport(report: Readonly<ExecutionReport>): void {
    if (this.open.size === 0 || !ENDS.has(report.status)) return;
    if (this.open.delete(report.clientOrderId)) this.lastMicros = report.atMicros;
  }

  state(nowMicros: number): PullState | null {
    if (this.action === null) return null;
    const isComplete = this.open.size === 0;
    const untilMicros = isComplete ? this.lastMicros : nowMicros;
    return {
      action: this.action,
      wanted: this.wanted,
      verified: this.wanted - this.open.size,
      elapsedMillis: (untilMicros - this.startedMicros) / MICROS_PER_MILLI,
      isComplete,
    };
  }
}
