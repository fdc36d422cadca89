/**
 * Goal: public messages reach the engine as the events they were, and one that cannot be read is
 * counted and changes nothing.
 * Method: events printed by the venue's printer, whole, damaged and on a new grid.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  type EngineEvent,
  type MarketEvent,
  MarkPriceEvent,
  NO_PREVIOUS_UPDATE,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { perpInstrument, spotInstrument } from '#simulation/venue/venue.test-support.ts';
import { FrameEncoder } from '#simulation/wire/wire.ts';
import type { EpochMicros, InstrumentIndex, PriceUnits } from '#units/integers.ts';
import { MarketFrames } from './market-frames.ts';

const spot = spotInstrument({ symbol: 'DOGEUSDT' });
const perp = perpInstrument({ symbol: 'DOGEUSDT' });
const AT = 1_795_305_600_200_000 as EpochMicros;

class Edge {
  readonly heard: EngineEvent[] = [];
  readonly frames = new MarketFrames([spot, perp], {
    publish: (event) => this.heard.push(structuredClone(event)),
  });

  hear(instrument: Instrument, event: MarketEvent, damage = (text: string) => text): void {
    const encoder = new FrameEncoder({ instrument });
    const length = encoder.encode(event);
    const text = Buffer.from(encoder.bytes.subarray(0, length)).toString('latin1');
    const bytes = Buffer.from(damage(text), 'latin1');
    this.frames.receive(instrument.index, bytes, bytes.length, AT);
  }
}

function ticker(instrument: Instrument, bidTicks: number): BookTickerEvent {
  const event = new BookTickerEvent();
  event.instrument = instrument.index;
  event.updateId = 77;
  event.bidPriceTicks = bidTicks as never;
  event.bidQuantityLots = 5 as never;
  event.askPriceTicks = (bidTicks + 1) as never;
  event.askQuantityLots = 6 as never;
  return event;
}

test('messages of both markets come out as the events they were, with the time they were heard', () => {
  const edge = new Edge();
  edge.hear(spot, ticker(spot, 16_233));
  const mark = new MarkPriceEvent();
  mark.instrument = perp.index;
  mark.venueTimeMicros = AT;
  mark.nextFundingMicros = AT;
  mark.markPriceUnits = 16_240_000 as PriceUnits;
  mark.indexPriceUnits = 16_230_000 as PriceUnits;
  edge.hear(perp, mark);
  const [first, second] = edge.heard as [BookTickerEvent, MarkPriceEvent];
  assert.deepEqual(
    [
      first.kind,
      first.instrument,
      first.bidPriceTicks,
      first.askQuantityLots,
      first.updateId,
      first.atMicros,
    ],
    [ticker(spot, 1).kind, spot.index, 16_233, 6, 77, AT],
  );
  assert.deepEqual([second.instrument, second.markPriceUnits], [perp.index, 16_240_000]);
  assert.equal(edge.frames.badCount, 0);
});

test('a message that cannot be read is counted, and the next one is read', () => {
  const edge = new Edge();
  const depth = new DepthDeltaEvent();
  depth.instrument = spot.index;
  depth.venueTimeMicros = AT;
  depth.firstUpdateId = 1;
  depth.lastUpdateId = 3;
  depth.previousUpdateId = NO_PREVIOUS_UPDATE;
  depth.bids.push(16_233, 4);
  edge.hear(spot, depth, (text) => text.slice(0, text.length >> 1));
  edge.hear(spot, depth, (text) => text.replace('"u":3', '"u":x'));
  assert.deepEqual([edge.heard.length, edge.frames.badCount], [0, 2]);
  edge.hear(spot, depth);
  assert.deepEqual([edge.heard.length, edge.frames.badCount], [1, 2]);
});

test('after a new definition prices are read on the new grid', () => {
  const edge = new Edge();
  const { mantissa, decimals } = spot.tick;
  const finer = { ...spot, tick: { mantissa, decimals: decimals + 1 } };
  edge.frames.define(finer);
  edge.hear(spot, ticker(spot, 16_233));
  edge.hear(finer, ticker(finer, 162_335));
  const [coarse, fine] = edge.heard as [BookTickerEvent, BookTickerEvent];
  assert.deepEqual([coarse.bidPriceTicks, fine.bidPriceTicks], [162_330, 162_335]);
});

test('a message of an instrument that nobody trades is a mistake of the wiring', () => {
  const { frames } = new Edge();
  assert.throws(
    () => frames.receive(5 as InstrumentIndex, new Uint8Array(2), 2, AT),
    /a message of instrument 5/,
  );
});
