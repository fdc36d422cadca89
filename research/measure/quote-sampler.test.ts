/**
 * Goal: two-sidedness, spread, distance and reasons are averages over the time in which the book was
 * live.
 * Method: a tape of live orders and a set of quotes, moved by hand between timers.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { markets, quoteSide, report, timer } from './measured-session.test-support.ts';
import { OrderTape } from './order-tape.ts';
import { QuoteSampler } from './quote-sampler.ts';

function quoting() {
  const both = markets();
  const orders = new OrderTape();
  const quotes = { bid: quoteSide(Side.BUY), ask: quoteSide(Side.SELL) };
  const sampler = new QuoteSampler(both, orders, quotes);
  let id = 0;
  return {
    both,
    quotes,
    sampler,
    quote: (side: Side, priceTicks: number, instrument = 0): void => {
      id += 1;
      orders.onApplied(
        report(ReportStatus.ACCEPTED, { clientOrderId: id, side, priceTicks, instrument }),
      );
    },
    pull: (clientOrderId: number): void => {
      orders.onApplied(report(ReportStatus.CANCELED, { clientOrderId }));
    },
  };
}

test('before the first sample everything is zero', () => {
  const { sampler } = quoting();
  assert.equal(sampler.twoSidedRatio, 0);
  assert.equal(sampler.averageSpreadBps, 0);
  assert.equal(sampler.averageTopDistanceTicks, 0);
});

test('the best of several orders a side counts, hedge legs never', () => {
  const { sampler, quote } = quoting();
  quote(Side.BUY, 9_990);
  quote(Side.BUY, 9_995);
  quote(Side.SELL, 10_010);
  quote(Side.SELL, 10_006);
  quote(Side.BUY, 10_020, 1);
  quote(Side.SELL, 9_000, 1);
  sampler.onApplied(timer(1));
  assert.equal(sampler.bestBidTicks, 9_995);
  assert.equal(sampler.bestAskTicks, 10_006);
  assert.equal(sampler.averageTopDistanceTicks, 5);
  assert.ok(Math.abs(sampler.averageSpreadBps - (11 / 10_000.5) * 10_000) < 1e-9);
});

test('one side only is not two-sided, but has a distance; inside the spread it is negative', () => {
  const { sampler, quote, pull, both } = quoting();
  both.quoted.askPriceTicks = 10_004 as typeof both.quoted.askPriceTicks;
  quote(Side.SELL, 10_002);
  sampler.onApplied(timer(1));
  quote(Side.BUY, 10_000);
  sampler.onApplied(timer(2));
  pull(1);
  sampler.onApplied(timer(3));
  assert.equal(sampler.bestAskTicks, 0);
  assert.equal(sampler.twoSidedRatio, 1 / 3);
  assert.equal(sampler.averageTopDistanceTicks, -1);
});

test('time without a live two-sided book counts for nothing', () => {
  const { sampler, quote, both } = quoting();
  quote(Side.BUY, 10_000);
  quote(Side.SELL, 10_001);
  sampler.onApplied(timer(1));
  both.quoted.isStale = true;
  sampler.onApplied(timer(2));
  both.quoted.isStale = false;
  both.quoted.bidPriceTicks = 0 as typeof both.quoted.bidPriceTicks;
  sampler.onApplied(timer(3));
  assert.equal(sampler.twoSidedRatio, 1);
  assert.equal(sampler.bestBidTicks, 10_000, 'own quotes are known all the same');
});

test('events that are no timers are no samples', () => {
  const { sampler, quote } = quoting();
  quote(Side.BUY, 10_000);
  sampler.onApplied(report(ReportStatus.ACCEPTED));
  assert.equal(sampler.bestBidTicks, 0);
});

test('reasons are shares of live-book time, both sides averaged', () => {
  const { sampler, quotes, both } = quoting();
  quotes.bid = quoteSide(Side.BUY, { reason: NoQuoteReason.FEE_FLOOR, needed: 14, available: 1 });
  sampler.onApplied(timer(1));
  sampler.onApplied(report(ReportStatus.ACCEPTED));
  quotes.ask = quoteSide(Side.SELL, { reason: NoQuoteReason.FEE_FLOOR, needed: 17, available: 1 });
  sampler.onApplied(timer(2));
  both.quoted.isStale = true;
  quotes.ask = quoteSide(Side.SELL, { reason: NoQuoteReason.STALE_MARKET });
  sampler.onApplied(timer(3));
  assert.deepEqual(sampler.reasons.shares(), [
    { reason: 'FEE_FLOOR', share: 0.75, needed: 15, available: 1, unit: 'bp' },
    { reason: 'NONE', share: 0.25, needed: null, available: null, unit: null },
  ]);
});

test('the orderly end is no reason', () => {
  const { sampler, quotes } = quoting();
  sampler.onApplied(timer(1));
  sampler.onShutdown();
  quotes.bid = quoteSide(Side.BUY, { reason: NoQuoteReason.KILLED, needed: 1, available: 0 });
  sampler.onApplied(timer(2));
  assert.deepEqual(
    sampler.reasons.shares().map((one) => [one.reason, one.share]),
    [['NONE', 1]],
  );
});
