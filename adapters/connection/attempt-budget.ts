import type { EpochMicros } from '#units/integers.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';

/** The venue allows 300 connection attempts in 5 minutes for one address, of all kinds together. */
const ATTEMPTS_MAX = 200;
const WINDOW_MICROS = 300 * MICROS_PER_SECOND;

/** Counts connection attempts in a sliding window. One for all connections of one address. */
export class AttemptBudget {
  private readonly attemptsMax: number;
  private readonly windowMicros: number;
  private readonly taken: number[] = [];

  /** The defaults leave a third of the venue's limit to other programs of the address. */
  constructor(attemptsMax = ATTEMPTS_MAX, windowMicros = WINDOW_MICROS) {
    this.attemptsMax = attemptsMax;
    this.windowMicros = windowMicros;
  }

  /** Takes one attempt and returns 0, or takes none and returns how long to wait, in microseconds. */
  take(nowMicros: EpochMicros): number {
    while (this.taken.length > 0 && (this.taken[0] as number) <= nowMicros - this.windowMicros) {
      this.taken.shift();
    }
    if (this.taken.length < this.attemptsMax) {
      this.taken.push(nowMicros);
      return 0;
    }
    return (this.taken[0] as number) + this.windowMicros - nowMicros;
  }
}
