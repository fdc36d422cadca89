/**
 * Goal: every component is what MODELS 9 says, reading changes nothing, and a component that is
 * wrong shows up in the residual.
 * Method: one hand-worked fill per component against a valuation set by the test.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttributedFill, PnlAttributionBook, type Valuation } from './pnl-attribution.ts';

const WHOLE = 100_000_000;
/** Half price units of a whole quote. */
const PRICE = 2 * WHOLE;

class HandValuation implements Valuation {
  quotedMidHalfPrice = 10 * PRICE;
  hedgeMidHalfPrice = 10 * PRICE;
  total = 0;

  computeTotalUnits(): number {
    return this.total;
  }
}

const makerBuy: AttributedFill = {
  isSpot: true,
  isMaker: true,
  deltaUnits: 2 * WHOLE,
  priceHalfPrice: 9 * PRICE,
  midHalfPrice: 10 * PRICE,
  baseFeeUnits: 0,
  quoteFeeUnits: 0,
  feeAssetFeeUnits: 0,
};

function started(): { valuation: HandValuation; book: PnlAttributionBook } {
  const valuation = new HandValuation();
  const book = new PnlAttributionBook(valuation, 3 * WHOLE);
  book.start(0, 0);
  return { valuation, book };
}

test('a maker buy under the mid captures spread, and its later rise is inventory', () => {
  const { valuation, book } = started();
  book.onFill(makerBuy);
  assert.equal(book.spreadCaptureUnits, 2 * WHOLE);
  assert.equal(book.inventoryUnits, 0);
  valuation.quotedMidHalfPrice = 11 * PRICE;
  valuation.total = 4 * WHOLE;
  assert.equal(book.inventoryUnits, 2 * WHOLE);
  assert.equal(book.residualUnits, 0);
});

test('a taker on spot and every perpetual fill are hedge execution', () => {
  const { book } = started();
  book.onFill({ ...makerBuy, isMaker: false, priceHalfPrice: 11 * PRICE });
  book.onFill({ ...makerBuy, isSpot: false });
  assert.equal(book.spreadCaptureUnits, 0);
  assert.equal(book.hedgeExecutionUnits, 0);
  book.onFill({ ...makerBuy, isSpot: false, deltaUnits: -WHOLE });
  assert.equal(book.hedgeExecutionUnits, -WHOLE);
});

test('fees count in their own asset: base at the mid of the fill, the fee asset at its rate', () => {
  const { valuation, book } = started();
  book.onFill({ ...makerBuy, baseFeeUnits: WHOLE, quoteFeeUnits: 5, feeAssetFeeUnits: WHOLE });
  assert.equal(book.feesUnits, -(10 * WHOLE + 5 + 3 * WHOLE));
  valuation.quotedMidHalfPrice = 11 * PRICE;
  assert.equal(book.inventoryUnits, WHOLE, 'the commission left the inventory at the fill');
});

test('funding counts as received', () => {
  const { book } = started();
  book.onFunding(-7);
  assert.equal(book.fundingUnits, -7);
});

test('reading at any mid changes nothing that is read later', () => {
  const { valuation, book } = started();
  book.onFill(makerBuy);
  valuation.quotedMidHalfPrice = 50 * PRICE;
  assert.equal(book.inventoryUnits, 80 * WHOLE);
  valuation.quotedMidHalfPrice = 10 * PRICE;
  assert.equal(book.inventoryUnits, 0);
});

test('a component that misses something shows up in the residual, never elsewhere', () => {
  const { valuation, book } = started();
  book.onFill(makerBuy);
  valuation.total = 2 * WHOLE - 1_234;
  assert.equal(book.residualUnits, -1_234);
});

test('nothing is attributed before the start', () => {
  const valuation = new HandValuation();
  valuation.total = 99;
  const book = new PnlAttributionBook(valuation, 0);
  assert.equal(book.totalUnits, 0);
  assert.equal(book.inventoryUnits, 0);
  assert.equal(book.residualUnits, 0);
});

test('a confirmed correction changes the holding from then on', () => {
  const { valuation, book } = started();
  book.adjust(true, WHOLE);
  book.adjust(false, -WHOLE);
  valuation.quotedMidHalfPrice = 12 * PRICE;
  valuation.hedgeMidHalfPrice = 11 * PRICE;
  assert.equal(book.inventoryUnits, WHOLE);
});
