/**
 * 13 and 31: a market of which nothing was heard for too long is called stale, and that is alarmed.
 * 34: a running process is told of time.
 */
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type AlertAudit, BOOK_FELL } from './alert-audit.ts';
import type { AuditBounds, EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import { CleanClock, INSTRUMENTS_MAX, type Situation } from './situation.ts';

/** Timers are this coarse, and an event may come right behind the look. */
const SLACK_MICROS = 200_000;

/** A touch wider than this share of its bid is no touch that anybody has to believe. */
const TOUCH_WIDTH_MAX = 0.05;

interface FreshnessAuditOptions {
  readonly bounds: AuditBounds;
  readonly instrumentCount: number;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly alerts: AlertAudit;
}

/** Hot: two calls an event. */
export class FreshnessAudit {
  private readonly options: FreshnessAuditOptions;
  /** Running time of the process when book, touch or trade of an instrument last reached it. */
  private readonly heardAt = new Float64Array(INSTRUMENTS_MAX);
  private readonly wasStale = new Uint8Array(INSTRUMENTS_MAX);
  private readonly isReported = new Uint8Array(INSTRUMENTS_MAX);
  /** A touch that the depth book has to reach, and running time since when. */
  private readonly awaitedIds = new Float64Array(INSTRUMENTS_MAX);
  private readonly awaitedAt = new Float64Array(INSTRUMENTS_MAX);
  private timerAt = 0;

  constructor(options: FreshnessAuditOptions) {
    this.options = options;
  }

  /** Marks and news of a connection prove nothing of the book. */
  onDelivered(event: Readonly<EngineEvent>): void {
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
      case EventKind.DEPTH_SNAPSHOT:
      case EventKind.BOOK_TICKER:
      case EventKind.TRADE:
        this.heardAt[event.instrument] = this.running;
        this.isReported[event.instrument] = 0;
    }
  }

  onApplied(event: Readonly<EngineEvent>, view: EngineView): void {
    this.watchTimer(event, view);
    for (let index = 0; index < this.options.instrumentCount; index++) {
      const isStale = view.isMarketStale(index);
      if (isStale && this.wasStale[index] === 0) this.onStale(index, view);
      this.wasStale[index] = isStale ? 1 : 0;
      if (!isStale && event.kind === EventKind.TIMER) this.checkFresh(index);
      this.watchDepth(index, event, isStale, view);
    }
  }

  /** A life begins, and is told of everything anew. */
  onStarted(): void {
    this.heardAt.fill(this.running);
    this.wasStale.fill(1);
    this.isReported.fill(0);
    this.awaitedIds.fill(0);
    this.timerAt = this.running;
  }

  private get running(): number {
    return this.options.situation.allMicros(CleanClock.RUNNING);
  }

  /** A book that fell tells of itself; one that is live and too old must be told of as well. */
  private onStale(index: number, view: EngineView): void {
    if (!view.isBookLive(index)) return;
    this.options.alerts.expect(BOOK_FELL, `the market of instrument ${index} is stale`, 0, false);
  }

  private checkFresh(index: number): void {
    const { findings, bounds } = this.options;
    findings.count(13);
    const age = this.running - (this.heardAt[index] as number);
    if (age <= bounds.marketAgeMicros + SLACK_MICROS || this.isReported[index] === 1) return;
    this.isReported[index] = 1;
    findings.violate(
      13,
      `nothing of instrument ${index} came for ${age} microseconds, and it is not called stale`,
    );
  }

  /** The touch is known of old, the depth book does not reach it, and the market passes for fresh. */
  private watchDepth(
    index: number,
    event: Readonly<EngineEvent>,
    isStale: boolean,
    view: EngineView,
  ): void {
    const { findings, bounds } = this.options;
    if (isStale || view.bookUpdateId(index) >= (this.awaitedIds[index] as number)) {
      const isTouch = isBelievableTouch(event) && event.instrument === index;
      this.awaitedIds[index] = isTouch ? event.updateId : 0;
      this.awaitedAt[index] = this.running;
      return;
    }
    const waited = this.running - (this.awaitedAt[index] as number);
    if (waited <= bounds.depthLagMicros) return;
    this.awaitedIds[index] = 0;
    findings.violate(
      13,
      `the book of instrument ${index} is behind its touch for ${waited} microseconds, and not called stale`,
    );
  }

  private watchTimer(event: Readonly<EngineEvent>, view: EngineView): void {
    const { findings, bounds } = this.options;
    const waited = this.running - this.timerAt;
    const isTimer = event.kind === EventKind.TIMER;
    if (isTimer) {
      findings.count(34);
      const { healthAtMicros } = view;
      if (healthAtMicros !== event.atMicros) {
        findings.violate(
          34,
          `a timer at ${event.atMicros} left the last look at ${healthAtMicros}`,
        );
      }
    }
    if (waited > bounds.timerMicros) {
      findings.violate(34, `no timer reached the process for ${waited} microseconds`);
    }
    if (isTimer || waited > bounds.timerMicros) this.timerAt = this.running;
  }
}

/** Its update is one that the book must reach: prices that are crossed or absurd prove nothing. */
function isBelievableTouch(
  event: Readonly<EngineEvent>,
): event is Readonly<Extract<EngineEvent, { kind: typeof EventKind.BOOK_TICKER }>> {
  if (event.kind !== EventKind.BOOK_TICKER) return false;
  const width = event.askPriceTicks - event.bidPriceTicks;
  return event.bidPriceTicks > 0 && width > 0 && width <= event.bidPriceTicks * TOUCH_WIDTH_MAX;
}
