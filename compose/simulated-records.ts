/** What a fault run remembers of its own journal, to hold a recovery against it. */
import { crc32 } from 'node:zlib';
import type { FrameSink } from '#adapters/journal/journal.ts';
import type { Storage } from '#contracts/edge-ports.ts';

/** Layout of the files, read here by hand on purpose: this is not the reader that recovers. */
const SEGMENT_HEADER_SIZE = 64;
const SIZE_OFFSET = 0;
/** From here on a frame says what happened; before it stands where and when it was written. */
const CANONICAL_OFFSET = 24;
const KIND_OFFSET = 24;
const SEQUENCE_OFFSET = 32;
const FRAME_HEADER_SIZE = 48;
/** Kinds above are records about events: headers, commands, checkpoints. */
const EVENT_KIND_MAX = 99;

/** A record as it was handed to the journal. */
export interface RecordObserver {
  onAppended(sequence: number, rollingHash: number): void;
}

/** Passes frames on and keeps a rolling checksum of the events among them. */
export class WatchedSink implements FrameSink {
  private readonly inner: FrameSink;
  private readonly observer: RecordObserver;
  private rolling: number;
  private start = 0;

  /** `rolling`: the checksum of what a journal that goes on holds already. */
  constructor(inner: FrameSink, observer: RecordObserver, rolling: number) {
    this.inner = inner;
    this.observer = observer;
    this.rolling = rolling;
  }

  get writer(): FrameSink['writer'] {
    return this.inner.writer;
  }

  get durableSequence(): number {
    return this.inner.durableSequence;
  }

  claim(size: number): void {
    this.inner.claim(size);
    this.start = this.inner.writer.position;
  }

  commit(sequence: number, atMicros: number): void {
    const { bytes, position } = this.inner.writer;
    const frame = bytes.subarray(this.start, position);
    if (isEvent(frame)) {
      this.rolling = crc32(frame.subarray(CANONICAL_OFFSET), this.rolling);
      this.observer.onAppended(sequence, this.rolling);
    }
    this.inner.commit(sequence, atMicros);
  }

  flush(): void {
    this.inner.flush();
  }

  close(): void {
    this.inner.close();
  }
}

/** The last event in a storage's journal and the rolling checksum of all, by a walk of its own. */
export function walkRecords(storage: Storage): {
  readonly sequence: number;
  readonly rollingHash: number;
} {
  let sequence = 0;
  let rollingHash = 0;
  for (const name of storage.list().filter((one) => /^segment-\d+\.journal$/.test(one))) {
    const bytes = Buffer.from(storage.read(name));
    let at = SEGMENT_HEADER_SIZE;
    while (at + FRAME_HEADER_SIZE <= bytes.length) {
      const size = bytes.readUInt32LE(at + SIZE_OFFSET);
      if (size < FRAME_HEADER_SIZE || at + size > bytes.length) break;
      const frame = bytes.subarray(at, at + size);
      if (isEvent(frame)) {
        sequence = frame.readDoubleLE(SEQUENCE_OFFSET);
        rollingHash = crc32(frame.subarray(CANONICAL_OFFSET), rollingHash);
      }
      at += size;
    }
  }
  return { sequence, rollingHash };
}

/** A record of a journal file, by its first byte. */
export interface RecordPlace {
  /** 0: the head of the file. */
  readonly offset: number;
  /** No whole record stands behind it. */
  readonly isLast: boolean;
}

/** The record that holds a byte, in a file as it was written. A tail that is no whole record is the last. */
export function recordAround(bytes: Uint8Array, offset: number): RecordPlace {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let start = 0;
  let end = Math.min(SEGMENT_HEADER_SIZE, file.length);
  while (end <= offset) {
    start = end;
    end += sizeAt(file, start);
  }
  return { offset: start, isLast: end + sizeAt(file, end) > file.length };
}

/** At the end, or where a write was torn, the rest of the file and what is missing of a frame. */
function sizeAt(file: Buffer, at: number): number {
  const size = at + FRAME_HEADER_SIZE > file.length ? 0 : file.readUInt32LE(at + SIZE_OFFSET);
  const isWhole = size >= FRAME_HEADER_SIZE && at + size <= file.length;
  return isWhole ? size : file.length - at + FRAME_HEADER_SIZE;
}

function isEvent(frame: Uint8Array): boolean {
  const kind = frame[KIND_OFFSET] as number;
  return kind > 0 && kind <= EVENT_KIND_MAX;
}
