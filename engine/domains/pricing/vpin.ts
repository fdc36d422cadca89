import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** More buckets than this would be a typing error: the paper uses 50. */
const BUCKET_COUNT_MAX = 1_000_000;

/**
 * Volume-synchronised probability of informed trading: the mean imbalance between buying and
 * selling over the last `bucketCount` buckets of equal volume.
 *
 * `VPIN = sum |buy - sell| / (bucketCount x bucketLots)`, 0..1. A trade that overfills a bucket is
 * split and its rest carried into the next, so every closed bucket holds exactly `bucketLots`. The
 * value moves only when a bucket closes and does not exist before `bucketCount` of them have.
 *
 * Source: MODELS.md §4; Easley, López de Prado and O'Hara, RFS 25(5) 2012. Trades are signed by the
 * venue's aggressor flag, which is better than any classification of bars.
 */
export class Vpin implements Persistent {
  private readonly bucketLots: number;
  private readonly bucketCount: number;
  /** Ring of signed imbalances (buy - sell) of closed buckets. */
  private readonly ring: Float64Array;
  private nextSlot = 0;
  private closed = 0;
  /** Sum of the absolute imbalances in the ring: whole lots, so exact. */
  private imbalanceLots = 0;
  private openFilledLots = 0;
  private openSignedLots = 0;

  /** Both whole numbers above zero; `bucketLots x bucketCount` within the safe integers. Throws a RangeError. */
  constructor(bucketLots: number, bucketCount: number) {
    if (!Number.isSafeInteger(bucketLots) || bucketLots <= 0) {
      throw new RangeError(`a bucket holds a whole number of lots above zero, not ${bucketLots}`);
    }
    if (!Number.isInteger(bucketCount) || bucketCount < 1 || bucketCount > BUCKET_COUNT_MAX) {
      throw new RangeError(`bucket count outside 1..${BUCKET_COUNT_MAX}: ${bucketCount}`);
    }
    if (!Number.isSafeInteger(bucketLots * bucketCount)) {
      throw new RangeError(`buckets too large: ${bucketCount} of ${bucketLots} lots`);
    }
    this.bucketLots = bucketLots;
    this.bucketCount = bucketCount;
    this.ring = new Float64Array(bucketCount);
  }

  /** Buckets closed since the start. */
  get closedCount(): number {
    return this.closed;
  }

  /** 0..1; NaN until `bucketCount` buckets have closed. */
  get value(): number {
    if (this.closed < this.bucketCount) return Number.NaN;
    return this.imbalanceLots / (this.bucketCount * this.bucketLots);
  }

  /**
   * |buy - sell| in lots of the closed buckets still counted, oldest first. Allocates: for reports
   * and tests.
   */
  get bucketImbalances(): readonly number[] {
    const kept = Math.min(this.closed, this.bucketCount);
    const imbalances: number[] = [];
    for (let index = 0; index < kept; index++) {
      const slot = (this.nextSlot - kept + index + this.bucketCount) % this.bucketCount;
      imbalances.push(Math.abs(this.ring[slot] as number));
    }
    return imbalances;
  }

  /**
   * Counts one trade: positive lots were bought by the aggressor, negative sold. Zero changes
   * nothing. Throws a RangeError when it is not a whole number of lots.
   *
   * Hot: every trade. No allocation; at most `bucketCount + 2` steps however large the trade is.
   */
  addTrade(signedLots: number): void {
    if (!Number.isSafeInteger(signedLots)) {
      throw new RangeError('a trade is a whole number of lots');
    }
    const sign = signedLots < 0 ? -1 : 1;
    let restLots = signedLots * sign;
    const roomLots = this.bucketLots - this.openFilledLots;
    if (restLots >= roomLots) {
      this.openSignedLots += sign * roomLots;
      this.closeBucket();
      restLots -= roomLots;
      restLots = this.closeWholeBuckets(restLots, sign);
    }
    this.openFilledLots += restLots;
    this.openSignedLots += sign * restLots;
  }

  writeState(writer: StateWriter): void {
    writer.section('vpin');
    writer.integer(this.bucketLots);
    writer.integer(this.bucketCount);
    writer.integer(this.nextSlot);
    writer.integer(this.closed);
    writer.integer(this.imbalanceLots);
    writer.integer(this.openFilledLots);
    writer.integer(this.openSignedLots);
    writer.floats(this.ring, this.bucketCount);
  }

  /** Throws a RangeError when the state was written with other bucket sizes. */
  readState(reader: StateReader): void {
    reader.section('vpin');
    const bucketLots = reader.integer();
    const bucketCount = reader.integer();
    if (bucketLots !== this.bucketLots || bucketCount !== this.bucketCount) {
      throw new RangeError(
        `stored VPIN has ${bucketCount} buckets of ${bucketLots} lots, configured are ` +
          `${this.bucketCount} of ${this.bucketLots}: restore under the configuration it was written with`,
      );
    }
    this.nextSlot = reader.integer();
    this.closed = reader.integer();
    this.imbalanceLots = reader.integer();
    this.openFilledLots = reader.integer();
    this.openSignedLots = reader.integer();
    reader.floats(this.ring);
  }

  /** Closes the buckets one trade fills alone and returns the lots left over. */
  private closeWholeBuckets(lots: number, sign: number): number {
    const restLots = lots % this.bucketLots;
    const wholeCount = (lots - restLots) / this.bucketLots;
    const writtenCount = Math.min(wholeCount, this.bucketCount);
    // They are all equal, so those that would be overwritten at once are only counted.
    this.closed += wholeCount - writtenCount;
    for (let index = 0; index < writtenCount; index++) {
      this.openSignedLots = sign * this.bucketLots;
      this.closeBucket();
    }
    return restLots;
  }

  private closeBucket(): void {
    const slot = this.nextSlot;
    const signedLots = this.openSignedLots;
    this.imbalanceLots += Math.abs(signedLots) - Math.abs(this.ring[slot] as number);
    this.ring[slot] = signedLots;
    this.nextSlot = slot + 1 === this.bucketCount ? 0 : slot + 1;
    this.closed += 1;
    this.openFilledLots = 0;
    this.openSignedLots = 0;
  }
}
