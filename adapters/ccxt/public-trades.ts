import { TradeEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import {
  type EpochMicros,
  MICROS_PER_SECOND,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { shown } from './exact-decimal.ts';
import type { CcxtTrade } from './library-interface.ts';
import { CcxtDataError, microsOf, type WholeBooks } from './whole-books.ts';

/** Trades told again on other answers are known by what they say, so far back. */
const REMEMBERED_MAX = 4_000;
/** Streams begin with history. What is older when it comes moves no queue of ours. */
const AGE_MICROS_MAX = 10 * MICROS_PER_SECOND;

/**
 * Public trades, each once and numbered by us: the venues' ids are texts of any form. Trades without a
 * taker's side or off our grid are counted and left out.
 */
export class PublicTrades {
  readonly event = new TradeEvent();
  repeatedCount = 0;
  oldCount = 0;
  unusableCount = 0;
  private readonly books: WholeBooks;
  private readonly seen = new Set<string>();
  private lastId = 0;

  constructor(instrument: Instrument, books: WholeBooks) {
    this.books = books;
    this.event.instrument = instrument.index;
  }

  /** Hands each new trade to `publish`, the oldest first. The event is refilled. Throws a CcxtDataError for no list. */
  take(
    trades: readonly CcxtTrade[],
    atMicros: EpochMicros,
    publish: (event: TradeEvent) => void,
  ): void {
    // The library hands on what a venue said.
    if (!Array.isArray(trades)) throw new CcxtDataError('the trades are no list');
    for (const trade of trades) {
      if (typeof trade !== 'object' || trade === null) this.unusableCount += 1;
      else if (this.fill(trade, atMicros)) publish(this.event);
    }
  }

  private fill(trade: CcxtTrade, atMicros: EpochMicros): boolean {
    if (this.isKnown(trade)) {
      this.repeatedCount += 1;
      return false;
    }
    const { event } = this;
    const venueTimeMicros = microsOf(trade.timestamp);
    if (venueTimeMicros > 0 && venueTimeMicros < atMicros - AGE_MICROS_MAX) {
      this.oldCount += 1;
      return false;
    }
    try {
      event.priceTicks = this.books.ticksOf(trade.price) as PriceTicks;
      event.quantityLots = this.books.lotsOf(trade.amount) as QuantityLots;
    } catch (error) {
      if (!(error instanceof CcxtDataError)) throw error;
      this.unusableCount += 1;
      return false;
    }
    if (event.quantityLots <= 0 || (trade.side !== 'buy' && trade.side !== 'sell')) {
      this.unusableCount += 1;
      return false;
    }
    this.lastId += 1;
    event.tradeId = this.lastId;
    event.atMicros = atMicros;
    event.venueTimeMicros = venueTimeMicros;
    event.aggressor = trade.side === 'buy' ? Side.BUY : Side.SELL;
    return true;
  }

  private isKnown({ id, timestamp, price, amount, side }: CcxtTrade): boolean {
    const name =
      typeof id === 'string' ? id : [timestamp, price, amount, side].map(shown).join(' ');
    if (this.seen.has(name)) return true;
    this.seen.add(name);
    if (this.seen.size > REMEMBERED_MAX) {
      for (const oldest of this.seen) {
        this.seen.delete(oldest);
        break;
      }
    }
    return false;
  }
}
