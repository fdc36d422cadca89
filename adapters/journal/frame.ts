/**
 * The frame around every record. Offsets in bytes, little endian; the whole frame is a multiple of 8:
 *
 *    0 u32 size of the frame      16 u32 epoch          24 u32 kind           40 f64 stamp (µs)
 *    4 u32 CRC-32 of all else     20 u32 ordinal        28 u32 payload size   48 payload, zeros to 8
 *    8 f64 wall clock (µs)           in its segment     32 f64 sequence
 *
 * Bytes 24 to the end are canonical: they are what the journal hash is made of. Wall clock, epoch
 * and ordinal say where and when a record was written, not what happened.
 */
import type { Clock } from '#contracts/edge-ports.ts';
import type { Checksum } from './checksum.ts';
import type { ByteWriter } from './codec/codec.ts';

export const FRAME_HEADER_SIZE = 48;
export const CANONICAL_OFFSET = 24;
/** A frame beyond this is damage, not data: 30 000 levels a side fit. */
export const FRAME_SIZE_MAX = 1024 * 1024;

const CRC_OFFSET = 4;
const EPOCH_OFFSET = 16;
const ORDINAL_OFFSET = 20;
const KIND_OFFSET = 24;
const PAYLOAD_SIZE_OFFSET = 28;
const SEQUENCE_OFFSET = 32;
const STAMP_OFFSET = 40;

/** Kinds of records besides events, whose numbers are `EventKind`. Journal format: never renumber. */
export const RecordKind = {
  SESSION_HEADER: 100,
  COMMANDS: 101,
  CHECKPOINT: 102,
  SNAPSHOT: 103,
  CLOSE: 104,
  RESUME: 105,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** Kinds below are events; each raises the sequence by one. */
export const FIRST_RECORD_KIND = RecordKind.SESSION_HEADER;

/**
 * Where finished frames go, and whose memory they are written into. `claim` positions the writer,
 * `commit` hands over what was written since. One claim at a time.
 */
export interface FrameSink {
  readonly writer: ByteWriter;
  /** Makes room for `size` bytes in a row. Throws JournalFullError or JournalError when it cannot. */
  claim(size: number): void;
  /** The claimed frame is complete up to the writer's position. */
  commit(sequence: number, atMicros: number): void;
  /** Highest committed sequence that is on stable storage. */
  readonly durableSequence: number;
  /** Returns when everything committed is on stable storage. */
  flush(): void;
  /** Flushes and ends; nothing can be committed afterwards. */
  close(): void;
}

/** Writes frames into a sink's memory. Ordinal and CRC are set later, by the segment writer. */
export class FrameEncoder {
  /** Bytes of the last closed frame within the sink's memory: [frameStart, frameEnd). */
  frameStart = 0;
  frameEnd = 0;
  private readonly sink: FrameSink;
  private readonly epoch: number;
  private readonly clock: Clock;
  private sequence = 0;
  private atMicros = 0;

  constructor(sink: FrameSink, epoch: number, clock: Clock) {
    this.sink = sink;
    this.epoch = epoch;
    this.clock = clock;
  }

  /**
   * Begins a frame and leaves the writer at its payload, for which there are `payloadBound` bytes.
   * Hot: every record. No allocation.
   */
  open(kind: number, sequence: number, atMicros: number, payloadBound: number): ByteWriter {
    const bound = FRAME_HEADER_SIZE + payloadBound + 8;
    if (bound > FRAME_SIZE_MAX) throw new RangeError('journal record larger than 1 MiB');
    this.sink.claim(bound);
    const { writer } = this.sink;
    this.frameStart = writer.position;
    this.sequence = sequence;
    this.atMicros = atMicros;
    // Size, CRC and payload size are not known yet.
    writer.count(0);
    writer.count(0);
    writer.integer(this.clock.nowMicros());
    writer.count(this.epoch);
    writer.count(0);
    writer.count(kind);
    writer.count(0);
    writer.integer(sequence);
    writer.integer(atMicros);
    return writer;
  }

  /** Completes the frame at the writer's position: [frameStart, frameEnd) may be read until `handOver`. */
  finish(): void {
    const { writer } = this.sink;
    const start = this.frameStart;
    const payloadSize = writer.position - start - FRAME_HEADER_SIZE;
    writer.align();
    this.frameEnd = writer.position;
    writer.view.setUint32(start, this.frameEnd - start, true);
    writer.view.setUint32(start + PAYLOAD_SIZE_OFFSET, payloadSize, true);
  }

  /** Hands the finished frame over: its memory is the sink's from now on. */
  handOver(): void {
    this.sink.commit(this.sequence, this.atMicros);
  }

  /** Ends the frame at the writer's position and hands it over. Hot: every record. No allocation. */
  close(): void {
    this.finish();
    this.handOver();
  }
}

/** Size field of the frame at `start`. */
export function frameSize(view: DataView, start: number): number {
  return view.getUint32(start, true);
}

/** Sequence of the first event at or after the frame at `start`. */
export function firstEventFrom(view: DataView, start: number): number {
  const sequence = view.getFloat64(start + SEQUENCE_OFFSET, true);
  return view.getUint32(start + KIND_OFFSET, true) < FIRST_RECORD_KIND ? sequence : sequence + 1;
}

/** Sequence of the last event at or before the frame at `start`. */
export function lastEventOf(view: DataView, start: number): number {
  return view.getFloat64(start + SEQUENCE_OFFSET, true);
}

/** Sets the ordinal and the checksum: the frame may go to disk. Hot: every record. */
export function sealFrame(
  memory: ByteWriter,
  start: number,
  ordinal: number,
  checksum: Checksum,
): void {
  const { view, words, bytes } = memory;
  const end = start + frameSize(view, start);
  view.setUint32(start + ORDINAL_OFFSET, ordinal, true);
  view.setUint32(start + CRC_OFFSET, checksum.ofRecord(words, bytes, start, end), true);
}

/** What is wrong with the bytes where a frame should be. */
export const FrameFault = {
  NONE: 0,
  SHORT: 1,
  SIZE: 2,
  CHECKSUM: 3,
} as const;
export type FrameFault = (typeof FrameFault)[keyof typeof FrameFault];
export const FRAME_FAULT_TEXT = [
  'whole',
  'the file ends inside a record',
  'impossible record size',
  'checksum does not match',
] as const;

/** One segment's bytes with a view on the frame under the cursor. Reading allocates nothing per frame. */
export class FrameView {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The same bytes in words. */
  readonly words: Int32Array;
  private readonly checksum: Checksum;
  start = 0;

  constructor(bytes: Uint8Array, checksum: Checksum) {
    // Word access needs memory of its own that begins on a word.
    const isAligned = bytes.byteOffset % 8 === 0;
    this.bytes = isAligned ? bytes : bytes.slice();
    const { buffer, byteOffset, byteLength } = this.bytes;
    this.view = new DataView(buffer, byteOffset, byteLength);
    this.words = new Int32Array(buffer, byteOffset, byteLength >> 2);
    this.checksum = checksum;
  }

  get size(): number {
    return this.view.getUint32(this.start, true);
  }
  get epoch(): number {
    return this.view.getUint32(this.start + EPOCH_OFFSET, true);
  }
  get ordinal(): number {
    return this.view.getUint32(this.start + ORDINAL_OFFSET, true);
  }
  get kind(): number {
    return this.view.getUint32(this.start + KIND_OFFSET, true);
  }
  get payloadSize(): number {
    return this.view.getUint32(this.start + PAYLOAD_SIZE_OFFSET, true);
  }
  get sequence(): number {
    return this.view.getFloat64(this.start + SEQUENCE_OFFSET, true);
  }
  get atMicros(): number {
    return this.view.getFloat64(this.start + STAMP_OFFSET, true);
  }
  get payloadStart(): number {
    return this.start + FRAME_HEADER_SIZE;
  }

  /** Moves to a frame that was found whole before, in these very bytes. Hot: every record. */
  moveToChecked(start: number): FrameFault {
    this.start = start;
    return FrameFault.NONE;
  }

  /** Moves to the frame at `start` and says whether it is whole. Hot: every record. */
  moveTo(start: number): FrameFault {
    this.start = start;
    const left = this.bytes.length - start;
    if (left < FRAME_HEADER_SIZE) return FrameFault.SHORT;
    const { size } = this;
    const isPossible = size >= FRAME_HEADER_SIZE && size <= FRAME_SIZE_MAX && size % 8 === 0;
    if (!isPossible) return FrameFault.SIZE;
    if (size > left) return FrameFault.SHORT;
    const found = this.checksum.ofRecord(this.words, this.bytes, start, start + size);
    return found === this.view.getUint32(start + CRC_OFFSET, true)
      ? FrameFault.NONE
      : FrameFault.CHECKSUM;
  }
}
