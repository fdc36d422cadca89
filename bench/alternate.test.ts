/**
 * Goal: ours, peer and limit take turns, warm-up does not count, and garbage is counted only where
 * nothing was collected.
 * Method: contestants that note when they run.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { alternate, measureTurns, perSecond } from './alternate.ts';

test('everybody runs once a round, and who begins changes', async () => {
  const order: string[] = [];
  const contestant = (name: string) => ({
    name,
    run: () => {
      order.push(name);
      return 10;
    },
  });
  const measured = await alternate({
    warmUpRounds: 1,
    rounds: 2,
    contestants: [contestant('a'), contestant('b')],
  });
  assert.deepEqual(order, ['b', 'a', 'a', 'b', 'b', 'a']);
  assert.deepEqual(
    measured.map(({ name, micros, cpuMicros }) => [name, micros.length, cpuMicros.length]),
    [
      ['a', 2, 2],
      ['b', 2, 2],
    ],
  );
});

test('preparing comes before each run, and runs may be asynchronous', async () => {
  const order: string[] = [];
  await measureTurns({
    name: 'row',
    unit: 'µs',
    warmUpRounds: 0,
    rounds: 2,
    prepare: () => order.push('prepare'),
    own: async () => {
      await Promise.resolve();
      order.push('run');
      return 1;
    },
  });
  assert.deepEqual(order, ['prepare', 'run', 'prepare', 'run']);
});

test('a row carries peer and limit in its own unit', async () => {
  const busy = (operations: number) => () => {
    let sum = 0;
    for (let index = 0; index < 20_000; index++) sum += Math.sqrt(index);
    return sum > 0 ? operations : 1;
  };
  const row = await measureTurns({
    name: 'row',
    unit: 'things/s',
    note: 'note',
    warmUpRounds: 1,
    rounds: 3,
    own: busy(1_000),
    peer: { name: 'peer', run: busy(1_000) },
    secondPeer: { name: 'second', run: busy(1_000) },
    floor: { name: 'limit', run: busy(1_000) },
  });
  assert.equal(row.samples.length, 3);
  assert.equal(row.cpuSamples?.length, 3);
  assert.equal(row.peer?.name, 'peer');
  assert.equal(row.secondPeer?.samples.length, 3);
  assert.equal(row.floor?.samples.length, 3);
  assert.equal(row.note, 'note');
  const alone = await measureTurns({
    name: 'alone',
    unit: 'µs',
    warmUpRounds: 0,
    rounds: 1,
    own: busy(1),
  });
  assert.deepEqual([alone.peer, alone.floor, alone.note], [undefined, undefined, undefined]);
});

test('a microsecond an operation is a million a second', () => {
  assert.deepEqual([...perSecond(Float64Array.of(1, 4))], [1_000_000, 250_000]);
});

test('what a run allocates is counted an operation', async () => {
  const kept: Float64Array[] = [];
  const row = await measureTurns({
    name: 'row',
    unit: 'µs',
    warmUpRounds: 2,
    rounds: 9,
    own: () => {
      kept.length = 0;
      // Small arrays live in the heap itself, 64 numbers do not.
      for (let index = 0; index < 100; index++) kept.push(new Float64Array(4));
      return 100;
    },
  });
  assert.ok((row.bytesPerOperation ?? 0) > 32, `${row.bytesPerOperation}`);
});

test('a run in which garbage was collected says nothing about what it allocated', async () => {
  const kept: number[][] = [];
  const row = await measureTurns({
    name: 'row',
    unit: 'µs',
    warmUpRounds: 0,
    rounds: 2,
    own: () => {
      kept.length = 0;
      // Tens of megabytes: far more than the young generation holds.
      for (let index = 0; index < 30_000; index++)
        kept.push(Array.from({ length: 200 }, () => index));
      return kept.length;
    },
  });
  assert.equal(row.bytesPerOperation, undefined);
  assert.ok(row.gcShare !== undefined && row.gcShare > 0 && row.gcShare < 1, `${row.gcShare}`);
});

test('garbage that others make is not in our share', async () => {
  const row = await measureTurns({
    name: 'row',
    unit: 'µs',
    warmUpRounds: 0,
    rounds: 2,
    own: () => 1,
    peer: {
      name: 'peer',
      run: () => Array.from({ length: 30_000 }, () => Array.from({ length: 200 }, () => 1)).length,
    },
  });
  assert.equal(row.gcShare, 0);
});
