import type { StageLatency } from '#adapters/probe/probe.ts';
import type {
  LatencyRow,
  LimitRow,
  LimitUnit,
  MarkoutRow,
  QualityState,
} from '#apps/dashboard/protocol.ts';
import type { Engine } from '#compose/engine.ts';
import {
  type FillRecord,
  MARKOUT_HORIZONS_MICROS,
  markoutTicks,
} from '#research/measure/fill-tape.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { ratioBps, share, wholeAssets } from './units-text.ts';

/** Horizons the page shows; the chain of a fill shows all. */
const SHOWN_SECONDS: ReadonlySet<number> = new Set([1, 5, 30]);
/** Newest maker fills the markouts are averaged over. */
const MARKOUT_FILLS_MAX = 500;

export function qualityState(engine: Engine, measures: SessionMeasures): QualityState {
  const { quoting, hedge } = engine.accountState.counters;
  const hedging = engine.hedging.counters;
  const { quotes, orders } = measures;
  return {
    score: engine.pricing.qualityScore,
    markouts: meanMarkouts(measures.fills.fills),
    makerRatio: share(quoting.makerNotionalUnits, quoting.notionalUnits),
    twoSidedRatio: quotes.twoSidedRatio,
    averageSpreadBps: quotes.averageSpreadBps,
    averageTopDistanceTicks: quotes.averageTopDistanceTicks,
    messagesPerFill: share(orders.messages, quoting.count + hedge.count),
    messages: orders.messages,
    hedgeInsideRatio: share(hedging.insideMicros, hedging.totalMicros),
    hedgeCostBps: ratioBps(hedging.costUnits, hedging.notionalUnits),
    hedgeMakerRatio: share(hedge.makerNotionalUnits, hedge.notionalUnits),
  };
}

/** Mean over the newest quoting maker fills, in bp of the fill's price. */
export function meanMarkouts(fills: readonly FillRecord[]): readonly MarkoutRow[] {
  const newest: FillRecord[] = [];
  for (let index = fills.length - 1; index >= 0 && newest.length < MARKOUT_FILLS_MAX; index--) {
    const fill = fills[index] as FillRecord;
    if (fill.instrument === 0 && fill.isMaker) newest.push(fill);
  }
  const rows: MarkoutRow[] = [];
  MARKOUT_HORIZONS_MICROS.forEach((horizonMicros, horizon) => {
    const seconds = horizonMicros / MICROS_PER_SECOND;
    if (!SHOWN_SECONDS.has(seconds)) return;
    let sum = 0;
    let count = 0;
    for (const fill of newest) {
      const bps = markoutBps(fill, horizon);
      if (bps === null) continue;
      sum += bps;
      count += 1;
    }
    rows.push({ seconds, bps: count === 0 ? null : sum / count, count });
  });
  return rows;
}

/** Markout of one fill at a horizon, bp of its price; null while it is not known. */
export function markoutBps(fill: FillRecord, horizon: number): number | null {
  const ticks = markoutTicks(fill, horizon);
  return Number.isNaN(ticks) ? null : (ticks / fill.priceTicks) * 10_000;
}

export function latencyRows(latencies: readonly StageLatency[]): readonly LatencyRow[] {
  return latencies
    .filter((row) => row.count > 0)
    .map((row) => ({
      stage: row.stage,
      count: row.count,
      p50Nanos: row.p50,
      p99Nanos: row.p99,
      maxNanos: row.max,
    }));
}

/** Endings of the gate's row names, and what the page calls them. */
const MEASURES: readonly {
  readonly ending: string;
  readonly measure: string;
  readonly unit: LimitUnit;
}[] = [
  { ending: 'long baseUnits', measure: 'LONG', unit: 'base' },
  { ending: 'short baseUnits', measure: 'SHORT', unit: 'base' },
  { ending: 'open orders', measure: 'OPEN_ORDERS', unit: 'count' },
  { ending: 'placements in ten seconds', measure: 'PLACEMENTS_10S', unit: 'count' },
  { ending: 'gross notional quoteUnits', measure: 'GROSS_NOTIONAL', unit: 'quote' },
  { ending: 'reserved quoteUnits', measure: 'RESERVED_QUOTE', unit: 'quote' },
  { ending: 'reserved baseUnits', measure: 'RESERVED_BASE', unit: 'base' },
];

/** A spot account cannot be short: a limit of nothing that nothing uses says nothing. */
function isUsable(row: Engine['risk']['usage'][number]): boolean {
  return row.allowed > 0 || row.used > 0;
}

/** The gate's limits with their use, in whole assets. A row of an unknown name keeps its name. */
export function limitRows(usage: Engine['risk']['usage']): readonly LimitRow[] {
  return usage.filter(isUsable).map((row) => {
    const known = MEASURES.find((one) => row.name.endsWith(one.ending));
    const unit = known?.unit ?? 'count';
    const isAmount = unit !== 'count';
    return {
      measure: known?.measure ?? row.name,
      market: row.name.includes(' spot ')
        ? 'spot'
        : row.name.includes(' perpetual ')
          ? 'perpetual'
          : null,
      unit,
      used: isAmount ? wholeAssets(row.used) : row.used,
      allowed: isAmount ? wholeAssets(row.allowed) : row.allowed,
    };
  });
}
