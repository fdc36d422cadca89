import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { gridStep, NO_GRID } from './time-decay.ts';

/** Moves counted by the chain, in half ticks: at most one tick either way. */
const MICRO_PRICE_MOVES: readonly number[] = [-2, -1, 1, 2];
const MOVE_COUNT = 4;
/** Terms of the series at most, and the size below which a term no longer matters (ticks). */
const SERIES_TERMS = 6;
const SERIES_TOLERANCE_TICKS = 1e-3;
/**
 * Observations of "half a tick up or down, then back here" lent to every state, so that a state that
 * was never seen, or never seen to move, still has a solvable row. Symmetric, so it moves no value.
 */
const LENT_OBSERVATIONS = 0.01;

/**
 * Stoikov's micro-price chain: how far the mid will move on average, given imbalance bucket and
 * spread (MODELS 1; Stoikov, Quantitative Finance 18(12) 2018).
 *
 * State x = (spread - 1) x buckets + bucket, bucket 0 = little bid. Observations are symmetrised as
 * they come in; `solve` gives G*, the limit of the expected mid minus the mid, in ticks.
 */
export class MicroPriceChain implements Persistent {
  readonly bucketCount: number;
  readonly spreadCount: number;
  readonly stateCount: number;
  /** G* per state, in ticks; zero until solved. */
  readonly adjustmentTicks: Float64Array;
  /** Weight of the observations so far (each counts once, its mirror not). */
  observationCount = 0;
  private readonly stay: Float64Array;
  private readonly moveTo: Float64Array;
  private readonly moveBy: Float64Array;
  /** Rows of [I - Q | G1 | B], solved in place. */
  private readonly work: Float64Array;
  private readonly term: Float64Array;
  private readonly nextTerm: Float64Array;

  /** Both at least 1; at most 100 states (RangeError), because solving costs their cube. */
  constructor(bucketCount: number, spreadCount: number) {
    const states = bucketCount * spreadCount;
    if (!(bucketCount >= 1) || !(spreadCount >= 1) || !(states <= 100)) {
      throw new RangeError(
        `micro-price chain outside 1..100 states: ${bucketCount} x ${spreadCount}`,
      );
    }
    this.bucketCount = bucketCount;
    this.spreadCount = spreadCount;
    this.stateCount = states;
    this.adjustmentTicks = new Float64Array(states);
    this.stay = new Float64Array(states * states);
    this.moveTo = new Float64Array(states * states);
    this.moveBy = new Float64Array(states * MOVE_COUNT);
    this.work = new Float64Array(states * (2 * states + 1));
    this.term = new Float64Array(states);
    this.nextTerm = new Float64Array(states);
  }

  /** State of a book, or -1 when its spread is not 1..spreadCount ticks. Hot. */
  stateOf(imbalance: number, spreadTicks: number): number {
    if (!(spreadTicks >= 1) || spreadTicks > this.spreadCount) return -1;
    const bucket = Math.min(this.bucketCount - 1, Math.floor(imbalance * this.bucketCount));
    return (spreadTicks - 1) * this.bucketCount + bucket;
  }

  /** G* of a book in ticks; a wider spread than the table holds takes its widest row. Hot. */
  lookup(imbalance: number, spreadTicks: number): number {
    const state = this.stateOf(imbalance, Math.min(spreadTicks, this.spreadCount));
    return state < 0 ? 0 : (this.adjustmentTicks[state] as number);
  }

  /**
   * Counts one step from state to state in which the mid moved by `deltaHalfTicks`, and its mirror.
   * Moves beyond one tick are dropped (false).
   */
  add(from: number, to: number, deltaHalfTicks: number): boolean {
    if (deltaHalfTicks < -2 || deltaHalfTicks > 2) return false;
    this.count(from, to, deltaHalfTicks);
    this.count(this.mirror(from), this.mirror(to), -deltaHalfTicks);
    this.observationCount += 1;
    return true;
  }

  /** Multiplies all counts: an exponential window over refits. */
  fade(factor: number): void {
    for (let index = 0; index < this.stay.length; index++) {
      this.stay[index] = (this.stay[index] as number) * factor;
      this.moveTo[index] = (this.moveTo[index] as number) * factor;
    }
    for (let index = 0; index < this.moveBy.length; index++) {
      this.moveBy[index] = (this.moveBy[index] as number) * factor;
    }
    this.observationCount *= factor;
  }

  /** G1 = (1-Q)^-1 R K, B = (1-Q)^-1 T, G* = sum of B^i G1. Cost: the cube of the states, on a slow clock. */
  solve(): void {
    this.fillWork();
    this.eliminate();
    const { stateCount: n, work, term, nextTerm, adjustmentTicks } = this;
    const width = 2 * n + 1;
    for (let x = 0; x < n; x++) {
      term[x] = work[x * width + n] as number;
      adjustmentTicks[x] = term[x] as number;
    }
    for (let power = 1; power < SERIES_TERMS; power++) {
      let largest = 0;
      for (let x = 0; x < n; x++) {
        let sum = 0;
        for (let y = 0; y < n; y++) {
          sum += (work[x * width + n + 1 + y] as number) * (term[y] as number);
        }
        nextTerm[x] = sum;
        largest = Math.max(largest, Math.abs(sum));
      }
      for (let x = 0; x < n; x++) {
        term[x] = nextTerm[x] as number;
        adjustmentTicks[x] = (adjustmentTicks[x] as number) + (term[x] as number);
      }
      if (largest < SERIES_TOLERANCE_TICKS) return;
    }
  }

  /**
   * Largest violations after `solve`: rows of Q + R and of Q + T against 1, rows of B against 1, and
   * G*(mirror) = -G*. All near zero in a sound estimation. For reports and tests.
   */
  checks(): MicroPriceChecks {
    const { stateCount: n, work } = this;
    const width = 2 * n + 1;
    let moves = 0;
    let rows = 0;
    let antisymmetry = 0;
    for (let x = 0; x < n; x++) {
      const total = this.rowTotal(x);
      let staySum = 0;
      let toSum = LENT_OBSERVATIONS;
      let bySum = LENT_OBSERVATIONS;
      let rowSum = 0;
      for (let y = 0; y < n; y++) {
        staySum += this.stay[x * n + y] as number;
        toSum += this.moveTo[x * n + y] as number;
        rowSum += work[x * width + n + 1 + y] as number;
      }
      for (let k = 0; k < MOVE_COUNT; k++) bySum += this.moveBy[x * MOVE_COUNT + k] as number;
      moves = Math.max(
        moves,
        Math.abs((staySum + toSum) / total - 1),
        Math.abs((staySum + bySum) / total - 1),
      );
      rows = Math.max(rows, Math.abs(rowSum - 1));
      const mirrored = this.adjustmentTicks[this.mirror(x)] as number;
      antisymmetry = Math.max(
        antisymmetry,
        Math.abs((this.adjustmentTicks[x] as number) + mirrored),
      );
    }
    return { rowSumError: moves, stochasticError: rows, antisymmetryError: antisymmetry };
  }

  writeState(writer: StateWriter): void {
    writer.float(this.observationCount);
    writer.floats(this.stay, this.stay.length);
    writer.floats(this.moveTo, this.moveTo.length);
    writer.floats(this.moveBy, this.moveBy.length);
    writer.floats(this.adjustmentTicks, this.stateCount);
  }

  readState(reader: StateReader): void {
    this.observationCount = reader.float();
    reader.floats(this.stay);
    reader.floats(this.moveTo);
    reader.floats(this.moveBy);
    reader.floats(this.adjustmentTicks);
  }

  private mirror(state: number): number {
    const bucket = state % this.bucketCount;
    return state - bucket + (this.bucketCount - 1 - bucket);
  }

  private count(from: number, to: number, delta: number): void {
    const cell = from * this.stateCount + to;
    if (delta === 0) {
      this.stay[cell] = (this.stay[cell] as number) + 1;
      return;
    }
    this.moveTo[cell] = (this.moveTo[cell] as number) + 1;
    const slot = from * MOVE_COUNT + MICRO_PRICE_MOVES.indexOf(delta);
    this.moveBy[slot] = (this.moveBy[slot] as number) + 1;
  }

  private rowTotal(x: number): number {
    let total = LENT_OBSERVATIONS;
    for (let y = 0; y < this.stateCount; y++) {
      const cell = x * this.stateCount + y;
      total += (this.stay[cell] as number) + (this.moveTo[cell] as number);
    }
    return total;
  }

  private fillWork(): void {
    const { stateCount: n, work } = this;
    const width = 2 * n + 1;
    for (let x = 0; x < n; x++) {
      const total = this.rowTotal(x);
      const row = x * width;
      let expected = 0;
      for (let k = 0; k < MOVE_COUNT; k++) {
        const half = (MICRO_PRICE_MOVES[k] as number) / 2;
        expected += half * (this.moveBy[x * MOVE_COUNT + k] as number);
      }
      for (let y = 0; y < n; y++) {
        const same = x === y ? 1 : 0;
        work[row + y] = same - (this.stay[x * n + y] as number) / total;
        const lent = same * LENT_OBSERVATIONS;
        work[row + n + 1 + y] = ((this.moveTo[x * n + y] as number) + lent) / total;
      }
      work[row + n] = expected / total;
    }
  }

  /**
   * Gauss-Jordan without pivoting: I - Q is diagonally dominant, because every row of Q sums to less
   * than 1 (the lent observation moves), and elimination keeps it so.
   */
  private eliminate(): void {
    const { stateCount: n, work } = this;
    const width = 2 * n + 1;
    for (let pivot = 0; pivot < n; pivot++) {
      const pivotRow = pivot * width;
      const scale = 1 / (work[pivotRow + pivot] as number);
      for (let column = pivot; column < width; column++) {
        work[pivotRow + column] = (work[pivotRow + column] as number) * scale;
      }
      for (let x = 0; x < n; x++) {
        const factor = work[x * width + pivot] as number;
        if (x === pivot || factor === 0) continue;
        for (let column = pivot; column < width; column++) {
          const cell = x * width + column;
          work[cell] = (work[cell] as number) - factor * (work[pivotRow + column] as number);
        }
      }
    }
  }
}

/** Largest deviations of a solved chain from what must hold exactly. */
export interface MicroPriceChecks {
  readonly rowSumError: number;
  readonly stochasticError: number;
  readonly antisymmetryError: number;
}

const BUCKETS = 8;
const SPREADS = 3;
const SAMPLE_MICROS = 100_000;
/** A longer silence than this many samples is a gap, not a transition. */
const GAP_STEPS = 10;
const REFIT_MICROS = 60_000_000;
/** Observations before the table is trusted (about two minutes), and the window it fades to. */
const OBSERVATIONS_MIN = 1_000;
const OBSERVATIONS_MAX = 36_000;

/**
 * The micro-price of a live book: samples it on a 100 ms grid, solves the chain once a minute in
 * event time and answers by table lookup. Until it has seen enough it answers zero: the mid.
 */
export class MicroPriceTable implements Persistent {
  private readonly chain = new MicroPriceChain(BUCKETS, SPREADS);
  private lastStep = NO_GRID;
  private lastState = -1;
  private lastMidHalfTicks = 0;
  private refitStep = NO_GRID;
  /** Fits made so far. */
  fitCount = 0;

  /** Hot: every priced event; one division off the grid. Once a minute it solves (below 1 ms). */
  update(nowMicros: number, imbalance: number, spreadTicks: number, midHalfTicks: number): void {
    const step = gridStep(nowMicros, SAMPLE_MICROS);
    if (step === this.lastStep) return;
    const state = this.chain.stateOf(imbalance, spreadTicks);
    const isGap = this.lastStep === NO_GRID || step - this.lastStep > GAP_STEPS;
    if (!isGap && state >= 0 && this.lastState >= 0) {
      this.chain.add(this.lastState, state, midHalfTicks - this.lastMidHalfTicks);
    }
    this.lastStep = step;
    this.lastState = state;
    this.lastMidHalfTicks = midHalfTicks;
    this.refit(gridStep(nowMicros, REFIT_MICROS));
  }

  /** Expected move of the mid, in ticks; 0 until fitted. Hot. */
  adjustmentTicks(imbalance: number, spreadTicks: number): number {
    return this.fitCount === 0 ? 0 : this.chain.lookup(imbalance, spreadTicks);
  }

  skipGap(): void {
    this.lastStep = NO_GRID;
  }

  writeState(writer: StateWriter): void {
    this.chain.writeState(writer);
    writer.integer(this.lastStep);
    writer.integer(this.lastState);
    writer.integer(this.lastMidHalfTicks);
    writer.integer(this.refitStep);
    writer.integer(this.fitCount);
  }

  readState(reader: StateReader): void {
    this.chain.readState(reader);
    this.lastStep = reader.integer();
    this.lastState = reader.integer();
    this.lastMidHalfTicks = reader.integer();
    this.refitStep = reader.integer();
    this.fitCount = reader.integer();
  }

  private refit(step: number): void {
    if (step === this.refitStep) return;
    this.refitStep = step;
    if (this.chain.observationCount < OBSERVATIONS_MIN) return;
    this.chain.solve();
    this.fitCount += 1;
    if (this.chain.observationCount > OBSERVATIONS_MAX) {
      this.chain.fade(OBSERVATIONS_MAX / this.chain.observationCount);
    }
  }
}
