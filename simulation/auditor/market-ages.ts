import { INSTRUMENTS_MAX } from './situation.ts';

/** When something of each market last reached the process. */
export class MarketAges {
  private readonly atMicros = new Float64Array(INSTRUMENTS_MAX).fill(Number.NEGATIVE_INFINITY);

  note(instrument: number, nowMicros: number): void {
    this.atMicros[instrument] = nowMicros;
  }

  /** Infinity before the first. */
  ageMicros(instrument: number, nowMicros: number): number {
    return nowMicros - (this.atMicros[instrument] as number);
  }
}
