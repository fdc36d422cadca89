/**
 * The ring between the core's thread and the journal's thread, in shared memory: frames one after
 * another, never split over the end. Positions count 8-byte units and wrap at 2^32, so differences
 * are taken with `| 0`.
 */
import { ByteWriter } from './codec/codec.ts';
import { FRAME_SIZE_MAX, frameSize, lastEventOf } from './frame.ts';
import type { SegmentWriter } from './segment-writer.ts';

/** Slots of the control words. */
export const RingSlot = {
  /** Units written by the core. */
  HEAD: 0,
  /** Units taken out by the writer: free again. */
  TAIL: 1,
  /** Units on stable storage. */
  DURABLE: 2,
  /** Low 32 bits of the highest durable sequence. */
  DURABLE_SEQUENCE: 3,
  STATUS: 4,
  /** 1 while the writer sleeps on HEAD. */
  SLEEPING: 5,
  /** 1 when no more frames will come. */
  CLOSING: 6,
  /** Bytes of the failure's text. */
  MESSAGE_SIZE: 7,
} as const;
export type RingSlot = (typeof RingSlot)[keyof typeof RingSlot];
const SLOT_COUNT = 8;

export const RingStatus = { RUNNING: 0, CLOSED: 1, FAILED: 2 } as const;
export type RingStatus = (typeof RingStatus)[keyof typeof RingStatus];

const MESSAGE_SIZE_MAX = 2048;
/** Bytes of one unit. */
export const RING_UNIT = 8;
/** Stands where the size of a frame would: the rest up to the end of the ring is empty. */
export const SKIP_MARK = 0;

/** The shared memory, as handed to the worker. */
export interface RingMemory {
  readonly control: SharedArrayBuffer;
  readonly message: SharedArrayBuffer;
  readonly frames: SharedArrayBuffer;
}

/** The largest record fits wherever the head stands: the unused end and the record itself. */
export const RING_SIZE_MIN = 2 * FRAME_SIZE_MAX;

/** `size` in bytes: a power of two, so that positions stay right when they wrap at 2^32. */
export function createRing(size: number): RingMemory {
  if (!Number.isInteger(Math.log2(size)) || size < RING_SIZE_MIN) {
    throw new RangeError(`ring size must be a power of two from ${RING_SIZE_MIN} on: ${size}`);
  }
  return {
    control: new SharedArrayBuffer(SLOT_COUNT * 4),
    message: new SharedArrayBuffer(MESSAGE_SIZE_MAX),
    frames: new SharedArrayBuffer(size),
  };
}

/** The writer's failure as text, written by its thread and read by the core. */
export function readFailure(memory: RingMemory): string {
  const size = new Int32Array(memory.control)[RingSlot.MESSAGE_SIZE] as number;
  // Decoders refuse shared memory: copy first.
  return new TextDecoder().decode(new Uint8Array(memory.message).slice(0, size));
}

/** Tells the core why nothing more is written. It stops at its next record. */
export function failRing(memory: RingMemory, error: unknown): void {
  const control = new Int32Array(memory.control);
  const text = new TextEncoder().encode(String(error)).subarray(0, MESSAGE_SIZE_MAX);
  new Uint8Array(memory.message).set(text);
  Atomics.store(control, RingSlot.MESSAGE_SIZE, text.length);
  publishStatus(control, RingStatus.FAILED);
}

function publishStatus(control: Int32Array, status: RingStatus): void {
  Atomics.store(control, RingSlot.STATUS, status);
  Atomics.notify(control, RingSlot.STATUS);
  Atomics.notify(control, RingSlot.DURABLE);
}

/**
 * The journal's side of the ring: takes out what is there, writes it, syncs it, publishes what is
 * durable. Single-threaded code; the worker is a loop around `poll`.
 */
export class RingDrain {
  private readonly control: Int32Array;
  private readonly shared: Uint8Array;
  private readonly segments: SegmentWriter;
  /** A private copy of one batch: the ring is free again before the disk has answered. */
  private readonly batch: ByteWriter;
  private lastSequence = 0;

  constructor(memory: RingMemory, segments: SegmentWriter) {
    this.control = new Int32Array(memory.control);
    this.shared = new Uint8Array(memory.frames);
    this.segments = segments;
    this.batch = new ByteWriter(new ArrayBuffer(memory.frames.byteLength));
  }

  /** Makes everything committed so far durable. Returns how many bytes that were. */
  poll(): number {
    const head = Atomics.load(this.control, RingSlot.HEAD);
    const start = Atomics.load(this.control, RingSlot.TAIL);
    if (head === start) return 0;
    let tail = start;
    while (tail !== head) tail = this.takeRun(tail, head);
    this.segments.sync();
    Atomics.store(this.control, RingSlot.DURABLE_SEQUENCE, this.lastSequence | 0);
    Atomics.store(this.control, RingSlot.DURABLE, head);
    Atomics.notify(this.control, RingSlot.DURABLE);
    return ((head - start) | 0) * RING_UNIT;
  }

  /** Sleeps until there is something to do, at most `milliseconds`. */
  wait(milliseconds: number): void {
    const seen = Atomics.load(this.control, RingSlot.TAIL);
    Atomics.store(this.control, RingSlot.SLEEPING, 1);
    // Nothing is taken out while we sleep, so an empty ring has HEAD equal to TAIL.
    if (Atomics.load(this.control, RingSlot.CLOSING) === 0) {
      Atomics.wait(this.control, RingSlot.HEAD, seen, milliseconds);
    }
    Atomics.store(this.control, RingSlot.SLEEPING, 0);
  }

  /** True when the core has said that nothing more will come and everything is durable. */
  get isDone(): boolean {
    return (
      Atomics.load(this.control, RingSlot.CLOSING) === 1 &&
      Atomics.load(this.control, RingSlot.HEAD) === Atomics.load(this.control, RingSlot.TAIL)
    );
  }

  finish(): void {
    publishStatus(this.control, RingStatus.CLOSED);
  }

  /** Writes one stretch that does not pass the end of the ring; returns the new tail. */
  private takeRun(tail: number, head: number): number {
    const unitCount = this.shared.length / RING_UNIT;
    const offset = ((tail >>> 0) % unitCount) * RING_UNIT;
    const units = Math.min((head - tail) | 0, unitCount - offset / RING_UNIT);
    const size = units * RING_UNIT;
    this.batch.bytes.set(this.shared.subarray(offset, offset + size));
    const next = (tail + units) | 0;
    Atomics.store(this.control, RingSlot.TAIL, next);
    const end = this.endOfFrames(size);
    this.segments.write(this.batch, 0, end);
    return next;
  }

  /** Where the frames of the batch end: at its end, or at a skip mark. Notes the highest sequence. */
  private endOfFrames(size: number): number {
    const { view } = this.batch;
    let at = 0;
    let last = -1;
    while (at < size && frameSize(view, at) !== SKIP_MARK) {
      last = at;
      at += frameSize(view, at);
    }
    if (last >= 0) this.lastSequence = lastEventOf(view, last);
    return at;
  }
}
