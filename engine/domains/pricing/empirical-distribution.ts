import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

const BIN_COUNT = 128;

/**
 * The distribution a signal has had lately, as a fading histogram: levels are ranks on the signal's
 * own distribution, not fixed values, so one threshold fits every market.
 *
 * Bins are even in ln(1 + x): fine near zero, wide in the tail. Values are 0 or more.
 */
export class EmpiricalDistribution implements Persistent {
  private readonly counts = new Float64Array(BIN_COUNT);
  /** Share of observations below each bin plus half of its own, as of the last refresh. */
  private readonly ranks = new Float64Array(BIN_COUNT);
  private readonly binsPerLog: number;
  private readonly observationsMin: number;
  private total = 0;
  private isReady = false;

  /** Values above `valueMax` share the last bin. No rank before `observationsMin` observations. */
  constructor(valueMax: number, observationsMin: number) {
    this.binsPerLog = BIN_COUNT / Math.log1p(valueMax);
    this.observationsMin = observationsMin;
  }

  /** Counts one value. Hot. */
  add(value: number): void {
    const bin = this.binOf(value);
    this.counts[bin] = (this.counts[bin] as number) + 1;
    this.total += 1;
  }

  /** Rank of a value, 0..1, as of the last refresh; 0 while too little was seen. Hot: one lookup. */
  rank(value: number): number {
    return this.isReady ? (this.ranks[this.binOf(value)] as number) : 0;
  }

  /** Computes the ranks and then fades all counts by `factor` (0..1). On a slow clock. */
  refresh(factor: number): void {
    let below = 0;
    for (let bin = 0; bin < BIN_COUNT; bin++) {
      const count = this.counts[bin] as number;
      this.ranks[bin] = this.total > 0 ? (below + count / 2) / this.total : 0;
      below += count;
      this.counts[bin] = count * factor;
    }
    this.isReady ||= this.total >= this.observationsMin;
    this.total = below * factor;
  }

  writeState(writer: StateWriter): void {
    writer.floats(this.counts, BIN_COUNT);
    writer.floats(this.ranks, BIN_COUNT);
    writer.float(this.total);
    writer.flag(this.isReady);
  }

  readState(reader: StateReader): void {
    reader.floats(this.counts);
    reader.floats(this.ranks);
    this.total = reader.float();
    this.isReady = reader.flag();
  }

  private binOf(value: number): number {
    return Math.min(BIN_COUNT - 1, Math.floor(Math.log1p(value) * this.binsPerLog));
  }
}
