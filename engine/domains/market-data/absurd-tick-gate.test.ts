/**
 * Goal: impossible sizes and forms never pass, a far price only when enough of them agree or the
 * depth book shows it.
 * Method: a table of forms, edges at the exact band, then stories of confirmation.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Market } from '#contracts/instrument.ts';
import { AbsurdTickGate } from './absurd-tick-gate.ts';
import {
  CONFIGURATION,
  instrument,
  restore,
  SECOND,
  START,
  stateBytes,
  ticker,
  trade,
} from './market-fixture.test-support.ts';

const BTC_LIKE = instrument(Market.SPOT);
/** A tick-lot of the fixture's instrument is 0.01 x 0.00001 quote. */
const QUOTE_PER_TICK_LOT = 1e-7;
const CENTRE = 10_000;

function gate(change: Partial<typeof CONFIGURATION> = {}): AbsurdTickGate {
  return new AbsurdTickGate({ ...CONFIGURATION, priceBandBps: 500, ...change }, BTC_LIKE);
}

/** A gate whose depth book has shown a mid of 10 000 ticks: 9500 to 10 500 is inside. */
function centred(change: Partial<typeof CONFIGURATION> = {}): AbsurdTickGate {
  const built = gate(change);
  built.follow(CENTRE, START, true);
  return built;
}

for (const [bid, ask, passes, why] of [
  [[99, 1], [101, 1], true, 'a plain touch passes'],
  [[100, 1], [100, 1], false, 'a locked touch is refused'],
  [[101, 1], [100, 1], false, 'a crossed touch is refused'],
  [[0, 0], [0, 0], false, 'an empty touch is refused'],
  [[0, 0], [100, 1], true, 'a touch without a bid passes'],
  [[100, 1], [0, 0], true, 'a touch without an ask passes'],
  [[100, 0], [101, 0], false, 'prices without quantities are refused'],
  [[-5, 1], [100, 1], true, 'a price below zero is no bid'],
] as const) {
  test(`${why} before anything is known of the market`, () => {
    const built = gate();
    assert.equal(built.admitTicker(ticker(1, bid, ask)), passes);
    assert.equal(built.absurdCount, passes ? 0 : 1);
    assert.equal(built.quarantinedCount, 0);
  });
}

test('a size above the absurd notional is refused on either side, alone or not, and at a trade', () => {
  const absurdNotionalQuote = 1_000;
  const lots = Math.round(absurdNotionalQuote / QUOTE_PER_TICK_LOT / 100);
  for (const [bid, ask] of [
    [
      [100, lots + 1],
      [101, 1],
    ],
    [
      [99, 1],
      [100, lots + 1],
    ],
    [
      [0, 0],
      [100, lots + 1],
    ],
    [
      [100, lots + 1],
      [0, 0],
    ],
  ] as const) {
    const built = gate({ absurdNotionalQuote });
    assert.equal(built.admitTicker(ticker(1, bid, ask)), false);
    assert.equal(built.absurdCount, 1);
  }
  const built = gate({ absurdNotionalQuote });
  assert.equal(built.admitTicker(ticker(1, [99, lots], [100, lots])), true, 'exactly the limit');
  assert.equal(built.admitTrade(trade(1, 100, lots)), true);
  assert.equal(built.admitTrade(trade(2, 100, lots + 1)), false);
  const off = gate({ absurdNotionalQuote: 0 });
  assert.equal(off.admitTrade(trade(1, 100, lots * 1_000)), true, 'zero switches it off');
});

test('a trade without a price or a quantity is refused', () => {
  const built = gate();
  assert.equal(built.admitTrade(trade(1, 0, 5)), false);
  assert.equal(built.admitTrade(trade(2, 100, 0)), false);
  assert.equal(built.absurdCount, 2);
});

test('before the first live book any price passes: there is nothing to be far from', () => {
  const built = gate();
  assert.equal(built.admitTrade(trade(1, 5, 1)), true);
  assert.equal(built.admitTrade(trade(2, 50_000, 1)), true);
});

test('the band ends where it says, on both sides', () => {
  for (const [price, passes] of [
    [9_500, true],
    [9_499, false],
    [10_500, true],
    [10_501, false],
  ] as const) {
    assert.equal(centred().admitTrade(trade(1, price, 1)), passes, `${price}`);
  }
  // The mid is judged, not the sides.
  assert.equal(centred().admitTicker(ticker(1, [8_000, 1], [12_900, 1])), true);
});

test('a far price passes only after the configured number of agreeing ticks, and is then the centre', () => {
  const built = centred({ confirmingTicks: 3 });
  const outcomes = [1, 2, 3, 4].map((id) => built.admitTrade(trade(id, 20_000, 1)));
  assert.deepEqual(outcomes, [false, false, false, true]);
  assert.equal(built.quarantinedCount, 3);
  assert.equal(built.admitTrade(trade(5, 20_900, 1)), true, 'inside the band of the new centre');
  assert.equal(built.admitTrade(trade(6, CENTRE, 1)), false, 'the old one is far now');
});

test('far prices that do not agree with each other confirm nothing', () => {
  const built = centred({ confirmingTicks: 2 });
  for (let id = 1; id <= 30; id++) {
    assert.equal(built.admitTrade(trade(id, id % 2 === 0 ? 20_000 : 30_000, 1)), false);
  }
  assert.equal(built.quarantinedCount, 30);
});

test('one tick inside the band ends a confirmation', () => {
  const built = centred({ confirmingTicks: 2 });
  const far = (id: number): boolean => built.admitTrade(trade(id, 20_000, 1));
  assert.deepEqual([far(1), far(2)], [false, false]);
  assert.equal(built.admitTrade(trade(3, CENTRE, 1)), true);
  assert.deepEqual([far(4), far(5), far(6)], [false, false, true]);
});

test('a far mid in the depth book moves the centre at once, in a touch it does not', () => {
  const depth = centred();
  depth.follow(20_000, START + 1, true);
  assert.equal(depth.admitTrade(trade(1, 20_000, 1)), true);
  const touch = centred();
  touch.follow(20_000, START + 1, false);
  assert.equal(touch.admitTrade(trade(1, 20_000, 1)), false);
});

test('the centre follows a drift with its half-life, so that a trend is never absurd', () => {
  const built = centred({
    centreHalfLifeMicros: (10 * SECOND) as typeof CONFIGURATION.centreHalfLifeMicros,
  });
  // A quarter of a percent a second: ten times the band after 200 s.
  let price = CENTRE;
  for (let second = 1; second <= 200; second++) {
    price = Math.round(price * 1.0025);
    assert.equal(built.admitTrade(trade(second, price, 1)), true, `second ${second}`);
    built.follow(price, START + second * SECOND, true);
  }
  assert.ok(price > CENTRE * 1.6);
});

test('a restored gate judges the same, in the middle of a confirmation', () => {
  const built = centred({ confirmingTicks: 2 });
  built.admitTrade(trade(1, 20_000, 1));
  built.admitTrade(trade(2, 20_000, 1));
  built.admitTrade(trade(3, 0, 1));
  const fresh = gate({ confirmingTicks: 2 });
  restore(fresh, stateBytes(built));
  assert.deepEqual(stateBytes(fresh), stateBytes(built));
  assert.equal(fresh.admitTrade(trade(4, 20_000, 1)), true);
  assert.deepEqual([fresh.absurdCount, fresh.quarantinedCount], [1, 2]);
});
