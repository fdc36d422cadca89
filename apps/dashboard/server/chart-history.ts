import type { ChartColumns, ChartPoint } from '#apps/dashboard/protocol.ts';

/** The newest quarter of an hour at four points a second. */
const FINE_POINTS_MAX = 3_600;
const FINE_INTERVAL_MILLIS = 250;
/** The whole session; when full every second point goes and the spacing doubles. */
const COARSE_POINTS_MAX = 2_400;
const COARSE_INTERVAL_MILLIS = 2_000;

/**
 * Chart points of a session in bounded memory: the recent past in detail, the rest coarser and
 * coarser. Times are event time and rise.
 */
export class ChartHistory {
  private fine: ChartPoint[] = [];
  private coarse: ChartPoint[] = [];
  private coarseIntervalMillis = COARSE_INTERVAL_MILLIS;
  private lastFineMillis = Number.NEGATIVE_INFINITY;
  private lastCoarseMillis = Number.NEGATIVE_INFINITY;

  /** True when the next point is due: lets the caller skip building one. */
  isDue(atMillis: number): boolean {
    return atMillis >= this.lastFineMillis + FINE_INTERVAL_MILLIS;
  }

  /** Takes a point; its time must be after all before it. */
  add(point: ChartPoint): void {
    this.lastFineMillis = point.atMillis;
    this.fine.push(point);
    if (this.fine.length > FINE_POINTS_MAX * 2) this.fine = this.fine.slice(-FINE_POINTS_MAX);
    if (point.atMillis < this.lastCoarseMillis + this.coarseIntervalMillis) return;
    this.lastCoarseMillis = point.atMillis;
    this.coarse.push(point);
    if (this.coarse.length <= COARSE_POINTS_MAX) return;
    this.coarse = this.coarse.filter((_, index) => index % 2 === 0);
    this.coarseIntervalMillis *= 2;
  }

  /** Points after a time, oldest first, from the detailed part. */
  after(atMillis: number): readonly ChartPoint[] {
    const { fine } = this;
    let first = fine.length;
    while (first > 0 && (fine[first - 1] as ChartPoint).atMillis > atMillis) first -= 1;
    return fine.slice(first);
  }

  /** Everything kept: coarse until the detail begins. */
  columns(): ChartColumns {
    const fine = this.fine.slice(-FINE_POINTS_MAX);
    const detailFrom = fine[0]?.atMillis ?? Number.POSITIVE_INFINITY;
    const points = [...this.coarse.filter((point) => point.atMillis < detailFrom), ...fine];
    return {
      atMillis: points.map((point) => point.atMillis),
      midTicks: points.map((point) => point.midTicks),
      fairTicks: points.map((point) => point.fairTicks),
      ownBidTicks: points.map((point) => point.ownBidTicks),
      ownAskTicks: points.map((point) => point.ownAskTicks),
      spotBase: points.map((point) => point.spotBase),
      deltaBase: points.map((point) => point.deltaBase),
      bandBase: points.map((point) => point.bandBase),
    };
  }
}
