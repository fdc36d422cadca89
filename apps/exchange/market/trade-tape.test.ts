/**
 * Goal: the tape gives the trades that were asked for, in order, and the average of five minutes.
 * Method: more trades than it keeps, questions by id, averages by hand before and after trades grow old.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochMicros } from '#units/integers.ts';
import { TradeTape } from './trade-tape.ts';

function note(tape: TradeTape, tradeId: number, priceTicks: number, lots: number, seconds: number) {
  const timeMicros = (seconds * 1_000_000) as EpochMicros;
  tape.note({ tradeId, priceTicks, quantityLots: lots, buyerIsMaker: false, timeMicros });
}

const at = (seconds: number): EpochMicros => (seconds * 1_000_000) as EpochMicros;

test('the latest, or from an id on, oldest first', () => {
  const tape = new TradeTape();
  for (let id = 1; id <= 50_000; id++) note(tape, id, 100, 1, id / 1_000);
  const ids = (limit: number, from?: number): readonly number[] =>
    tape.latest(limit, from).map(({ tradeId }) => tradeId);
  assert.deepEqual(ids(3), [49_998, 49_999, 50_000]);
  assert.deepEqual(ids(2, 49_990), [49_990, 49_991]);
  assert.deepEqual(ids(2, 60_000), []);
  const [oldest = 0] = ids(1, 1);
  assert.ok(oldest > 1, 'the first ones are forgotten');
  assert.deepEqual(ids(2, oldest), [oldest, oldest + 1]);
});

test('the average is weighted, forgets what is five minutes old, and falls back to the last price', () => {
  const tape = new TradeTape();
  assert.equal(tape.averagePriceUnits(at(0), 10), 0);
  note(tape, 1, 100, 3, 1_000);
  note(tape, 2, 200, 1, 1_100);
  assert.equal(tape.averagePriceUnits(at(1_200), 10), 1_250);
  assert.equal(tape.averagePriceUnits(at(1_350), 10), 2_000);
  assert.equal(tape.averagePriceUnits(at(9_999), 10), 2_000);
});
