/**
 * Goal: only whole, safe numbers get a unit, and an order id says its epoch and counter for ever.
 * Method: every constructor over good and bad numbers; ids there and back at the ends of both ranges.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  assetUnits,
  clientOrderId,
  counterOfOrder,
  durationMicros,
  EPOCH_MAX,
  epochMicros,
  epochOfOrder,
  instrumentIndex,
  priceTicks,
  priceUnits,
  quantityLots,
  rateUnits,
  sequence,
} from './integers.ts';

const makers = {
  priceTicks,
  quantityLots,
  assetUnits,
  priceUnits,
  rateUnits,
  epochMicros,
  durationMicros,
  sequence,
  instrumentIndex,
};

for (const [name, make] of Object.entries(makers)) {
  test(`${name} takes every safe integer as it is and refuses everything else`, () => {
    fc.assert(fc.property(fc.maxSafeInteger(), (value) => make(value) === value));
    for (const bad of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      assert.throws(() => make(bad), RangeError);
    }
  });
}

test('an order id gives back its epoch and its counter, and is a safe integer', () => {
  const epochs = fc.integer({ min: 1, max: EPOCH_MAX });
  const counters = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(epochs, counters, (epoch, counter) => {
      const id = clientOrderId(epoch, counter);
      assert.ok(Number.isSafeInteger(id));
      assert.equal(epochOfOrder(id), epoch);
      assert.equal(counterOfOrder(id), counter);
    }),
  );
  assert.equal(epochOfOrder(clientOrderId(EPOCH_MAX, 2 ** 32 - 1)), EPOCH_MAX);
});

test('order ids outside their ranges are refused', () => {
  for (const epoch of [0, -1, EPOCH_MAX + 1, 1.5]) {
    assert.throws(() => clientOrderId(epoch, 1), /epoch/);
  }
  for (const counter of [0, -1, 2 ** 32, 1.5]) {
    assert.throws(() => clientOrderId(1, counter), /counter/);
  }
});
