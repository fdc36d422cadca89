import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** One subscribed stream and how long it may say nothing, in microseconds. */
export interface WatchedStream {
  readonly name: string;
  readonly silenceMicrosMax: DurationMicros;
}

export interface SilenceActions {
  /** The first remedy: subscribe again. */
  resubscribe(stream: string): void;
  /** It did not help: the whole connection anew. */
  reconnect(stream: string): void;
}

const LOOK_MICROS = MICROS_PER_SECOND / 4;

/**
 * Watches each stream by itself: a subscription on a wrong path is acknowledged and then silent for
 * ever while others of the same socket go on. After one silence it subscribes again, after a second
 * one it connects anew.
 */
export class SilenceWatch {
  private readonly timers: Timers;
  private readonly streams: readonly WatchedStream[];
  private readonly actions: SilenceActions;
  private readonly heard: Float64Array;
  private readonly wasResubscribed: boolean[];
  private timer: Timer | null = null;

  constructor(timers: Timers, streams: readonly WatchedStream[], actions: SilenceActions) {
    this.timers = timers;
    this.streams = streams;
    this.actions = actions;
    this.heard = new Float64Array(streams.length);
    this.wasResubscribed = streams.map(() => false);
  }

  /** The connection is up: the clock of every stream starts. */
  start(): void {
    this.heard.fill(this.timers.nowMicros());
    this.wasResubscribed.fill(false);
    if (this.timer === null) this.lookLater();
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  /** Hot: every frame. `index` is the place in the list given at construction. */
  hear(index: number, atMicros: number): void {
    this.heard[index] = atMicros;
    this.wasResubscribed[index] = false;
  }

  private lookLater(): void {
    this.timer = this.timers.after(LOOK_MICROS as DurationMicros, () => {
      this.lookLater();
      this.look();
    });
  }

  private look(): void {
    const now = this.timers.nowMicros();
    for (let index = 0; index < this.streams.length; index++) {
      const stream = this.streams[index] as WatchedStream;
      if (now - (this.heard[index] as number) <= stream.silenceMicrosMax) continue;
      this.heard[index] = now;
      if (this.wasResubscribed[index]) {
        this.wasResubscribed.fill(false);
        this.actions.reconnect(stream.name);
        return;
      }
      this.wasResubscribed[index] = true;
      this.actions.resubscribe(stream.name);
    }
  }
}
