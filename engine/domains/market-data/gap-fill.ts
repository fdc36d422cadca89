import { CommandKind, type CommandSink, RequestCommand } from '#contracts/commands.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { DurationMicros, InstrumentIndex } from '#units/integers.ts';

export interface GapFillOptions {
  readonly instrument: InstrumentIndex;
  readonly retryMicrosMin: DurationMicros;
  readonly retryMicrosMax: DurationMicros;
  readonly output: CommandSink;
}

/**
 * Asks for depth snapshots, never faster than allowed: a snapshot costs request weight, and a storm of
 * resyncs would burn the budget that cancels need. The pause doubles from try to try and starts over
 * once the book is whole.
 */
export class GapFill implements Persistent {
  /** Snapshots asked for since the session began. */
  requestCount = 0;
  private readonly retryMicrosMin: number;
  private readonly retryMicrosMax: number;
  private readonly output: CommandSink;
  private readonly command = new RequestCommand();
  private isWanted = false;
  private nextAtMicros = 0;
  private pauseMicros: number;

  constructor(options: GapFillOptions) {
    this.retryMicrosMin = options.retryMicrosMin;
    this.retryMicrosMax = options.retryMicrosMax;
    this.pauseMicros = options.retryMicrosMin;
    this.output = options.output;
    this.command.kind = CommandKind.REQUEST_SNAPSHOT;
    this.command.instrument = options.instrument;
  }

  /** A snapshot is needed, but not before `earliestMicros` (event time). */
  want(earliestMicros: number): void {
    this.isWanted = true;
    if (this.nextAtMicros < earliestMicros) this.nextAtMicros = earliestMicros;
  }

  /** Event time of the next allowed request. */
  get nextRequestMicros(): number {
    return this.nextAtMicros;
  }

  /** Nothing is asked before that time: the venue said so. */
  rest(untilMicros: number): void {
    if (this.nextAtMicros < untilMicros) this.nextAtMicros = untilMicros;
  }

  /** The book is whole again. Keeps the time of the next allowed request. */
  settle(): void {
    this.isWanted = false;
    this.pauseMicros = this.retryMicrosMin;
  }

  /** Sends the request when one is wanted and its time has come. */
  poll(nowMicros: number): void {
    if (!this.isWanted || nowMicros < this.nextAtMicros) return;
    this.nextAtMicros = nowMicros + this.pauseMicros;
    this.pauseMicros = Math.min(this.pauseMicros * 2, this.retryMicrosMax);
    this.requestCount += 1;
    this.output.emit(this.command);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.requestCount);
    writer.flag(this.isWanted);
    writer.integer(this.nextAtMicros);
    writer.integer(this.pauseMicros);
  }

  readState(reader: StateReader): void {
    this.requestCount = reader.integer();
    this.isWanted = reader.flag();
    this.nextAtMicros = reader.integer();
    this.pauseMicros = reader.integer();
  }
}
