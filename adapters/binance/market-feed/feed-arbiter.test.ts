/**
 * Goal: two sources with losses, delays and different cuts give one chain without a hole or a double.
 * Method: a table by hand, then random sources against the list of what was sent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BookTickerEvent, DepthDeltaEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { Arbitration, FeedArbiter } from './feed-arbiter.ts';

function delta(before: number, last: number, atMicros = 0): DepthDeltaEvent {
  const event = new DepthDeltaEvent();
  event.firstUpdateId = before + 1;
  event.previousUpdateId = before;
  event.lastUpdateId = last;
  event.atMicros = atMicros as EpochMicros;
  return event;
}

test('the second of the same message is a duplicate', () => {
  const arbiter = new FeedArbiter(Market.SPOT);
  assert.equal(arbiter.admit(delta(0, 5)), Arbitration.ADMITTED);
  assert.equal(arbiter.admit(delta(0, 5)), Arbitration.DUPLICATE);
  assert.equal(arbiter.admit(delta(5, 9)), Arbitration.ADMITTED);
  assert.equal(arbiter.admit(delta(0, 5)), Arbitration.DUPLICATE);
});

test('what one source missed the other fills, later and once', () => {
  const arbiter = new FeedArbiter(Market.SPOT);
  arbiter.admit(delta(0, 5));
  assert.equal(arbiter.admit(delta(9, 12)), Arbitration.ADMITTED);
  assert.equal(arbiter.topUpdateId, 5);
  assert.equal(arbiter.admit(delta(9, 12)), Arbitration.DUPLICATE);
  assert.equal(arbiter.admit(delta(5, 9)), Arbitration.ADMITTED);
  assert.equal(arbiter.topUpdateId, 12);
  assert.equal(arbiter.holeCount, 1);
});

test('a hole that nobody fills ends after a second, and the next message chains again', () => {
  const arbiter = new FeedArbiter(Market.PERPETUAL);
  arbiter.admit(delta(0, 5));
  arbiter.admit(delta(9, 12, 1));
  arbiter.admit(delta(12, 15, 2_000_000));
  assert.equal(arbiter.topUpdateId, 15);
});

test('the perpetual is told where an overlapping message continues', () => {
  const arbiter = new FeedArbiter(Market.PERPETUAL);
  arbiter.admit(delta(0, 5));
  const other = delta(3, 8);
  assert.equal(arbiter.admit(other), Arbitration.ADMITTED);
  assert.equal(other.previousUpdateId, 5);
});

test('an older touch never follows a newer one; after a reset it may', () => {
  const arbiter = new FeedArbiter(Market.SPOT);
  const event = new BookTickerEvent();
  event.updateId = 7;
  assert.equal(arbiter.admit(event), Arbitration.ADMITTED);
  event.updateId = 6;
  assert.equal(arbiter.admit(event), Arbitration.DUPLICATE);
  arbiter.reset();
  assert.equal(arbiter.admit(event), Arbitration.ADMITTED);
});

interface Arrival {
  readonly at: number;
  readonly index: number;
}

/** A hundred messages from two sources; what the first lost the second has, up to 40 later. */
function randomArrivals(random: () => number): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let index = 0; index < 100; index++) {
    const isLost = index > 0 && random() < 0.1;
    if (!isLost) arrivals.push({ at: index * 10 + random() * 5, index });
    if (!isLost && random() < 0.3) continue;
    arrivals.push({ at: index * 10 + random() * 40 + (index === 0 ? 6 : 0), index });
  }
  return arrivals.sort((left, right) => left.at - right.at);
}

test('random losses and delays of two sources: each update once, none lost that either had', () => {
  let state = 11;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let round = 0; round < 200; round++) {
    const arbiter = new FeedArbiter(Market.SPOT);
    const arrivals = randomArrivals(random);
    const admitted = arrivals
      .filter(({ index, at }) => {
        return arbiter.admit(delta(index * 3, index * 3 + 3, at)) === Arbitration.ADMITTED;
      })
      .map(({ index }) => index);
    assert.equal(new Set(admitted).size, admitted.length, `round ${round}`);
    assert.equal(admitted.length, 100, `round ${round}`);
    assert.equal(arbiter.topUpdateId, 300, `round ${round}`);
  }
});
