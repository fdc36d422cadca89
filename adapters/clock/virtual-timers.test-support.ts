/** Timers over virtual time: nothing happens but through `advance`. */
import type { DurationMicros, EpochMicros } from '#units/integers.ts';
import type { Timer, Timers } from './timers.ts';

interface Waiting {
  readonly atMicros: number;
  readonly task: () => void;
}

export class VirtualTimers implements Timers {
  private now: number;
  private readonly waiting = new Set<Waiting>();

  constructor(startMicros = 1_795_305_600_000_000) {
    this.now = startMicros;
  }

  nowMicros(): EpochMicros {
    return this.now as EpochMicros;
  }

  after(delayMicros: DurationMicros, task: () => void): Timer {
    const entry = { atMicros: this.now + Math.max(0, delayMicros), task };
    this.waiting.add(entry);
    return { cancel: () => this.waiting.delete(entry) };
  }

  /** Runs everything that falls due in the next `seconds`, in the order of time, then of asking. */
  advance(seconds: number): void {
    const until = this.now + Math.round(seconds * 1e6);
    for (let next = this.earliest(until); next !== null; next = this.earliest(until)) {
      this.waiting.delete(next);
      this.now = next.atMicros;
      next.task();
    }
    this.now = until;
  }

  private earliest(until: number): Waiting | null {
    let found: Waiting | null = null;
    for (const entry of this.waiting) {
      if (entry.atMicros > until) continue;
      if (found === null || entry.atMicros < found.atMicros) found = entry;
    }
    return found;
  }
}
