/**
 * Goal: request weight is limited per minute of the clock, for each market by its own table.
 * Method: single kinds up to the limit and one further, at the edges of a minute.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { WeightCounter } from './weight-counter.ts';

const at = (seconds: number): EpochMicros => (seconds * 1_000_000) as EpochMicros;

for (const [market, kind, most] of [
  [Market.SPOT, CommandKind.REQUEST_ACCOUNT, 300],
  [Market.SPOT, CommandKind.QUERY_ORDER, 1_500],
  [Market.SPOT, CommandKind.REQUEST_SNAPSHOT, 120],
  [Market.PERPETUAL, CommandKind.REQUEST_ACCOUNT, 480],
  [Market.PERPETUAL, CommandKind.CANCEL_ORDER, 2_400],
  [Market.PERPETUAL, CommandKind.REQUEST_SNAPSHOT, 120],
] as const) {
  test(`market ${market} serves ${most} requests of kind ${kind} a minute`, () => {
    const counter = new WeightCounter(market);
    for (let count = 1; count <= most; count++) assert.ok(counter.tryCount(kind, at(119)));
    assert.ok(!counter.tryCount(kind, at(119.9)));
    assert.equal(counter.releaseMicros, at(120));
    assert.ok(counter.tryCount(kind, at(120)), 'a new minute');
  });
}

test('orders weigh nothing on the perpetual', () => {
  const counter = new WeightCounter(Market.PERPETUAL);
  for (let count = 1; count <= 5_000; count++) {
    assert.ok(counter.tryCount(CommandKind.PLACE_ORDER, at(1)));
  }
});
