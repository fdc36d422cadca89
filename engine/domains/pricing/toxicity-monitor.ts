import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import { ToxicityLevel } from '#contracts/quote-set.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { EmpiricalDistribution } from './empirical-distribution.ts';
import { gridStep, NO_GRID, newWeight } from './time-decay.ts';
import { Vpin } from './vpin.ts';

const GRID_MICROS = 50_000;
const GRID_SECONDS = 0.05;
/** The perpetual's lead is measured over this many grid steps: half a second. */
const LEAD_STEPS = 10;
const LEAD_ROOT_SECONDS = Math.sqrt(LEAD_STEPS * GRID_SECONDS);
/** Time scale of the signed flow, and of the memory of sweeps. */
const FLOW_SCALE_MICROS = 300_000;
const SWEEP_SCALE_MICROS = 1_000_000;
/** Trades through a second price within this time are one sweep. */
const SWEEP_MICROS = 50_000;
const DEPTH_HALF_LIFE_SECONDS = 30;
const DEPTH_WEIGHT = newWeight(GRID_SECONDS, DEPTH_HALF_LIFE_SECONDS);
/** Weights of the signals in the raw measure: lead in deviations, flow in touch sizes, depletion 0..1, sweeps. */
const LEAD_WEIGHT = 0.5;
const FLOW_WEIGHT = 0.5;
const DEPLETION_WEIGHT = 0.5;
const SWEEP_WEIGHT = 1;
/** Ranks are refreshed once a second with a half-life of ten minutes; nothing is ranked in the first 30 s. */
const RANK_STEPS = 20;
const RANK_FADE = 2 ** (-1 / 600);
const RANKED_MIN = 600;
const RAW_MAX = 50;
/** Below this raw measure a rank counts only in proportion: in a dead market it says nothing. */
const RAW_FULL = 1;
const VPIN_BUCKETS = 50;
/** VPIN alone never takes the signal beyond MEDIUM: its level depends on bucket and trade size. */
const SLOW_SIGNAL_MAX = 0.69;
const MEDIUM_FROM = 0.3;
const HIGH_FROM = 0.7;
export const EXTREME_FROM = 0.9;

/**
 * Is the flow informed (MODULES 5.1)? Fast signals: the perpetual's lead over half a second, signed
 * trade flow against the touch, depletion of the touch, sweeps. Slow: VPIN. The signal is the rank of
 * the raw measure on its own recent distribution: LOW < 0.3 <= MEDIUM < 0.7 <= HIGH < 0.9 <= EXTREME.
 */
export class ToxicityMonitor implements Persistent {
  /** 0..1. */
  signal = 0;
  /** The side of ours that the flow would hit: asks under buying pressure. */
  endangeredSide: Side = Side.SELL;
  /** Signed ticks the perpetual's implied fair moved over half a second beyond what the mid did. */
  leadTicks = 0;
  private readonly impliedTicks = new Float64Array(LEAD_STEPS);
  private readonly midTicks = new Float64Array(LEAD_STEPS);
  private readonly raw = new EmpiricalDistribution(RAW_MAX, RANKED_MIN);
  private readonly slow = new EmpiricalDistribution(1, RANKED_MIN);
  private vpin: Vpin | null = null;
  private bucketLots = 0;
  private lastStep = NO_GRID;
  /** Samples in the lead's rings, up to LEAD_STEPS. */
  private sampleCount = 0;
  private nextSample = 0;
  private flowLots = 0;
  private flowAtMicros = 0;
  private bidDepthLots = 0;
  private askDepthLots = 0;
  private buySweeps = 0;
  private sellSweeps = 0;
  private sweepsAtMicros = 0;
  private tradeCount = 0;
  private lastTradePriceTicks = 0;
  private lastTradeMicros = 0;
  private lastTradeSide: Side = Side.BUY;

  /** Sizes VPIN's buckets, once; whole lots above zero. */
  sizeBuckets(bucketLots: number): void {
    if (this.vpin !== null) return;
    this.bucketLots = Math.max(1, bucketLots);
    this.vpin = new Vpin(this.bucketLots, VPIN_BUCKETS);
  }

  get level(): ToxicityLevel {
    if (this.signal < MEDIUM_FROM) return ToxicityLevel.LOW;
    if (this.signal < HIGH_FROM) return ToxicityLevel.MEDIUM;
    return this.signal < EXTREME_FROM ? ToxicityLevel.HIGH : ToxicityLevel.EXTREME;
  }

  /** VPIN, or NaN before it exists. */
  get vpinValue(): number {
    return this.vpin === null ? Number.NaN : this.vpin.value;
  }

  /**
   * Takes the quoted market, the perpetual's implied fair in ticks (0: unknown) and the volatility in
   * ticks per root second. Hot: every priced event.
   */
  update(
    nowMicros: number,
    quoted: MarketSnapshot,
    impliedTicks: number,
    volatilityTicks: number,
  ): void {
    if (quoted.tradeCount !== this.tradeCount) this.onTrade(nowMicros, quoted);
    const midTicks = quoted.midHalfTicks / 2;
    const step = gridStep(nowMicros, GRID_MICROS);
    const isNewStep = step !== this.lastStep;
    if (isNewStep) this.sample(quoted, impliedTicks, midTicks);
    this.leadTicks = this.lead(impliedTicks, midTicks);
    const raw = this.measure(nowMicros, quoted, volatilityTicks);
    if (isNewStep) this.learn(step, raw);
    this.lastStep = step;
    const fast = this.raw.rank(raw) * Math.min(1, raw / RAW_FULL);
    const vpin = this.vpinValue;
    const slow = Number.isNaN(vpin) ? 0 : Math.min(SLOW_SIGNAL_MAX, this.slow.rank(vpin));
    this.signal = Math.max(fast, slow);
  }

  /** The market was away: leads across the gap mean nothing. */
  skipGap(): void {
    this.sampleCount = 0;
    this.nextSample = 0;
    this.lastStep = NO_GRID;
    this.leadTicks = 0;
    this.signal = 0;
  }

  writeState(writer: StateWriter): void {
    writer.float(this.signal);
    writer.integer(this.endangeredSide);
    writer.float(this.leadTicks);
    writer.floats(this.impliedTicks, LEAD_STEPS);
    writer.floats(this.midTicks, LEAD_STEPS);
    this.raw.writeState(writer);
    this.slow.writeState(writer);
    writer.integer(this.bucketLots);
    this.vpin?.writeState(writer);
    writer.integer(this.lastStep);
    writer.integer(this.sampleCount);
    writer.integer(this.nextSample);
    writer.float(this.flowLots);
    writer.integer(this.flowAtMicros);
    writer.float(this.bidDepthLots);
    writer.float(this.askDepthLots);
    writer.float(this.buySweeps);
    writer.float(this.sellSweeps);
    writer.integer(this.sweepsAtMicros);
    writer.integer(this.tradeCount);
    writer.integer(this.lastTradePriceTicks);
    writer.integer(this.lastTradeMicros);
    writer.integer(this.lastTradeSide);
  }

  readState(reader: StateReader): void {
    this.signal = reader.float();
    this.endangeredSide = reader.integer() as Side;
    this.leadTicks = reader.float();
    reader.floats(this.impliedTicks);
    reader.floats(this.midTicks);
    this.raw.readState(reader);
    this.slow.readState(reader);
    this.bucketLots = reader.integer();
    this.vpin = this.bucketLots === 0 ? null : new Vpin(this.bucketLots, VPIN_BUCKETS);
    this.vpin?.readState(reader);
    this.lastStep = reader.integer();
    this.sampleCount = reader.integer();
    this.nextSample = reader.integer();
    this.flowLots = reader.float();
    this.flowAtMicros = reader.integer();
    this.bidDepthLots = reader.float();
    this.askDepthLots = reader.float();
    this.buySweeps = reader.float();
    this.sellSweeps = reader.float();
    this.sweepsAtMicros = reader.integer();
    this.tradeCount = reader.integer();
    this.lastTradePriceTicks = reader.integer();
    this.lastTradeMicros = reader.integer();
    this.lastTradeSide = reader.integer() as Side;
  }

  private onTrade(nowMicros: number, quoted: MarketSnapshot): void {
    const side = quoted.lastTradeSide;
    const price = quoted.lastTradePriceTicks;
    const signedLots =
      side === Side.BUY ? quoted.lastTradeQuantityLots : -quoted.lastTradeQuantityLots;
    this.flowLots = this.flowAt(nowMicros) + signedLots;
    this.flowAtMicros = nowMicros;
    this.vpin?.addTrade(signedLots);
    const isDeeper =
      side === Side.BUY ? price > this.lastTradePriceTicks : price < this.lastTradePriceTicks;
    const isSweep =
      isDeeper &&
      side === this.lastTradeSide &&
      nowMicros - this.lastTradeMicros <= SWEEP_MICROS &&
      this.tradeCount > 0;
    if (isSweep) this.countSweep(side, nowMicros);
    this.tradeCount = quoted.tradeCount;
    this.lastTradePriceTicks = price;
    this.lastTradeMicros = nowMicros;
    this.lastTradeSide = side;
  }

  private countSweep(side: Side, nowMicros: number): void {
    const kept = Math.exp((this.sweepsAtMicros - nowMicros) / SWEEP_SCALE_MICROS);
    this.buySweeps = this.buySweeps * kept + (side === Side.BUY ? 1 : 0);
    this.sellSweeps = this.sellSweeps * kept + (side === Side.SELL ? 1 : 0);
    this.sweepsAtMicros = nowMicros;
  }

  private flowAt(nowMicros: number): number {
    if (this.flowLots === 0) return 0;
    return this.flowLots * Math.exp((this.flowAtMicros - nowMicros) / FLOW_SCALE_MICROS);
  }

  private sample(quoted: MarketSnapshot, impliedTicks: number, midTicks: number): void {
    this.impliedTicks[this.nextSample] = impliedTicks;
    this.midTicks[this.nextSample] = midTicks;
    this.nextSample = (this.nextSample + 1) % LEAD_STEPS;
    this.sampleCount = Math.min(LEAD_STEPS, this.sampleCount + 1);
    const bid = quoted.bidQuantityLots;
    const ask = quoted.askQuantityLots;
    this.bidDepthLots += this.bidDepthLots === 0 ? bid : DEPTH_WEIGHT * (bid - this.bidDepthLots);
    this.askDepthLots += this.askDepthLots === 0 ? ask : DEPTH_WEIGHT * (ask - this.askDepthLots);
  }

  /** Against the oldest sample; 0 until the ring is full or while the perpetual is unknown at an end. */
  private lead(impliedTicks: number, midTicks: number): number {
    if (this.sampleCount < LEAD_STEPS || impliedTicks === 0) return 0;
    const implied = this.impliedTicks[this.nextSample] as number;
    if (implied === 0) return 0;
    return impliedTicks - implied - (midTicks - (this.midTicks[this.nextSample] as number));
  }

  /** The raw measure of the more endangered side, 0 or more. */
  private measure(nowMicros: number, quoted: MarketSnapshot, volatilityTicks: number): number {
    const leadDeviations = this.leadTicks / (volatilityTicks * LEAD_ROOT_SECONDS);
    const flow = this.flowAt(nowMicros);
    const sweepsKept =
      this.buySweeps + this.sellSweeps === 0
        ? 0
        : Math.exp((this.sweepsAtMicros - nowMicros) / SWEEP_SCALE_MICROS);
    const buying =
      LEAD_WEIGHT * Math.max(0, leadDeviations) +
      FLOW_WEIGHT * Math.max(0, flow / Math.max(1, this.askDepthLots)) +
      DEPLETION_WEIGHT * depletion(quoted.askQuantityLots, this.askDepthLots) +
      SWEEP_WEIGHT * this.buySweeps * sweepsKept;
    const selling =
      LEAD_WEIGHT * Math.max(0, -leadDeviations) +
      FLOW_WEIGHT * Math.max(0, -flow / Math.max(1, this.bidDepthLots)) +
      DEPLETION_WEIGHT * depletion(quoted.bidQuantityLots, this.bidDepthLots) +
      SWEEP_WEIGHT * this.sellSweeps * sweepsKept;
    this.endangeredSide = buying >= selling ? Side.SELL : Side.BUY;
    return Math.max(buying, selling);
  }

  private learn(step: number, raw: number): void {
    this.raw.add(raw);
    const vpin = this.vpinValue;
    if (!Number.isNaN(vpin)) this.slow.add(vpin);
    if (step % RANK_STEPS !== 0) return;
    this.raw.refresh(RANK_FADE);
    this.slow.refresh(RANK_FADE);
  }
}

/** How much of the usual touch is gone, 0..1. */
function depletion(lots: number, usualLots: number): number {
  return usualLots > 0 ? Math.max(0, 1 - lots / usualLots) : 0;
}
