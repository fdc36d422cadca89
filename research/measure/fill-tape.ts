import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type ExecutionReport, NO_TRADE } from '#contracts/execution-report.ts';
import type { MarketSnapshot, Markets } from '#contracts/market-snapshot.ts';
import { type CommissionAsset, Side } from '#contracts/order.ts';

/** Horizons at which fills are marked out, in microseconds: 0.1, 1, 5, 30, 300 s. */
export const MARKOUT_HORIZONS_MICROS = [
  100_000, 1_000_000, 5_000_000, 30_000_000, 300_000_000,
] as const;

/** One own fill, with what the market looked like then and later. */
export interface FillRecord {
  readonly sequence: number;
  readonly atMicros: number;
  readonly venueTimeMicros: number;
  readonly instrument: number;
  readonly clientOrderId: number;
  readonly tradeId: number;
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  readonly isMaker: boolean;
  readonly commissionUnits: number;
  readonly commissionAsset: CommissionAsset;
  /** Mid of the fill's own instrument when the report arrived, in half ticks. */
  readonly midHalfTicks: number;
  /**
   * Mid at each horizon in half ticks; NaN while the horizon has not passed or the book was not live
   * then. Markout in ticks: side x (mid / 2 - price).
   */
  readonly laterMidHalfTicks: Float64Array;
}

/** Fills wait here until all their horizons have passed. */
interface Pending {
  readonly fill: FillRecord;
  next: number;
}

/**
 * Keeps every own fill once, by (instrument, trade id), and marks it out. Listens to applied events;
 * changes nothing.
 */
export class FillTape {
  readonly fills: FillRecord[] = [];
  private readonly markets: Markets;
  private readonly seen = new Set<string>();
  private pending: Pending[] = [];

  constructor(markets: Markets) {
    this.markets = markets;
  }

  onApplied(event: Readonly<EngineEvent>): void {
    if (this.pending.length > 0) this.markOut(event.atMicros);
    if (event.kind === EventKind.EXECUTION_REPORT && event.tradeId !== NO_TRADE) this.record(event);
  }

  private record(report: Readonly<ExecutionReport>): void {
    if (report.lastQuantityLots === 0) return;
    const key = `${report.instrument}:${report.tradeId}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const fill: FillRecord = {
      sequence: report.sequence,
      atMicros: report.atMicros,
      venueTimeMicros: report.venueTimeMicros,
      instrument: report.instrument,
      clientOrderId: report.clientOrderId,
      tradeId: report.tradeId,
      side: report.side,
      priceTicks: report.lastPriceTicks,
      lots: report.lastQuantityLots,
      isMaker: report.isMaker,
      commissionUnits: report.commissionUnits,
      commissionAsset: report.commissionAsset,
      midHalfTicks: this.snapshotOf(report.instrument).midHalfTicks,
      laterMidHalfTicks: new Float64Array(MARKOUT_HORIZONS_MICROS.length).fill(Number.NaN),
    };
    this.fills.push(fill);
    this.pending.push({ fill, next: 0 });
  }

  private markOut(nowMicros: number): void {
    let keep = 0;
    for (const waiting of this.pending) {
      const { fill } = waiting;
      const snapshot = this.snapshotOf(fill.instrument);
      while (waiting.next < MARKOUT_HORIZONS_MICROS.length) {
        const horizon = MARKOUT_HORIZONS_MICROS[waiting.next] as number;
        if (nowMicros < fill.atMicros + horizon) break;
        fill.laterMidHalfTicks[waiting.next] = snapshot.isStale
          ? Number.NaN
          : snapshot.midHalfTicks;
        waiting.next += 1;
      }
      if (waiting.next < MARKOUT_HORIZONS_MICROS.length) {
        this.pending[keep] = waiting;
        keep += 1;
      }
    }
    this.pending.length = keep;
  }

  private snapshotOf(instrument: number): MarketSnapshot {
    return instrument === this.markets.hedge.instrument ? this.markets.hedge : this.markets.quoted;
  }
}

/** Markout of a fill at a horizon in ticks: positive is good for us. NaN where it is not known. */
export function markoutTicks(fill: FillRecord, horizonIndex: number): number {
  const mid = (fill.laterMidHalfTicks[horizonIndex] ?? Number.NaN) / 2;
  return fill.side === Side.BUY ? mid - fill.priceTicks : fill.priceTicks - mid;
}
