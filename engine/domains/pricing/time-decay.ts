/**
 * Weight of a new observation after `elapsedSeconds`: 1 - 2^(-elapsed / halfLife), 0..1. Never a
 * fixed weight: events are irregular (MODELS 0). `halfLifeSeconds` above zero.
 */
export function newWeight(elapsedSeconds: number, halfLifeSeconds: number): number {
  return -Math.expm1((-Math.LN2 * elapsedSeconds) / halfLifeSeconds);
}

/** No grid point has been seen yet. */
export const NO_GRID = -1;

/** The grid point at or before a moment: grids are absolute, so a restart does not move them. */
export function gridStep(micros: number, stepMicros: number): number {
  return Math.floor(micros / stepMicros);
}
