/** The journal's thread: a loop around RingDrain. Started by GroupCommit only. */
import { workerData } from 'node:worker_threads';
import { failRing, RingDrain } from './commit-ring.ts';
import { FileStorage } from './file-storage.ts';
import type { GroupCommitStart } from './group-commit.ts';
import { SegmentWriter } from './segment-writer.ts';

/** The longest sleep: a missed wake-up costs this much durability lag, never order. */
const SLEEP_MILLISECONDS = 50;

/** Writes until the core closes the ring; every failure is told to the core, which then stops. */
function run(start: GroupCommitStart): void {
  const { memory, directory, sessionId, segmentSizeMax, after } = start;
  try {
    const storage = new FileStorage(directory);
    const writer = new SegmentWriter({
      storage,
      sessionId,
      ...(segmentSizeMax === null ? {} : { segmentSizeMax }),
      ...(after === null ? {} : { after }),
    });
    const drain = new RingDrain(memory, writer);
    while (!drain.isDone) if (drain.poll() === 0) drain.wait(SLEEP_MILLISECONDS);
    storage.close();
    drain.finish();
  } catch (error) {
    failRing(memory, error);
  }
}

run(workerData as GroupCommitStart);
