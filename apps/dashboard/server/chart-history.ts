import type { ChartColumns, ChartPoint } from '#apps/dashboard/protocol.ts';

/** Live points come four times a second; the page redraws its newest second with them. */
const LIVE_INTERVAL_MILLIS = 250;
const LIVE_POINTS_MAX = 480;
const SECOND_MILLIS = 1_000;
/** One point a second for the newest two hours. */
const SECONDS_MAX = 7_200;
/** Before that, the whole session; when full every second point goes and the spacing doubles. */
const COARSE_POINTS_MAX = 2_000;
const COARSE_INTERVAL_MILLIS = 10_000;

/**
 * Chart points of a session in bounded memory: the recent past by the second, the rest coarser and
 * coarser. Times are event time and rise.
 */
export class ChartHistory {
  private live: ChartPoint[] = [];
  private seconds: ChartPoint[] = [];
  private coarse: ChartPoint[] = [];
  private coarseIntervalMillis = COARSE_INTERVAL_MILLIS;
  private lastCoarseMillis = Number.NEGATIVE_INFINITY;
  private lastMillis = Number.NEGATIVE_INFINITY;

  /** True when the next point is due: lets the caller skip building one. */
  isDue(atMillis: number): boolean {
    return atMillis >= this.lastMillis + LIVE_INTERVAL_MILLIS;
  }

  /** Takes a point; its time must be after all before it. */
  add(point: ChartPoint): void {
    this.lastMillis = point.atMillis;
    this.live.push(point);
    if (this.live.length > LIVE_POINTS_MAX * 2) this.live = this.live.slice(-LIVE_POINTS_MAX);
    this.addSecond(point);
    if (point.atMillis < this.lastCoarseMillis + this.coarseIntervalMillis) return;
    this.lastCoarseMillis = point.atMillis;
    this.coarse.push(point);
    if (this.coarse.length <= COARSE_POINTS_MAX) return;
    this.coarse = this.coarse.filter((_, index) => index % 2 === 0);
    this.coarseIntervalMillis *= 2;
  }

  /** Live points after a time, oldest first: at most the newest two minutes. */
  after(atMillis: number): readonly ChartPoint[] {
    const { live } = this;
    let first = live.length;
    while (first > 0 && (live[first - 1] as ChartPoint).atMillis > atMillis) first -= 1;
    return live.slice(first);
  }

  /** Everything kept, at most one point a second: coarse until the seconds begin. */
  columns(): ChartColumns {
    const seconds = this.seconds.slice(-SECONDS_MAX);
    const [first] = seconds;
    const detailFrom = first === undefined ? Number.POSITIVE_INFINITY : secondOf(first);
    const points = [...this.coarse.filter((point) => secondOf(point) < detailFrom), ...seconds];
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

  /** The last point of a second stands for it. */
  private addSecond(point: ChartPoint): void {
    const { seconds } = this;
    const last = seconds.at(-1);
    if (last !== undefined && secondOf(last) === secondOf(point)) {
      seconds[seconds.length - 1] = point;
      return;
    }
    seconds.push(point);
    if (seconds.length > SECONDS_MAX * 2) this.seconds = seconds.slice(-SECONDS_MAX);
  }
}

function secondOf(point: ChartPoint): number {
  return Math.floor(point.atMillis / SECOND_MILLIS);
}
