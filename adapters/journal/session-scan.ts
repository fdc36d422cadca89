import type { Storage } from '#contracts/edge-ports.ts';
import { Checksum } from './checksum.ts';
import { ByteReader } from './codec/codec.ts';
import {
  FIRST_RECORD_KIND,
  FRAME_FAULT_TEXT,
  FRAME_HEADER_SIZE,
  FrameFault,
  FrameView,
  RecordKind,
} from './frame.ts';
import { JournalDamagedError, JournalError } from './journal-error.ts';
import { decodeSegmentHeader, SEGMENT_HEADER_SIZE, segmentNames } from './segment.ts';
import type { SessionDigest } from './session-digest.ts';
import {
  type Checkpoint,
  parseSessionHeader,
  type Resume,
  readCheckpoint,
  readResume,
  readSnapshotReference,
  type SessionHeader,
  type SnapshotReference,
} from './session-record.ts';

/** The end of the last segment that is no whole record: the write that a crash cut short. */
export interface TornTail {
  readonly segment: string;
  /** Where the whole records end. */
  readonly offset: number;
  readonly size: number;
  /** What the first bad record looks like. */
  readonly what: string;
}

/** A segment and the byte after its last whole record. */
export interface ScannedSegment {
  readonly name: string;
  readonly end: number;
  /** Sequence of its last event, or of the last event before it. */
  readonly lastSequence: number;
}

/** Bytes of segments that were checked, for one walk over them without a second look at the disk. */
export class CheckedBytes {
  private readonly segments = new Map<string, FrameView>();
  private sizeLeft: number;

  /** Holds segments as long as they are `sizeMax` bytes together. */
  constructor(sizeMax: number) {
    this.sizeLeft = sizeMax;
  }

  keep(name: string, frame: FrameView): void {
    this.sizeLeft -= frame.bytes.length;
    if (this.sizeLeft >= 0) this.segments.set(name, frame);
  }

  /** Hands the segment over, once; null when it is not held. */
  take(name: string): FrameView | null {
    const frame = this.segments.get(name) ?? null;
    this.segments.delete(name);
    return frame;
  }
}

/**
 * One pass over all bytes of a journal: every frame is checked, its place in the order too, and the
 * few records that are not events or commands are kept. Throws JournalDamagedError at the first
 * thing that is not as it was written; only a tail without a whole record behind it is forgiven, and
 * not after the closing record, which was synced as the last thing: nothing can be torn there.
 */
export class SessionScan {
  readonly header: SessionHeader;
  /** Of the life that wrote last. */
  epoch = 0;
  /** Stamp of the last event. */
  lastMicros = 0;
  isClosed = false;
  tornTail: TornTail | null = null;
  lastSequence = 0;
  readonly checkpoints: Checkpoint[] = [];
  readonly snapshots: SnapshotReference[] = [];
  readonly resumes: Resume[] = [];
  readonly segments: ScannedSegment[] = [];
  readonly checked: CheckedBytes;
  private readonly checksum = new Checksum();
  private foundHeader: SessionHeader | null = null;
  private sessionId = '';
  private ordinal = 0;
  private previousName = '';
  private previousSize = 0;
  private readonly digest: SessionDigest | null;

  /** Keeps up to `keptSizeMax` bytes of what it checked for the first walk; shows each record to `digest`. */
  constructor(storage: Storage, keptSizeMax: number, digest: SessionDigest | null = null) {
    this.digest = digest;
    this.checked = new CheckedBytes(keptSizeMax);
    const names = segmentNames(storage.list());
    if (names.length === 0) {
      throw new JournalError('SESSION_MISSING', 'there is no journal here: is this a session?');
    }
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      this.scanSegment(name, storage.read(name), index + 1, isLast);
    }
    this.header = this.headerOf(names[0] ?? '');
  }

  /** Without its header record nothing of a session can be replayed, however little was cut. */
  private headerOf(firstName: string): SessionHeader {
    if (this.foundHeader !== null) return this.foundHeader;
    const { offset, what } = this.tornTail ?? {
      offset: SEGMENT_HEADER_SIZE,
      what: 'the file ends before the session header',
    };
    throw this.damage(firstName, offset, `${what}, so there is nothing to replay`);
  }

  private scanSegment(name: string, bytes: Uint8Array, number: number, isLast: boolean): void {
    if (this.isClosed) throw this.damage(name, 0, 'a segment after the closing record');
    if (isLast && bytes.length < SEGMENT_HEADER_SIZE) {
      const what = 'the file ends inside the segment header';
      this.tornTail = { segment: name, offset: 0, size: bytes.length, what };
      return;
    }
    this.checkHeader(name, bytes, number);
    this.ordinal = 0;
    const frame = new FrameView(bytes, this.checksum);
    let at = SEGMENT_HEADER_SIZE;
    while (at < bytes.length) {
      const fault = frame.moveTo(at);
      if (fault !== FrameFault.NONE) {
        const size = bytes.length - at;
        if (this.isClosed) throw this.damage(name, at, `${size} bytes after the closing record`);
        const what = FRAME_FAULT_TEXT[fault];
        if (!isLast || hasFrameAfter(frame, at)) throw this.damage(name, at, what);
        this.tornTail = { segment: name, offset: at, size, what };
        break;
      }
      this.checkOrder(frame, name);
      this.digest?.add(frame);
      this.collectReadable(frame, name);
      this.ordinal += 1;
      at += frame.size;
    }
    this.segments.push({ name, end: at, lastSequence: this.lastSequence });
    this.checked.keep(name, frame);
    this.previousName = name;
    this.previousSize = bytes.length;
  }

  private checkHeader(name: string, bytes: Uint8Array, number: number): void {
    const header = decodeSegmentHeader(bytes);
    if (typeof header === 'string') throw this.damage(name, 0, header);
    if (header.number !== number) throw this.damage(name, 0, `segment ${number} is missing`);
    if (header.previousSize !== this.previousSize) {
      const what = `${header.previousSize} bytes were written, ${this.previousSize} are there`;
      throw this.damage(this.previousName, this.previousSize, what);
    }
    if (number === 1) this.sessionId = header.sessionId;
    if (header.sessionId !== this.sessionId) throw this.damage(name, 0, 'of another session');
    if (header.firstSequence !== this.lastSequence + 1) {
      throw this.damage(name, 0, `begins with event ${header.firstSequence}`);
    }
  }

  private checkOrder(frame: FrameView, name: string): void {
    const { kind, sequence, start } = frame;
    if (frame.payloadSize > frame.size - FRAME_HEADER_SIZE) {
      throw this.damage(name, start, 'its payload is longer than the record');
    }
    const isEvent = kind < FIRST_RECORD_KIND;
    const isFirst = this.foundHeader === null;
    if (isFirst) this.epoch = frame.epoch;
    if (this.isClosed) throw this.damage(name, start, 'a record after the closing one');
    if (isFirst !== (kind === RecordKind.SESSION_HEADER)) {
      throw this.damage(name, start, 'the session header is not the first record');
    }
    // A later life begins with its own record, in a segment of its own, under a higher epoch.
    const isResume = kind === RecordKind.RESUME && this.ordinal === 0 && frame.epoch > this.epoch;
    if (isResume) this.epoch = frame.epoch;
    if (frame.ordinal !== this.ordinal || frame.epoch !== this.epoch) {
      throw this.damage(name, start, 'a whole record that does not belong here');
    }
    if (sequence !== this.lastSequence + (isEvent ? 1 : 0)) {
      throw this.damage(name, start, `sequence ${sequence} after ${this.lastSequence}`);
    }
    this.lastSequence = sequence;
    if (isEvent) this.lastMicros = frame.atMicros;
  }

  /** The checksum holds, so what cannot be read is as another program wrote it. */
  private collectReadable(frame: FrameView, name: string): void {
    try {
      this.collect(frame, name);
    } catch (error) {
      if (error instanceof JournalError) throw error;
      throw unreadableRecord(name, frame, error);
    }
  }

  private collect(frame: FrameView, name: string): void {
    const { kind, sequence } = frame;
    if (kind < FIRST_RECORD_KIND || kind === RecordKind.COMMANDS) return;
    const reader = new ByteReader(frame.bytes);
    reader.position = frame.payloadStart;
    switch (kind) {
      case RecordKind.SESSION_HEADER:
        this.foundHeader = parseSessionHeader(
          Buffer.from(reader.raw(frame.payloadSize)).toString(),
        );
        if (this.foundHeader.sessionId !== this.sessionId) {
          throw this.damage(name, frame.start, 'the session header is of another session');
        }
        return;
      case RecordKind.SNAPSHOT:
        this.snapshots.push(readSnapshotReference(reader, sequence));
        return;
      case RecordKind.RESUME:
        this.addResume(readResume(reader, sequence));
        return;
      case RecordKind.CHECKPOINT:
      case RecordKind.CLOSE:
        this.addCheckpoint(readCheckpoint(reader, sequence));
        this.isClosed = kind === RecordKind.CLOSE;
        return;
      default:
        // A kind added later: whole, in order, and nothing that a replay of this version needs.
        return;
    }
  }

  private addResume(resume: Resume): void {
    this.resumes.push(resume);
    this.digest?.noteCount(resume.commandCount);
  }

  private addCheckpoint(checkpoint: Checkpoint): void {
    this.checkpoints.push(checkpoint);
    this.digest?.noteCount(checkpoint.commandCount);
  }

  private damage(segment: string, offset: number, what: string): JournalDamagedError {
    return new JournalDamagedError({ segment, offset, sequence: this.lastSequence + 1 }, what);
  }
}

function unreadableRecord(name: string, frame: FrameView, cause: unknown): JournalError {
  const what = `${name} at byte ${frame.start}: a record of kind ${frame.kind} cannot be read`;
  return new JournalError('JOURNAL_FORMAT', `${what}: ${String(cause)}`, { cause });
}

/** Whether any whole record stands behind the bad one at `start`: then it is damage, not a torn end. */
export function hasFrameAfter(frame: FrameView, start: number): boolean {
  for (let at = start + 8; at < frame.bytes.length; at += 8) {
    if (frame.moveTo(at) === FrameFault.NONE) return true;
  }
  return false;
}
