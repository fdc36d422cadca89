import type { SeededRandom } from '#simulation/random/random.ts';

/**
 * Self-exciting arrival times: every event raises the rate of the next for a while, so trades come
 * in clusters. Exponential kernel, simulated by thinning (Ogata 1981).
 *
 * Stationary mean rate: base / (1 - branching). Branching below 1.
 */
export class HawkesArrivals {
  private readonly random: SeededRandom;
  private readonly branching: number;
  private readonly decayPerSecond: number;
  private excitation = 0;
  private lastSeconds = 0;

  constructor(random: SeededRandom, options: { branching: number; decayPerSecond: number }) {
    if (!(options.branching >= 0 && options.branching < 1)) {
      throw new RangeError(`branching must lie in [0, 1): ${options.branching}`);
    }
    this.random = random;
    this.branching = options.branching;
    this.decayPerSecond = options.decayPerSecond;
  }

  /** Rate now, for a base rate per second. */
  rate(nowSeconds: number, basePerSecond: number): number {
    return basePerSecond + this.decayed(nowSeconds);
  }

  /**
   * Draws the waiting time until the next candidate and whether it is a real event; call again
   * after the wait. Thinning: the bound is the rate now, which only decays until the next event.
   */
  waitSeconds(nowSeconds: number, basePerSecond: number): number {
    return this.random.exponential(1 / this.rate(nowSeconds, basePerSecond));
  }

  /** At the end of a wait that began at `fromSeconds`: does an event happen now? Excites when it does. */
  accept(fromSeconds: number, nowSeconds: number, basePerSecond: number): boolean {
    const bound = this.rate(fromSeconds, basePerSecond);
    const actual = this.rate(nowSeconds, basePerSecond);
    if (this.random.uniform() * bound >= actual) return false;
    this.excitation = this.decayed(nowSeconds) + this.branching * this.decayPerSecond;
    this.lastSeconds = nowSeconds;
    return true;
  }

  private decayed(nowSeconds: number): number {
    return this.excitation * Math.exp(-this.decayPerSecond * (nowSeconds - this.lastSeconds));
  }
}
