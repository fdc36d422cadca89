import { Worker } from 'node:worker_threads';
import { createRing, type RingMemory } from './commit-ring.ts';
import { RingSink } from './ring-sink.ts';
import type { SegmentPosition } from './segment.ts';

/** 150 000 records of 112 bytes: a disk may stall for seconds in the busiest market. */
const RING_SIZE_DEFAULT = 16 * 1024 * 1024;

export interface GroupCommitOptions {
  /** Directory of the session; the worker opens its own FileStorage there. */
  readonly directory: string;
  readonly sessionId: string;
  readonly segmentSizeMax?: number;
  /** Bytes of the ring, a power of two; a full ring stops the session. */
  readonly ringSize?: number;
  /** A journal that goes on: its last segment. */
  readonly after?: SegmentPosition;
  /** A journal that goes on: its last event, which is durable already. */
  readonly durableSequence?: number;
}

/** What the worker is started with. */
export interface GroupCommitStart {
  readonly memory: RingMemory;
  readonly directory: string;
  readonly sessionId: string;
  readonly segmentSizeMax: number | null;
  readonly after: SegmentPosition | null;
}

/**
 * Commits in a worker thread: the core copies frames into a ring and never waits for the disk. The
 * worker writes whatever has gathered and syncs once for all of it, so a slow disk makes larger
 * groups, not a slower core. For live and paced runs; a run at maximum speed would fill the ring and
 * takes `InlineCommit`.
 */
export class GroupCommit extends RingSink {
  /** Starts the worker. Its failure to open the directory shows at the next record. */
  constructor(options: GroupCommitOptions) {
    const memory = createRing(options.ringSize ?? RING_SIZE_DEFAULT);
    super(memory, undefined, options.durableSequence);
    const start: GroupCommitStart = {
      memory,
      directory: options.directory,
      sessionId: options.sessionId,
      segmentSizeMax: options.segmentSizeMax ?? null,
      after: options.after ?? null,
    };
    const worker = new Worker(new URL('./group-commit-worker.ts', import.meta.url), {
      workerData: start,
      // Options of the main program (inspector, code from the command line) are not the writer's.
      execArgv: [],
    });
    // The session's owner closes the journal; a forgotten worker must not keep the process alive.
    worker.unref();
  }
}
