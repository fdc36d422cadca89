import type { Storage } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { EpochMicros, Sequence } from '#units/integers.ts';
import { Checksum } from './checksum.ts';
import { ByteReader, EventDecoder } from './codec/codec.ts';
import { FIRST_RECORD_KIND, FRAME_FAULT_TEXT, FrameFault, FrameView, RecordKind } from './frame.ts';
import { JournalDamagedError, JournalError } from './journal-error.ts';
import { SEGMENT_HEADER_SIZE } from './segment.ts';
import type { SessionDigest } from './session-digest.ts';
import {
  type Checkpoint,
  type Resume,
  readCheckpoint,
  readResume,
  type SessionHeader,
  type SnapshotReference,
} from './session-record.ts';
import { type ScannedSegment, SessionScan, type TornTail } from './session-scan.ts';

/** Receives a session's records in the order of writing. What it is given is valid during the call. */
export interface SessionVisitor {
  /** Asked before each record; true ends the walk. */
  readonly isDone: boolean;
  onEvent(event: EngineEvent): void;
  /** Canonical bytes of whole commands, caused by events already seen. */
  onCommands(bytes: Uint8Array): void;
  /** A checkpoint, or the closing record. */
  onCheckpoint(checkpoint: Checkpoint): void;
  /** A later life of the session begins here. */
  onResume?(resume: Resume): void;
}

/** What `readSession` may keep. */
export interface ReadSessionOptions {
  /**
   * Bytes of the journal that may stay in memory until the first walk has shown them; 0, the default,
   * keeps none. That walk then reads what was checked, without the disk and a second checksum, which
   * is a quarter of the cost of a record.
   */
  readonly keptSizeMax?: number;
  /** Is shown every record while it is checked. */
  readonly digest?: SessionDigest;
}

/**
 * A recorded session whose every byte has been checked once. Reading its records from the disk checks
 * them again, so a file that changed in between cannot slip through.
 */
export class SessionRecording {
  readonly header: SessionHeader;
  /** Of the life that wrote last. */
  readonly epoch: number;
  /** True when the closing record is there; false after a crash or a cut. */
  readonly isClosed: boolean;
  /** Bytes at the end that are no whole record, or null. */
  readonly tornTail: TornTail | null;
  /** Events in it: also the sequence of the last one. */
  readonly eventCount: number;
  /** Stamp of the last event; 0 without one. */
  readonly lastMicros: EpochMicros;
  /** In order; the closing record is the last one when `isClosed`. */
  readonly checkpoints: readonly Checkpoint[];
  readonly snapshots: readonly SnapshotReference[];
  /** How each life after the first began, in order. */
  readonly resumes: readonly Resume[];
  private readonly storage: Storage;
  private readonly scan: SessionScan;

  /** See `readSession`. */
  constructor(storage: Storage, options: ReadSessionOptions = {}) {
    const scan = new SessionScan(storage, options.keptSizeMax ?? 0, options.digest ?? null);
    this.storage = storage;
    this.scan = scan;
    this.header = scan.header;
    this.epoch = scan.epoch;
    this.isClosed = scan.isClosed;
    this.tornTail = scan.tornTail;
    this.eventCount = scan.lastSequence;
    this.checkpoints = scan.checkpoints;
    this.snapshots = scan.snapshots;
    this.resumes = scan.resumes;
    this.lastMicros = scan.lastMicros as EpochMicros;
  }

  /** Where the whole records end: after this segment the journal can go on. */
  get lastSegment(): ScannedSegment {
    return this.scan.segments.at(-1) as ScannedSegment;
  }

  /**
   * Calls the handler with every event from `fromSequence` on, in order. The event object is refilled
   * for the next call. Hot: no allocation per event.
   */
  forEachEvent(handler: (event: EngineEvent) => void, fromSequence = 1): void {
    const visitor: SessionVisitor = {
      isDone: false,
      onEvent: handler,
      onCommands: () => undefined,
      onCheckpoint: () => undefined,
    };
    this.walk(visitor, fromSequence);
  }

  /**
   * Shows the records to the visitor: all of them, or the event `fromSequence` and what follows it.
   * Throws JournalDamagedError when a file changed since it was opened.
   */
  walk(visitor: SessionVisitor, fromSequence = 1): void {
    const checksum = new Checksum();
    const decoder = new EventDecoder();
    for (const segment of this.scan.segments) {
      if (visitor.isDone) return;
      if (segment.lastSequence < fromSequence && fromSequence > 1) continue;
      const kept = this.scan.checked.take(segment.name);
      const frame = kept ?? new FrameView(this.storage.read(segment.name), checksum);
      walkSegment({ segment, frame, isChecked: kept !== null, fromSequence }, decoder, visitor);
    }
  }
}

interface SegmentWalk {
  readonly segment: ScannedSegment;
  readonly frame: FrameView;
  /** The bytes in memory are those that were checked. */
  readonly isChecked: boolean;
  readonly fromSequence: number;
}

function walkSegment(walk: SegmentWalk, decoder: EventDecoder, visitor: SessionVisitor): void {
  const { segment, frame, isChecked, fromSequence } = walk;
  const reader = new ByteReader(frame.bytes);
  let at = SEGMENT_HEADER_SIZE;
  let sequence = 0;
  while (at < segment.end && !visitor.isDone) {
    const fault = isChecked ? frame.moveToChecked(at) : frame.moveTo(at);
    if (fault !== FrameFault.NONE) {
      const where = { segment: segment.name, offset: at, sequence: sequence + 1 };
      throw new JournalDamagedError(where, `changed while being read: ${FRAME_FAULT_TEXT[fault]}`);
    }
    ({ sequence } = frame);
    // Records beside events carry the last event's sequence; the header carries 0.
    if (sequence >= fromSequence || fromSequence === 1) showRecord(frame, reader, decoder, visitor);
    at += frame.size;
  }
}

/** Hot: every record. */
function showRecord(
  frame: FrameView,
  reader: ByteReader,
  decoder: EventDecoder,
  visitor: SessionVisitor,
): void {
  reader.position = frame.payloadStart;
  const { kind } = frame;
  if (kind < FIRST_RECORD_KIND) visitor.onEvent(decodeEvent(frame, reader, decoder));
  else if (kind === RecordKind.COMMANDS) visitor.onCommands(reader.raw(frame.payloadSize));
  else if (kind === RecordKind.CHECKPOINT || kind === RecordKind.CLOSE) {
    visitor.onCheckpoint(readCheckpoint(reader, frame.sequence));
  } else if (kind === RecordKind.RESUME && visitor.onResume !== undefined) {
    visitor.onResume(readResume(reader, frame.sequence));
  }
}

function decodeEvent(frame: FrameView, reader: ByteReader, decoder: EventDecoder): EngineEvent {
  try {
    const { sequence, atMicros } = frame;
    const event = decoder.read(reader, frame.kind, sequence as Sequence, atMicros as EpochMicros);
    if (reader.position !== frame.payloadStart + frame.payloadSize) {
      throw new RangeError('the payload has another length than its kind');
    }
    return event;
  } catch (cause) {
    throw unreadableEvent(frame, cause);
  }
}

/** The checksum holds, so the bytes are as written: another program wrote them. */
function unreadableEvent(frame: FrameView, cause: unknown): JournalError {
  return new JournalError(
    'JOURNAL_FORMAT',
    `event ${frame.sequence} of kind ${frame.kind} cannot be read: ${String(cause)}`,
    { cause },
  );
}

/**
 * Opens a recorded session and checks every byte of it. Changes nothing.
 *
 * Throws JournalError SESSION_MISSING when there is none, JOURNAL_FORMAT when another version of the
 * format wrote it, and JournalDamagedError when anything but the very end is not as it was written:
 * after the closing record, and without the session header, there is no such end. An incomplete end is
 * reported in `tornTail`.
 */
export function readSession(storage: Storage, options: ReadSessionOptions = {}): SessionRecording {
  return new SessionRecording(storage, options);
}
