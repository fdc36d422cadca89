/**
 * How deep market orders reach: on each step of a grid and side, the distance of the deepest trade
 * from the mid at the step's start (MODELS 3.4, trade-depth exceedance). What was seen, where the
 * fitted intensity is only a curve through it.
 */
import { type Side, Side as Sides } from '#contracts/order.ts';

const BPS_PER_ONE = 10_000;
const SECONDS_PER_HOUR = 3_600;
const MICROS_PER_SECOND = 1_000_000;
/** With nothing seen, a rate above this over the time watched is refuted at 95 % ("rule of three"). */
const REFUTED_COUNT = 3;

/** How often an order at one distance would have been reached, on one side. */
export interface ReachRate {
  readonly distanceBps: number;
  /** Steps in which a trade went farther, both sides together. */
  readonly count: number;
  readonly perHour: number;
  /** With count 0: no rate above this is believable; else NaN. */
  readonly perHourAtMost: number;
}

export class SweepDepths {
  private readonly gridMicros: number;
  private readonly depthsBps: number[] = [];
  private step = Number.NaN;
  private referenceTicks = 0;
  private deepestBuy = 0;
  private deepestSell = 0;
  private sideSteps = 0;

  /** `gridMicros`: length of a step, above zero. */
  constructor(gridMicros: number) {
    this.gridMicros = gridMicros;
  }

  /** Moves to `nowMicros`; `midTicks` is the mid that stood until then. Call before every trade. */
  advance(nowMicros: number, midTicks: number): void {
    const step = Math.floor(nowMicros / this.gridMicros);
    if (step === this.step) return;
    if (!Number.isNaN(this.step)) {
      this.keep(this.deepestBuy);
      this.keep(this.deepestSell);
      this.sideSteps += 2 * (step - this.step);
    }
    this.step = step;
    this.referenceTicks = midTicks;
    this.deepestBuy = 0;
    this.deepestSell = 0;
  }

  onTrade(aggressor: Side, priceTicks: number): void {
    if (this.referenceTicks <= 0) return;
    const away = ((priceTicks - this.referenceTicks) * BPS_PER_ONE) / this.referenceTicks;
    if (aggressor === Sides.BUY) this.deepestBuy = Math.max(this.deepestBuy, away);
    else this.deepestSell = Math.max(this.deepestSell, -away);
  }

  /** Rate at which trades go farther than `distanceBps` on one side: -ln(1 - n / N) / dt. */
  beyond(distanceBps: number): ReachRate {
    let count = 0;
    for (const depth of this.depthsBps) if (depth > distanceBps) count += 1;
    const seconds = this.gridMicros / MICROS_PER_SECOND;
    const perSecond =
      count < this.sideSteps
        ? -Math.log1p(-count / this.sideSteps) / seconds
        : Number.POSITIVE_INFINITY;
    return {
      distanceBps,
      count,
      perHour: this.sideSteps === 0 ? Number.NaN : perSecond * SECONDS_PER_HOUR,
      perHourAtMost:
        count > 0 ? Number.NaN : (REFUTED_COUNT / (this.sideSteps * seconds)) * SECONDS_PER_HOUR,
    };
  }

  /** Distance of the deepest trade seen, bp; 0 without trades. */
  get deepestBps(): number {
    let deepest = 0;
    for (const depth of this.depthsBps) deepest = Math.max(deepest, depth);
    return deepest;
  }

  private keep(depthBps: number): void {
    if (depthBps > 0) this.depthsBps.push(depthBps);
  }
}
