import { ByteWriter } from './codec/codec.ts';
import { FRAME_SIZE_MAX, type FrameSink } from './frame.ts';
import type { SegmentWriter } from './segment-writer.ts';

const BATCH_SIZE_DEFAULT = 256 * 1024;

export interface InlineCommitOptions {
  readonly writer: SegmentWriter;
  /** Bytes collected before they are written. */
  readonly batchSize?: number;
  /** Event time between syncs; 0 syncs only at flush and close, which is what maximum speed wants. */
  readonly syncMicros?: number;
  /** A journal that goes on: its last event, which is durable already. */
  readonly durableSequence?: number;
}

/**
 * Commits on the caller's own thread: batches of some hundred KiB, synced by event time and at the
 * end. For runs at maximum speed, where nobody outside has been told anything yet, and for the
 * simulated disk.
 */
export class InlineCommit implements FrameSink {
  readonly writer: ByteWriter;
  private readonly segments: SegmentWriter;
  private readonly batchSize: number;
  private readonly syncMicros: number;
  /** Bytes of whole frames; what stands behind them is a frame that was never committed. */
  private committedSize = 0;
  private lastSequence = 0;
  private syncedSequence = 0;
  private syncDueMicros = 0;
  private isClosed = false;

  constructor(options: InlineCommitOptions) {
    this.segments = options.writer;
    this.batchSize = options.batchSize ?? BATCH_SIZE_DEFAULT;
    this.syncMicros = options.syncMicros ?? 0;
    this.lastSequence = options.durableSequence ?? 0;
    this.syncedSequence = this.lastSequence;
    const memory = new ArrayBuffer(Math.ceil(this.batchSize / 8) * 8 + FRAME_SIZE_MAX);
    this.writer = new ByteWriter(memory);
  }

  get durableSequence(): number {
    return this.syncedSequence;
  }

  claim(size: number): void {
    if (this.isClosed) throw new Error('the journal is closed');
    if (this.committedSize + size > this.writer.bytes.length) this.writeBatch();
    this.writer.position = this.committedSize;
  }

  commit(sequence: number, atMicros: number): void {
    this.lastSequence = sequence;
    this.committedSize = this.writer.position;
    if (this.committedSize >= this.batchSize) this.writeBatch();
    if (this.syncMicros === 0 || atMicros < this.syncDueMicros) return;
    // The first event only starts the clock: there is nothing older to make durable.
    if (this.syncDueMicros > 0) this.flush();
    this.syncDueMicros = atMicros + this.syncMicros;
  }

  flush(): void {
    this.writeBatch();
    this.segments.sync();
    this.syncedSequence = this.lastSequence;
  }

  close(): void {
    if (this.isClosed) return;
    this.flush();
    this.isClosed = true;
  }

  private writeBatch(): void {
    if (this.committedSize === 0) return;
    this.segments.write(this.writer, 0, this.committedSize);
    this.committedSize = 0;
  }
}
