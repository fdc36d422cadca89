import { JournalError, type SessionRecording, SnapshotStore } from '#adapters/journal/journal.ts';
import type { Storage } from '#contracts/edge-ports.ts';
import type { Engine } from './engine.ts';

/** An engine as it was after the last event of its journal. */
export interface RecoveredEngine {
  readonly engine: Engine;
  /** Event of the snapshot it was restored from; 0: computed from the first event on. */
  readonly snapshotSequence: number;
  /** Noted snapshots that were there and could not be used. */
  readonly skippedSnapshots: readonly string[];
}

/**
 * The state of a recorded session: its newest usable snapshot and the events behind it, or all events.
 * `build` makes a fresh engine whose commands go nowhere: what they were has been decided already.
 */
export function recoverEngine(
  recording: SessionRecording,
  storage: Storage,
  build: () => Engine,
): RecoveredEngine {
  const { snapshot, skipped } = new SnapshotStore(storage).loadLatest(recording.snapshots);
  const engine = build();
  if (snapshot !== null) engine.restore(snapshot.state);
  const snapshotSequence = snapshot?.reference.sequence ?? 0;
  recording.forEachEvent((event) => engine.handle(event), snapshotSequence + 1);
  return { engine, snapshotSequence, skippedSnapshots: skipped };
}

/** Throws JournalError JOURNAL_FORMAT when the session was recorded on another major of Node. */
export function assertSameNode(recording: SessionRecording, nodeVersion: string): void {
  const major = (version: string): string => version.split('.')[0] ?? '';
  const recorded = recording.header.nodeVersion;
  if (major(recorded) === major(nodeVersion)) return;
  throw new JournalError(
    'JOURNAL_FORMAT',
    `the session was recorded on Node ${recorded}, this is ${nodeVersion}: another major may compute other last bits; replay it on the recording's major`,
  );
}
