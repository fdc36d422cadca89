/**
 * Goal: every id has one text of at most 36 characters that both markets take, and comes back from it.
 * Method: round trips over the whole range; foreign and mutated texts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientOrderId, EPOCH_MAX, NO_ORDER } from '#units/integers.ts';
import { OrderIdText } from './order-id-text.ts';

const LONGEST = 'a'.repeat(21);
const VENUE_PATTERN = /^[a-zA-Z0-9-_]{1,36}$/;

test('any id comes back from its text', () => {
  const names = new OrderIdText(LONGEST);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: EPOCH_MAX }),
      fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      (epoch, counter) => {
        const id = clientOrderId(epoch, counter);
        const text = names.write(id);
        assert.match(text, VENUE_PATTERN);
        assert.equal(names.read(text), id);
        const canceled = names.writeCanceled(id);
        assert.match(canceled, VENUE_PATTERN);
        assert.notEqual(canceled, text);
        assert.equal(names.read(canceled), id);
      },
    ),
  );
});

test('a text that we did not write is nobody of ours', () => {
  const names = new OrderIdText('mm');
  for (const text of [
    '',
    'mm',
    'mm-',
    'mm-1',
    'mm-0-1',
    'mm-1-0',
    'mm-01-1',
    'mm-1-1-1',
    'mm-A-1',
    'mm-1-1__',
    'mm-1_-1',
    'mm-1-_',
  ]) {
    assert.equal(names.read(text), NO_ORDER, text);
  }
  assert.equal(names.read('mmx-1-1'), NO_ORDER);
  assert.equal(names.read('autoclose-1795305600000'), NO_ORDER);
  assert.equal(names.read('mm-zzzzz-1'), NO_ORDER);
  assert.equal(names.read('mm-1-zzzzzzz'), NO_ORDER);
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), (text) => {
      const id = names.read(text);
      if (id !== NO_ORDER) assert.ok([names.write(id), names.writeCanceled(id)].includes(text));
    }),
  );
});

test('an instance name that would not fit is refused', () => {
  for (const name of ['', 'a-b', 'a b', 'x'.repeat(22)]) {
    assert.throws(() => new OrderIdText(name), /use 1 to 21/);
  }
});
