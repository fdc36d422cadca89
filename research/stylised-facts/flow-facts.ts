/**
 * Facts about the book and the flow: spread, depth, clustered trades, concave impact, and what a
 * maker is left with after the market has moved on.
 */
import type { Instrument } from '#contracts/instrument.ts';
import { GRID_MICROS, type InstrumentTape, type MarketTape } from './market-tape.ts';
import {
  autocorrelation,
  deviation,
  type Estimate,
  fitLine,
  mean,
  quantile,
  ratioOverBlocks,
} from './statistics.ts';

const SAMPLES_PER_SECOND = 1_000_000 / GRID_MICROS;
/** Buckets of the spread distribution; the last one holds everything wider. */
const SPREAD_BUCKETS = 10;
/** Window in which trades are counted for their overdispersion. */
const COUNT_WINDOW_MICROS = 10_000_000;
/** Impact is measured this long after the order. */
const IMPACT_SECONDS = 5;
/** Fewer orders in a size bucket say nothing about its impact. */
const IMPACT_ORDERS_LEAST = 40;
/** Largest size bucket: beyond it an order eats whole levels, and there are too few of them. */
const IMPACT_QUOTE_MAX = 20_000;
const BLOCK_MICROS = 600_000_000;

/** Horizons of the markouts, in seconds. */
export const MARKOUT_SECONDS = [0, 0.1, 0.3, 1, 3, 10, 30] as const;

export interface SpreadFacts {
  readonly meanTicks: number;
  /** Width of one bucket in ticks: 1, or more where ticks are fine. */
  readonly bucketTicks: number;
  /** Share of time with a spread of 1, 2, 3 ... buckets; the last holds the rest. */
  readonly shares: readonly number[];
}

export interface DepthFacts {
  /** Mean quote value at the touch, one level behind it, two behind it ... */
  readonly quoteByLevel: readonly number[];
  /** Quantiles 10, 50, 90 % of the quote value at the touch. */
  readonly touchQuote: readonly [number, number, number];
}

export interface TradeFacts {
  /** Market orders per second. */
  readonly perSecond: number;
  readonly meanQuote: number;
  /** Deviation over mean of the time between orders: 1 for a Poisson stream, above it for clusters. */
  readonly gapVariation: number;
  /** Variance over mean of the orders in ten seconds: 1 for a Poisson stream. */
  readonly countDispersion: number;
  /** Autocorrelation of the orders' signs at lag 1. */
  readonly signPersistence: number;
}

export interface ImpactBucket {
  readonly quote: number;
  readonly orders: number;
  /** Move of the mid in the order's direction, from just before it to five seconds after. */
  readonly moveBps: number;
}

export interface ImpactFacts {
  readonly buckets: readonly ImpactBucket[];
  /** Slope of log(move) on log(size): below 1 is concave. */
  readonly exponent: number;
}

/** Markout of all makers together, weighted by quantity: positive is good for them. */
export interface MarkoutFacts {
  readonly seconds: readonly number[];
  readonly bps: readonly Estimate[];
}

/** One market order: all trades of one moment and one side. */
interface MarketOrder {
  readonly atMicros: number;
  readonly sign: number;
  readonly quote: number;
  readonly midBeforeTicks: number;
}

function quotePerTickLot(instrument: Instrument): number {
  return instrument.tickLotNumerator / instrument.tickLotDenominator / 1e8;
}

export function spreadFacts(tape: MarketTape, bucketTicks: number): SpreadFacts {
  const spreads = tape.spot.spreadTicks.view;
  const shares = new Array<number>(SPREAD_BUCKETS).fill(0);
  for (const spread of spreads) {
    const bucket = Math.min(SPREAD_BUCKETS, Math.max(1, Math.ceil(spread / bucketTicks))) - 1;
    shares[bucket] = (shares[bucket] ?? 0) + 1 / spreads.length;
  }
  return { meanTicks: mean(spreads), bucketTicks, shares };
}

export function depthFacts(tape: MarketTape, instrument: Instrument): DepthFacts {
  const { spot } = tape;
  const quotePerLot = mean(spot.midTicks.view) * quotePerTickLot(instrument);
  const touch = spot.touchLots.view;
  return {
    quoteByLevel: Array.from(
      spot.depthLots,
      (lots) => (lots / Math.max(1, spot.depthSnapshots)) * quotePerLot,
    ),
    touchQuote: [
      quantile(touch, 0.1) * quotePerLot,
      quantile(touch, 0.5) * quotePerLot,
      quantile(touch, 0.9) * quotePerLot,
    ],
  };
}

export function tradeFacts(tape: MarketTape, instrument: Instrument, seconds: number): TradeFacts {
  const orders = marketOrders(tape.spot, instrument);
  const gaps: number[] = [];
  const counts = new Float64Array(Math.max(1, Math.floor((seconds * 1e6) / COUNT_WINDOW_MICROS)));
  const first = tape.firstSampleMicros;
  orders.forEach((order, index) => {
    const previous = orders[index - 1];
    if (previous !== undefined) gaps.push(order.atMicros - previous.atMicros);
    const window = Math.floor((order.atMicros - first) / COUNT_WINDOW_MICROS);
    if (window >= 0 && window < counts.length) counts[window] = (counts[window] ?? 0) + 1;
  });
  const signs = orders.map((order) => order.sign);
  return {
    perSecond: orders.length / seconds,
    meanQuote: mean(orders.map((order) => order.quote)),
    gapVariation: deviation(gaps) / mean(gaps),
    countDispersion: deviation(counts) ** 2 / mean(counts),
    signPersistence: autocorrelation(signs, 1),
  };
}

export function impactFacts(tape: MarketTape, instrument: Instrument): ImpactFacts {
  const mids = tape.spot.midTicks.view;
  const sums = new Map<number, { orders: number; quote: number; moveBps: number }>();
  for (const order of marketOrders(tape.spot, instrument)) {
    const after = mids[tape.sampleIndex(order.atMicros) + IMPACT_SECONDS * SAMPLES_PER_SECOND];
    if (after === undefined || order.midBeforeTicks === 0 || order.quote > IMPACT_QUOTE_MAX)
      continue;
    const bucket = Math.floor(Math.log2(order.quote));
    const sum = sums.get(bucket) ?? { orders: 0, quote: 0, moveBps: 0 };
    sum.orders += 1;
    sum.quote += order.quote;
    sum.moveBps += order.sign * (after / order.midBeforeTicks - 1) * 10_000;
    sums.set(bucket, sum);
  }
  const buckets = [...sums]
    .sort(([left], [right]) => left - right)
    .map(([, sum]) => ({
      quote: sum.quote / sum.orders,
      orders: sum.orders,
      moveBps: sum.moveBps / sum.orders,
    }))
    .filter((bucket) => bucket.orders >= IMPACT_ORDERS_LEAST);
  const positive = buckets.filter((bucket) => bucket.moveBps > 0);
  const line = fitLine(
    positive.map((bucket) => Math.log(bucket.quote)),
    positive.map((bucket) => Math.log(bucket.moveBps)),
  );
  return { buckets, exponent: line.slope };
}

/** Every trade has a maker: what the makers' side of all trades was worth, horizon by horizon. */
export function markoutFacts(tape: MarketTape): MarkoutFacts {
  return { seconds: MARKOUT_SECONDS, bps: MARKOUT_SECONDS.map((one) => markoutAt(tape, one)) };
}

function markoutAt(tape: MarketTape, seconds: number): Estimate {
  const { spot } = tape;
  const mids = spot.midTicks.view;
  const times = spot.tradeMicros.view;
  const blocks = Math.ceil((mids.length * GRID_MICROS) / BLOCK_MICROS);
  const sums = new Float64Array(blocks);
  const weights = new Float64Array(blocks);
  for (let index = 0; index < times.length; index++) {
    const at = times[index] as number;
    const later =
      seconds === 0
        ? (spot.tradeMidTicks.view[index] as number)
        : mids[tape.sampleIndex(at) + Math.round(seconds * SAMPLES_PER_SECOND) - 1];
    if (later === undefined || later === 0) continue;
    const price = spot.tradePriceTicks.view[index] as number;
    const sign = spot.tradeSigns.view[index] as number;
    const lots = spot.tradeLots.view[index] as number;
    const block = Math.min(
      blocks - 1,
      Math.max(0, Math.floor((at - tape.firstSampleMicros) / BLOCK_MICROS)),
    );
    sums[block] = (sums[block] ?? 0) + lots * sign * (price - later) * (10_000 / later);
    weights[block] = (weights[block] ?? 0) + lots;
  }
  return ratioOverBlocks(sums, weights);
}

function marketOrders(spot: InstrumentTape, instrument: Instrument): MarketOrder[] {
  const unit = quotePerTickLot(instrument);
  const times = spot.tradeMicros.view;
  const orders: MarketOrder[] = [];
  let index = 0;
  while (index < times.length) {
    const atMicros = times[index] as number;
    const sign = spot.tradeSigns.view[index] as number;
    const midBeforeTicks = spot.tradeMidTicks.view[index] as number;
    let quote = 0;
    while (times[index] === atMicros && spot.tradeSigns.view[index] === sign) {
      quote +=
        (spot.tradeLots.view[index] as number) *
        (spot.tradePriceTicks.view[index] as number) *
        unit;
      index += 1;
    }
    orders.push({ atMicros, sign, quote, midBeforeTicks });
  }
  return orders;
}
