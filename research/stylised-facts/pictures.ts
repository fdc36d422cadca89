/** The pictures of docs/synthetic-market.md: one function a picture, each from measured facts. */
import {
  REGIME_NAMES,
  type RegimeName,
} from '#contracts/configuration/simulation-configuration.ts';
import type { MarketFacts, RegimeFacts } from './facts.ts';
import { spotReturnsBps } from './price-facts.ts';
import type { RecordedMarket } from './recorded-market.ts';
import { linearScale, logScale } from './scale.ts';
import { deviation } from './statistics.ts';
import { COLOURS, type Point, SvgChart } from './svg-chart.ts';

const [BLUE, ORANGE] = COLOURS;

/** File names without the folder, and their SVG text. */
export type Pictures = Readonly<Record<string, string>>;

/** Everything there is to draw. Without regimes those pictures are left out. */
export function drawPictures(
  session: RecordedMarket,
  facts: MarketFacts,
  regimes: readonly RegimeFacts[],
): Pictures {
  return {
    'stylised-returns.svg': drawReturns(session),
    'stylised-autocorrelation.svg': drawMemory(facts),
    'stylised-spread.svg': drawSpread(facts),
    'stylised-depth.svg': drawDepth(facts),
    'stylised-impact.svg': drawImpact(facts),
    'stylised-lead-lag.svg': drawLeadLag(facts),
    'stylised-regimes.svg': drawTimeline(session),
    'stylised-markout.svg': drawMarkout(regimes),
    'stylised-placebo.svg': drawPlacebo(regimes),
  };
}

/** Density of standardised one-second returns against the normal one, on a log axis. */
function drawReturns(session: RecordedMarket): string {
  const returns = spotReturnsBps(session.tape, 1);
  const scale = deviation(returns);
  const width = 0.5;
  const half = 24;
  const counts = new Float64Array(2 * half + 1);
  for (const value of returns) {
    const bin = Math.round(value / scale / width) + half;
    if (bin >= 0 && bin < counts.length) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const least = 0.3 / (returns.length * width);
  const measured: Point[] = [];
  const normal: Point[] = [];
  for (let bin = 0; bin < counts.length; bin++) {
    const x = (bin - half) * width;
    const y = (counts[bin] as number) / (returns.length * width);
    if (y > 0) measured.push({ x, y });
    const density = Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);
    normal.push({ x, y: density > least ? density : Number.NaN });
  }
  return new SvgChart({
    title: 'One-second returns have fat tails',
    xLabel: 'return (standard deviations)',
    yLabel: 'density',
    x: linearScale(-12, 12),
    y: logScale(least, 2),
  })
    .line(normal, ORANGE, 'normal distribution', true)
    .dots(measured, BLUE, 'synthetic spot mid')
    .toSvg();
}

function drawMemory(facts: MarketFacts): string {
  const { returns, absoluteReturns, noise, horizonSeconds } = facts.memory;
  const lag = (index: number): number => (index + 1) * horizonSeconds;
  const most = Math.max(0.3, ...absoluteReturns) * 1.1;
  return new SvgChart({
    title: 'No memory of direction, long memory of size',
    xLabel: `lag of ${horizonSeconds} s returns (s)`,
    yLabel: 'autocorrelation',
    x: linearScale(0, (returns.length + 0.5) * horizonSeconds),
    y: linearScale(-0.15, most),
  })
    .rule(0)
    .bars(
      absoluteReturns.map((y, index) => ({ x: lag(index), y })),
      horizonSeconds * 0.5,
      0,
      BLUE,
      'size of return',
    )
    .line(
      returns.map((y, index) => ({ x: lag(index), y })),
      ORANGE,
      'return',
    )
    .line(across(lag(returns.length), noise), COLOURS[2], 'noise of independent returns', true)
    .line(across(lag(returns.length), -noise), COLOURS[2], '', true)
    .toSvg();
}

function across(to: number, y: number): Point[] {
  return [
    { x: 0, y },
    { x: to, y },
  ];
}

function drawSpread(facts: MarketFacts): string {
  const { shares, bucketTicks } = facts.spread;
  return new SvgChart({
    title: 'Spread',
    xLabel: bucketTicks === 1 ? 'spread (ticks)' : `spread (${bucketTicks} ticks)`,
    yLabel: 'share of time',
    x: linearScale(0, shares.length + 1),
    y: linearScale(0, Math.max(...shares) * 1.1),
  })
    .bars(
      shares.map((y, index) => ({ x: index + 1, y })),
      0.7,
      0,
      BLUE,
    )
    .toSvg();
}

function drawDepth(facts: MarketFacts): string {
  const { quoteByLevel } = facts.depth;
  return new SvgChart({
    title: 'Depth behind the touch',
    xLabel: 'distance from the best price (steps of 0.625 bp, at least a tick)',
    yLabel: 'mean size (quote currency)',
    x: linearScale(-0.6, quoteByLevel.length - 0.4),
    y: linearScale(0, Math.max(...quoteByLevel) * 1.1),
  })
    .bars(
      quoteByLevel.map((y, x) => ({ x, y })),
      0.7,
      0,
      BLUE,
    )
    .toSvg();
}

function drawImpact(facts: MarketFacts): string {
  const { buckets, exponent } = facts.impact;
  const points = buckets
    .filter((bucket) => bucket.moveBps > 0)
    .map((bucket) => ({ x: bucket.quote, y: bucket.moveBps }));
  const sizes = points.map((point) => point.x);
  const moves = points.map((point) => point.y);
  // The fitted power law runs through the middle of the points, in logarithms.
  const middle = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
  const level = middle(moves) - exponent * middle(sizes);
  return new SvgChart({
    title: 'Impact is concave in size',
    xLabel: 'size of a market order (quote currency)',
    yLabel: 'move of the mid after 5 s (bp)',
    x: logScale(Math.min(...sizes) / 1.5, Math.max(...sizes) * 1.5),
    y: logScale(Math.min(0.1, ...moves) * 0.9, Math.max(1, ...moves) * 3),
  })
    .line(
      sizes.map((x) => ({ x, y: Math.exp(level + exponent * Math.log(x)) })),
      ORANGE,
      `size^${exponent.toFixed(2)}`,
      true,
    )
    .dots(points, BLUE, 'mean of a size bucket')
    .toSvg();
}

function drawLeadLag(facts: MarketFacts): string {
  const { lagsMillis, correlations } = facts.leadLag;
  return new SvgChart({
    title: 'The perpetual moves first',
    xLabel: 'spot return later than perpetual return by (ms)',
    yLabel: 'correlation of 100 ms returns',
    x: linearScale(-1050, 1050, 8),
    y: linearScale(Math.min(0, ...correlations) - 0.05, Math.max(...correlations) * 1.15),
  })
    .rule(0)
    .bars(
      lagsMillis.map((x, index) => ({ x, y: correlations[index] as number })),
      70,
      0,
      BLUE,
    )
    .toSvg();
}

function drawTimeline(session: RecordedMarket): string {
  const mids = session.tape.spot.midTicks.view;
  const minutes = session.regimeByMinute.length;
  const perMinute = mids.length / Math.max(1, minutes);
  const points: Point[] = [];
  for (let index = 0; index < mids.length; index += Math.max(1, Math.floor(perMinute / 3))) {
    points.push({ x: index / perMinute / 60, y: mids[index] as number });
  }
  const values = points.map((point) => point.y);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const chart = new SvgChart({
    title: 'Price and regime',
    xLabel: 'time (h)',
    yLabel: 'spot mid (ticks)',
    x: linearScale(0, Math.max(1, minutes) / 60),
    y: linearScale(low - (high - low) * 0.05 - 1, high + (high - low) * 0.6 + 1),
  }).line(points, '#7d8590');
  let from = 0;
  for (let minute = 1; minute <= minutes; minute++) {
    const regime = session.regimeByMinute[from] as RegimeName;
    if (minute < minutes && session.regimeByMinute[minute] === regime) continue;
    chart.band(from / 60, minute / 60, colourOf(regime), regime);
    from = minute;
  }
  return chart.toSvg();
}

function drawMarkout(regimes: readonly RegimeFacts[]): string {
  const values = regimes.flatMap((one) => one.facts.markout.bps.map((estimate) => estimate.value));
  const chart = new SvgChart({
    title: 'What makers keep, at zero fee',
    xLabel: 'time after the fill (s; the left end is the fill itself)',
    yLabel: 'markout of all makers (bp of notional)',
    x: logScale(0.05, 40),
    y: linearScale(Math.min(0, ...values) - 0.2, Math.max(0, ...values) + 0.8),
  }).rule(0);
  for (const one of regimes) {
    const { seconds, bps } = one.facts.markout;
    const points = seconds.map((at, index) => ({
      x: Math.max(at, 0.05),
      y: bps[index]?.value ?? Number.NaN,
    }));
    chart.line(points, colourOf(one.regime), one.regime);
  }
  return chart.toSvg();
}

/** Gain of both placebos per regime with two standard errors. */
function drawPlacebo(regimes: readonly RegimeFacts[]): string {
  const ends = regimes.flatMap((one) =>
    [one.naive, one.random].flatMap(({ gainBps }) => [
      gainBps.value,
      gainBps.value - 2 * gainBps.standardError,
      gainBps.value + 2 * gainBps.standardError,
    ]),
  );
  const finite = ends.filter(Number.isFinite);
  const chart = new SvgChart({
    title: 'Quoters without knowledge lose, even at zero fee',
    xLabel: 'regime',
    yLabel: 'gain (bp of traded notional, ± 2 standard errors)',
    x: linearScale(-0.6, Math.max(0.6, regimes.length - 0.4)),
    y: linearScale(Math.min(-0.5, ...finite) * 1.1, Math.max(0.5, ...finite) * 1.2),
    xNames: regimes.map((one) => one.regime),
  }).rule(0);
  regimes.forEach((one, index) => {
    for (const [shift, result, colour, name] of [
      [-0.16, one.naive, BLUE, 'joins the touch'],
      [0.16, one.random, ORANGE, 'rests at random distances'],
    ] as const) {
      const { value, standardError } = result.gainBps;
      chart.bars([{ x: index + shift, y: value }], 0.28, 0, colour, name);
      chart.whisker(index + shift, value - 2 * standardError, value + 2 * standardError, '#7d8590');
    }
  });
  return chart.toSvg();
}

function colourOf(regime: RegimeName): string {
  return COLOURS[REGIME_NAMES.indexOf(regime)] ?? BLUE;
}
