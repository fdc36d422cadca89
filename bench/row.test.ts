/**
 * Goal: a row's summary says what its samples say, and "better" always means the same.
 * Method: small samples with known ranks; both kinds of units.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { besidesOf, isRate, sorted, spreadOf, summarise, valueAt } from './row.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => index + 1);

test('a time has its bad end at the top, a rate at the bottom', () => {
  const time = summarise({ name: 'a', unit: 'µs', samples: HUNDRED }, 0.5);
  assert.deepEqual([time.median, time.p99, time.min, time.max], [50, 99, 1, 100]);
  const rate = summarise({ name: 'a', unit: 'events/s', samples: HUNDRED }, 0);
  // 99 of the 100 are at least 2.
  assert.deepEqual([rate.median, rate.p99, rate.min, rate.max], [50, 2, 1, 100]);
  assert.equal(time.gcShare, 0.5);
  assert.equal(time.runs, 100);
});

test('a ratio above one means that ours is better, for times and for rates', () => {
  const peer = { name: 'peer', samples: [20, 20, 20] };
  const time = summarise({ name: 'a', unit: 'µs', samples: [10], peer }, 0);
  assert.deepEqual(time.peer, { name: 'peer', median: 20, ratio: 2 });
  const rate = summarise({ name: 'a', unit: 'orders/s', samples: [10], floor: peer }, 0);
  assert.deepEqual(rate.floor, { name: 'peer', median: 20, ratio: 0.5 });
  assert.equal(rate.peer, null);
});

test('a row without samples, or with one that is no number, is refused', () => {
  assert.throws(() => summarise({ name: 'a', unit: 'µs', samples: [] }, 0), RangeError);
  assert.throws(() => summarise({ name: 'a', unit: 'µs', samples: [1, Number.NaN] }, 0), /row a/);
});

test('what was not measured is null or empty, never zero', () => {
  const plain = summarise({ name: 'a', unit: 'µs', samples: [1] }, 0);
  assert.deepEqual([plain.cpuMedian, plain.bytesPerOperation, plain.note], [null, null, '']);
  const full = summarise(
    { name: 'a', unit: 'µs', samples: [1], cpuSamples: [3, 1, 2], bytesPerOperation: 0, note: 'n' },
    0,
  );
  assert.deepEqual([full.cpuMedian, full.bytesPerOperation, full.note], [2, 0, 'n']);
});

test('a share of sorted samples is one of them, and not exceeded by that share of all', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (samples, share) => {
        const found = valueAt(sorted(samples), share);
        assert.ok(samples.includes(found));
        const notAbove = samples.filter((value) => value <= found).length;
        assert.ok(notAbove >= share * samples.length);
      },
    ),
  );
  assert.ok(Number.isNaN(valueAt([], 0.5)));
});

test('rates are told by their unit', () => {
  assert.deepEqual(['events/s', 'x', 'µs', 'ms', 'B/event'].map(isRate), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('the spread is the middle half of the repetitions; of the samples where each is one', () => {
  assert.equal(spreadOf(HUNDRED), (75 - 25) / 50);
  assert.equal(spreadOf([3, 3, 3]), 0);
  assert.equal(spreadOf([-1, 0, 1]), 0);
  const row = { name: 'a', unit: 'µs', samples: HUNDRED };
  assert.equal(summarise(row, 0).spread, 1);
  assert.equal(summarise({ ...row, repetitions: [50, 50, 50] }, 0).spread, 0);
});

test('a row that counted its own garbage collection does not take the share of its suite', () => {
  const row = { name: 'a', unit: 'µs', samples: [1] };
  assert.equal(summarise(row, 0.5).gcShare, 0.5);
  assert.equal(summarise({ ...row, gcShare: 0 }, 0.5).gcShare, 0);
});

test('peers stand before the limit, and only those that were measured', () => {
  const series = (name: string) => ({ name, samples: [2] });
  const row = { name: 'a', unit: 'µs', samples: [1] };
  const all = { ...row, floor: series('limit'), secondPeer: series('plain'), peer: series('npm') };
  assert.deepEqual(
    besidesOf(summarise(all, 0)).map(({ name }) => name),
    ['npm', 'plain', 'limit'],
  );
  assert.deepEqual(besidesOf(summarise(row, 0)), []);
});
