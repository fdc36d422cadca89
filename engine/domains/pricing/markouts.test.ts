/**
 * Goal: a fill's adverse selection is the mid's move against it at the horizon, averaged per side.
 * Method: hand-made paths; overflow; gap; state in the middle.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { MarkoutTracker } from './markouts.ts';

const OPTIONS = { horizonMicros: 5_000_000, priorBps: 1, priorFills: 1 };

test('a buy before a fall costs, a sell before it gains, each on its own side', () => {
  const tracker = new MarkoutTracker(OPTIONS);
  tracker.update(0, 10_000);
  tracker.onFill(Side.BUY, 0);
  tracker.onFill(Side.SELL, 0);
  tracker.update(4_999_999, 9_997);
  assert.equal(tracker.measuredCount(Side.BUY), 0);
  // The mid at the horizon is the last one before it, not the jump that comes with the event after.
  tracker.update(5_000_001, 5_000);
  assert.equal(tracker.measuredCount(Side.BUY), 1);
  assert.equal(tracker.adverseBps(Side.BUY), 1 + (3 - 1) / 2);
  assert.equal(tracker.adverseBps(Side.SELL), 1 + (-3 - 1) / 2);
});

test('a fill before the first mid is ignored, and a gap drops what waits', () => {
  const tracker = new MarkoutTracker(OPTIONS);
  tracker.onFill(Side.BUY, 0);
  tracker.update(0, 10_000);
  tracker.onFill(Side.BUY, 1);
  tracker.skipGap();
  tracker.update(6_000_000, 9_000);
  assert.equal(tracker.measuredCount(Side.BUY), 0);
  assert.equal(tracker.droppedCount, 1);
  assert.equal(tracker.adverseBps(Side.BUY), 1);
});

test('when too many wait the oldest is dropped and counted', () => {
  const tracker = new MarkoutTracker(OPTIONS);
  tracker.update(0, 10_000);
  for (let fill = 0; fill < 300; fill++) tracker.onFill(Side.SELL, fill);
  assert.equal(tracker.droppedCount, 44);
  tracker.update(10_000_000, 10_000);
  assert.equal(tracker.measuredCount(Side.SELL), 256);
});

test('waiting fills survive a restore', () => {
  const original = new MarkoutTracker(OPTIONS);
  original.update(0, 10_000);
  for (let fill = 0; fill < 300; fill++)
    original.onFill(fill % 2 === 0 ? Side.BUY : Side.SELL, fill);
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = new MarkoutTracker(OPTIONS);
  restored.readState(new StateBytesReader(writer.written()));
  for (const tracker of [original, restored]) {
    tracker.update(100, 10_020);
    tracker.update(9_000_000, 10_050);
  }
  assert.equal(restored.adverseBps(Side.BUY), original.adverseBps(Side.BUY));
  assert.equal(restored.measuredCount(Side.SELL), original.measuredCount(Side.SELL));
  const [left, right] = [new StateBytesWriter(), new StateBytesWriter()];
  original.writeState(left);
  restored.writeState(right);
  assert.deepEqual(right.written(), left.written());
});
