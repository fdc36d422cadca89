/** When a process is killed. */
import type { SeededRandom } from '#simulation/random/random.ts';

export const KillMoment = {
  /** Within a turn of a running session. */
  RUNNING: 'running',
  /** While a snapshot is stored. */
  SNAPSHOT: 'snapshot',
  /** As soon as a hedge of it arrives. */
  HEDGE: 'hedge',
  /** As soon as it called more of its journal durable. */
  PROMISE: 'promise',
  /** Soon after its start, before all is reconciled. */
  EARLY: 'early',
  /** While it recovers and introduces itself. */
  START: 'start',
  /** Before it was let in. */
  CONNECT: 'connect',
} as const;
export type KillMoment = (typeof KillMoment)[keyof typeof KillMoment];

/**
 * Each comes once in this order, the snapshot early, so that others begin from it; then by these weights: it
 * is mostly a running session that is killed.
 */
const WEIGHTS: readonly (readonly [KillMoment, number])[] = [
  [KillMoment.RUNNING, 6],
  [KillMoment.SNAPSHOT, 1],
  [KillMoment.HEDGE, 4],
  [KillMoment.PROMISE, 4],
  [KillMoment.EARLY, 3],
  [KillMoment.START, 2],
  [KillMoment.CONNECT, 1],
];
const WEIGHT_SUM = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0);

/** `kill` counts from 1. */
export function drawMoment(random: SeededRandom, kill: number): KillMoment {
  const once = WEIGHTS[kill - 1];
  if (once !== undefined) return once[0];
  let left = random.integer(1, WEIGHT_SUM);
  for (const [moment, weight] of WEIGHTS) {
    left -= weight;
    if (left <= 0) return moment;
  }
  throw new Error('the weights do not add up');
}
