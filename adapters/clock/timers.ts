import type { Clock } from '#contracts/edge-ports.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import { SystemClock } from './clock.ts';

/** Something that was asked for and can be taken back until it has run. */
export interface Timer {
  cancel(): void;
}

/** A clock that also wakes. Edges that wait get all their time from here, so that a test can turn it. */
export interface Timers extends Clock {
  /** Runs `task` once, not before `delayMicros` have passed; below zero counts as zero. */
  after(delayMicros: DurationMicros, task: () => void): Timer;
}

/** The host's clock and timers. A waiting timer keeps the process alive. */
export class SystemTimers implements Timers {
  private readonly clock: Clock;

  constructor(clock: Clock = new SystemClock()) {
    this.clock = clock;
  }

  nowMicros(): EpochMicros {
    return this.clock.nowMicros();
  }

  after(delayMicros: DurationMicros, task: () => void): Timer {
    const handle = setTimeout(task, Math.max(0, Math.ceil(delayMicros / MICROS_PER_MILLI)));
    return { cancel: () => clearTimeout(handle) };
  }
}
