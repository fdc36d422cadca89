/** Waiting for another process: for as long as it shows life, and never in vain. */
import { WRITER_SILENCE_MILLISECONDS } from '#adapters/journal/journal.ts';

/** How often whoever owns a `Patience` calls `look`. */
export const LOOK_MILLISECONDS = 1_000;
/**
 * Looks in a row at a process that owes an answer and has said nothing: then it hangs, which is a failure of
 * its own. It gives its own disk up, and ends, long before; the rest is for a slow machine. Looks are
 * counted and not time, so that a program that itself stood still blames nobody.
 */
const SILENT_LOOKS_MAX = (4 * WRITER_SILENCE_MILLISECONDS) / LOOK_MILLISECONDS;

/** Somebody waits for an answer. */
interface Wait {
  readonly what: string;
  readonly fail: (error: unknown) => void;
}

export class Patience {
  private readonly waits = new Set<Wait>();
  private readonly looksMax: number;
  private silentLooks = 0;
  private fault: { readonly error: unknown } | null = null;

  /** `looksMax`: looks without a word that are borne. */
  constructor(looksMax = SILENT_LOOKS_MAX) {
    this.looksMax = looksMax;
  }

  /** Something broke: whatever waits, or will wait, is told the first such error. */
  get isBroken(): boolean {
    return this.fault !== null;
  }

  /** A word came. */
  hear(): void {
    this.silentLooks = 0;
  }

  /** What has been waited for in vain and for how many looks, or null while there is hope. */
  look(): string | null {
    const [wait] = this.waits;
    if (wait === undefined) return null;
    this.silentLooks += 1;
    if (this.silentLooks < this.looksMax) return null;
    return `waited ${(this.silentLooks * LOOK_MILLISECONDS) / 1_000} s for ${wait.what}`;
  }

  break(error: unknown): void {
    this.fault ??= { error };
    for (const wait of this.waits) wait.fail(this.fault.error);
  }

  /** The answer; rejects when something breaks before it comes. */
  async until<Answer>(what: string, answer: Promise<Answer>): Promise<Answer> {
    if (this.fault !== null) throw this.fault.error;
    const { promise: broken, reject } = Promise.withResolvers<never>();
    const wait = { what, fail: reject };
    if (this.waits.size === 0) this.silentLooks = 0;
    this.waits.add(wait);
    try {
      return await Promise.race([answer, broken]);
    } finally {
      this.waits.delete(wait);
    }
  }
}
