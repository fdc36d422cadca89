/**
 * Facts about prices: fat tails, no linear memory, long memory of size, who leads, a basis that
 * returns. Sources of the facts: Cont, Quantitative Finance 1(2) 2001, 223-236.
 */
import { GRID_MICROS, type MarketTape } from './market-tape.ts';
import { autocorrelation, crossCorrelation, deviation, kurtosis, returnsOf } from './statistics.ts';

const SAMPLES_PER_SECOND = 1_000_000 / GRID_MICROS;
/** Lags of the autocorrelations of ten-second returns. */
const LAG_COUNT = 20;
/** Lags of the lead-lag correlation on either side, in grid steps. */
const LEAD_LAG_STEPS = 10;

export interface ReturnFacts {
  readonly horizonSeconds: number;
  readonly count: number;
  /** Standard deviation, basis points per square root second. */
  readonly volatilityBps: number;
  /** 3 for a normal distribution. */
  readonly kurtosis: number;
  /** Share of returns beyond four standard deviations; 0.000063 for a normal distribution. */
  readonly beyondFourDeviations: number;
}

export interface MemoryFacts {
  readonly horizonSeconds: number;
  /** At lags 1, 2, 3, ... of `horizonSeconds`. */
  readonly returns: readonly number[];
  readonly absoluteReturns: readonly number[];
  /** Two standard errors of an autocorrelation of independent returns: 2 / sqrt(count). */
  readonly noise: number;
}

export interface LeadLagFacts {
  readonly lagsMillis: readonly number[];
  /** Correlation of the perpetual's return with spot's return `lag` later. */
  readonly correlations: readonly number[];
  readonly peakMillis: number;
}

export interface BasisFacts {
  readonly meanBps: number;
  readonly deviationBps: number;
  readonly halfLifeSeconds: number;
}

/** Returns of the spot mid in basis points over a horizon, without overlap. */
export function spotReturnsBps(tape: MarketTape, horizonSeconds: number): Float64Array {
  const logs = tape.spot.midTicks.view.map((mid) => Math.log(mid) * 10_000);
  return returnsOf(logs, Math.round(horizonSeconds * SAMPLES_PER_SECOND));
}

export function returnFacts(tape: MarketTape, horizonSeconds: number): ReturnFacts {
  const returns = spotReturnsBps(tape, horizonSeconds);
  const spread = deviation(returns);
  let beyond = 0;
  for (const value of returns) if (Math.abs(value) > 4 * spread) beyond += 1;
  return {
    horizonSeconds,
    count: returns.length,
    volatilityBps: spread / Math.sqrt(horizonSeconds),
    kurtosis: kurtosis(returns),
    beyondFourDeviations: beyond / returns.length,
  };
}

export function memoryFacts(tape: MarketTape, horizonSeconds: number): MemoryFacts {
  const returns = spotReturnsBps(tape, horizonSeconds);
  const sizes = returns.map(Math.abs);
  const lags = Array.from({ length: LAG_COUNT }, (_, index) => index + 1);
  return {
    horizonSeconds,
    returns: lags.map((lag) => autocorrelation(returns, lag)),
    absoluteReturns: lags.map((lag) => autocorrelation(sizes, lag)),
    noise: 2 / Math.sqrt(returns.length),
  };
}

export function leadLagFacts(tape: MarketTape): LeadLagFacts {
  const spot = returnsOf(tape.spot.midTicks.view, 1);
  const perp = returnsOf(tape.perp.midTicks.view, 1);
  const lags = Array.from({ length: 2 * LEAD_LAG_STEPS + 1 }, (_, index) => index - LEAD_LAG_STEPS);
  const correlations = lags.map((lag) => crossCorrelation(perp, spot, lag));
  const lagsMillis = lags.map((lag) => (lag * GRID_MICROS) / 1000);
  const peak = correlations.indexOf(Math.max(...correlations));
  return { lagsMillis, correlations, peakMillis: lagsMillis[peak] ?? Number.NaN };
}

/**
 * Basis (perp - spot) / spot. The half-life comes from the autocorrelations at one and two minutes:
 * their ratio is free of the noise that the bid-ask grid adds to both.
 */
export function basisFacts(tape: MarketTape, perpToSpotTicks: number): BasisFacts {
  const spot = tape.spot.midTicks.view;
  const perp = tape.perp.midTicks.view;
  const step = 60 * SAMPLES_PER_SECOND;
  const basis = spot.map(
    (mid, index) => (((perp[index] as number) * perpToSpotTicks) / mid - 1) * 10_000,
  );
  const kept = autocorrelation(basis, 2 * step) / autocorrelation(basis, step);
  let sum = 0;
  for (const value of basis) sum += value;
  return {
    meanBps: sum / basis.length,
    deviationBps: deviation(basis),
    halfLifeSeconds: (-60 * Math.LN2) / Math.log(kept),
  };
}
