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

/**
 * Keeps every own fill once, by (instrument, trade id), and marks it out. Listens to applied events;
 * changes nothing.
 */
export class FillTape {
  readonly fills: FillRecord[] = [];
  private readonly markets: Markets;
  private readonly seen = new Set<string>();
  /** For each horizon the first fill that has not reached it: fills come in order, so one look suffices. */
  private readonly nextToMark = MARKOUT_HORIZONS_MICROS.map(() => 0);

  constructor(markets: Markets) {
    this.markets = markets;
  }

  onApplied(event: Readonly<EngineEvent>): void {
    this.markOut(event.atMicros);
    if (event.kind === EventKind.EXECUTION_REPORT && event.tradeId !== NO_TRADE) this.record(event);
  }

  private record(report: Readonly<ExecutionReport>): void {
    if (report.lastQuantityLots === 0) return;
    const key = `${report.instrument}:${report.tradeId}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.fills.push({
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
    });
  }

  private markOut(nowMicros: number): void {
    for (let horizon = 0; horizon < this.nextToMark.length; horizon++) {
      const span = MARKOUT_HORIZONS_MICROS[horizon] as number;
      let next = this.nextToMark[horizon] as number;
      for (; next < this.fills.length; next++) {
        const fill = this.fills[next] as FillRecord;
        if (nowMicros < fill.atMicros + span) break;
        const { isStale, midHalfTicks } = this.snapshotOf(fill.instrument);
        fill.laterMidHalfTicks[horizon] = isStale ? Number.NaN : midHalfTicks;
      }
      this.nextToMark[horizon] = next;
    }
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
