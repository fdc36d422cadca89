/**
 * Latency models of the simulated venue: how long a request travels, how long its answer, how long
 * market data. Source: MODELS 6.
 */
import type { LatencyRow } from '#simulation/queue/latency-rows.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';

/**
 * All answers are whole microseconds from zero on. Calls come with times that never fall.
 */
export interface LatencyModel {
  /** From our sending to the venue's processing. */
  entryMicros(nowMicros: EpochMicros): number;
  /** From the venue's processing to our hearing of it. */
  responseMicros(nowMicros: EpochMicros): number;
  /** From a market event to our hearing of it. */
  feedMicros(nowMicros: EpochMicros): number;
  /** True while the venue is overloaded: refusals and unknown outcomes cluster here. */
  isBurst(nowMicros: EpochMicros): boolean;
  /** True when a request sent now is refused for overload, for certain. */
  isRefusing(nowMicros: EpochMicros): boolean;
  /**
   * Market activity the model may react to: the top of an instrument's book changed to this mid, in
   * its ticks; 0: a side is empty.
   */
  observe(nowMicros: EpochMicros, instrument: InstrumentIndex, midTicks: number): void;
}

/** Always the same three spans. */
export class ConstantLatency implements LatencyModel {
  private readonly entry: number;
  private readonly response: number;
  private readonly feed: number;

  /** Throws a RangeError on a span that is not a whole number from zero on. */
  constructor(entryMicros: number, responseMicros: number, feedMicros: number) {
    for (const span of [entryMicros, responseMicros, feedMicros]) {
      if (!Number.isSafeInteger(span) || span < 0) throw new RangeError(`not a latency: ${span}`);
    }
    this.entry = entryMicros;
    this.response = responseMicros;
    this.feed = feedMicros;
  }

  entryMicros(): number {
    return this.entry;
  }

  responseMicros(): number {
    return this.response;
  }

  feedMicros(): number {
    return this.feed;
  }

  isBurst(): boolean {
    return false;
  }

  isRefusing(): boolean {
    return false;
  }

  observe(): void {}
}

/**
 * Measured round trips, linear between rows: entry on the time of sending, response on the time of
 * processing, flat before the first and after the last row, cut to whole microseconds. A row whose
 * exchange time is not above zero marks an overload until the next row.
 */
export class InterpolatedLatency implements LatencyModel {
  private readonly requestTimes: Float64Array;
  private readonly entries: Float64Array;
  private readonly exchangeTimes: Float64Array;
  private readonly responses: Float64Array;
  private readonly rowTimes: Float64Array;
  private readonly rowRefused: Uint8Array;
  private readonly feed: number;

  /** Rows sorted by request time, at least one of them processed. Throws a RangeError otherwise. */
  constructor(rows: readonly LatencyRow[], feedMicros: number) {
    assertRows(rows);
    const processed = rows.filter((row) => row.exchangeMicros > 0);
    if (processed.length === 0) throw new RangeError('no latency row was processed by the venue');
    this.requestTimes = Float64Array.from(processed, (row) => row.requestMicros);
    this.entries = Float64Array.from(processed, (row) => row.exchangeMicros - row.requestMicros);
    const byExchange = [...processed].sort((a, b) => a.exchangeMicros - b.exchangeMicros);
    this.exchangeTimes = Float64Array.from(byExchange, (row) => row.exchangeMicros);
    this.responses = Float64Array.from(
      byExchange,
      (row) => row.responseMicros - row.exchangeMicros,
    );
    this.rowTimes = Float64Array.from(rows, (row) => row.requestMicros);
    this.rowRefused = Uint8Array.from(rows, (row) => (row.exchangeMicros > 0 ? 0 : 1));
    this.feed = feedMicros;
  }

  entryMicros(nowMicros: EpochMicros): number {
    return interpolated(this.requestTimes, this.entries, nowMicros);
  }

  responseMicros(nowMicros: EpochMicros): number {
    return interpolated(this.exchangeTimes, this.responses, nowMicros);
  }

  feedMicros(): number {
    return this.feed;
  }

  isBurst(nowMicros: EpochMicros): boolean {
    const next = firstAbove(this.rowTimes, nowMicros);
    return next > 0 && this.rowRefused[next - 1] === 1;
  }

  isRefusing(nowMicros: EpochMicros): boolean {
    return this.isBurst(nowMicros);
  }

  observe(): void {}
}

function assertRows(rows: readonly LatencyRow[]): void {
  let before = Number.NEGATIVE_INFINITY;
  for (const [index, row] of rows.entries()) {
    if (row.requestMicros < before) {
      throw new RangeError(`latency row ${index + 1} is not sorted by request time`);
    }
    before = row.requestMicros;
    if (row.exchangeMicros <= 0) continue;
    if (row.exchangeMicros < row.requestMicros || row.responseMicros < row.exchangeMicros) {
      throw new RangeError(
        `latency row ${index + 1} runs backwards; correct the clock offset first`,
      );
    }
  }
}

/** Index of the first value above `at`; the length when there is none. */
function firstAbove(sorted: Float64Array, at: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function interpolated(times: Float64Array, values: Float64Array, at: number): number {
  const next = firstAbove(times, at);
  if (next === 0) return Math.trunc(values[0] as number);
  const before = values[next - 1] as number;
  if (next === times.length) return Math.trunc(before);
  const from = times[next - 1] as number;
  const share = (at - from) / ((times[next] as number) - from);
  return Math.trunc(before + share * ((values[next] as number) - before));
}

/** All of it in one place; every number is a choice to be varied, not an estimate. */
export interface StochasticLatencyOptions {
  readonly random: SeededRandom;
  /** Medians in calm. */
  readonly entryMedianMicros: number;
  readonly responseMedianMicros: number;
  readonly feedMedianMicros: number;
  /** Standard deviation of the logarithm of each leg, 0.1 to 1. */
  readonly sigma: number;
  /** 0..1: how much of the logarithm's variance the legs share. */
  readonly sharedPart: number;
  /** How long the shared part remembers. */
  readonly memoryMicros: number;
  /** Added to the logarithm per basis point of recent |return|, and per hundred messages a second. */
  readonly returnLoading: number;
  readonly messageLoading: number;
  /** Bursts: mean pause between two, mean length, and the factor on every leg meanwhile. */
  readonly burstPauseMicros: number;
  readonly burstLengthMicros: number;
  readonly burstFactor: number;
}

/** A well connected client of a busy venue. */
export const TYPICAL_STOCHASTIC: Omit<StochasticLatencyOptions, 'random'> = {
  entryMedianMicros: 2_500,
  responseMedianMicros: 2_500,
  feedMedianMicros: 3_000,
  sigma: 0.35,
  sharedPart: 0.5,
  memoryMicros: 500_000,
  returnLoading: 0.15,
  messageLoading: 0.2,
  burstPauseMicros: 60_000_000,
  burstLengthMicros: 1_500_000,
  burstFactor: 6,
};

/** The recent past that activity is measured over. */
const ACTIVITY_MEMORY_MICROS = MICROS_PER_SECOND;
/** Loadings act up to this: a multiple of e^2 (7.4) on top of the burst factor. */
const ACTIVITY_MAX = 2;

/**
 * Lognormal legs, drawn jointly: a shared part with memory, so that a slow send has a slow answer;
 * slower when the price runs and when messages pour in, which is when it hurts; and bursts.
 */
export class StochasticLatency implements LatencyModel {
  private readonly options: StochasticLatencyOptions;
  private shared = 0;
  private sharedAtMicros = 0;
  private returnBps = 0;
  private messageRate = 0;
  private activityAtMicros = 0;
  /** By instrument: returns across instruments would be mere basis. */
  private readonly lastMidTicks: number[] = [];
  private inBurst = false;
  private burstChangeMicros = -1;

  constructor(options: StochasticLatencyOptions) {
    if (!(options.sharedPart >= 0 && options.sharedPart <= 1)) {
      throw new RangeError(`sharedPart must be 0..1: ${options.sharedPart}`);
    }
    if (!(options.memoryMicros > 0 && options.burstPauseMicros > 0)) {
      throw new RangeError('memoryMicros and burstPauseMicros must be above zero');
    }
    this.options = options;
    this.shared = options.random.normal();
  }

  entryMicros(nowMicros: EpochMicros): number {
    return this.draw(this.options.entryMedianMicros, nowMicros);
  }

  responseMicros(nowMicros: EpochMicros): number {
    return this.draw(this.options.responseMedianMicros, nowMicros);
  }

  feedMicros(nowMicros: EpochMicros): number {
    return this.draw(this.options.feedMedianMicros, nowMicros);
  }

  isBurst(nowMicros: EpochMicros): boolean {
    const { random, burstPauseMicros, burstLengthMicros } = this.options;
    if (this.burstChangeMicros < 0) {
      this.burstChangeMicros = nowMicros + random.exponential(burstPauseMicros);
    }
    while (nowMicros >= this.burstChangeMicros) {
      this.inBurst = !this.inBurst;
      const mean = this.inBurst ? burstLengthMicros : burstPauseMicros;
      this.burstChangeMicros += Math.max(1, random.exponential(mean));
    }
    return this.inBurst;
  }

  /** Never for certain: how often a burst refuses is the venue's `burstFaults`. */
  isRefusing(): boolean {
    return false;
  }

  observe(nowMicros: EpochMicros, instrument: InstrumentIndex, midTicks: number): void {
    const decay = this.decayActivity(nowMicros);
    this.returnBps *= decay;
    this.messageRate = this.messageRate * decay + MICROS_PER_SECOND / ACTIVITY_MEMORY_MICROS;
    if (midTicks <= 0) return;
    const before = this.lastMidTicks[instrument] ?? midTicks;
    this.returnBps += Math.abs(midTicks / before - 1) * 10_000;
    this.lastMidTicks[instrument] = midTicks;
  }

  private decayActivity(nowMicros: EpochMicros): number {
    const passed = Math.max(0, nowMicros - this.activityAtMicros);
    this.activityAtMicros = Math.max(nowMicros, this.activityAtMicros);
    return Math.exp(-passed / ACTIVITY_MEMORY_MICROS);
  }

  private draw(medianMicros: number, nowMicros: EpochMicros): number {
    const { random, sigma, sharedPart, burstFactor } = this.options;
    this.moveShared(nowMicros);
    const own = random.normal();
    const z = Math.sqrt(sharedPart) * this.shared + Math.sqrt(1 - sharedPart) * own;
    const factor = Math.exp(sigma * z + this.activity(nowMicros));
    const burst = this.isBurst(nowMicros) ? burstFactor : 1;
    return Math.round(medianMicros * factor * burst);
  }

  private activity(nowMicros: EpochMicros): number {
    const decay = Math.exp(
      -Math.max(0, nowMicros - this.activityAtMicros) / ACTIVITY_MEMORY_MICROS,
    );
    const { returnLoading, messageLoading } = this.options;
    const load = returnLoading * this.returnBps + (messageLoading * this.messageRate) / 100;
    return Math.min(ACTIVITY_MAX, load * decay);
  }

  /** Ornstein-Uhlenbeck with unit variance, exact over any span. */
  private moveShared(nowMicros: EpochMicros): void {
    const passed = nowMicros - this.sharedAtMicros;
    if (passed <= 0) return;
    this.sharedAtMicros = nowMicros;
    const kept = Math.exp(-passed / this.options.memoryMicros);
    this.shared = kept * this.shared + Math.sqrt(1 - kept * kept) * this.options.random.normal();
  }
}

/** Another model, every leg longer by a factor: 1x, 2x and 5x for stress tests. */
export class ScaledLatency implements LatencyModel {
  private readonly inner: LatencyModel;
  private readonly factor: number;

  /** Throws a RangeError on a factor that is not above zero. */
  constructor(inner: LatencyModel, factor: number) {
    if (!(factor > 0)) throw new RangeError(`a latency factor must be above zero: ${factor}`);
    this.inner = inner;
    this.factor = factor;
  }

  entryMicros(nowMicros: EpochMicros): number {
    return Math.round(this.inner.entryMicros(nowMicros) * this.factor);
  }

  responseMicros(nowMicros: EpochMicros): number {
    return Math.round(this.inner.responseMicros(nowMicros) * this.factor);
  }

  feedMicros(nowMicros: EpochMicros): number {
    return Math.round(this.inner.feedMicros(nowMicros) * this.factor);
  }

  isBurst(nowMicros: EpochMicros): boolean {
    return this.inner.isBurst(nowMicros);
  }

  isRefusing(nowMicros: EpochMicros): boolean {
    return this.inner.isRefusing(nowMicros);
  }

  observe(nowMicros: EpochMicros, instrument: InstrumentIndex, midTicks: number): void {
    this.inner.observe(nowMicros, instrument, midTicks);
  }
}

/**
 * One connection: nothing overtakes. arrival = max(arrival before, sent + latency).
 */
export class FifoConnection {
  private lastArrivalMicros = 0;

  arrivalMicros(sentMicros: EpochMicros, latencyMicros: number): EpochMicros {
    this.lastArrivalMicros = Math.max(this.lastArrivalMicros, sentMicros + latencyMicros);
    return this.lastArrivalMicros as EpochMicros;
  }
}
