/**
 * Goal: our own orders stand in price-time priority and know what of us is ahead.
 * Method: random orders against a stable sort.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { OwnQueue, type RestingOrder } from './own-queue.ts';
import { Story } from './queue-story.test-support.ts';

const story = new Story();

function resting(side: Side, price: number, lots: number): RestingOrder {
  return {
    order: story.order(side, price, lots),
    enteredAtMicros: 0,
    aheadAtEntryLots: 0,
    isEntryOpen: false,
    aheadLots: 0,
    tradedLots: 0,
  };
}

test('orders stand by price, then by arrival, whatever is added and removed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(Side.BUY, Side.SELL),
      fc.array(fc.integer({ min: 95, max: 100 }), { maxLength: 20 }),
      (side, prices) => {
        const queue = new OwnQueue(side);
        const added = prices.map((price) => resting(side, price, 3));
        for (const one of added) queue.add(one);
        const direction = side === Side.BUY ? -1 : 1;
        // Array sorting is stable: equal prices keep their order of arrival.
        const sorted = added.toSorted(
          (one, other) => direction * (one.order.priceTicks - other.order.priceTicks),
        );
        sorted.forEach((one, index) => {
          assert.equal(queue.at(index), one);
          const equalBefore = sorted
            .slice(0, index)
            .filter((other) => other.order.priceTicks === one.order.priceTicks);
          assert.equal(queue.ownLotsAhead(one), 3 * equalBefore.length);
        });
        assert.equal(queue.bestTicks, sorted[0]?.order.priceTicks ?? 0);
        for (const one of added) {
          assert.equal(queue.find(one.order), one);
          assert.equal(queue.remove(one.order), true);
          assert.equal(queue.remove(one.order), false);
          assert.equal(queue.find(one.order), undefined);
        }
        assert.equal(queue.count, 0);
      },
    ),
  );
});
