/** What was asked of one market and what was refused since it began, for the administrator. */
import type { Json } from '#apps/exchange/api/venue-error.ts';

/** Different refusals remembered: their words may carry what a caller sent. */
const REFUSALS_MAX = 1_000;

export class TrafficTally {
  private readonly answered = new Map<string, number>();
  private readonly refused = new Map<string, number>();

  /** `name` as in the table of operations: `POST /api/v3/order`, `order.place`. */
  noteAnswer(name: string): void {
    this.answered.set(name, (this.answered.get(name) ?? 0) + 1);
  }

  noteRefusal(status: number, code: number): void {
    const name = `${status} ${code}`;
    if (!this.refused.has(name) && this.refused.size >= REFUSALS_MAX) return;
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
  }

  /** `answered` by operation, `refused` by HTTP status and code. */
  counts(): Json {
    return {
      answered: Object.fromEntries(this.answered),
      refused: Object.fromEntries(this.refused),
    };
  }
}
