import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import type { HedgeGovernor } from './hedge-governor.ts';

/** Memory of the taker flow that fills resting legs. */
const FLOW_HALF_LIFE_MICROS = 30 * MICROS_PER_SECOND;
/** A leg whose expected fill lies beyond this multiple of its patience is not worth resting. */
const PATIENCE_MULTIPLE_MAX = 3;

/**
 * Resting legs: where they rest and how long a fill is likely to take. They join the touch, never
 * improve it, and follow it within the budgets of repricing.
 */
export class PassivePlanner {
  /** Price of the resting leg as planned last; 0: none. */
  priceTicks = 0;
  private readonly configuration: HedgingConfiguration;
  private readonly governor: HedgeGovernor;
  private side: Side = Side.BUY;
  private pricedAtMicros = 0;
  /** Decayed taker lots: what fills resting buys (takers sell) and resting sells (takers buy). */
  private soldLots = 0;
  private boughtLots = 0;
  private flowAtMicros = 0;
  private seenTradeCount = 0;

  constructor(configuration: HedgingConfiguration, governor: HedgeGovernor) {
    this.configuration = configuration;
    this.governor = governor;
  }

  /** Learns from the newest trade. Hot: one comparison when there is none. */
  observe(hedge: MarketSnapshot, nowMicros: number): void {
    if (hedge.tradeCount === this.seenTradeCount) return;
    this.seenTradeCount = hedge.tradeCount;
    const decay = this.decayAt(nowMicros);
    this.soldLots *= decay;
    this.boughtLots *= decay;
    this.flowAtMicros = nowMicros;
    if (hedge.lastTradeSide === Side.SELL) this.soldLots += hedge.lastTradeQuantityLots;
    else this.boughtLots += hedge.lastTradeQuantityLots;
  }

  /**
   * Expected time to fill `lots` behind the queue at the touch, in microseconds; 0 when no flow was
   * seen yet, which says nothing against resting.
   */
  expectedFillMicros(hedge: MarketSnapshot, side: Side, lots: number, nowMicros: number): number {
    const decayed = (side === Side.BUY ? this.soldLots : this.boughtLots) * this.decayAt(nowMicros);
    const lotsPerMicro = (decayed * Math.LN2) / FLOW_HALF_LIFE_MICROS;
    if (lotsPerMicro <= 0) return 0;
    const ahead = side === Side.BUY ? hedge.bidQuantityLots : hedge.askQuantityLots;
    return (ahead + lots) / lotsPerMicro;
  }

  isWorthResting(expectedFillMicros: number, patienceMicros: number): boolean {
    return expectedFillMicros <= patienceMicros * PATIENCE_MULTIPLE_MAX;
  }

  /**
   * The price to rest at, in ticks; 0 when a new leg would exceed the budget of cancels or the book
   * has no such side. A leg that rests keeps its price while the touch stays, or while repricing is
   * out of budget.
   */
  price(hedge: MarketSnapshot, side: Side, nowMicros: number): number {
    const touch = side === Side.BUY ? hedge.bidPriceTicks : hedge.askPriceTicks;
    if (touch <= 0) return 0;
    if (this.priceTicks === 0 || this.side !== side) {
      if (!this.governor.cancels.allows(nowMicros)) return 0;
      return this.restAt(touch, side, nowMicros);
    }
    if (this.priceTicks === touch || this.leadsTouch(touch)) return this.priceTicks;
    const isTooSoon = nowMicros - this.pricedAtMicros < this.configuration.repriceIntervalMicros;
    const { reprices, cancels } = this.governor;
    if (isTooSoon || !reprices.allows(nowMicros) || !cancels.allows(nowMicros)) {
      return this.priceTicks;
    }
    reprices.use(nowMicros);
    return this.restAt(touch, side, nowMicros);
  }

  /** No leg rests any more. */
  clear(): void {
    this.priceTicks = 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.priceTicks);
    writer.integer(this.side);
    writer.integer(this.pricedAtMicros);
    writer.float(this.soldLots);
    writer.float(this.boughtLots);
    writer.integer(this.flowAtMicros);
    writer.integer(this.seenTradeCount);
  }

  readState(reader: StateReader): void {
    this.priceTicks = reader.integer();
    this.side = reader.integer() as Side;
    this.pricedAtMicros = reader.integer();
    this.soldLots = reader.float();
    this.boughtLots = reader.float();
    this.flowAtMicros = reader.integer();
    this.seenTradeCount = reader.integer();
  }

  private restAt(priceTicks: number, side: Side, nowMicros: number): number {
    this.priceTicks = priceTicks;
    this.side = side;
    this.pricedAtMicros = nowMicros;
    return priceTicks;
  }

  /** The touch without our own order lies behind us: we are the touch, and moving would give that up. */
  private leadsTouch(touchTicks: number): boolean {
    return this.side === Side.BUY ? this.priceTicks > touchTicks : this.priceTicks < touchTicks;
  }

  private decayAt(nowMicros: number): number {
    const elapsed = Math.max(0, nowMicros - this.flowAtMicros);
    return Math.exp(-(Math.LN2 * elapsed) / FLOW_HALF_LIFE_MICROS);
  }
}
