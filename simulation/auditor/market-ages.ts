import { INSTRUMENTS_MAX } from './situation.ts';

/** Messages closer together than this are one word. Longer than any of them is on its way. */
const WORD_MICROS = 100_000;

/** When something of each market last was said, or last reached the process. */
export class MarketAges {
  private readonly atMicros = new Float64Array(INSTRUMENTS_MAX).fill(Number.NEGATIVE_INFINITY);
  /** When the newest word began, and how long it was silent before. */
  private readonly wordMicros = new Float64Array(INSTRUMENTS_MAX).fill(Number.NEGATIVE_INFINITY);
  private readonly silences = new Float64Array(INSTRUMENTS_MAX);

  note(instrument: number, nowMicros: number): void {
    const silence = this.ageMicros(instrument, nowMicros);
    this.atMicros[instrument] = nowMicros;
    if (silence < WORD_MICROS) return;
    this.wordMicros[instrument] = nowMicros;
    this.silences[instrument] = silence;
  }

  /** Infinity before the first. */
  ageMicros(instrument: number, nowMicros: number): number {
    return nowMicros - (this.atMicros[instrument] as number);
  }

  /** Nothing was said for so long, but perhaps a word that nobody can have heard yet. */
  isSilent(instrument: number, nowMicros: number, forMicros: number): boolean {
    if (this.ageMicros(instrument, nowMicros) >= forMicros) return true;
    const isFresh = nowMicros - (this.wordMicros[instrument] as number) < WORD_MICROS;
    return isFresh && (this.silences[instrument] as number) >= forMicros;
  }
}
