/** Layouts of market events. Fields stand in the order of writing; each begins on 8 bytes. */
import type {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  FeedStatusEvent,
  LevelColumn,
  MarkPriceEvent,
  TradeEvent,
} from '#contracts/events.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';

/** Prices and quantities are whole doubles: a raw copy keeps every safe integer. Hot. */
function writeLevels(writer: ByteWriter, levels: LevelColumn): void {
  const { count, pricesTicks, quantitiesLots } = levels;
  for (let index = 0; index < count; index++) {
    // `as number` is safe: the column keeps `count` within both arrays.
    writer.integer(pricesTicks[index] as number);
    writer.integer(quantitiesLots[index] as number);
  }
}

/** Hot. Allocates only while the column grows. */
function readLevels(reader: ByteReader, count: number, levels: LevelColumn): void {
  levels.clear();
  for (let index = 0; index < count; index++) {
    const price = reader.float();
    levels.push(price, reader.float());
  }
}

export function writeDepthDelta(writer: ByteWriter, event: Readonly<DepthDeltaEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.count(event.bids.count);
  writer.count(event.asks.count);
  writer.integer(event.venueTimeMicros);
  writer.integer(event.firstUpdateId);
  writer.integer(event.lastUpdateId);
  writer.integer(event.previousUpdateId);
  writeLevels(writer, event.bids);
  writeLevels(writer, event.asks);
}

export function readDepthDelta(reader: ByteReader, event: DepthDeltaEvent): void {
  event.instrument = reader.small();
  reader.align();
  const bidCount = reader.count();
  const askCount = reader.count();
  event.venueTimeMicros = reader.integer();
  event.firstUpdateId = reader.integer();
  event.lastUpdateId = reader.integer();
  event.previousUpdateId = reader.integer();
  readLevels(reader, bidCount, event.bids);
  readLevels(reader, askCount, event.asks);
}

export function writeDepthSnapshot(writer: ByteWriter, event: Readonly<DepthSnapshotEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.count(event.bids.count);
  writer.count(event.asks.count);
  writer.integer(event.venueTimeMicros);
  writer.integer(event.lastUpdateId);
  writeLevels(writer, event.bids);
  writeLevels(writer, event.asks);
}

export function readDepthSnapshot(reader: ByteReader, event: DepthSnapshotEvent): void {
  event.instrument = reader.small();
  reader.align();
  const bidCount = reader.count();
  const askCount = reader.count();
  event.venueTimeMicros = reader.integer();
  event.lastUpdateId = reader.integer();
  readLevels(reader, bidCount, event.bids);
  readLevels(reader, askCount, event.asks);
}

export function writeBookTicker(writer: ByteWriter, event: Readonly<BookTickerEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.updateId);
  writer.integer(event.bidPriceTicks);
  writer.integer(event.bidQuantityLots);
  writer.integer(event.askPriceTicks);
  writer.integer(event.askQuantityLots);
}

export function readBookTicker(reader: ByteReader, event: BookTickerEvent): void {
  event.instrument = reader.small();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.updateId = reader.integer();
  event.bidPriceTicks = reader.integer();
  event.bidQuantityLots = reader.integer();
  event.askPriceTicks = reader.integer();
  event.askQuantityLots = reader.integer();
}

export function writeTrade(writer: ByteWriter, event: Readonly<TradeEvent>): void {
  writer.small(event.instrument);
  writer.code(event.aggressor);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.tradeId);
  writer.integer(event.priceTicks);
  writer.integer(event.quantityLots);
}

export function readTrade(reader: ByteReader, event: TradeEvent): void {
  event.instrument = reader.small();
  event.aggressor = reader.code();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.tradeId = reader.integer();
  event.priceTicks = reader.integer();
  event.quantityLots = reader.integer();
}

export function writeMarkPrice(writer: ByteWriter, event: Readonly<MarkPriceEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.markPriceUnits);
  writer.integer(event.indexPriceUnits);
  writer.integer(event.fundingRate);
  writer.integer(event.nextFundingMicros);
}

export function readMarkPrice(reader: ByteReader, event: MarkPriceEvent): void {
  event.instrument = reader.small();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.markPriceUnits = reader.integer();
  event.indexPriceUnits = reader.integer();
  event.fundingRate = reader.integer();
  event.nextFundingMicros = reader.integer();
}

export function writeFeedStatus(writer: ByteWriter, event: Readonly<FeedStatusEvent>): void {
  writer.small(event.instrument);
  writer.code(event.state);
}

export function readFeedStatus(reader: ByteReader, event: FeedStatusEvent): void {
  event.instrument = reader.small();
  event.state = reader.code();
}
