import {
  REGIME_NAMES,
  type RegimeName,
} from '#contracts/configuration/simulation-configuration.ts';
import type { SeededRandom } from '#simulation/random/random.ts';

/** What a mood does to the market. Multipliers are relative to the calm market. */
export interface Regime {
  readonly name: RegimeName;
  /** Multiplies the volatility of the efficient price. */
  readonly volatility: number;
  /** Drift of the efficient log price, in basis points per second; the sign is drawn on entry. */
  readonly driftBpsPerSecond: number;
  /** Multiplies the rate of uninformed market orders. */
  readonly takerRate: number;
  /** Multiplies the rate of informed market orders. */
  readonly informedRate: number;
  /** Multiplies the size makers show. */
  readonly depth: number;
  /** Steps every maker adds to its half spread. */
  readonly extraHalfSpreadSteps: number;
  /** Mean time between jumps of the efficient price, in seconds. */
  readonly jumpMeanSeconds: number;
  /** Mean size of a jump, in basis points. */
  readonly jumpMeanBps: number;
  /** Mean length of stay, in seconds. */
  readonly meanSeconds: number;
  /** Relative chance of being entered. */
  readonly weight: number;
}

export const REGIMES: Readonly<Record<RegimeName, Regime>> = {
  calm: {
    name: 'calm',
    volatility: 0.8,
    driftBpsPerSecond: 0,
    takerRate: 1,
    informedRate: 1,
    depth: 1,
    extraHalfSpreadSteps: 0,
    jumpMeanSeconds: 180,
    jumpMeanBps: 4,
    meanSeconds: 150,
    weight: 5,
  },
  trending: {
    name: 'trending',
    volatility: 1,
    driftBpsPerSecond: 0.25,
    takerRate: 1.4,
    informedRate: 1.6,
    depth: 0.9,
    extraHalfSpreadSteps: 0,
    jumpMeanSeconds: 120,
    jumpMeanBps: 5,
    meanSeconds: 120,
    weight: 2,
  },
  volatile: {
    name: 'volatile',
    volatility: 2.2,
    driftBpsPerSecond: 0,
    takerRate: 2,
    informedRate: 1.5,
    depth: 0.6,
    extraHalfSpreadSteps: 1,
    jumpMeanSeconds: 40,
    jumpMeanBps: 7,
    meanSeconds: 90,
    weight: 2,
  },
  informed: {
    name: 'informed',
    volatility: 1.2,
    driftBpsPerSecond: 0,
    takerRate: 1,
    informedRate: 5,
    depth: 0.8,
    extraHalfSpreadSteps: 0,
    jumpMeanSeconds: 60,
    jumpMeanBps: 6,
    meanSeconds: 90,
    weight: 1.5,
  },
  crash: {
    name: 'crash',
    volatility: 4,
    driftBpsPerSecond: 6,
    takerRate: 4,
    informedRate: 3,
    depth: 0.3,
    extraHalfSpreadSteps: 3,
    jumpMeanSeconds: 8,
    jumpMeanBps: 15,
    meanSeconds: 25,
    weight: 0.2,
  },
  thin: {
    name: 'thin',
    volatility: 0.9,
    driftBpsPerSecond: 0,
    takerRate: 0.4,
    informedRate: 2,
    depth: 0.25,
    extraHalfSpreadSteps: 1,
    jumpMeanSeconds: 240,
    jumpMeanBps: 6,
    meanSeconds: 180,
    weight: 1.5,
  },
};

/** Which mood holds now, switching at exponential times. A fixed mood never switches. */
export class RegimeSwitch {
  private current: Regime;
  /** -1 or 1: direction of the drift while this regime holds. A crash always falls. */
  private direction = 1;
  private untilSeconds = Number.POSITIVE_INFINITY;
  private readonly random: SeededRandom;

  constructor(random: SeededRandom, fixed: RegimeName | null) {
    this.random = random;
    this.current = REGIMES[fixed ?? 'calm'];
    this.enter(this.current);
    if (fixed === null) this.untilSeconds = random.exponential(this.current.meanSeconds);
  }

  get regime(): Regime {
    return this.current;
  }

  get driftBpsPerSecond(): number {
    return this.direction * this.current.driftBpsPerSecond;
  }

  /** Moves to `seconds` since the session's start. Returns true when the regime changed. */
  advance(seconds: number): boolean {
    if (seconds < this.untilSeconds) return false;
    this.enter(this.draw());
    this.untilSeconds = seconds + this.random.exponential(this.current.meanSeconds);
    return true;
  }

  private enter(regime: Regime): void {
    this.current = regime;
    const up = this.random.chance(0.5);
    this.direction = regime.name === 'crash' || !up ? -1 : 1;
  }

  private draw(): Regime {
    let total = 0;
    for (const name of REGIME_NAMES) total += REGIMES[name].weight;
    let point = this.random.uniform() * total;
    for (const name of REGIME_NAMES) {
      point -= REGIMES[name].weight;
      if (point < 0) return REGIMES[name];
    }
    return REGIMES.calm;
  }
}
