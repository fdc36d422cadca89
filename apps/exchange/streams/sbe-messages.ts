/**
 * Binary market messages of spot (SBE schema 1, version 0), little endian: header, root block, groups,
 * symbol. Times are microseconds; decimals are mantissas with one exponent a message.
 */
import type { BookRow, DepthChanges, PublicTrade } from '#apps/exchange/market/symbol-market.ts';
import type { Instrument } from '#contracts/instrument.ts';

const SCHEMA = 1;
const VERSION = 0;
const HEADER_SIZE = 8;
const LEVEL_SIZE = 16;
const TRADE_SIZE = 25;

export const Template = {
  TRADES: 10_000,
  BEST_BID_ASK: 10_001,
  DEPTH_SNAPSHOT: 10_002,
  DEPTH_DIFF: 10_003,
} as const;

/** Trades of one moment: 10000. */
export function tradesMessage(
  instrument: Instrument,
  trades: readonly PublicTrade[],
  eventMicros: number,
): Uint8Array {
  const writer = new Writer(instrument, Template.TRADES, 18, 6 + trades.length * TRADE_SIZE);
  writer.int64(eventMicros);
  writer.int64(trades[0]?.timeMicros ?? eventMicros);
  writer.exponents();
  writer.uint16(TRADE_SIZE);
  writer.uint32(trades.length);
  for (const trade of trades) {
    writer.int64(trade.tradeId);
    writer.price(trade.priceTicks);
    writer.quantity(trade.quantityLots);
    writer.uint8(trade.buyerIsMaker ? 1 : 0);
  }
  return writer.end();
}

export interface BookTop {
  readonly bids: readonly BookRow[];
  readonly asks: readonly BookRow[];
}

/** The best of both sides: 10001. */
export function bestBidAskMessage(
  instrument: Instrument,
  { bids, asks }: BookTop,
  updateId: number,
  eventMicros: number,
): Uint8Array {
  const writer = new Writer(instrument, Template.BEST_BID_ASK, 50, 0);
  writer.int64(eventMicros);
  writer.int64(updateId);
  writer.exponents();
  for (const [priceTicks, lots] of [bids[0] ?? [0, 0], asks[0] ?? [0, 0]]) {
    writer.price(priceTicks);
    writer.quantity(lots);
  }
  return writer.end();
}

/** Top levels of both sides: 10002. */
export function depthSnapshotMessage(
  instrument: Instrument,
  book: BookTop,
  updateId: number,
  eventMicros: number,
): Uint8Array {
  const writer = new Writer(instrument, Template.DEPTH_SNAPSHOT, 18, groupsSize(book));
  writer.int64(eventMicros);
  writer.int64(updateId);
  writer.exponents();
  writer.levels(book.bids);
  writer.levels(book.asks);
  return writer.end();
}

/** Changed levels: 10003. */
export function depthDiffMessage(
  instrument: Instrument,
  changes: DepthChanges,
  eventMicros: number,
): Uint8Array {
  const writer = new Writer(instrument, Template.DEPTH_DIFF, 26, groupsSize(changes));
  writer.int64(eventMicros);
  writer.int64(changes.firstUpdateId);
  writer.int64(changes.lastUpdateId);
  writer.exponents();
  writer.levels(changes.bids);
  writer.levels(changes.asks);
  return writer.end();
}

function groupsSize({ bids, asks }: BookTop): number {
  return 8 + (bids.length + asks.length) * LEVEL_SIZE;
}

class Writer {
  private readonly instrument: Instrument;
  private readonly bytes: Buffer;
  private readonly symbol: Buffer;
  private at = 0;

  constructor(instrument: Instrument, template: number, blockLength: number, groupsLength: number) {
    this.instrument = instrument;
    this.symbol = Buffer.from(instrument.symbol, 'utf8');
    this.bytes = Buffer.alloc(HEADER_SIZE + blockLength + groupsLength + 1 + this.symbol.length);
    for (const value of [blockLength, template, SCHEMA, VERSION]) this.uint16(value);
  }

  uint8(value: number): void {
    this.at = this.bytes.writeUInt8(value, this.at);
  }

  uint16(value: number): void {
    this.at = this.bytes.writeUInt16LE(value, this.at);
  }

  uint32(value: number): void {
    this.at = this.bytes.writeUInt32LE(value, this.at);
  }

  int64(value: number): void {
    this.at = this.bytes.writeBigInt64LE(BigInt(value), this.at);
  }

  /** Those of tick and step: prices are then counted in mantissas of the tick. */
  exponents(): void {
    const { tick, step } = this.instrument;
    this.at = this.bytes.writeInt8(-tick.decimals, this.at);
    this.at = this.bytes.writeInt8(-step.decimals, this.at);
  }

  price(ticks: number): void {
    this.int64(ticks * this.instrument.tick.mantissa);
  }

  quantity(lots: number): void {
    this.int64(lots * this.instrument.step.mantissa);
  }

  levels(rows: readonly BookRow[]): void {
    this.uint16(LEVEL_SIZE);
    this.uint16(rows.length);
    for (const [priceTicks, lots] of rows) {
      this.price(priceTicks);
      this.quantity(lots);
    }
  }

  end(): Uint8Array {
    this.uint8(this.symbol.length);
    this.at += this.symbol.copy(this.bytes, this.at);
    return this.bytes;
  }
}
