import type { TradingSession } from '#compose/trading-session.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { say } from './output.ts';

const LINE_EVERY_MILLIS = 5_000;
const BAR_WIDTH = 24;

/** Progress of long work: a bar that redraws itself on a terminal, a line every few seconds elsewhere. */
export class ProgressLine {
  private readonly durationMicros: number;
  private readonly startedAt = performance.now();
  private lastLineAt = performance.now();

  /** `durationMicros`: market time of the whole work; Infinity when nobody knows. */
  constructor(durationMicros: number) {
    this.durationMicros = durationMicros;
  }

  show(session: TradingSession, measures: SessionMeasures): void {
    const text = this.text(session, measures);
    if (process.stderr.isTTY === true) {
      process.stderr.write(`\r\u001b[2K${text}`);
      return;
    }
    if (performance.now() - this.lastLineAt < LINE_EVERY_MILLIS) return;
    this.lastLineAt = performance.now();
    say(text);
  }

  /** Ends a redrawn line. */
  finish(): void {
    if (process.stderr.isTTY === true) process.stderr.write('\r\u001b[2K');
  }

  private text(session: TradingSession, measures: SessionMeasures): string {
    const elapsed = (performance.now() - this.startedAt) / 1000;
    const done = session.nowMicros - session.startMicros;
    const rate = Math.round(measures.events.total / Math.max(elapsed, 1e-3));
    const facts = `${measures.events.total} events, ${rate}/s, ${measures.fills.fills.length} fills`;
    if (!Number.isFinite(this.durationMicros))
      return `${(done / 1e6).toFixed(0)} s market time, ${facts}`;
    const share = Math.min(1, done / this.durationMicros);
    const filled = Math.round(share * BAR_WIDTH);
    const left = share > 0 ? (elapsed / share) * (1 - share) : 0;
    return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${(share * 100).toFixed(0)} %, ${facts}, ${left.toFixed(0)} s left`;
  }
}
