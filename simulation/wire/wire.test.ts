/**
 * Goal: the venue's printer prints the documented frames byte for byte, and the decoders of the
 * engine's side, written apart from it, read back the identical event.
 * Method: the frames of the documentation as literals; generated events printed and decoded.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DecodedKind, type FrameDecoder } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  FeedStatusEvent,
  type LevelColumn,
  type MarketEvent,
  MarkPriceEvent,
  NO_PREVIOUS_UPDATE,
  TradeEvent,
} from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { perpInstrument, spotInstrument } from '#simulation/venue/venue.test-support.ts';
import type {
  EpochMicros,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { FrameEncoder } from './wire.ts';

const spot = spotInstrument({ symbol: 'DOGEUSDT' });
const perp = perpInstrument({ symbol: 'DOGEUSDT' });
const AT = 1_795_305_600_200_000 as EpochMicros;
const PERP_FORMAT = { instrument: perp, pricePlaces: 6, quantityPlaces: 0 };

function text(encoder: FrameEncoder, event: MarketEvent): string {
  const length = encoder.encode(event);
  return Buffer.from(encoder.bytes.subarray(0, length)).toString('latin1');
}

function fill(column: LevelColumn, levels: readonly (readonly [number, number])[]): void {
  column.clear();
  for (const [price, quantity] of levels) column.push(price, quantity);
}

function depth(time: number, first: number, last: number, previous: number): DepthDeltaEvent {
  const event = new DepthDeltaEvent();
  event.venueTimeMicros = time as EpochMicros;
  event.firstUpdateId = first;
  event.lastUpdateId = last;
  event.previousUpdateId = previous;
  return event;
}

test('spot depth is printed as documented', () => {
  const event = depth(1_795_305_600_123_000, 9_000_000_124, 9_000_000_130, NO_PREVIOUS_UPDATE);
  fill(event.bids, [
    [16_233, 47_000],
    [16_230, 0],
  ]);
  fill(event.asks, [[16_234, 53_000]]);
  assert.equal(
    text(new FrameEncoder({ instrument: spot, inMicros: false }), event),
    '{"e":"depthUpdate","E":1795305600123,"s":"DOGEUSDT","U":9000000124,"u":9000000130,"b":[["0.16233000","47000.00000000"],["0.16230000","0.00000000"]],"a":[["0.16234000","53000.00000000"]]}',
  );
});

test('the spot snapshot and top of book are printed as documented', () => {
  const snapshot = new DepthSnapshotEvent();
  snapshot.lastUpdateId = 9_000_000_130;
  fill(snapshot.bids, [[16_233, 47_000]]);
  fill(snapshot.asks, [[16_234, 53_000]]);
  const encoder = new FrameEncoder({ instrument: spot });
  assert.equal(
    text(encoder, snapshot),
    '{"lastUpdateId":9000000130,"bids":[["0.16233000","47000.00000000"]],"asks":[["0.16234000","53000.00000000"]]}',
  );
  assert.equal(
    text(encoder, ticker(9_000_000_130, [16_233, 47_000], [16_234, 53_000], 0)),
    '{"u":9000000130,"s":"DOGEUSDT","b":"0.16233000","B":"47000.00000000","a":"0.16234000","A":"53000.00000000"}',
  );
});

test('spot trades are printed as documented, single or merged', () => {
  const event = trade(1_200_000_001, 16_234, 1_500, Side.BUY, 1_795_305_600_123_000);
  const options = { instrument: spot, inMicros: false };
  assert.equal(
    text(new FrameEncoder({ ...options, printsSingleTrades: true }), event),
    '{"e":"trade","E":1795305600123,"s":"DOGEUSDT","t":1200000001,"p":"0.16234000","q":"1500.00000000","T":1795305600123,"m":false,"M":true}',
  );
  assert.equal(
    text(new FrameEncoder(options), event),
    '{"e":"aggTrade","E":1795305600123,"s":"DOGEUSDT","a":1200000001,"p":"0.16234000","q":"1500.00000000","f":1200000001,"l":1200000001,"T":1795305600123,"m":false,"M":true}',
  );
});

test('USD-M depth and top of book are printed as documented', () => {
  const event = depth(
    1_795_305_600_140_000,
    10_871_223_400_120,
    10_871_223_405_544,
    10_871_223_400_087,
  );
  fill(event.bids, [[16_231, 120_344]]);
  fill(event.asks, [
    [16_232, 0],
    [16_233, 88_110],
  ]);
  const encoder = new FrameEncoder(PERP_FORMAT);
  assert.equal(
    text(encoder, event),
    '{"e":"depthUpdate","E":1795305600140,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","U":10871223400120,"u":10871223405544,"pu":10871223400087,"b":[["0.162310","120344"]],"a":[["0.162320","0"],["0.162330","88110"]],"st":1}',
  );
  const top = ticker(
    10_871_223_405_544,
    [16_231, 120_344],
    [16_233, 88_110],
    1_795_305_600_140_000,
  );
  assert.equal(
    text(encoder, top),
    '{"e":"bookTicker","u":10871223405544,"E":1795305600140,"T":1795305600140,"s":"DOGEUSDT","ps":"DOGEUSDT","b":"0.162310","B":"120344","a":"0.162330","A":"88110","st":1}',
  );
});

test('USD-M trades, marks and snapshots are printed as documented', () => {
  const encoder = new FrameEncoder(PERP_FORMAT);
  assert.equal(
    text(encoder, trade(2_900_000_001, 16_233, 4_100, Side.SELL, 1_795_305_600_012_000)),
    '{"e":"aggTrade","E":1795305600012,"a":2900000001,"s":"DOGEUSDT","p":"0.162330","q":"4100","nq":"4100","f":2900000001,"l":2900000001,"T":1795305600012,"m":true,"st":1}',
  );
  const mark = new MarkPriceEvent();
  mark.venueTimeMicros = 1_795_305_601_000_000 as EpochMicros;
  mark.markPriceUnits = 16_231_500 as PriceUnits;
  mark.indexPriceUnits = 16_230_000 as PriceUnits;
  mark.fundingRate = -10_000 as RateUnits;
  mark.nextFundingMicros = 1_795_334_400_000_000 as EpochMicros;
  assert.equal(
    text(encoder, mark),
    '{"e":"markPriceUpdate","E":1795305601000,"s":"DOGEUSDT","p":"0.16231500","ap":"0.16231500","i":"0.16230000","P":"0.16231500","r":"-0.00010000","T":1795334400000,"st":1}',
  );
  const snapshot = new DepthSnapshotEvent();
  snapshot.venueTimeMicros = 1_795_305_600_140_000 as EpochMicros;
  snapshot.lastUpdateId = 10_871_223_405_544;
  fill(snapshot.bids, [[16_231, 120_344]]);
  fill(snapshot.asks, [[16_233, 88_110]]);
  assert.equal(
    text(encoder, snapshot),
    '{"lastUpdateId":10871223405544,"E":1795305600140,"T":1795305600140,"bids":[["0.162310","120344"]],"asks":[["0.162330","88110"]]}',
  );
});

test('a connection status is no message, and a shutdown notice is one', () => {
  const encoder = new FrameEncoder({ instrument: spot, inMicros: false });
  assert.equal(encoder.encode(new FeedStatusEvent()), 0);
  const length = encoder.encodeShutdown(1_795_305_600_123_000 as EpochMicros);
  const printed = Buffer.from(encoder.bytes.subarray(0, length));
  assert.equal(printed.toString(), '{"e":"serverShutdown","E":1795305600123}');
  const decoder = new SpotFrameDecoder(spot);
  assert.equal(decoder.decode(printed, 0, length, AT), DecodedKind.SERVER_SHUTDOWN);
});

test('another symbol is printed when two streams are mixed up, and the decoder refuses it', () => {
  const encoder = new FrameEncoder({ instrument: spot, symbol: 'OTHERUSDT' });
  const length = encoder.encode(ticker(1, [1, 1], [2, 1], 0));
  const decoder = new SpotFrameDecoder(spot);
  assert.throws(() => decoder.decode(encoder.bytes, 0, length, AT), /WRONG_SYMBOL/);
});

test('a format with fewer places than the tick is refused', () => {
  assert.throws(() => new FrameEncoder({ instrument: spot, pricePlaces: 4 }), RangeError);
  assert.throws(
    () =>
      new FrameEncoder({
        instrument: perpInstrument({ step: { mantissa: 1, decimals: 3 } }),
        quantityPlaces: 2,
      }),
    RangeError,
  );
});

const price = fc.integer({ min: 1, max: 10_000_000 });
const lots = fc.integer({ min: 0, max: 900_000_000 });
const levels = fc.uniqueArray(fc.tuple(price, lots), {
  maxLength: 30,
  selector: ([ticks]) => ticks,
});
const millis = fc.integer({ min: 1_500_000_000_000, max: 4_000_000_000_000 });
const id = fc.integer({ min: 0, max: 9_007_199_254_740_000 });
const tick = fc.record({
  mantissa: fc.constantFrom(1, 5, 25),
  decimals: fc.integer({ min: 0, max: 8 }),
});
const market = fc.constantFrom(Market.SPOT, Market.PERPETUAL);

interface Case {
  readonly market: Market;
  readonly tick: Instrument['tick'];
  readonly step: Instrument['tick'];
  readonly time: number;
  readonly ids: readonly [number, number, number];
  readonly bids: readonly (readonly [number, number])[];
  readonly asks: readonly (readonly [number, number])[];
  readonly micros: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  market,
  tick,
  step: tick,
  time: millis,
  ids: fc.tuple(id, id, id).map(([a, b, c]) => [Math.min(a, b), Math.max(a, b), c] as const),
  bids: levels,
  asks: levels,
  micros: fc.integer({ min: 0, max: 999 }),
});

test('every event decodes to itself on both markets and any grid', () => {
  fc.assert(
    fc.property(cases, (one) => {
      const isSpot = one.market === Market.SPOT;
      const make = isSpot ? spotInstrument : perpInstrument;
      const instrument = make({ tick: one.tick, step: one.step });
      const decoder = isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
      const encoder = new FrameEncoder({ instrument });
      for (const event of eventsOf(one, isSpot, instrument)) roundTrip(encoder, decoder, event);
      assert.equal(decoder.fallbackCount, 0, 'the strict grammar reads all of them');
    }),
    { numRuns: 300 },
  );
});

/** What this market can say, with what its frames carry: no time in spot tickers, no micros on USD-M. */
function eventsOf(one: Case, isSpot: boolean, instrument: Instrument): MarketEvent[] {
  const time = one.time * 1_000 + (isSpot ? one.micros : 0);
  const [first, last, other] = one.ids;
  const delta = depth(time, first, last, isSpot ? NO_PREVIOUS_UPDATE : other);
  fill(delta.bids, one.bids);
  fill(delta.asks, one.asks);
  const snapshot = new DepthSnapshotEvent();
  snapshot.venueTimeMicros = (isSpot ? 0 : time) as EpochMicros;
  snapshot.lastUpdateId = last;
  fill(
    snapshot.bids,
    [...one.bids].sort(([a], [b]) => b - a),
  );
  fill(
    snapshot.asks,
    [...one.asks].sort(([a], [b]) => a - b),
  );
  const [bidTicks, bidLots] = one.bids[0] ?? [7, 8];
  const [askTicks, askLots] = one.asks[0] ?? [9, 10];
  const top = ticker(last, [bidTicks, bidLots], [askTicks, askLots], isSpot ? 0 : time);
  const side = other % 2 === 0 ? Side.BUY : Side.SELL;
  const events: MarketEvent[] = [
    delta,
    snapshot,
    top,
    trade(last, bidTicks, askLots + 1, side, time),
  ];
  if (!isSpot) {
    const mark = new MarkPriceEvent();
    mark.venueTimeMicros = time as EpochMicros;
    mark.markPriceUnits = (bidTicks * 77) as PriceUnits;
    mark.indexPriceUnits = (askTicks * 77) as PriceUnits;
    mark.fundingRate = (bidTicks - askTicks) as RateUnits;
    mark.nextFundingMicros = (one.time * 1_000 + 60_000_000) as EpochMicros;
    events.push(mark);
  }
  for (const event of events) {
    event.instrument = instrument.index;
    event.atMicros = AT;
  }
  return events;
}

function roundTrip(encoder: FrameEncoder, decoder: FrameDecoder, event: MarketEvent): void {
  const length = encoder.encode(event);
  const kind = decoder.decode(encoder.bytes, 0, length, AT);
  assert.equal(kind, event.kind);
  assert.deepEqual(plain(decoder.event), plain(event));
}

/** A copy with the level columns as lists of pairs. */
function plain(event: MarketEvent): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...event };
  if (!('bids' in event)) return copy;
  for (const side of ['bids', 'asks'] as const) {
    const { count, pricesTicks, quantitiesLots } = event[side];
    copy[side] = Array.from({ length: count }, (_, at) => [pricesTicks[at], quantitiesLots[at]]);
  }
  return copy;
}

function ticker(
  updateId: number,
  bid: readonly [number, number],
  ask: readonly [number, number],
  time: number,
): BookTickerEvent {
  const event = new BookTickerEvent();
  event.venueTimeMicros = time as EpochMicros;
  event.updateId = updateId;
  event.bidPriceTicks = bid[0] as PriceTicks;
  event.bidQuantityLots = bid[1] as QuantityLots;
  event.askPriceTicks = ask[0] as PriceTicks;
  event.askQuantityLots = ask[1] as QuantityLots;
  return event;
}

function trade(
  tradeId: number,
  priceTicks: number,
  quantity: number,
  aggressor: Side,
  time: number,
): TradeEvent {
  const event = new TradeEvent();
  event.venueTimeMicros = time as EpochMicros;
  event.tradeId = tradeId;
  event.priceTicks = priceTicks as PriceTicks;
  event.quantityLots = quantity as QuantityLots;
  event.aggressor = aggressor;
  return event;
}
