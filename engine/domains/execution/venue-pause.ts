import type { VenueSilenceEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { VenueLimit, venueLimitOf, venueLimitPauseMicros } from '#contracts/venue-limits.ts';
import type { InstrumentIndex } from '#units/integers.ts';

const MARKETS_MAX = 2;
/** A silence that is broken by another refusal doubles, so often at most. */
const DOUBLINGS_MAX = 3;

/**
 * Leaves a market alone after it refused by rate. After a count of orders or requests nothing is placed,
 * amended or moved; cancels and questions still go, because they are what makes us safe. When the venue
 * refuses even those, or says that we are banned, nothing leaves at all until the pause is over.
 */
export class VenuePause implements Persistent {
  /** Newest event time; set by the owner. */
  nowMicros = 0;
  private readonly placementsFromMicros = new Float64Array(MARKETS_MAX);
  private readonly speechFromMicros = new Float64Array(MARKETS_MAX);
  /** When the pause began in which a further refusal counts as one too many; 0: none. */
  private readonly warnedAtMicros = new Float64Array(MARKETS_MAX);
  private readonly strikes = new Float64Array(MARKETS_MAX);
  private readonly columns: readonly Float64Array[] = [
    this.placementsFromMicros,
    this.speechFromMicros,
    this.warnedAtMicros,
    this.strikes,
  ];

  onReport(report: Readonly<ExecutionReport>): void {
    const limit = venueLimitOf(report);
    const market = report.instrument;
    if (limit === VenueLimit.NONE || market < 0 || market >= MARKETS_MAX) return;
    const untilMicros = this.nowMicros + venueLimitPauseMicros(limit);
    this.extend(this.placementsFromMicros, market, untilMicros);
    if (limit === VenueLimit.ORDERS) return;
    if (limit === VenueLimit.REQUESTS && !this.isRepeated(report)) {
      this.warnedAtMicros[market] = this.nowMicros;
      return;
    }
    this.silence(market, venueLimitPauseMicros(limit));
  }

  /** The venue named the time itself. */
  onSilence(event: Readonly<VenueSilenceEvent>): void {
    const market = event.instrument;
    if (market < 0 || market >= MARKETS_MAX) return;
    this.extend(this.speechFromMicros, market, event.untilMicros);
  }

  /** Event time from which the market may be asked for something new. Hot. */
  placementsFrom(instrument: InstrumentIndex): number {
    const placements = this.placementsFromMicros[instrument] as number;
    return Math.max(placements, this.speechFromMicros[instrument] as number);
  }

  /** Event time from which anything may be sent to the market. Hot. */
  speechFrom(instrument: InstrumentIndex): number {
    return this.speechFromMicros[instrument] as number;
  }

  isSilent(instrument: InstrumentIndex): boolean {
    return this.nowMicros < (this.speechFromMicros[instrument] as number);
  }

  writeState(writer: StateWriter): void {
    writer.section('venue-pause');
    writer.integer(this.nowMicros);
    for (const values of this.columns) writer.floats(values, MARKETS_MAX);
  }

  readState(reader: StateReader): void {
    reader.section('venue-pause');
    this.nowMicros = reader.integer();
    for (const values of this.columns) reader.floats(values);
  }

  /** Refused although it left after the last refusal had been heard, and before the pause was over. */
  private isRepeated(report: Readonly<ExecutionReport>): boolean {
    const warnedAt = this.warnedAtMicros[report.instrument] as number;
    if (warnedAt === 0 || report.requestedAtMicros <= warnedAt) return false;
    const pause = venueLimitPauseMicros(VenueLimit.REQUESTS);
    return report.requestedAtMicros < warnedAt + 2 * pause;
  }

  private silence(market: number, pauseMicros: number): void {
    const isInARow = this.nowMicros < (this.speechFromMicros[market] as number) + pauseMicros;
    const strikes = isInARow ? (this.strikes[market] as number) : 0;
    const length = pauseMicros * 2 ** Math.min(strikes, DOUBLINGS_MAX);
    // Refusals of what was under way when the silence began are not new ones.
    if (this.nowMicros < (this.speechFromMicros[market] as number)) return;
    this.strikes[market] = strikes + 1;
    this.warnedAtMicros[market] = this.nowMicros + length;
    this.extend(this.speechFromMicros, market, this.nowMicros + length);
  }

  private extend(column: Float64Array, market: number, untilMicros: number): void {
    if (untilMicros > (column[market] as number)) column[market] = untilMicros;
  }
}
