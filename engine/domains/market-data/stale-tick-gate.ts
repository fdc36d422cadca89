import type { MarketDataConfiguration } from '#contracts/configuration/market-data-configuration.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Weight of one new interval in the baseline: about the last hundred messages count. */
const BASELINE_WEIGHT = 1 / 64;

/**
 * Says how old a feed is against its own habit. A busy feed that falls silent is suspicious within the
 * floor; a slow one is given a multiple of its usual interval, up to the ceiling.
 */
export class StaleTickGate implements Persistent {
  isConnected = true;
  /** Event time of the newest book, touch or trade message; 0 before the first. */
  private lastEventMicros = 0;
  /** A touch the depth book has to reach, and since when it has to. */
  private awaitedUpdateId = 0;
  private awaitedSinceMicros = 0;
  /** Exponentially weighted interval between messages, in microseconds. */
  private baselineMicros = 0;
  private readonly configuration: MarketDataConfiguration;

  constructor(configuration: MarketDataConfiguration) {
    this.configuration = configuration;
  }

  /** Hot: every book, touch and trade message. Marks and status messages prove nothing and do not count. */
  onEvent(atMicros: number): void {
    if (this.lastEventMicros > 0) {
      // One long silence must not teach the gate to accept the next.
      const interval = Math.min(
        atMicros - this.lastEventMicros,
        this.configuration.freshnessCeilingMicros,
      );
      this.baselineMicros += (interval - this.baselineMicros) * BASELINE_WEIGHT;
    }
    this.lastEventMicros = atMicros;
  }

  /**
   * A touch with this id was adopted while the book stood at `bookUpdateId`. One touch at a time is
   * awaited, because in a busy market the newest touch is always ahead of the depth stream.
   */
  onTicker(updateId: number, bookUpdateId: number, atMicros: number): void {
    if (bookUpdateId < this.awaitedUpdateId) return;
    this.awaitedUpdateId = updateId;
    this.awaitedSinceMicros = atMicros;
  }

  /** The connection was lost: update ids may start anew. */
  onFeedLost(): void {
    this.isConnected = false;
    this.awaitedUpdateId = 0;
  }

  /** Microseconds since the newest message. */
  ageMicros(nowMicros: number): number {
    return nowMicros - this.lastEventMicros;
  }

  /** Oldest age that is not stale. */
  get allowedAgeMicros(): number {
    const { freshnessFloorMicros, freshnessCeilingMicros, freshnessBaselineMultiple } =
      this.configuration;
    const usual = this.baselineMicros * freshnessBaselineMultiple;
    return Math.min(freshnessCeilingMicros, Math.max(freshnessFloorMicros, usual));
  }

  /**
   * True when quotes must not rest on this feed: disconnected, silent for too long, or the depth stream
   * alone has died and does not reach a touch that is long known.
   */
  isStale(nowMicros: number, bookUpdateId: number): boolean {
    if (!this.isConnected) return true;
    if (this.ageMicros(nowMicros) > this.allowedAgeMicros) return true;
    if (bookUpdateId >= this.awaitedUpdateId) return false;
    return nowMicros - this.awaitedSinceMicros > this.configuration.depthLagMicrosMax;
  }

  /** 1 up to half the allowed age, then falling to 0 at the allowed age. */
  confidence(nowMicros: number): number {
    const left = 2 - (2 * this.ageMicros(nowMicros)) / this.allowedAgeMicros;
    return Math.min(1, Math.max(0, left));
  }

  writeState(writer: StateWriter): void {
    writer.flag(this.isConnected);
    writer.integer(this.lastEventMicros);
    writer.integer(this.awaitedUpdateId);
    writer.integer(this.awaitedSinceMicros);
    writer.float(this.baselineMicros);
  }

  readState(reader: StateReader): void {
    this.isConnected = reader.flag();
    this.lastEventMicros = reader.integer();
    this.awaitedUpdateId = reader.integer();
    this.awaitedSinceMicros = reader.integer();
    this.baselineMicros = reader.float();
  }
}
