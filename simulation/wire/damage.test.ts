/**
 * Goal: a damaged frame is refused by whoever reads it, or says exactly what it said before.
 * Method: every kind of damage at any place of real frames, through the decoders and through JSON.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  type MarketEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { perpInstrument, spotInstrument } from '#simulation/venue/venue.test-support.ts';
import type { EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { DAMAGE_KINDS, DAMAGE_SIZE_MAX, damageFrame } from './damage.ts';
import { FrameEncoder } from './wire.ts';

const TIME = 1_795_305_600_123_000 as EpochMicros;

function events(): MarketEvent[] {
  const depth = new DepthDeltaEvent();
  depth.venueTimeMicros = TIME;
  depth.firstUpdateId = 5;
  depth.lastUpdateId = 9;
  depth.previousUpdateId = 4;
  depth.bids.push(16_233, 4_700);
  depth.bids.push(16_230, 0);
  depth.asks.push(16_234, 53_000);
  const ticker = new BookTickerEvent();
  ticker.venueTimeMicros = TIME;
  ticker.updateId = 9;
  ticker.bidPriceTicks = 16_233 as PriceTicks;
  ticker.bidQuantityLots = 11 as QuantityLots;
  ticker.askPriceTicks = 16_234 as PriceTicks;
  ticker.askQuantityLots = 12 as QuantityLots;
  const trade = new TradeEvent();
  trade.venueTimeMicros = TIME;
  trade.tradeId = 77;
  trade.priceTicks = 16_234 as PriceTicks;
  trade.quantityLots = 5 as QuantityLots;
  return [depth, ticker, trade];
}

for (const market of [Market.SPOT, Market.PERPETUAL]) {
  const isSpot = market === Market.SPOT;
  const instrument = isSpot ? spotInstrument() : perpInstrument();
  test(`damage is noticed or changes nothing: ${isSpot ? 'spot' : 'USD-M'}`, () => {
    const encoder = new FrameEncoder({ instrument });
    const decoder = isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
    const into = new Uint8Array(8_192);
    const refused = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.constantFrom(...events()),
        fc.nat(100),
        fc.nat(2_000),
        (event, kind, place) => {
          const length = encoder.encode(event);
          decoder.decode(encoder.bytes, 0, length, TIME);
          const whole = JSON.stringify(decoder.event);
          const damaged = damageFrame(encoder.bytes, length, kind, place, into);
          assert.ok(damaged <= length + DAMAGE_SIZE_MAX);
          const name = DAMAGE_KINDS[kind % DAMAGE_KINDS.length] as string;
          try {
            decoder.decode(into, 0, damaged, TIME);
            assert.equal(JSON.stringify(decoder.event), whole);
          } catch (error) {
            if (!(error instanceof FrameError)) throw error;
            refused.set(name, (refused.get(name) ?? 0) + 1);
          }
        },
      ),
      { numRuns: 1_500 },
    );
    for (const name of DAMAGE_KINDS) {
      if (name !== 'duplicated key') assert.ok((refused.get(name) ?? 0) > 10, `${name} is refused`);
    }
  });
}

test('a duplicated key is valid JSON that a strict reader does not expect', () => {
  const bytes = Buffer.from('{"u":1,"s":"X"}');
  const into = new Uint8Array(1_000);
  const length = damageFrame(bytes, bytes.length, DAMAGE_KINDS.indexOf('duplicated key'), 0, into);
  assert.equal(Buffer.from(into.subarray(0, length)).toString(), '{"u":1,"u":1,"s":"X"}');
});

test('frames without a number or a second key are damaged all the same', () => {
  const bytes = Buffer.from('{"a":[]}');
  const into = new Uint8Array(1_000);
  for (let kind = 0; kind < DAMAGE_KINDS.length; kind++) {
    const length = damageFrame(bytes, bytes.length, kind, 3, into);
    const text = Buffer.from(into.subarray(0, length)).toString('latin1');
    assert.throws(() => JSON.parse(text) as unknown, SyntaxError, DAMAGE_KINDS[kind]);
  }
});
