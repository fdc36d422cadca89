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

/** Share of a crash's jumps that go its way. */
const CRASH_JUMP_SHARE = 2 / 3;

export const REGIMES: Readonly<Record<RegimeName, Regime>> = {
  calm: {
    name: 'calm',
    volatility: 0.75,
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
    driftBpsPerSecond: 0.12,
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
    extraHalfSpreadSteps: 0.8,
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
    driftBpsPerSecond: 1.5,
    takerRate: 4,
    informedRate: 5,
    depth: 0.3,
    extraHalfSpreadSteps: 2,
    jumpMeanSeconds: 8,
    jumpMeanBps: 10,
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

/**
 * Which mood holds now, switching at exponential times. A fixed mood is entered again and again, so
 * that its direction changes: a crash that fell is followed by a rebound, or hours of it would end
 * at zero.
 */
export class RegimeSwitch {
  private current: Regime;
  /** -1 or 1: direction of the drift and of most jumps while this regime holds. */
  private direction = 1;
  private untilSeconds: number;
  private readonly fixed: RegimeName | null;
  private readonly random: SeededRandom;

  /** `fixed`: the only mood there will be; null: drawn by weight, starting calm. */
  constructor(random: SeededRandom, fixed: RegimeName | null) {
    this.random = random;
    this.fixed = fixed;
    this.current = REGIMES[fixed ?? 'calm'];
    this.untilSeconds = 0;
    this.enter(this.current, 0);
  }

  get regime(): Regime {
    return this.current;
  }

  /** Signed. */
  get driftBpsPerSecond(): number {
    return this.direction * this.current.driftBpsPerSecond;
  }

  /** Chance that a jump goes down: even, but in a crash two of three follow its direction. */
  get downJumpChance(): number {
    if (this.current.name !== 'crash') return 0.5;
    return this.direction < 0 ? CRASH_JUMP_SHARE : 1 - CRASH_JUMP_SHARE;
  }

  /** Moves to `seconds` since the session's start. Returns true when a regime was entered. */
  advance(seconds: number): boolean {
    if (seconds < this.untilSeconds) return false;
    this.enter(this.fixed === null ? this.draw() : this.current, seconds);
    return true;
  }

  private enter(regime: Regime, seconds: number): void {
    const wasCrash = seconds > 0 && this.current.name === 'crash';
    const up = this.random.chance(0.5);
    if (regime.name === 'crash') this.direction = wasCrash ? -this.direction : -1;
    else this.direction = up ? 1 : -1;
    this.current = regime;
    this.untilSeconds = seconds + this.random.exponential(regime.meanSeconds);
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
