/**
 * The door of the journal: one session's events, commands and checkpoints on disk, and back.
 *
 * Writing: `SessionJournal` over a commit policy (`GroupCommit` in a thread, `InlineCommit` on the
 * caller's) over `SegmentWriter` over a `Storage`. Reading: `readSession`, `recoverSession`,
 * `resumeSession`. Proving:
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
import { WRITER_SILENCE_MILLISECONDS } from './ring-sink.ts';
import type { SegmentPosition } from './segment.ts';
import { SegmentWriter, type SegmentWriterOptions } from './segment-writer.ts';
import {
  type ResumedState,
  SessionJournal,
  type SessionJournalOptions,
} from './session-journal.ts';
import { readSession, SessionRecording, type SessionVisitor } from './session-reader.ts';
import type {
  Checkpoint,
  Resume,
  SessionHashes,
  SessionHeader,
  SnapshotReference,
} from './session-record.ts';
import { type RecoveredSession, recoverSession, resumeSession } from './session-recovery.ts';
import type { TornTail } from './session-scan.ts';
import { type Snapshot, type SnapshotSearch, SnapshotStore } from './snapshot-store.ts';
import {
  type Difference,
  type ReplayedEngine,
  type UnprovenEnd,
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
  RecoveredSession,
  ReplayedEngine,
  Resume,
  ResumedState,
  SegmentPosition,
  SegmentWriterOptions,
  SessionHashes,
  SessionHeader,
  SessionJournalOptions,
  SessionVisitor,
  Snapshot,
  SnapshotReference,
  SnapshotSearch,
  TornTail,
  UnprovenEnd,
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
  resumeSession,
  SegmentWriter,
  SessionJournal,
  SessionRecording,
  SnapshotStore,
  sha256,
  Verifier,
  verifySession,
  WRITER_SILENCE_MILLISECONDS,
};
