import type { MarketFacts, RegimeFacts } from './facts.ts';
import type { Estimate } from './statistics.ts';

export interface ReportHeader {
  readonly evidence: string;
  readonly symbol: string;
  readonly seed: number;
  readonly regime: string;
}

/** The facts for people: one line a fact, one a regime. */
export function describeFacts(
  header: ReportHeader,
  facts: MarketFacts,
  regimes: readonly RegimeFacts[],
): string {
  const { memory, spread, depth, trades, impact, leadLag, basis, markout } = facts;
  const [low, middle, high] = depth.touchQuote;
  const lines = [
    `${header.symbol}, seed ${header.seed}, ${header.regime}, ${short(facts.hours)} h. ${header.evidence}`,
    '',
    ...facts.returns.map(
      (one) =>
        `returns of ${one.horizonSeconds} s: ${short(one.volatilityBps)} bp per root second, kurtosis ${short(one.kurtosis)} (normal 3), beyond 4 deviations ${percent(one.beyondFourDeviations, 3)} (normal 0.006 %)`,
    ),
    `autocorrelation of ${memory.horizonSeconds} s returns at lags 1, 5, 20: ${lags(memory.returns)}; of their size: ${lags(memory.absoluteReturns)}; noise ±${short(memory.noise)}`,
    `spread: mean ${short(spread.meanTicks)} ticks; shares of 1, 2, 3, 4 x ${spread.bucketTicks} ticks: ${spread.shares
      .slice(0, 4)
      .map((share) => percent(share, 1))
      .join(', ')}`,
    `touch size (quote): ${whole(low)} / ${whole(middle)} / ${whole(high)} at 10 / 50 / 90 %`,
    `market orders: ${short(trades.perSecond)}/s of ${whole(trades.meanQuote)} quote; gap variation ${short(trades.gapVariation)}, dispersion in 10 s ${short(trades.countDispersion)} (Poisson: 1, 1); sign persistence ${short(trades.signPersistence)}`,
    `impact after 5 s grows with size^${short(impact.exponent)}`,
    `perpetual leads by ${leadLag.peakMillis} ms (correlation ${short(Math.max(...leadLag.correlations))})`,
    `basis: mean ${short(basis.meanBps)} bp, deviation ${short(basis.deviationBps)} bp, half-life ${whole(basis.halfLifeSeconds)} s`,
    `markout of all makers, bp: ${markout.seconds.map((at, index) => `${at} s ${estimate(markout.bps[index])}`).join(', ')}`,
    '',
    'regime     bp/root s  spread  touch quote  orders/s  makers 10 s, bp  joins touch, bp   random, bp',
    ...regimes.map(regimeLine),
  ];
  return `${lines.join('\n')}\n`;
}

function regimeLine(one: RegimeFacts): string {
  const { facts } = one;
  const tenSeconds = facts.markout.seconds.indexOf(10);
  return [
    one.regime.padEnd(10),
    short(facts.returns[1]?.volatilityBps ?? Number.NaN).padStart(9),
    short(facts.spread.meanTicks).padStart(7),
    whole(facts.depth.touchQuote[1]).padStart(12),
    short(facts.trades.perSecond).padStart(9),
    estimate(facts.markout.bps[tenSeconds]).padStart(16),
    estimate(one.naive.gainBps).padStart(16),
    estimate(one.random.gainBps).padStart(13),
  ].join(' ');
}

function lags(values: readonly number[]): string {
  return [1, 5, 20].map((lag) => short(values[lag - 1] ?? Number.NaN)).join(', ');
}

function estimate(value: Estimate | undefined): string {
  if (value === undefined) return '';
  return `${short(value.value)} ±${short(2 * value.standardError)}`;
}

function short(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '-';
}

function whole(value: number): string {
  return Number.isFinite(value) ? value.toFixed(0) : '-';
}

function percent(share: number, decimals: number): string {
  return `${(share * 100).toFixed(decimals)} %`;
}
