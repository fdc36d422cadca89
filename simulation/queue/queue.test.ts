/**
 * Goal: the door turns a user's words into a working book and refuses words it does not know.
 * Method: one call of each kind.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Side } from '#contracts/order.ts';
import { priceTicks } from '#units/integers.ts';
import { createQueueBook } from './queue.ts';
import { QueueModelError } from './queue-models.ts';

test('a book is made from a model name, a variant and a share', () => {
  const book = createQueueBook({
    queueModel: 'power3:3',
    variant: 'published',
    maxShareOfTrade: 0.5,
  });
  assert.equal(book.isReady, false);
  assert.equal(book.restingCount, 0);
  assert.equal(book.wouldTake(Side.BUY, priceTicks(1)), false);
});

test('an unknown model and an impossible share are refused', () => {
  assert.throws(() => createQueueBook({ queueModel: 'fifo' }), QueueModelError);
  assert.throws(() => createQueueBook({ queueModel: 'log', maxShareOfTrade: -1 }), RangeError);
});
