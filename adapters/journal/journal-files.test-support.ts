/** Recorded sample journals as files that tests may cut, change and take away. */
import { InlineCommit } from './inline-commit.ts';
import { recordSession, SAMPLE_HEADER } from './journal-samples.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter } from './segment-writer.ts';

const { sessionId } = SAMPLE_HEADER;

/** A recorded sample session of `count` events on a memory disk. */
export function recorded(count: number, segmentSizeMax = 3_000, isCrashed = false): MemoryStorage {
  const storage = new MemoryStorage();
  const sink = new InlineCommit({
    writer: new SegmentWriter({ storage, sessionId, segmentSizeMax }),
  });
  recordSession(sink, count, { isCrashed });
  if (isCrashed) sink.flush();
  return storage;
}

/** The same files, `change` applied to one of them. */
export function copyWith(
  storage: MemoryStorage,
  changed: string,
  change: (bytes: Uint8Array) => Uint8Array,
): MemoryStorage {
  const copy = new MemoryStorage();
  for (const name of storage.list()) {
    const bytes = storage.read(name);
    copy.append(name, name === changed ? change(bytes) : bytes);
  }
  return copy;
}

/** Start of every record of a segment. */
export function recordStarts(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts: number[] = [];
  for (let at = 64; at < bytes.length; at += view.getUint32(at, true)) starts.push(at);
  return starts;
}
