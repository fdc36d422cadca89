/**
 * Avellaneda and Stoikov (2008), finite horizon, MODELS 3.1. Pure formulas in any consistent units:
 * prices in ticks or quote, sigma in price/sqrt(s), gamma in 1/(price x order unit), k in 1/price.
 */

/** r = mid - q gamma sigma^2 tau: where the trader is indifferent at inventory q. */
export function reservationPrice(
  mid: number,
  q: number,
  gamma: number,
  sigma: number,
  tauSeconds: number,
): number {
  return mid - q * gamma * sigma * sigma * tauSeconds;
}

/**
 * gamma sigma^2 tau + (2/gamma) ln(1 + gamma/k): the TOTAL spread, ask minus bid, centred on the
 * reservation price. With gamma -> 0 it is 2/k.
 */
export function optimalSpread(gamma: number, sigma: number, k: number, tauSeconds: number): number {
  return gamma * sigma * sigma * tauSeconds + 2 * logTerm(gamma, k);
}

/** Average of the optimal spread over a session of `horizonSeconds`: what the symmetric benchmark uses. */
export function averageOptimalSpread(
  gamma: number,
  sigma: number,
  k: number,
  horizonSeconds: number,
): number {
  return optimalSpread(gamma, sigma, k, horizonSeconds / 2);
}

/** (1/gamma) ln(1 + gamma/k), with its limit 1/k. */
function logTerm(gamma: number, k: number): number {
  return gamma / k < 1e-8 ? 1 / k : Math.log1p(gamma / k) / gamma;
}
