/**
 * The door of the journal: one session's events, commands and checkpoints on disk, and back.
 *
 * Writing: `SessionJournal` over a commit policy (`GroupCommit` in a thread, `InlineCommit` on the
 * caller's) over `SegmentWriter` over a `Storage`. Reading: `readSession`, `recoverSession`. Proving:
 * `verifySession` with a `Verifier`.
 */
import { CanonicalHash, hexOf, sha256 } from './canonical-hash.ts';
import { EventDecoder } from './codec/codec.ts';
import { describeCommand, type RecordedCommand, readCommand } from './codec/command-codec.ts';
import { CommandRecorder } from './command-recorder.ts';
import { nextEpoch, readEpoch } from './epoch-store.ts';
import { FileStorage } from './file-storage.ts';
import type { FrameSink } from './frame.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
import { InlineCommit, type InlineCommitOptions } from './inline-commit.ts';
import { JournalDamagedError, JournalError, JournalFullError } from './journal-error.ts';
import { MemoryStorage } from './memory-storage.ts';
import { SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts';
import { SessionJournal, type SessionJournalOptions } from './session-journal.ts';
import {
  readSession,
  recoverSession,
  SessionRecording,
  type SessionVisitor,
} from './session-reader.ts';
import type {
  Checkpoint,
  SessionHashes,
  SessionHeader,
  SnapshotReference,
} from './session-record.ts';
import type { TornTail } from './session-scan.ts';
import { type Snapshot, type SnapshotSearch, SnapshotStore } from './snapshot-store.ts';
import {
  type Difference,
  type ReplayedEngine,
  Verifier,
  type VerifyResult,
  verifySession,
} from './verify.ts';

export type {
  Checkpoint,
  Difference,
  FrameSink,
  GroupCommitOptions,
  InlineCommitOptions,
  RecordedCommand,
  ReplayedEngine,
  SegmentWriterOptions,
  SessionHashes,
  SessionHeader,
  SessionJournalOptions,
  SessionVisitor,
  Snapshot,
  SnapshotReference,
  SnapshotSearch,
  TornTail,
  VerifyResult,
};
export {
  CanonicalHash,
  CommandRecorder,
  describeCommand,
  EventDecoder,
  FileStorage,
  GroupCommit,
  hexOf,
  InlineCommit,
  JournalDamagedError,
  JournalError,
  JournalFullError,
  MemoryStorage,
  nextEpoch,
  readCommand,
  readEpoch,
  readSession,
  recoverSession,
  SegmentWriter,
  SessionJournal,
  SessionRecording,
  SnapshotStore,
  sha256,
  Verifier,
  verifySession,
};
