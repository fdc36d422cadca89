import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState, FeedStatusEvent } from '#contracts/events.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { isMarketKind } from './recorded-events.ts';

/** Between two passes: longer than any patience for a reconnect is needed. */
const PAUSE_MICROS = 1_000_000;
/** More than the ids of one recording span. */
const ID_STEP = 10_000_000_000;

/**
 * Moves the events of later passes over one session on in time and in all ids, so that they are the
 * future of the same session: the market, timers and leases. Introductions, private events and what
 * an operator said belong to the first pass or to none.
 */
export class MovedMarket {
  private readonly spanMicros: number;
  private readonly feed = new FeedStatusEvent();
  private hasMarketBegun = false;
  private pass = 0;

  /** `fromMicros`, `toMicros`: stamps of the first and the last event of the session. */
  constructor(fromMicros: number, toMicros: number) {
    this.spanMicros = toMicros - fromMicros + PAUSE_MICROS;
  }

  /**
   * Begins the next pass. From the second on both feeds were lost in between, so that each book starts
   * anew from the recorded snapshot; `publish` is told. `lastMicros`: stamp of the pass's last event.
   */
  begin(pass: number, lastMicros: number, publish: (event: EngineEvent) => void): void {
    this.pass = pass;
    if (pass === 0) return;
    for (const state of [FeedState.DISCONNECTED, FeedState.CONNECTED] as const) {
      for (const instrument of [0, 1]) {
        this.feed.state = state;
        this.feed.instrument = instrument as InstrumentIndex;
        this.feed.atMicros = lastMicros as EpochMicros;
        publish(this.feed);
      }
    }
  }

  /** Moves the event in place. False when it has no place in this pass. */
  move(event: EngineEvent): boolean {
    const isMarket = isMarketKind(event.kind);
    if (isMarket) this.hasMarketBegun = true;
    if (!isMarket && event.kind !== EventKind.TIMER && event.kind !== EventKind.RISK_LEASE) {
      const isIntroduction = event.kind !== EventKind.OPERATOR && !this.hasMarketBegun;
      return isIntroduction && this.pass === 0;
    }
    const shift = this.pass * this.spanMicros;
    event.atMicros = (event.atMicros + shift) as EpochMicros;
    if (event.kind === EventKind.RISK_LEASE) {
      event.expiresAtMicros = (event.expiresAtMicros + shift) as EpochMicros;
    } else if (isMarket) this.moveMarket(event, shift);
    return true;
  }

  private moveMarket(event: EngineEvent, shift: number): void {
    const ids = this.pass * ID_STEP;
    if ('venueTimeMicros' in event && event.venueTimeMicros > 0) {
      event.venueTimeMicros = (event.venueTimeMicros + shift) as EpochMicros;
    }
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        event.firstUpdateId += ids;
        event.lastUpdateId += ids;
        if (event.previousUpdateId >= 0) event.previousUpdateId += ids;
        return;
      case EventKind.DEPTH_SNAPSHOT:
        event.lastUpdateId += ids;
        return;
      case EventKind.BOOK_TICKER:
        event.updateId += ids;
        return;
      case EventKind.TRADE:
        event.tradeId += ids;
        return;
      case EventKind.MARK_PRICE:
        event.nextFundingMicros = (event.nextFundingMicros + shift) as EpochMicros;
        return;
      default:
        // A feed's status has no ids.
        return;
    }
  }
}
