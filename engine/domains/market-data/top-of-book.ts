import type { BookTickerEvent } from '#contracts/events.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

/** One side of the last bookTicker. */
export class TopTicker {
  /** 0: the side is empty. */
  priceTicks = 0;
  quantityLots = 0;
  /** Venue time of the ticker; where the venue sends none, when it reached us. */
  timeMicros = 0;
}

/**
 * Fuses the depth book with bookTicker by update id: both streams count the same changes, so the
 * higher id is the newer truth and an older one never overwrites a newer top, whichever arrives last.
 */
export class TopOfBook implements Persistent {
  readonly bid = new TopTicker();
  readonly ask = new TopTicker();
  /** Tickers that arrived after something newer. */
  lateCount = 0;
  updateId = 0;
  /** Set by `adopt`: that side's price is another than before. */
  bidMoved = false;
  askMoved = false;

  /** True when the ticker is newer than a depth book at this id, so that its touch is shown. */
  isNewerThan(bookUpdateId: number): boolean {
    return this.updateId > bookUpdateId;
  }

  /**
   * Would this ticker be news? False, and counted, when it or the book already says more.
   *
   * Hot: every bookTicker.
   */
  isNews(updateId: number, bookUpdateId: number): boolean {
    if (updateId > this.updateId && updateId > bookUpdateId) return true;
    this.lateCount += 1;
    return false;
  }

  /** Takes the ticker over. Hot: every bookTicker. No allocation. */
  adopt(event: Readonly<BookTickerEvent>): void {
    const time = event.venueTimeMicros > 0 ? event.venueTimeMicros : event.atMicros;
    this.updateId = event.updateId;
    this.bidMoved = fill(this.bid, event.bidPriceTicks, event.bidQuantityLots, time);
    this.askMoved = fill(this.ask, event.askPriceTicks, event.askQuantityLots, time);
  }

  /** The connection was lost: update ids may start anew, so nothing known may outrank what comes. */
  forget(): void {
    this.updateId = 0;
    fill(this.bid, 0, 0, 0);
    fill(this.ask, 0, 0, 0);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.updateId);
    writer.integer(this.lateCount);
    writeTicker(writer, this.bid);
    writeTicker(writer, this.ask);
  }

  readState(reader: StateReader): void {
    this.updateId = reader.integer();
    this.lateCount = reader.integer();
    readTicker(reader, this.bid);
    readTicker(reader, this.ask);
  }
}

/** True when the price is another than before. A side without lots is an empty side. */
function fill(into: TopTicker, priceTicks: number, lots: number, timeMicros: number): boolean {
  const price = lots > 0 ? priceTicks : 0;
  const moved = into.priceTicks !== price;
  into.priceTicks = price;
  into.quantityLots = lots;
  into.timeMicros = timeMicros;
  return moved;
}

function writeTicker(writer: StateWriter, ticker: TopTicker): void {
  writer.integer(ticker.priceTicks);
  writer.integer(ticker.quantityLots);
  writer.integer(ticker.timeMicros);
}

function readTicker(reader: StateReader, ticker: TopTicker): void {
  ticker.priceTicks = reader.integer();
  ticker.quantityLots = reader.integer();
  ticker.timeMicros = reader.integer();
}
