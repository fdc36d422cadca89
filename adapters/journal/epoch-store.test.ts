/**
 * Goal: an epoch is never handed out twice, whatever crashes, and a damaged one is refused.
 * Method: power loss after every storage operation of the counting; every byte changed.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { EPOCH_MAX } from '#units/integers.ts';
import { nextEpoch, readEpoch } from './epoch-store.ts';
import { JournalError } from './journal-error.ts';
import { MemoryStorage } from './memory-storage.ts';

const isDamaged = (error: unknown) =>
  error instanceof JournalError && error.code === 'EPOCH_DAMAGED';

test('epochs count 1, 2, 3 and survive a power loss', () => {
  const storage = new MemoryStorage();
  assert.equal(readEpoch(storage), 0);
  for (let epoch = 1; epoch <= 20; epoch++) {
    assert.equal(nextEpoch(storage), epoch);
    storage.losePower();
    assert.equal(readEpoch(storage), epoch);
  }
  assert.deepEqual(storage.list(), ['epoch']);
});

/** Power fails at the n-th storage operation that changes something. */
class FailingStorage extends MemoryStorage {
  left = Number.POSITIVE_INFINITY;

  override append(name: string, bytes: Uint8Array): void {
    this.count();
    super.append(name, bytes);
  }
  override sync(name: string): void {
    this.count();
    super.sync(name);
  }
  override rename(from: string, to: string): void {
    this.count();
    super.rename(from, to);
  }
  override remove(name: string): void {
    this.count();
    super.remove(name);
  }
  private count(): void {
    this.left -= 1;
    if (this.left < 0) throw new Error('power lost');
  }
}

test('a crash at any step leaves the old epoch or the new one, and counting goes on', () => {
  for (let steps = 0; steps < 3; steps++) {
    for (const kept of [0, 5, 100]) {
      const storage = new FailingStorage();
      nextEpoch(storage);
      storage.left = steps;
      assert.throws(() => nextEpoch(storage), /power lost/);
      storage.left = Number.POSITIVE_INFINITY;
      storage.losePower(() => kept);
      assert.equal(readEpoch(storage), 1);
      assert.equal(nextEpoch(storage), 2);
      assert.equal(readEpoch(storage), 2);
    }
  }
});

test('any changed byte, a cut and an empty file are refused: counting never starts over', () => {
  const storage = new MemoryStorage();
  nextEpoch(storage);
  const { length } = storage.read('epoch');
  for (let offset = 0; offset < length; offset++) {
    storage.flipBits('epoch', offset, 1);
    assert.throws(() => nextEpoch(storage), isDamaged);
    storage.flipBits('epoch', offset, 1);
  }
  for (let size = length - 1; size >= 0; size--) {
    storage.truncate('epoch', size);
    assert.throws(() => nextEpoch(storage), isDamaged);
  }
});

test('after the last epoch there is none', () => {
  const storage = new MemoryStorage();
  const text = `epoch ${EPOCH_MAX}`;
  storage.append('epoch', Buffer.from(`${text} ${crcOf(text)}\n`));
  assert.equal(readEpoch(storage), EPOCH_MAX);
  assert.throws(() => nextEpoch(storage), /beyond the last one/);
});

function crcOf(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
