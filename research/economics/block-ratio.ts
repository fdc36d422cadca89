/** Blocks of this length hardly depend on each other, where markouts of neighbours overlap. */
const BLOCK_MICROS = 30_000_000;

/** A weighted mean with its standard error over blocks of time (ratio estimator, delta method). */
export class BlockRatio {
  /** Values added. */
  count = 0;
  private readonly sums = new Map<number, number>();
  private readonly weights = new Map<number, number>();

  /** `weight` is above zero. */
  add(atMicros: number, value: number, weight: number): void {
    const block = Math.floor(atMicros / BLOCK_MICROS);
    this.count += 1;
    this.sums.set(block, (this.sums.get(block) ?? 0) + value * weight);
    this.weights.set(block, (this.weights.get(block) ?? 0) + weight);
  }

  /** NaN without values. */
  get mean(): number {
    return total(this.sums) / total(this.weights);
  }

  /** NaN with fewer than two blocks. */
  get standardError(): number {
    const blocks = this.weights.size;
    const { mean } = this;
    let squares = 0;
    for (const [block, weight] of this.weights) {
      squares += ((this.sums.get(block) ?? 0) - mean * weight) ** 2;
    }
    if (blocks < 2) return Number.NaN;
    return Math.sqrt((squares * blocks) / (blocks - 1)) / total(this.weights);
  }
}

function total(values: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const value of values.values()) sum += value;
  return sum;
}
