import type { DurationMicros } from '#units/integers.ts';

/** How market data keeps its books and what it takes for stale or absurd. */
export interface MarketDataConfiguration {
  /**
   * Ticks of the dense ladder per side. A multiple of 1024, 1024 to 1_048_576. Wide enough that the
   * levels that change often lie inside; eight bytes a tick.
   */
  readonly ladderTicks: number;
  /** Levels kept per side outside the dense ladder, at least 1000; beyond, the farthest half goes. */
  readonly farLevelsMax: number;
  /** Depth messages held while the chain of updates is broken, 1 to 100_000. */
  readonly pendingDeltasMax: number;
  /** How long a missing message may arrive late before a snapshot is asked for. 0 to 1 s. */
  readonly reorderWindowMicros: DurationMicros;
  /** First pause between two snapshot requests of one instrument; doubles up to the longest. */
  readonly snapshotRetryMicrosMin: DurationMicros;
  readonly snapshotRetryMicrosMax: DurationMicros;
  /** A feed silent for less than this is never stale. Above zero. */
  readonly freshnessFloorMicros: DurationMicros;
  /** A feed silent for more than this is always stale. At least the floor. */
  readonly freshnessCeilingMicros: DurationMicros;
  /** Between the two: this many times the feed's usual time between messages. 1 to 1000. */
  readonly freshnessBaselineMultiple: number;
  /** Longest the depth stream may stay behind a bookTicker of a later update id. Above zero. */
  readonly depthLagMicrosMax: DurationMicros;
  /** A tick farther than this from the slow centre is held back until confirmed. Basis points, above zero. */
  readonly priceBandBps: number;
  /** Half-life of the slow centre. Above zero. */
  readonly centreHalfLifeMicros: DurationMicros;
  /** Agreeing ticks in a row that confirm a price outside the band, 1 to 100. */
  readonly confirmingTicks: number;
  /** A trade or touch worth more than this many whole quote assets is absurd; 0 switches it off. */
  readonly absurdNotionalQuote: number;
}

export const DEFAULT_MARKET_DATA_CONFIGURATION: MarketDataConfiguration = {
  ladderTicks: 16_384,
  farLevelsMax: 20_000,
  pendingDeltasMax: 1024,
  reorderWindowMicros: 100_000 as DurationMicros,
  snapshotRetryMicrosMin: 1_000_000 as DurationMicros,
  snapshotRetryMicrosMax: 5_000_000 as DurationMicros,
  freshnessFloorMicros: 1_000_000 as DurationMicros,
  freshnessCeilingMicros: 10_000_000 as DurationMicros,
  freshnessBaselineMultiple: 10,
  depthLagMicrosMax: 2_000_000 as DurationMicros,
  priceBandBps: 500,
  centreHalfLifeMicros: 10_000_000 as DurationMicros,
  confirmingTicks: 3,
  absurdNotionalQuote: 1_000_000_000,
};
