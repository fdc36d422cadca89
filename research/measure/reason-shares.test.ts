/**
 * Goal: the reasons of a session sum to all of its time, name what keeps the top layer out, and show
 * no average of numbers that cannot be averaged.
 * Method: sides made by hand, added one by one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import { quoteSide } from './measured-session.test-support.ts';
import { ReasonShares, topLayerReason } from './reason-shares.ts';

/** A side that shows an outer layer only, with the numbers that keep L0 out. */
function withoutTop(needed: number, available: number): QuoteSide {
  const side = quoteSide(Side.BUY, { needed, available });
  return { ...side, levels: side.levels.map((level) => ({ ...level, quantityLots: 0 as never })) };
}

function sharesOf(...sides: QuoteSide[]) {
  const shares = new ReasonShares();
  for (const side of sides) shares.add(side);
  return shares.shares();
}

test('before the first look there is nothing to say', () => {
  assert.deepEqual(sharesOf(), []);
});

test('the largest share comes first, with means in the unit of the reason', () => {
  const stale = { reason: NoQuoteReason.STALE_HEDGE_MARKET, needed: 10_000_000 };
  const shares = sharesOf(
    quoteSide(Side.BUY, { ...stale, available: 11_000_000 }),
    quoteSide(Side.BUY),
    quoteSide(Side.SELL, { ...stale, available: 14_000_000 }),
  );
  assert.deepEqual(shares, [
    { reason: 'STALE_HEDGE_MARKET', share: 2 / 3, needed: 10_000, available: 12_500, unit: 'ms' },
    { reason: 'NONE', share: 1 / 3, needed: null, available: null, unit: null },
  ]);
});

test('a side with outer layers only says what keeps the top layer out', () => {
  assert.equal(topLayerReason(quoteSide(Side.BUY)), NoQuoteReason.NONE);
  assert.equal(topLayerReason(withoutTop(14.9, 0.02)), NoQuoteReason.FEE_FLOOR);
  assert.equal(topLayerReason(withoutTop(8, 12)), NoQuoteReason.OUTSIDE_FITTED_BAND);
  assert.equal(topLayerReason(withoutTop(0, 0)), NoQuoteReason.BELOW_MIN_NOTIONAL);
  const refused = quoteSide(Side.BUY, { reason: NoQuoteReason.NO_LEASE });
  assert.equal(topLayerReason(refused), NoQuoteReason.NO_LEASE);
  assert.deepEqual(sharesOf(withoutTop(14, 2), withoutTop(16, 4)), [
    { reason: 'FEE_FLOOR', share: 1, needed: 15, available: 3, unit: 'bp' },
  ]);
});

test('a top layer that is too small has a reason and no numbers', () => {
  assert.deepEqual(sharesOf(withoutTop(0, 0)), [
    { reason: 'BELOW_MIN_NOTIONAL', share: 1, needed: null, available: null, unit: null },
  ]);
});

test('balances of two assets have no mean, of one they have', () => {
  const short = { reason: NoQuoteReason.NO_BALANCE, needed: 5e8, available: 1e8 };
  const [bid] = sharesOf(quoteSide(Side.BUY, short));
  assert.deepEqual([bid?.needed, bid?.available, bid?.unit], [5, 1, 'quote asset']);
  const [ask] = sharesOf(quoteSide(Side.SELL, short));
  assert.deepEqual([ask?.needed, ask?.available, ask?.unit], [5, 1, 'base asset']);
  const [both] = sharesOf(quoteSide(Side.BUY, short), quoteSide(Side.SELL, short));
  assert.deepEqual([both?.needed, both?.available, both?.unit], [null, null, null]);
});

test('a distance without end has no mean, and spoils no other', () => {
  const band = { reason: NoQuoteReason.OUTSIDE_FITTED_BAND, needed: 8 };
  const endless = quoteSide(Side.BUY, { ...band, available: Number.POSITIVE_INFINITY });
  assert.equal(sharesOf(endless)[0]?.available, null);
  const [mixed] = sharesOf(endless, quoteSide(Side.BUY, { ...band, available: 12 }));
  assert.deepEqual([mixed?.share, mixed?.needed, mixed?.available], [1, 8, 12]);
});

test('shares sum to one and means lie between the least and the most', () => {
  const reasons = Object.values(NoQuoteReason);
  const anySide = fc.record({
    side: fc.constantFrom(Side.BUY, Side.SELL),
    reason: fc.constantFrom(...reasons),
    needed: fc.integer({ min: 0, max: 100 }),
    available: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(anySide, { minLength: 1 }), (all) => {
      const shares = sharesOf(...all.map((one) => quoteSide(one.side, one)));
      const sum = shares.reduce((total, one) => total + one.share, 0);
      assert.ok(Math.abs(sum - 1) < 1e-9);
      for (const { needed } of shares) assert.ok(needed === null || (needed >= 0 && needed <= 100));
      const order = shares.map(({ share }) => share);
      assert.deepEqual(
        order,
        [...order].sort((left, right) => right - left),
      );
    }),
  );
});
