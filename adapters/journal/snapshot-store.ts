/**
 * Whole states on disk: a restart loads the latest one and applies the events after it.
 *
 *    0 8 bytes magic    12 u32 CRC-32 of all else   24 f64 size of the state   64 state
 *    8 u32 version      16 f64 sequence             32 SHA-256 of the state
 */
import { crc32 } from 'node:zlib';
import type { Storage } from '#contracts/edge-ports.ts';
import { hexOf, sha256 } from './canonical-hash.ts';
import { JournalError } from './journal-error.ts';
import type { SnapshotReference } from './session-record.ts';

const MAGIC = 'MMSNAP\r\n';
const VERSION = 1;
const HEADER_SIZE = 64;
const CRC_OFFSET = 12;
const NAME = /^snapshot-(\d{16})\.state$/;
/** Older ones are removed: two bad ones in a row still leave one. */
const KEPT_COUNT = 3;

/** A state as it was after the event `sequence`. */
export interface Snapshot {
  readonly reference: SnapshotReference;
  readonly state: Uint8Array;
}

/** The latest usable snapshot, and which newer ones could not be used. */
export interface SnapshotSearch {
  readonly snapshot: Snapshot | null;
  /** Names of noted snapshots that were there, newer, and are not what the journal notes. */
  readonly skipped: readonly string[];
}

/** What became of a snapshot that the journal notes. Only the newest are kept, so `missing` is no fault. */
export type SnapshotCondition = 'equal' | 'missing' | 'damaged';

/** Stores and finds snapshots over the Storage port. */
export class SnapshotStore {
  private readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /**
   * Stores the state after event `sequence`, durably, and removes all but the three newest. Make the
   * journal durable up to `sequence` first: a snapshot ahead of its journal is never used.
   */
  save(sequence: number, state: Uint8Array): SnapshotReference {
    const name = `snapshot-${String(sequence).padStart(16, '0')}.state`;
    const opening = `${name}.opening`;
    const hash = sha256(state);
    const bytes = Buffer.alloc(HEADER_SIZE + state.length);
    bytes.write(MAGIC, 0, 'latin1');
    bytes.writeUInt32LE(VERSION, 8);
    bytes.writeDoubleLE(sequence, 16);
    bytes.writeDoubleLE(state.length, 24);
    bytes.set(hash, 32);
    bytes.set(state, HEADER_SIZE);
    bytes.writeUInt32LE(checksumOf(bytes), CRC_OFFSET);
    if (this.storage.list().includes(opening)) this.storage.remove(opening);
    this.storage.append(opening, bytes);
    this.storage.sync(opening);
    this.storage.rename(opening, name);
    for (const old of this.names().slice(KEPT_COUNT)) this.storage.remove(old);
    return { name, sequence, stateHash: hexOf(hash) };
  }

  /**
   * The newest of the snapshots that a journal notes. One that the journal does not note is never used:
   * it may be of events that a crash took back, and after them others happened.
   */
  loadLatest(noted: readonly SnapshotReference[]): SnapshotSearch {
    const skipped: string[] = [];
    const stored = new Set(this.names());
    for (const reference of noted.toReversed()) {
      if (!stored.has(reference.name)) continue;
      const snapshot = decode(reference.name, this.storage.read(reference.name));
      if (snapshot !== null && isSame(snapshot.reference, reference)) return { snapshot, skipped };
      skipped.push(reference.name);
    }
    return { snapshot: null, skipped };
  }

  /** Loads the snapshot that a journal refers to. Throws JournalError JOURNAL_FORMAT when it is not that one. */
  load(reference: SnapshotReference): Snapshot {
    const snapshot = decode(reference.name, this.storage.read(reference.name));
    if (snapshot === null || !isSame(snapshot.reference, reference)) {
      throw new JournalError(
        'JOURNAL_FORMAT',
        `${reference.name} is not the snapshot that the journal names; use an older one`,
      );
    }
    return snapshot;
  }

  /** Whether the noted snapshot's bytes are there and hash to what the journal noted. Throws nothing for bad bytes. */
  check(reference: SnapshotReference): SnapshotCondition {
    const { name } = reference;
    if (!this.storage.list().includes(name)) return 'missing';
    const found = decode(name, this.storage.read(name))?.reference;
    return found !== undefined && isSame(found, reference) ? 'equal' : 'damaged';
  }

  /** Names of stored snapshots that are none of the noted ones, oldest first. */
  strangers(noted: readonly SnapshotReference[]): string[] {
    const known = new Set(noted.map(({ name }) => name));
    return this.names()
      .filter((name) => !known.has(name))
      .reverse();
  }

  /** Newest first. */
  private names(): string[] {
    const names = this.storage.list().filter((name) => NAME.test(name));
    return names.sort().reverse();
  }
}

function isSame(found: SnapshotReference, noted: SnapshotReference): boolean {
  return found.stateHash === noted.stateHash && found.sequence === noted.sequence;
}

function checksumOf(bytes: Buffer): number {
  return crc32(bytes.subarray(CRC_OFFSET + 4), crc32(bytes.subarray(0, CRC_OFFSET)));
}

function decode(name: string, file: Uint8Array): Snapshot | null {
  if (file.length < HEADER_SIZE) return null;
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const isWhole =
    bytes.toString('latin1', 0, 8) === MAGIC &&
    bytes.readUInt32LE(8) === VERSION &&
    bytes.readDoubleLE(24) === bytes.length - HEADER_SIZE &&
    bytes.readUInt32LE(CRC_OFFSET) === checksumOf(bytes);
  if (!isWhole) return null;
  const state = bytes.subarray(HEADER_SIZE);
  const stateHash = hexOf(sha256(state));
  if (stateHash !== bytes.toString('hex', 32, 64)) return null;
  return { reference: { name, sequence: bytes.readDoubleLE(16), stateHash }, state };
}
