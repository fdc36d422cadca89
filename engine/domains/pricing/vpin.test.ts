/**
 * Goal: buckets hold exactly their volume, the value is the published ratio, and state comes back whole.
 * Method: worked examples, then random trades against a model that deals one lot at a time.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { Vpin } from './vpin.ts';

function slowImbalances(bucketLots: number, trades: readonly number[]): number[] {
  const closed: number[] = [];
  let filled = 0;
  let signed = 0;
  for (const trade of trades) {
    for (let lot = 0; lot < Math.abs(trade); lot++) {
      filled += 1;
      signed += Math.sign(trade);
      if (filled < bucketLots) continue;
      closed.push(Math.abs(signed));
      filled = 0;
      signed = 0;
    }
  }
  return closed;
}

test('a trade that overfills a bucket is split and carried into the next', () => {
  const vpin = new Vpin(100, 2);
  for (const trade of [60, -25, 40]) vpin.addTrade(trade);
  // 60 bought, 25 sold, 15 of the 40 bought: 75 against 25.
  assert.deepEqual(vpin.bucketImbalances, [50]);
  assert.ok(Number.isNaN(vpin.value));
  vpin.addTrade(-75);
  // 25 bought, 75 sold.
  assert.deepEqual(vpin.bucketImbalances, [50, 50]);
  assert.equal(vpin.value, 0.5);
});

test('the value stays until the next bucket closes, and then the oldest bucket leaves', () => {
  const vpin = new Vpin(10, 2);
  vpin.addTrade(20);
  assert.equal(vpin.value, 1);
  vpin.addTrade(-5);
  assert.equal(vpin.value, 1);
  vpin.addTrade(5);
  assert.deepEqual(vpin.bucketImbalances, [10, 0]);
  assert.equal(vpin.value, 0.5);
});

test('one trade may fill more buckets than are counted', () => {
  const vpin = new Vpin(3, 4);
  vpin.addTrade(-3_000_001);
  assert.equal(vpin.closedCount, 1_000_000);
  assert.equal(vpin.value, 1);
  assert.deepEqual(vpin.bucketImbalances, [3, 3, 3, 3]);
  vpin.addTrade(2);
  // The lot left over was sold: 1 against 2.
  assert.deepEqual(vpin.bucketImbalances, [3, 3, 3, 1]);
});

test('random trades agree with dealing one lot at a time', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.integer({ min: -90, max: 90 }), { maxLength: 60 }),
      (bucketLots, bucketCount, trades) => {
        const vpin = new Vpin(bucketLots, bucketCount);
        for (const trade of trades) vpin.addTrade(trade);
        const all = slowImbalances(bucketLots, trades);
        const kept = all.slice(-bucketCount);
        assert.equal(vpin.closedCount, all.length);
        assert.deepEqual(vpin.bucketImbalances, kept);
        if (all.length < bucketCount) return assert.ok(Number.isNaN(vpin.value));
        const sum = kept.reduce((total, imbalance) => total + imbalance, 0);
        assert.equal(vpin.value, sum / (bucketCount * bucketLots));
        assert.ok(vpin.value >= 0 && vpin.value <= 1);
      },
    ),
  );
});

test('a restored object goes on exactly like the one that was stored', () => {
  const bytesOf = (vpin: Vpin): Uint8Array => {
    const writer = new StateBytesWriter();
    vpin.writeState(writer);
    return writer.written().slice();
  };
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }),
      fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 40 }),
      (before, after) => {
        const original = new Vpin(17, 5);
        for (const trade of before) original.addTrade(trade);
        const restored = new Vpin(17, 5);
        restored.readState(new StateBytesReader(bytesOf(original)));
        for (const trade of after) {
          original.addTrade(trade);
          restored.addTrade(trade);
        }
        assert.deepEqual(bytesOf(restored), bytesOf(original));
        assert.deepEqual(restored.bucketImbalances, original.bucketImbalances);
        assert.equal(restored.value, original.value);
      },
    ),
  );
});

test('state of other bucket sizes, odd sizes and broken trades are refused', () => {
  const writer = new StateBytesWriter();
  new Vpin(10, 2).writeState(writer);
  const bytes = writer.written();
  assert.throws(() => new Vpin(10, 3).readState(new StateBytesReader(bytes)), RangeError);
  assert.throws(() => new Vpin(11, 2).readState(new StateBytesReader(bytes)), /11/);
  assert.throws(() => new Vpin(0, 2), RangeError);
  assert.throws(() => new Vpin(1.5, 2), RangeError);
  assert.throws(() => new Vpin(10, 0), RangeError);
  assert.throws(() => new Vpin(2 ** 50, 1_000), RangeError);
  assert.throws(() => new Vpin(10, 2).addTrade(1.5), RangeError);
});
