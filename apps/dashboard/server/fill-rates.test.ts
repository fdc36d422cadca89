/**
 * Goal: the expected time to a fill follows from the trades that really came that far, lately.
 * Method: steady streams of trades with a known rate.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { FillRates, restingSideOf } from './fill-rates.ts';

const START = 1_000_000_000;
const SECOND = 1_000_000;

/** Ten lots a second at one distance from mid, for so many seconds. */
function steady(distanceTicks: number, seconds: number): FillRates {
  const rates = new FillRates();
  for (let second = 0; second < seconds; second++) {
    rates.onTrade(Side.BUY, distanceTicks, 10, START + second * SECOND);
  }
  return rates;
}

test('at ten lots a second a hundred lots take ten seconds', () => {
  for (const seconds of [30, 120, 1_000]) {
    const found = steady(1, seconds).secondsFor(Side.BUY, 1, 100, START + seconds * SECOND);
    assert.ok(found !== null && Math.abs(found - 10) < 0.5, `${found} after ${seconds} s`);
  }
});

test('trades that reach farther also fill what rests nearer', () => {
  const rates = steady(20, 100);
  const now = START + 100 * SECOND;
  assert.equal(rates.secondsFor(Side.BUY, 1, 50, now), rates.secondsFor(Side.BUY, 20, 50, now));
});

test('where no trade came there is no expectation', () => {
  const rates = steady(2, 100);
  const now = START + 100 * SECOND;
  assert.equal(rates.secondsFor(Side.BUY, 30, 1, now), null);
  assert.equal(rates.secondsFor(Side.SELL, 1, 1, now), null);
  assert.equal(new FillRates().secondsFor(Side.BUY, 1, 1, now), null);
});

test('old trades are forgotten', () => {
  const rates = steady(1, 60);
  assert.equal(rates.secondsFor(Side.BUY, 1, 1, START + 10_000 * SECOND), null);
});

test('a buyer takes from the asks, a seller from the bids', () => {
  assert.equal(restingSideOf(Side.BUY), Side.SELL);
  assert.equal(restingSideOf(Side.SELL), Side.BUY);
});
