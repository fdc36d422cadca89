/**
 * Goal: no change of the delta is lost and none comes twice, however rarely a reader looks.
 * Method: random publications with readers that look at random times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DeltaBus } from './delta-bus.ts';

test('what readers take adds up to the delta, whenever they look', () => {
  const step = fc.record({ delta: fc.integer(), first: fc.boolean(), second: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const bus = new DeltaBus();
      const readers = [bus.subscribe(), bus.subscribe()];
      const sums = [0, 0];
      for (const { delta, first, second } of steps) {
        bus.publish(delta);
        if (first) sums[0] = (sums[0] ?? 0) + bus.take(readers[0] ?? 0);
        if (second) sums[1] = (sums[1] ?? 0) + bus.take(readers[1] ?? 0);
      }
      for (const [index, reader] of readers.entries()) {
        assert.equal((sums[index] ?? 0) + bus.take(reader), bus.currentUnits);
        assert.equal(bus.take(reader), 0);
      }
    }),
  );
});

test('publishing the same delta again is no change', () => {
  const bus = new DeltaBus();
  assert.equal(bus.publish(5), true);
  assert.equal(bus.publish(5), false);
  assert.equal(bus.changeCount, 1);
});

test('there is room for four readers', () => {
  const bus = new DeltaBus();
  for (let count = 0; count < 4; count++) bus.subscribe();
  assert.throws(() => bus.subscribe(), /too many delta readers/);
});
