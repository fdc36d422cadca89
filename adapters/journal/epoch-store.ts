import { crc32 } from 'node:zlib';
import type { Storage } from '#contracts/edge-ports.ts';
import { EPOCH_MAX } from '#units/integers.ts';
import { JournalError } from './journal-error.ts';

const NAME = 'epoch';
const NEXT_NAME = 'epoch.next';
const LINE = /^epoch (\d+) ([0-9a-f]{8})\n$/;

/**
 * Raises the epoch by one, durably, and returns it: the first ever is 1. Call it once at start,
 * before anything is sent: order ids are made of it, and the venue would accept a reused id.
 *
 * `usedEpoch`: the highest epoch that is known from elsewhere, a journal that is taken up again.
 *
 * Throws JournalError EPOCH_DAMAGED when the stored epoch cannot be trusted, also when it lies below
 * the one in use. It never starts over: that would reuse ids.
 */
export function nextEpoch(storage: Storage, usedEpoch = 0): number {
  const stored = readEpoch(storage);
  if (stored < usedEpoch) {
    throw damaged(`it says ${stored}, and the journal was written in epoch ${usedEpoch}`);
  }
  const epoch = stored + 1;
  if (epoch > EPOCH_MAX) {
    throw damaged(`epoch ${epoch} is beyond the last one, ${EPOCH_MAX}`);
  }
  // Left behind by a crash in the middle of the same steps: it was never the epoch.
  if (storage.list().includes(NEXT_NAME)) storage.remove(NEXT_NAME);
  storage.append(NEXT_NAME, Buffer.from(lineOf(epoch)));
  storage.sync(NEXT_NAME);
  storage.rename(NEXT_NAME, NAME);
  return epoch;
}

/** The epoch of the last start, 0 before the first. Throws JournalError EPOCH_DAMAGED. */
export function readEpoch(storage: Storage): number {
  if (!storage.list().includes(NAME)) return 0;
  const text = Buffer.from(storage.read(NAME)).toString('latin1');
  const epoch = Number(LINE.exec(text)?.[1] ?? Number.NaN);
  if (text !== lineOf(epoch)) throw damaged(`its content is not an epoch with its checksum`);
  return epoch;
}

function lineOf(epoch: number): string {
  const head = `epoch ${epoch}`;
  return `${head} ${crc32(head).toString(16).padStart(8, '0')}\n`;
}

function damaged(why: string): JournalError {
  return new JournalError(
    'EPOCH_DAMAGED',
    `file "${NAME}": ${why}; restore it from a copy, or begin with a new instance id`,
  );
}
