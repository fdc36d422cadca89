/** Asks the same again and again, and backs off when it goes wrong. */
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { classesOf, wordsOf } from './failure-table.ts';

const PAUSE_MICROS_MIN = MICROS_PER_SECOND;
const PAUSE_MICROS_MAX = 30 * MICROS_PER_SECOND;
/** After a refusal by rate, whatever the venue said: the library does not hand it on. */
const REFUSED_PAUSE_MICROS = 60 * MICROS_PER_SECOND;
/** Nothing gets better by asking again. */
const HOPELESS = ['NotSupported', 'BadSymbol', 'AuthenticationError', 'RestrictedLocation'];

export interface RepeatedQuestionOptions {
  readonly timers: Timers;
  /** Least time from an answer to the next question; 0 for a stream, whose answers come when they come. */
  readonly pauseMicros: number;
  readonly ask: () => Promise<void>;
  /** Something went wrong. `until`: nothing is asked before, by a refusal; 0 otherwise. */
  readonly onFailure: (words: string, untilMicros: number) => void;
  /** It will not be asked again. */
  readonly onGivenUp: (words: string) => void;
}

export class RepeatedQuestion {
  private readonly options: RepeatedQuestionOptions;
  private isRunning = false;
  private timer: Timer | null = null;
  private wake: (() => void) | null = null;
  private failureCount = 0;

  constructor(options: RepeatedQuestionOptions) {
    this.options = options;
  }

  start(): void {
    this.isRunning = true;
    // Never rejects: what goes wrong is told.
    void this.run();
  }

  /** An answer that is under way is still taken; nothing is asked any more. */
  stop(): void {
    this.isRunning = false;
    this.timer?.cancel();
    this.wake?.();
  }

  private async run(): Promise<void> {
    const { ask, pauseMicros } = this.options;
    while (this.isRunning) {
      try {
        await ask();
        this.failureCount = 0;
        if (pauseMicros > 0) await this.pause(pauseMicros);
      } catch (error) {
        if (!this.isRunning) return;
        await this.fail(error);
      }
    }
  }

  private async fail(error: unknown): Promise<void> {
    const { timers, onFailure, onGivenUp } = this.options;
    const classes = classesOf(error);
    const words = wordsOf(error);
    if (HOPELESS.some((name) => classes.includes(name))) {
      this.isRunning = false;
      onGivenUp(words);
      return;
    }
    const isRefused = classes.includes('RateLimitExceeded') || classes.includes('DDoSProtection');
    const doubled = PAUSE_MICROS_MIN * 2 ** Math.min(this.failureCount, 10);
    this.failureCount += 1;
    const pause = isRefused ? REFUSED_PAUSE_MICROS : Math.min(doubled, PAUSE_MICROS_MAX);
    onFailure(words, isRefused ? timers.nowMicros() + pause : 0);
    await this.pause(pause);
  }

  private pause(micros: number): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
      this.timer = this.options.timers.after(micros as DurationMicros, resolve);
    });
  }
}
