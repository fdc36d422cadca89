import { ByteWriter } from './codec/codec.ts';
import {
  RING_UNIT,
  type RingMemory,
  RingSlot,
  RingStatus,
  readFailure,
  SKIP_MARK,
} from './commit-ring.ts';
import type { FrameSink } from './frame.ts';
import { JournalError, JournalFullError } from './journal-error.ts';

/** How long a flush waits between looks at the writer's status. */
const LOOK_MILLISECONDS = 100;
/** Looks without any progress after which the writer counts as dead: half a minute, far beyond a slow disk. */
const LOOKS_MAX = 300;
/** How long a flush waits for a writer that does not move before it throws, in real milliseconds. */
export const WRITER_SILENCE_MILLISECONDS = LOOK_MILLISECONDS * LOOKS_MAX;

/** How a wait for the writer looks; tests shorten it. */
export interface RingPatience {
  readonly lookMilliseconds: number;
  readonly looksMax: number;
}

const DEFAULT_PATIENCE: RingPatience = {
  lookMilliseconds: LOOK_MILLISECONDS,
  looksMax: LOOKS_MAX,
};

/**
 * The core's side of the ring. Committing never waits: a full ring or a writer that has stopped is
 * an error at once. Only `flush` and `close` wait for the disk.
 */
export class RingSink implements FrameSink {
  readonly writer: ByteWriter;
  private readonly memory: RingMemory;
  private readonly patience: RingPatience;
  private readonly control: Int32Array;
  private readonly unitCount: number;
  private head = 0;
  /** Where the claimed frame begins: at the head, or at the ring's start behind a skip mark. */
  private claimed = 0;
  private tail = 0;
  private lastSequence = 0;
  private isClosed = false;

  /** `durableSequence`: the last event of a journal that goes on. */
  constructor(memory: RingMemory, patience: RingPatience = DEFAULT_PATIENCE, durableSequence = 0) {
    this.memory = memory;
    this.patience = patience;
    this.control = new Int32Array(memory.control);
    this.writer = new ByteWriter(memory.frames);
    this.unitCount = memory.frames.byteLength / RING_UNIT;
    this.lastSequence = durableSequence;
    Atomics.store(this.control, RingSlot.DURABLE_SEQUENCE, durableSequence | 0);
  }

  get durableSequence(): number {
    const low = Atomics.load(this.control, RingSlot.DURABLE_SEQUENCE);
    const isAllDurable = Atomics.load(this.control, RingSlot.DURABLE) === this.head;
    if (isAllDurable) return this.lastSequence;
    // The ring holds far fewer than 2^32 records, so the distance to the last one fits its low bits.
    return this.lastSequence - (((this.lastSequence | 0) - low) >>> 0);
  }

  /** Hot: every record. No allocation unless it throws. */
  claim(size: number): void {
    if (this.isClosed) throw new Error('the journal is closed');
    if (!this.isRunning) throw this.failure();
    const offset = ((this.head >>> 0) % this.unitCount) * RING_UNIT;
    const toEnd = this.writer.bytes.length - offset;
    const needed = size <= toEnd ? size : toEnd + size;
    if (needed > this.freeBytes()) {
      this.tail = Atomics.load(this.control, RingSlot.TAIL);
      if (needed > this.freeBytes()) throw new JournalFullError(size, this.writer.bytes.length);
    }
    if (size <= toEnd) {
      this.claimed = this.head;
      this.writer.position = offset;
      return;
    }
    this.writer.view.setUint32(offset, SKIP_MARK, true);
    this.claimed = (this.head + toEnd / RING_UNIT) | 0;
    this.writer.position = 0;
  }

  /** Hot: every record. No allocation. */
  commit(sequence: number): void {
    this.lastSequence = sequence;
    const offset = ((this.claimed >>> 0) % this.unitCount) * RING_UNIT;
    this.head = (this.claimed + (this.writer.position - offset) / RING_UNIT) | 0;
    Atomics.store(this.control, RingSlot.HEAD, this.head);
    // Waking costs a system call: only when the writer sleeps.
    if (Atomics.load(this.control, RingSlot.SLEEPING) === 1) this.wake();
  }

  flush(): void {
    let looks = 0;
    let seen = Atomics.load(this.control, RingSlot.DURABLE);
    while (seen !== this.head) {
      if (!this.isRunning) throw this.failure();
      this.look(RingSlot.DURABLE, seen, looks);
      const durable = Atomics.load(this.control, RingSlot.DURABLE);
      looks = durable === seen ? looks + 1 : 0;
      seen = durable;
    }
  }

  close(): void {
    if (this.isClosed) return;
    this.flush();
    this.isClosed = true;
    Atomics.store(this.control, RingSlot.CLOSING, 1);
    this.wake();
    for (let looks = 0; this.isRunning; looks++) {
      this.look(RingSlot.STATUS, RingStatus.RUNNING, looks);
    }
    if (Atomics.load(this.control, RingSlot.STATUS) === RingStatus.FAILED) throw this.failure();
  }

  private get isRunning(): boolean {
    return Atomics.load(this.control, RingSlot.STATUS) === RingStatus.RUNNING;
  }

  /** Waits a little for the slot to leave `value`. Throws when the writer has not moved for too long. */
  private look(slot: RingSlot, value: number, looks: number): void {
    if (looks >= this.patience.looksMax) {
      throw new JournalError(
        'JOURNAL_WRITE_FAILED',
        "the journal's writer does not answer, so the session must stop: look at the disk",
      );
    }
    Atomics.wait(this.control, slot, value, this.patience.lookMilliseconds);
  }

  private freeBytes(): number {
    return (this.unitCount - ((this.head - this.tail) | 0)) * RING_UNIT;
  }

  private wake(): void {
    Atomics.notify(this.control, RingSlot.HEAD);
  }

  private failure(): JournalError {
    return new JournalError(
      'JOURNAL_WRITE_FAILED',
      `the journal's writer has stopped, so the session must stop: ${readFailure(this.memory)}`,
    );
  }
}
