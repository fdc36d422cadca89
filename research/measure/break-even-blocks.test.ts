/**
 * Goal: blocks cover the session, lose no gain and no fill, and put spot maker fees back in.
 * Method: random sessions; sums over the blocks against sums over the session.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blocksOf } from './break-even-blocks.ts';
import { fill, instruments } from './measured-session.test-support.ts';
import type { SeriesSample } from './session-series.ts';

const BOTH = instruments('DOGEUSDT', 100_000);

function sample(atMicros: number, totalUnits: number): SeriesSample {
  return {
    atMicros,
    midTicks: 16_000,
    bidTicks: 15_999,
    askTicks: 16_001,
    ownBidTicks: 0,
    ownAskTicks: 0,
    spotBaseUnits: 0,
    netDeltaBaseUnits: 0,
    totalUnits,
    spreadCaptureUnits: 0,
    inventoryUnits: 0,
    hedgeExecutionUnits: 0,
    feesUnits: 0,
    fundingUnits: 0,
  };
}

test('a session without length has no blocks', () => {
  assert.deepEqual(blocksOf([], [], BOTH), []);
  assert.deepEqual(blocksOf([sample(5, 0)], [], BOTH), []);
  assert.deepEqual(blocksOf([sample(5, 0), sample(5, 9)], [], BOTH), []);
});

test('a gain belongs to the block in which it was seen', () => {
  const blocks = blocksOf([sample(0, 0), sample(1_000, 50), sample(20_000, 30)], [], BOTH);
  assert.equal(blocks.length, 20);
  assert.equal(blocks[1]?.beforeMakerFeesUnits, 50);
  assert.equal(blocks[19]?.beforeMakerFeesUnits, -20);
});

test('only spot maker fills count, with the fee of their account put back', () => {
  const samples = [sample(0, 0), sample(20_000, 0)];
  const notional = 16_000 * 100 * 1_000;
  const [first] = blocksOf(
    samples,
    [
      fill({ priceTicks: 16_000, lots: 100 }),
      fill({ priceTicks: 16_000, lots: 100, isMaker: false }),
      fill({ priceTicks: 16_000, lots: 100, instrument: 1 }),
      fill({ priceTicks: 16_000, lots: 100, instrument: 9 }),
    ],
    BOTH,
  );
  assert.deepEqual(first, {
    beforeMakerFeesUnits: notional / 1_000,
    makerNotionalUnits: notional,
  });
});

test('whatever the session, the blocks add up to it', () => {
  const times = fc.integer({ min: -500, max: 1_000_500 });
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(fc.integer({ min: 1, max: 999_999 }), fc.integer({ min: -1e9, max: 1e9 })),
        {
          maxLength: 40,
        },
      ),
      fc.array(fc.record({ atMicros: times, lots: fc.integer({ min: 1, max: 10_000 }) }), {
        maxLength: 40,
      }),
      (looks, drawn) => {
        const inner = looks.map(([at, total]) => sample(at, total));
        inner.sort((left, right) => left.atMicros - right.atMicros);
        const samples = [sample(0, 17), ...inner, sample(1_000_000, 4_711)];
        const fills = drawn.map((one) => fill({ ...one, priceTicks: 16_000 }));
        const blocks = blocksOf(samples, fills, BOTH);
        const notional = fills.reduce((sum, one) => sum + one.lots * 16_000 * 1_000, 0);
        let gained = 0;
        let traded = 0;
        for (const block of blocks) {
          gained += block.beforeMakerFeesUnits;
          traded += block.makerNotionalUnits;
        }
        assert.equal(traded, notional);
        assert.equal(gained, 4_711 - 17 + notional / 1_000);
      },
    ),
  );
});
