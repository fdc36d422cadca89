/**
 * Goal: held messages come out in the order of the venue's ids, whatever the order of arrival, and
 * the buffer never grows beyond its capacity.
 * Method: arrivals by hand, then shuffled ones against a sorted list.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { delta, restore, stateBytes } from './market-fixture.test-support.ts';
import { HoldOutcome, Sequencer } from './sequencer.ts';

function hold(sequencer: Sequencer, last: number): HoldOutcome {
  const event = delta({
    first: last,
    last,
    bids: [[last, last * 2]],
    asks: [[last + 1, 1]],
    at: last,
  });
  return sequencer.hold(event, last - 1);
}

function ids(sequencer: Sequencer): number[] {
  return Array.from({ length: sequencer.count }, (_, at) => sequencer.at(at).lastUpdateId);
}

test('messages stand in the order of their ids', () => {
  const sequencer = new Sequencer(10);
  for (const id of [5, 3, 9, 4]) assert.equal(hold(sequencer, id), HoldOutcome.HELD);
  assert.deepEqual(ids(sequencer), [3, 4, 5, 9]);
  assert.equal(sequencer.first.lastUpdateId, 3);
  assert.equal(sequencer.first.beforeUpdateId, 2);
});

test('the same message twice is held once, also between others', () => {
  const sequencer = new Sequencer(10);
  for (const id of [5, 3, 9]) hold(sequencer, id);
  for (const id of [5, 3, 9]) assert.equal(hold(sequencer, id), HoldOutcome.DUPLICATE);
  assert.deepEqual(ids(sequencer), [3, 5, 9]);
});

test('a full buffer refuses and keeps what it has', () => {
  const sequencer = new Sequencer(2);
  hold(sequencer, 1);
  hold(sequencer, 2);
  assert.equal(hold(sequencer, 3), HoldOutcome.FULL);
  assert.deepEqual(ids(sequencer), [1, 2]);
  sequencer.clear();
  assert.equal(sequencer.count, 0);
  assert.equal(hold(sequencer, 3), HoldOutcome.HELD);
});

test('what is held is a copy with its own levels, also in a slot used before', () => {
  const sequencer = new Sequencer(4);
  const event = delta({ first: 1, last: 1, bids: [[100, 5]], asks: [[110, 6]], at: 77 });
  sequencer.hold(event, 0);
  event.bids.clear();
  event.bids.push(1, 1);
  const held = sequencer.first;
  assert.deepEqual([held.bids.count, held.bids.pricesTicks[0]], [1, 100]);
  assert.equal(held.venueTimeMicros, 77);
  sequencer.drop(1);
  sequencer.hold(delta({ first: 2, last: 2, asks: [[120, 7]] }), 1);
  assert.equal(sequencer.first.bids.count, 0, 'nothing of the message before is left');
  assert.equal(sequencer.first.asks.pricesTicks[0], 120);
});

function outcomeOf(model: readonly number[], id: number): HoldOutcome {
  if (model.length === 12) return HoldOutcome.FULL;
  return model.includes(id) ? HoldOutcome.DUPLICATE : HoldOutcome.HELD;
}

test('shuffled arrivals with drops and restores agree with a sorted list', () => {
  const step = fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((id) => ({ id, drop: -1 })),
    fc.nat(3).map((drop) => ({ id: 0, drop })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(60), (steps, cut) => {
      let sequencer = new Sequencer(12);
      let model: number[] = [];
      steps.forEach(({ id, drop }, position) => {
        if (position === cut) {
          const fresh = new Sequencer(12);
          restore(fresh, stateBytes(sequencer));
          assert.deepEqual(stateBytes(fresh), stateBytes(sequencer));
          sequencer = fresh;
        }
        if (drop >= 0) {
          const count = Math.min(drop, sequencer.count);
          sequencer.drop(count);
          model = model.slice(count);
          return;
        }
        const expected = outcomeOf(model, id);
        assert.equal(hold(sequencer, id), expected);
        if (expected === HoldOutcome.HELD) model = [...model, id].sort((a, b) => a - b);
      });
      assert.deepEqual(ids(sequencer), model);
      for (const [at, id] of model.entries()) {
        assert.equal(sequencer.at(at).bids.quantitiesLots[0], id * 2);
      }
    }),
  );
});
