import type { SeededRandom } from '#simulation/random/random.ts';
import type { RegimeSwitch } from './regimes.ts';

/** The two time scales of log volatility and how far each strays (standard deviation). */
const FAST_HALF_LIFE_SECONDS = 60;
const FAST_DEVIATION = 0.35;
const SLOW_HALF_LIFE_SECONDS = 1200;
const SLOW_DEVIATION = 0.35;
/** Keeps the mean squared volatility where the configuration says: E[exp(2x)] = exp(2 var x). */
const SQUARE_CORRECTION = FAST_DEVIATION ** 2 + SLOW_DEVIATION ** 2;
/** Length of the remembered path, in steps. A power of two. */
const MEMORY_STEPS = 1024;

export interface EfficientPriceOptions {
  readonly startPrice: number;
  /** Volatility of the calm market in basis points per square root second. */
  readonly volatilityBps: number;
  readonly stepSeconds: number;
}

/**
 * The price everybody would agree on with full information: a jump diffusion whose volatility is
 * itself a mean-reverting process, so that calm and wild times cluster. Nobody in the market sees it
 * directly; informed traders see it first, makers with a lag.
 *
 * Log volatility is the sum of two Ornstein-Uhlenbeck processes, one that forgets in a minute and one
 * that forgets in twenty: the autocorrelation of |return| falls slowly, as it does in real markets
 * (two time scales stand for the many of Corsi, J. Fin. Econometrics 7(2) 2009). Jumps are compound
 * Poisson with exponential sizes (MODELS 2 on telling them apart). Trades push the price, too: what
 * others can learn from a market order stays in it.
 */
export class EfficientPrice {
  private readonly random: SeededRandom;
  private readonly regimes: RegimeSwitch;
  private readonly stepSeconds: number;
  private readonly volatilityBps: number;
  private readonly path = new Float64Array(MEMORY_STEPS);
  private steps = 0;
  private logPrice: number;
  private fastLogVolatility: number;
  private slowLogVolatility: number;

  constructor(random: SeededRandom, regimes: RegimeSwitch, options: EfficientPriceOptions) {
    this.random = random;
    this.regimes = regimes;
    this.stepSeconds = options.stepSeconds;
    this.volatilityBps = options.volatilityBps;
    this.logPrice = Math.log(options.startPrice);
    this.path.fill(options.startPrice);
    this.fastLogVolatility = FAST_DEVIATION * random.normal();
    this.slowLogVolatility = SLOW_DEVIATION * random.normal();
  }

  /** Volatility now, in basis points per square root second. */
  get volatilityNowBps(): number {
    const stray = Math.exp(this.fastLogVolatility + this.slowLogVolatility - SQUARE_CORRECTION);
    return this.volatilityBps * this.regimes.regime.volatility * stray;
  }

  /** One step of the grid. */
  step(): void {
    const { random, stepSeconds } = this;
    const regime = this.regimes.regime;
    this.fastLogVolatility = this.reverted(
      this.fastLogVolatility,
      FAST_HALF_LIFE_SECONDS,
      FAST_DEVIATION,
    );
    this.slowLogVolatility = this.reverted(
      this.slowLogVolatility,
      SLOW_HALF_LIFE_SECONDS,
      SLOW_DEVIATION,
    );
    let moveBps = this.volatilityNowBps * Math.sqrt(stepSeconds) * random.normal();
    moveBps += this.regimes.driftBpsPerSecond * stepSeconds;
    if (random.chance(stepSeconds / regime.jumpMeanSeconds)) moveBps += this.jumpBps();
    this.logPrice += moveBps / 10_000;
    this.steps += 1;
    this.path[this.steps % MEMORY_STEPS] = Math.exp(this.logPrice);
  }

  /** The price `lagSeconds` ago (0 = now), as far back as the path is remembered. */
  price(lagSeconds = 0): number {
    const lagSteps = Math.min(
      Math.round(lagSeconds / this.stepSeconds),
      this.steps,
      MEMORY_STEPS - 1,
    );
    return this.path[(this.steps - lagSteps) % MEMORY_STEPS] as number;
  }

  /** Moves the price at once, in basis points: news that came with a trade. Seen from the next step on. */
  push(bps: number): void {
    this.logPrice += bps / 10_000;
  }

  /** One step of a mean-reverting process around zero. */
  private reverted(value: number, halfLifeSeconds: number, deviation: number): number {
    const reversion = (Math.LN2 / halfLifeSeconds) * this.stepSeconds;
    return value * (1 - reversion) + deviation * Math.sqrt(2 * reversion) * this.random.normal();
  }

  private jumpBps(): number {
    const size = this.random.exponential(this.regimes.regime.jumpMeanBps);
    const isDown = this.random.chance(this.regimes.downJumpChance);
    return isDown ? -size : size;
  }
}
