import type { Storage } from '#contracts/edge-ports.ts';
import { Checksum } from './checksum.ts';
import type { ByteWriter } from './codec/codec.ts';
import { FRAME_HEADER_SIZE, firstEventFrom, frameSize, sealFrame } from './frame.ts';
import { JournalError } from './journal-error.ts';
import {
  encodeSegmentHeader,
  SEGMENT_HEADER_SIZE,
  type SegmentPosition,
  segmentName,
  segmentNames,
  segmentOpeningName,
} from './segment.ts';

/** Rotation size: a whole segment is read at once, and 64 MiB hold about half a million events. */
export const SEGMENT_SIZE_DEFAULT = 64 * 1024 * 1024;

export interface SegmentWriterOptions {
  readonly storage: Storage;
  /** 32 hex digits, the same in every segment of the session. */
  readonly sessionId: string;
  /** Bytes after which a segment is closed; a single larger frame still fits. */
  readonly segmentSizeMax?: number;
  /** The journal's last segment when a session is taken up again; absent for a new one. */
  readonly after?: SegmentPosition;
}

/**
 * Writes frames to segments over the Storage port. Single-threaded: the worker of the group commit,
 * the inline commit and the simulated disk all run this code.
 *
 * A failed write or sync ends it: what is on the disk is then unknown, and trying again would be a lie.
 */
export class SegmentWriter {
  private readonly storage: Storage;
  private readonly sessionId: string;
  private readonly segmentSizeMax: number;
  private readonly checksum = new Checksum();
  private readonly isResumed: boolean;
  private number = 0;
  private name = '';
  private size = 0;
  private ordinal = 0;
  private failure: JournalError | null = null;

  /**
   * Throws JournalError SESSION_EXISTS when the storage already holds a journal, or, to go on, one that
   * does not end with the named segment.
   */
  constructor(options: SegmentWriterOptions) {
    this.storage = options.storage;
    this.sessionId = options.sessionId;
    this.segmentSizeMax = options.segmentSizeMax ?? SEGMENT_SIZE_DEFAULT;
    const { after } = options;
    this.isResumed = after !== undefined;
    this.number = after?.number ?? 0;
    this.size = after?.size ?? 0;
    const last = segmentNames(this.storage.list()).at(-1);
    if (last !== (after === undefined ? undefined : segmentName(after.number))) {
      throw new JournalError(
        'SESSION_EXISTS',
        'this place already holds a journal; choose an empty session directory',
      );
    }
  }

  /** Seals and appends the frames in bytes [start, end) of `memory`, rotating between frames. */
  write(memory: ByteWriter, start: number, end: number): void {
    this.guarded(() => this.writeFrames(memory, start, end));
  }

  /** What was written is on stable storage when this returns. */
  sync(): void {
    if (this.name !== '') this.guarded(() => this.storage.sync(this.name));
  }

  private guarded(work: () => void): void {
    if (this.failure !== null) throw this.failure;
    try {
      work();
    } catch (cause) {
      this.failure = new JournalError(
        'JOURNAL_WRITE_FAILED',
        `writing the journal failed, so the session must stop: ${String(cause)}`,
        { cause },
      );
      throw this.failure;
    }
  }

  private writeFrames(memory: ByteWriter, start: number, end: number): void {
    const { view } = memory;
    let runStart = start;
    let at = start;
    while (at < end) {
      const size = frameSize(view, at);
      if (size < FRAME_HEADER_SIZE) throw new RangeError('a frame was handed over unfinished');
      if (this.mustRotate(at - runStart + size)) {
        this.appendRun(memory.bytes, runStart, at);
        runStart = at;
        this.openSegment(firstEventFrom(view, at));
      }
      sealFrame(memory, at, this.ordinal, this.checksum);
      this.ordinal += 1;
      at += size;
    }
    this.appendRun(memory.bytes, runStart, end);
  }

  private mustRotate(extra: number): boolean {
    if (this.name === '') return true;
    return this.ordinal > 0 && this.size + extra > this.segmentSizeMax;
  }

  private appendRun(bytes: Uint8Array, start: number, end: number): void {
    if (end === start) return;
    this.storage.append(this.name, bytes.subarray(start, end));
    this.size += end - start;
  }

  /** Closes the current segment durably before the next one gets its name. */
  private openSegment(firstSequence: number): void {
    if (this.name !== '') this.storage.sync(this.name);
    const previousSize = this.size;
    this.number += 1;
    const opening = segmentOpeningName(this.number);
    this.name = segmentName(this.number);
    // A crash in these very steps leaves one behind; it was never part of the journal.
    if (this.storage.list().includes(opening)) this.storage.remove(opening);
    this.storage.append(
      opening,
      encodeSegmentHeader({
        sessionId: this.sessionId,
        number: this.number,
        firstSequence,
        previousSize,
        isResumed: this.isResumed,
      }),
    );
    this.storage.sync(opening);
    this.storage.rename(opening, this.name);
    this.size = SEGMENT_HEADER_SIZE;
    this.ordinal = 0;
  }
}
