/**
 * Goal: a report becomes signed amounts and exactly one kind of fee.
 * Method: one row per commission asset.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstrumentRole } from '#contracts/instrument.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { FillFacts } from './fill-facts.ts';
import { makeInstrument, makeReport } from './session-fixture.test-support.ts';

const spot = makeInstrument({ role: InstrumentRole.QUOTED });
const perp = makeInstrument({ role: InstrumentRole.HEDGE });

for (const [feeAsset, base, quote, other] of [
  [CommissionAsset.BASE, 9, 0, 0],
  [CommissionAsset.QUOTE, 0, 9, 0],
  [CommissionAsset.MARGIN, 0, 9, 0],
  [CommissionAsset.FEE_ASSET, 0, 0, 9],
  [CommissionAsset.NONE, 0, 0, 0],
] as const) {
  test(`a commission in asset ${feeAsset} counts there and nowhere else`, () => {
    const facts = new FillFacts();
    const fill = { side: Side.BUY, last: 2, lastPrice: 16_000, fee: 9, feeAsset, at: 1 } as const;
    facts.read(makeReport(fill), spot, 32_000_000);
    assert.equal(facts.baseFeeUnits, base);
    assert.equal(facts.quoteFeeUnits, quote);
    assert.equal(facts.feeAssetFeeUnits, other);
  });
}

test('a sell is negative in quantity and value, prices are half price units', () => {
  const facts = new FillFacts();
  facts.read(makeReport({ side: Side.SELL, last: 2, lastPrice: 16_000, at: 1 }), perp, 7);
  assert.equal(facts.isSpot, false);
  assert.equal(facts.deltaUnits, -200_000_000);
  assert.equal(facts.valueUnits, -32_000_000);
  assert.equal(facts.priceHalfPrice, 32_000_000);
  assert.equal(facts.midHalfPrice, 7);
});
