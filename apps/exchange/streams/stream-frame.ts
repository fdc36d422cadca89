/** One message of a stream, encoded once for everybody who listens. */
import { MICROS_PER_MILLI } from '#units/integers.ts';

export type TimeUnit = 'MILLISECOND' | 'MICROSECOND';

/** Writes a moment of the venue's clock in the unit a listener asked for. */
export type WriteTime = (micros: number) => string;

const MILLISECONDS: WriteTime = (micros) => String(Math.floor(micros / MICROS_PER_MILLI));
const MICROSECONDS: WriteTime = (micros) => String(micros);

export class StreamFrame {
  readonly stream: string;
  private readonly write: (time: WriteTime) => string;
  private readonly raw = new Map<TimeUnit, string>();
  private readonly combined = new Map<TimeUnit, string>();

  /** `write` makes the payload's JSON. */
  constructor(stream: string, write: (time: WriteTime) => string) {
    this.stream = stream;
    this.write = write;
  }

  text(unit: TimeUnit, isCombined: boolean): string {
    const known = (isCombined ? this.combined : this.raw).get(unit);
    if (known !== undefined) return known;
    const payload = isCombined
      ? `{"stream":"${this.stream}","data":${this.text(unit, false)}}`
      : this.write(unit === 'MILLISECOND' ? MILLISECONDS : MICROSECONDS);
    (isCombined ? this.combined : this.raw).set(unit, payload);
    return payload;
  }
}
