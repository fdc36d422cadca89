/**
 * Goal: bars of every interval hold exactly the trades of their time, by the calendar that the venue uses.
 * Method: trades at known moments, weeks and months across their borders, and random trades against a sum
 * over all of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { barOpenMicros, Candles, INTERVALS, nextOpenMicros } from './candles.ts';
import { PublicStage, STAGE_START_MICROS } from './public-stage.test-support.ts';

const micros = (text: string): number => Date.parse(text) * 1_000;
const interval = (label: string): number => INTERVALS.get(label) as number;

for (const [label, opens, ends] of [
  ['1m', '2026-11-22T10:17:00Z', '2026-11-22T10:18:00Z'],
  ['4h', '2026-11-22T08:00:00Z', '2026-11-22T12:00:00Z'],
  ['1d', '2026-11-22T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['1w', '2026-11-16T00:00:00Z', '2026-11-23T00:00:00Z'],
  ['1M', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z'],
] as const) {
  test(`a bar of ${label} opens at ${opens} and ends at ${ends}`, () => {
    const open = barOpenMicros(interval(label), micros('2026-11-22T10:17:42.123Z'));
    assert.equal(open, micros(opens));
    assert.equal(nextOpenMicros(interval(label), open), micros(ends));
  });
}

test('bars hold the trades of their time', () => {
  const stage = new PublicStage();
  const candles = new Candles(stage.spot);
  const random = new SeededRandom(4);
  const trades: { millis: number; ticks: number; lots: number; isBuy: boolean }[] = [];
  let millis = 0;
  for (let round = 0; round < 500; round++) {
    millis += random.integer(1, 2_000);
    stage.runTo(millis);
    const ticks = 16_000 + random.integer(0, 9);
    const lots = random.integer(1, 50);
    const isBuy = random.chance(0.5);
    const [rests, takes] = isBuy ? [Side.SELL, Side.BUY] : [Side.BUY, Side.SELL];
    stage.place(stage.spot, rests, ticks, lots);
    stage.place(stage.spot, takes, ticks, lots);
    trades.push({ millis, ticks, lots, isBuy });
  }
  for (const label of ['1s', '1m', '5m']) {
    const width = interval(label);
    for (const bar of candles.bars(width, 10_000)) {
      const inside = trades.filter(
        (each) => barOpenMicros(width, STAGE_START_MICROS + each.millis * 1_000) === bar.openMicros,
      );
      const sum = (list: typeof trades): number => list.reduce((all, each) => all + each.lots, 0);
      assert.equal(bar.trades, inside.length);
      assert.equal(bar.open, inside[0]?.ticks);
      assert.equal(bar.close, inside.at(-1)?.ticks);
      assert.equal(bar.high, Math.max(...inside.map((each) => each.ticks)));
      assert.equal(bar.low, Math.min(...inside.map((each) => each.ticks)));
      assert.equal(bar.lots, sum(inside));
      assert.equal(bar.takerBuyLots, sum(inside.filter((each) => each.isBuy)));
    }
  }
  assert.equal(candles.day(STAGE_START_MICROS + millis * 1_000)?.trades, 500);
});

test('a bar without trades stands at the last price', () => {
  const stage = new PublicStage();
  const candles = new Candles(stage.spot);
  assert.equal(candles.barAt(interval('1m'), STAGE_START_MICROS), null);
  stage.sell(stage.spot, 16_000, 5);
  stage.buy(stage.spot, 16_000, 5);
  const bar = candles.barAt(interval('1m'), STAGE_START_MICROS + 600_000_000);
  assert.deepEqual([bar?.open, bar?.close, bar?.lots, bar?.trades], [16_000, 16_000, 0, 0]);
});
