import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** Control frames that may wait. More means that somebody asks in a loop. */
const WAITING_MAX = 256;

/**
 * Lets control frames out no faster than the venue takes them: PING, PONG and JSON requests count
 * alike, and one too many ends the connection. Answers to the venue's pings are sent at once and noted.
 */
export class ControlQueue {
  private readonly timers: Timers;
  private readonly framesPerSecond: number;
  private readonly send: (text: string) => void;
  private readonly sent: number[] = [];
  private readonly waiting: string[] = [];
  private timer: Timer | null = null;

  constructor(timers: Timers, framesPerSecond: number, send: (text: string) => void) {
    this.timers = timers;
    this.framesPerSecond = framesPerSecond;
    this.send = send;
  }

  /** Sends now or as soon as allowed. False when too many wait: the frame was not taken. */
  offer(text: string): boolean {
    if (this.waiting.length === WAITING_MAX) return false;
    this.waiting.push(text);
    this.drain();
    return true;
  }

  /** A frame that does not wait left: a PING of ours or a PONG. */
  note(): void {
    this.forgetOld();
    this.sent.push(this.timers.nowMicros());
  }

  close(): void {
    this.waiting.length = 0;
    this.timer?.cancel();
    this.timer = null;
  }

  private drain(): void {
    this.forgetOld();
    while (this.waiting.length > 0 && this.sent.length < this.framesPerSecond) {
      this.sent.push(this.timers.nowMicros());
      this.send(this.waiting.shift() as string);
    }
    if (this.waiting.length === 0 || this.timer !== null) return;
    const oldest = this.sent[0] as number;
    const wait = oldest + MICROS_PER_SECOND - this.timers.nowMicros();
    this.timer = this.timers.after(wait as DurationMicros, () => {
      this.timer = null;
      this.drain();
    });
  }

  private forgetOld(): void {
    const before = this.timers.nowMicros() - MICROS_PER_SECOND;
    while (this.sent.length > 0 && (this.sent[0] as number) <= before) this.sent.shift();
  }
}
