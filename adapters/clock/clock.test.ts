/**
 * Goal: stamps are wall microseconds, never go back, and ignore a wall clock that is set.
 * Method: a time source moved by hand; the host's own for the order of magnitude.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { SystemClock } from './clock.ts';

class HandTime {
  wall = 1_700_000_000_000;
  monotonic = 50;

  wallMillis(): number {
    return this.wall;
  }
  monotonicMillis(): number {
    return this.monotonic;
  }
}

test('starts at the wall clock and moves with the monotonic clock, in whole microseconds', () => {
  const time = new HandTime();
  const clock = new SystemClock(time);
  assert.equal(clock.nowMicros(), 1_700_000_000_000_000);
  time.monotonic += 0.0126;
  assert.equal(clock.nowMicros(), 1_700_000_000_000_012);
  time.monotonic += 1_000;
  assert.ok(Number.isSafeInteger(clock.nowMicros()));
});

test('a wall clock that is set moves no stamp, and the drift says by how much', () => {
  const time = new HandTime();
  const clock = new SystemClock(time);
  time.monotonic += 10;
  time.wall += 10 - 3_000;
  assert.equal(clock.nowMicros(), 1_700_000_000_010_000);
  assert.equal(clock.driftMicros(), -3_000_000);
});

test('never goes back, whatever the source does', () => {
  const time = new HandTime();
  const clock = new SystemClock(time);
  time.monotonic += 5;
  const before = clock.nowMicros();
  time.monotonic -= 4;
  assert.equal(clock.nowMicros(), before);
});

test('the host clock gives whole microseconds that do not fall', () => {
  const clock = new SystemClock();
  let last = 0;
  for (let call = 0; call < 1_000; call++) {
    const now = clock.nowMicros();
    assert.ok(Number.isSafeInteger(now) && now >= last);
    last = now;
  }
  assert.ok(Math.abs(clock.driftMicros()) < 60_000_000);
});
