/**
 * Goal: no order id is ever handed out twice: not in a session, not after restarts, not after a
 * restored snapshot.
 * Method: many epochs with random lengths; the refusals; state there and back.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { epochOfOrder } from '#units/integers.ts';
import { OrderIds } from './order-ids.ts';
import { StateBytesReader, StateBytesWriter } from './state-bytes.ts';

test('ids are unique and rise over any number of restarts', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 20 }), (lengths) => {
      let last = 0;
      for (const [session, length] of lengths.entries()) {
        // Each start is a new process: nothing is left of the one before but the durable epoch.
        const ids = new OrderIds();
        ids.startEpoch(session + 1);
        for (let index = 0; index < length; index++) {
          const id = ids.next();
          assert.ok(id > last);
          assert.equal(epochOfOrder(id), session + 1);
          last = id;
        }
      }
    }),
  );
});

test('there is no id before the session has an epoch', () => {
  assert.throws(() => new OrderIds().next(), /epoch/);
});

test('an epoch that does not rise is refused, so a counter never starts over', () => {
  const ids = new OrderIds();
  ids.startEpoch(5);
  ids.next();
  assert.throws(() => ids.startEpoch(5), /must rise/);
  assert.throws(() => ids.startEpoch(4), /must rise/);
  ids.startEpoch(6);
  assert.equal(epochOfOrder(ids.next()), 6);
});

test('restored ids go on where the original goes on', () => {
  const ids = new OrderIds();
  ids.startEpoch(3);
  for (let index = 0; index < 10; index++) ids.next();
  const writer = new StateBytesWriter();
  ids.writeState(writer);
  const restored = new OrderIds();
  restored.readState(new StateBytesReader(writer.written().slice()));
  assert.equal(restored.next(), ids.next());
  assert.throws(() => restored.startEpoch(3), /must rise/);
});
