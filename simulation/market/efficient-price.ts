import type { SeededRandom } from '#simulation/random/random.ts';
import type { RegimeSwitch } from './regimes.ts';

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
 * Log volatility: Ornstein-Uhlenbeck, half-life 60 s, stationary standard deviation 0.45. Jumps:
 * compound Poisson with exponential sizes; both give the fat tails of MODELS section 2.
 */
export class EfficientPrice {
  private readonly random: SeededRandom;
  private readonly regimes: RegimeSwitch;
  private readonly stepSeconds: number;
  private readonly volatilityBps: number;
  private readonly path = new Float64Array(MEMORY_STEPS);
  private steps = 0;
  private logPrice: number;
  private logVolatility = 0;

  constructor(random: SeededRandom, regimes: RegimeSwitch, options: EfficientPriceOptions) {
    this.random = random;
    this.regimes = regimes;
    this.stepSeconds = options.stepSeconds;
    this.volatilityBps = options.volatilityBps;
    this.logPrice = Math.log(options.startPrice);
    this.path.fill(options.startPrice);
  }

  /** One step of the grid. */
  step(): void {
    const { random, stepSeconds } = this;
    const regime = this.regimes.regime;
    const reversion = Math.LN2 / 60;
    const noise = 0.45 * Math.sqrt(2 * reversion * stepSeconds);
    this.logVolatility += -reversion * stepSeconds * this.logVolatility + noise * random.normal();
    const volatilityBps = this.volatilityBps * regime.volatility * Math.exp(this.logVolatility);
    let moveBps = volatilityBps * Math.sqrt(stepSeconds) * random.normal();
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

  private jumpBps(): number {
    const size = this.random.exponential(this.regimes.regime.jumpMeanBps);
    // In a crash bad news is the rule; otherwise both signs are equally likely.
    const isDown =
      this.regimes.regime.name === 'crash' ? this.random.chance(0.75) : this.random.chance(0.5);
    return isDown ? -size : size;
  }
}
