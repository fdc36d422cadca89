import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { HttpGet } from '#adapters/connection/http-get.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { HostMeasure, HostMeasurementEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { type DurationMicros, MICROS_PER_MILLI, MICROS_PER_SECOND } from '#units/integers.ts';

/** Odd, so that the median is a sample. Weight 1 each. */
const SAMPLES = 5;
const INTERVAL_MICROS = (60 * MICROS_PER_SECOND) as DurationMicros;
/** After a measurement that failed. */
const RETRY_MICROS = (10 * MICROS_PER_SECOND) as DurationMicros;
/** A slower answer says too little about the moment. */
const ROUND_TRIP_MICROS_MAX = 2 * MICROS_PER_SECOND;
/** The venue tells whole milliseconds, cut: on average half of one is missing. */
const CUT_MICROS = MICROS_PER_MILLI / 2;

export interface VenueTimeOptions {
  readonly market: Market;
  /** Base of the REST URLs. */
  readonly baseUrl: string;
  readonly get: HttpGet;
  readonly timers: Timers;
  /** Takes each measurement as a HostMeasurementEvent; null when nobody decides by it. */
  readonly sink: EventSink | null;
  readonly onNote: (note: string) => void;
}

/**
 * How far the venue's clock is from ours: server time against the middle of its round trip, the median
 * of five, once a minute.
 */
export class VenueTime {
  private readonly options: VenueTimeOptions;
  private readonly event = new HostMeasurementEvent();
  private timer: Timer | null = null;
  private isRunning = false;
  private offset: DurationMicros | null = null;

  constructor(options: VenueTimeOptions) {
    this.options = options;
    this.event.measure = HostMeasure.CLOCK_OFFSET;
  }

  /** Venue's clock minus ours in microseconds; null before the first measurement. */
  get offsetMicros(): DurationMicros | null {
    return this.offset;
  }

  /** Measures now and then once a minute. */
  start(): void {
    if (this.isRunning) return;
    this.isRunning = true;
    this.again();
  }

  stop(): void {
    this.isRunning = false;
    this.timer?.cancel();
  }

  /** One measurement of five round trips; null when none of them was good. Never rejects. */
  async measure(): Promise<DurationMicros | null> {
    const samples: number[] = [];
    for (let sample = 0; sample < SAMPLES; sample++) {
      const offset = await this.sample();
      if (offset !== null) samples.push(offset);
    }
    if (samples.length === 0) return null;
    samples.sort((left, right) => left - right);
    const median = Math.round(samples[Math.floor((samples.length - 1) / 2)] as number);
    this.offset = median as DurationMicros;
    return this.offset;
  }

  private again(): void {
    // `measure` never rejects, and an error of the sink is a bug that must be seen.
    void this.measure().then((offset) => {
      if (!this.isRunning) return;
      if (offset !== null) this.publish(offset);
      const pause = offset === null ? RETRY_MICROS : INTERVAL_MICROS;
      this.timer = this.options.timers.after(pause, () => this.again());
    });
  }

  private publish(offset: DurationMicros): void {
    const { sink, timers } = this.options;
    if (sink === null) return;
    this.event.atMicros = timers.nowMicros();
    this.event.valueMicros = offset;
    sink.publish(this.event);
  }

  private async sample(): Promise<number | null> {
    const { market, baseUrl, get, timers, onNote } = this.options;
    const path = market === Market.SPOT ? '/api/v3/time' : '/fapi/v1/time';
    try {
      const sentMicros = timers.nowMicros();
      const answer = await get(`${baseUrl}${path}`);
      const receivedMicros = timers.nowMicros();
      const serverMillis = answer.status === 200 ? readServerTime(answer.body) : null;
      if (serverMillis === null) {
        onNote(`server time: status ${answer.status}, no time in the answer`);
        return null;
      }
      const roundTrip = receivedMicros - sentMicros;
      if (roundTrip > ROUND_TRIP_MICROS_MAX) return null;
      return serverMillis * MICROS_PER_MILLI + CUT_MICROS - (sentMicros + roundTrip / 2);
    } catch (error) {
      onNote(`server time: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}

/** Null when the body holds no time. */
function readServerTime(body: Buffer): number | null {
  const millis = /^\s*\{\s*"serverTime"\s*:\s*(\d{13})\s*\}\s*$/.exec(body.toString('utf8'))?.[1];
  return millis === undefined ? null : Number(millis);
}
