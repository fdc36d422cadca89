import type { SeededRandom } from '#simulation/random/random.ts';

export interface BasisOptions {
  /** Long-run mean of (perp - spot) / spot, in basis points. */
  readonly meanBps: number;
  /** Stationary standard deviation, in basis points. */
  readonly deviationBps: number;
  readonly halfLifeSeconds: number;
}

/** The premium of the perpetual over spot: an Ornstein-Uhlenbeck process on a fixed grid. */
export class Basis {
  private readonly random: SeededRandom;
  private readonly options: BasisOptions;
  private bps: number;

  constructor(random: SeededRandom, options: BasisOptions) {
    this.random = random;
    this.options = options;
    this.bps = options.meanBps + options.deviationBps * random.normal();
  }

  /** Ratio perp / spot. */
  get ratio(): number {
    return 1 + this.bps / 10_000;
  }

  step(seconds: number): void {
    const { meanBps, deviationBps, halfLifeSeconds } = this.options;
    const reversion = Math.LN2 / halfLifeSeconds;
    const noise = deviationBps * Math.sqrt(2 * reversion * seconds) * this.random.normal();
    this.bps += reversion * seconds * (meanBps - this.bps) + noise;
  }
}
