import { HostMeasure, HostMeasurementEvent } from '#contracts/events.ts';
import {
  type DurationMicros,
  type EpochMicros,
  MICROS_PER_MILLI,
  MICROS_PER_SECOND,
  NO_INSTRUMENT,
  NO_ORDER,
} from '#units/integers.ts';
import type { LiveWindow } from './live-window.ts';
import type { NetworkContext } from './network-context.ts';

/** How often the offset is measured while something is wrong with it. */
const MEASURE_MICROS = MICROS_PER_SECOND;

interface OpenWindow {
  readonly live: LiveWindow;
  readonly fromMicros: number;
  isTold: boolean;
}

/**
 * The host's clock against the venue's: steps and drifts while a window is open, right afterwards.
 * The process is told by measurements, at once and every second.
 */
export class HostClock {
  private readonly context: NetworkContext;
  private readonly open: OpenWindow[] = [];
  private readonly measurement = new HostMeasurementEvent();
  private isMeasuring = false;

  constructor(context: NetworkContext) {
    this.context = context;
  }

  /** Host minus venue, microseconds; 0 when the clock is right. */
  get offsetMicros(): number {
    if (this.open.length === 0) return 0;
    const now = this.context.clock.nowMicros;
    let offset = 0;
    for (const { live, fromMicros } of this.open) {
      const { name, strength, salt } = live.window;
      const sign = salt % 2 === 0 ? 1 : -1;
      const seconds = (now - fromMicros) / MICROS_PER_SECOND;
      const millis = name === 'clock-drift' ? strength * seconds : strength;
      offset += sign * millis * MICROS_PER_MILLI;
    }
    return Math.round(offset);
  }

  start(live: LiveWindow): void {
    this.open.push({ live, fromMicros: this.context.clock.nowMicros, isTold: false });
    this.tell();
    this.measureLater();
  }

  end(live: LiveWindow): void {
    const at = this.open.findIndex((one) => one.live === live);
    if (at >= 0) this.open.splice(at, 1);
    this.tell();
  }

  private readonly measure = {
    run: (): void => {
      this.isMeasuring = false;
      if (this.open.length === 0) return;
      this.tell();
      this.measureLater();
    },
  };

  private measureLater(): void {
    if (this.isMeasuring) return;
    this.isMeasuring = true;
    const { clock } = this.context;
    clock.schedule((clock.nowMicros + MEASURE_MICROS) as EpochMicros, this.measure);
  }

  private tell(): void {
    this.measurement.measure = HostMeasure.CLOCK_OFFSET;
    this.measurement.valueMicros = this.offsetMicros as DurationMicros;
    if (this.measurement.valueMicros !== 0) this.noteMeasured();
    this.context.link.deliver(this.measurement, null);
  }

  /** The process can see it now: once a window. Each refused request is an effect of its own. */
  private noteMeasured(): void {
    if (!this.context.link.isListening) return;
    for (const one of this.open) {
      if (one.isTold) continue;
      one.isTold = true;
      this.context.onFault(one.live.window.name, NO_INSTRUMENT, NO_ORDER, NO_ORDER);
    }
  }
}
