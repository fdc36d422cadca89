import type { SessionSetup } from '#compose/session-setup.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import type { Summary } from '#research/measure/summary.ts';

export interface ReportInput {
  readonly summary: Summary;
  readonly measures: SessionMeasures;
  readonly setup: SessionSetup;
}

/** One self-contained HTML file about a session. */
export function backtestReport(input: ReportInput): string {
  return `<!doctype html><title>${input.summary.symbol}</title><pre>${JSON.stringify(input.summary, null, 2)}</pre>`;
}
