/** A session after a crash: what is whole is kept, what a write left torn is cut, and it can go on. */
import type { Storage } from '#contracts/edge-ports.ts';
import type { CanonicalHash } from './canonical-hash.ts';
import { Checksum } from './checksum.ts';
import { FrameFault, FrameView } from './frame.ts';
import { JournalError } from './journal-error.ts';
import {
  decodeSegmentHeader,
  SEGMENT_HEADER_SIZE,
  type SegmentPosition,
  segmentNames,
} from './segment.ts';
import { SessionDigest } from './session-digest.ts';
import { SessionRecording } from './session-reader.ts';
import { hasFrameAfter, type TornTail } from './session-scan.ts';
import { SnapshotStore } from './snapshot-store.ts';

/** What a later life of a session takes over from the journal. */
export interface RecoveredSession {
  readonly recording: SessionRecording;
  /** The journal's last segment. */
  readonly position: SegmentPosition;
  /** Number of the life that begins now: 2 after the first crash. */
  readonly life: number;
  /** Running hashes over what the journal holds; they go on. */
  readonly eventsHash: CanonicalHash;
  readonly commandsHash: CanonicalHash;
  readonly commandCount: number;
  /** Bytes that were cut off the end. */
  readonly cutSize: number;
}

/**
 * Opens a session after a crash: as `readSession`, cuts the torn tail off the disk, and makes durable
 * what remains, which holds every acknowledged record.
 */
export function recoverSession(storage: Storage): SessionRecording {
  return recover(storage, null);
}

/**
 * Recovers a session that is to go on, or returns null when none has begun here: nothing was ever
 * written, or a crash came before the first record was whole. Then the place is empty afterwards.
 * Snapshots that the journal does not note are removed: they may be of events that were lost.
 *
 * Throws JournalDamagedError as `readSession`, and JournalError SESSION_ENDED after the closing record.
 * It may be interrupted anywhere and called again.
 */
export function resumeSession(storage: Storage): RecoveredSession | null {
  if (hasNotBegun(storage)) {
    for (const name of segmentNames(storage.list())) storage.remove(name);
    removeOpenings(storage);
    return null;
  }
  const digest = new SessionDigest();
  const recording = recover(storage, digest);
  if (recording.isClosed) {
    throw new JournalError(
      'SESSION_ENDED',
      'this session ended in order, so there is nothing to take up again; begin a new one in an empty directory',
    );
  }
  const snapshots = new SnapshotStore(storage);
  for (const name of snapshots.strangers(recording.snapshots)) storage.remove(name);
  return {
    recording,
    position: { number: segmentNames(storage.list()).length, size: recording.lastSegment.end },
    life: recording.resumes.length + 2,
    eventsHash: digest.events,
    commandsHash: digest.commands,
    commandCount: digest.commandCount(),
    cutSize: recording.tornTail?.size ?? 0,
  };
}

function recover(storage: Storage, digest: SessionDigest | null): SessionRecording {
  const recording = new SessionRecording(storage, digest === null ? {} : { digest });
  if (recording.tornTail !== null) cut(storage, recording.tornTail);
  // What a killed program had written is not on the disk yet, and the next life builds on it.
  storage.sync(recording.lastSegment.name);
  removeOpenings(storage);
  return recording;
}

function cut(storage: Storage, tail: TornTail): void {
  if (tail.offset < SEGMENT_HEADER_SIZE) storage.remove(tail.segment);
  else storage.truncate(tail.segment, tail.offset);
}

function removeOpenings(storage: Storage): void {
  for (const name of storage.list()) if (name.endsWith('.opening')) storage.remove(name);
}

/**
 * True when there is no segment, or one alone without any whole record: the session header was never
 * durable, so no event was. A whole record behind a bad header is damage, and not decided here.
 */
function hasNotBegun(storage: Storage): boolean {
  const names = segmentNames(storage.list());
  if (names.length !== 1) return names.length === 0;
  const bytes = storage.read(names[0] as string);
  if (bytes.length < SEGMENT_HEADER_SIZE || typeof decodeSegmentHeader(bytes) === 'string') {
    return false;
  }
  const frame = new FrameView(bytes, new Checksum());
  if (frame.moveTo(SEGMENT_HEADER_SIZE) === FrameFault.NONE) return false;
  return !hasFrameAfter(frame, SEGMENT_HEADER_SIZE);
}
