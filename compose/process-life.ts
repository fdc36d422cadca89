/** How one life of a process begins: with an empty journal, or with what a crash left of one. */
import { createHash } from 'node:crypto';
import {
  type FrameSink,
  InlineCommit,
  JournalError,
  nextEpoch,
  type RecoveredSession,
  resumeSession,
  type SegmentPosition,
  SegmentWriter,
  type SessionHeader,
  SessionJournal,
} from '#adapters/journal/journal.ts';
import type { Clock, Storage } from '#contracts/edge-ports.ts';
import type { Engine } from './engine.ts';
import { assertSameNode, recoverEngine } from './recovered-engine.ts';
import type { SessionSetup } from './session-setup.ts';

/** What the program is: written into the journal, and held against it by a replay. */
export interface ProgramIdentity {
  /** Version and commit. */
  readonly build: string;
  /** `process.versions.node`. */
  readonly nodeVersion: string;
}

/** Where a commit policy writes. */
export interface JournalPlace {
  readonly storage: Storage;
  readonly sessionId: string;
  /** The last segment of a journal that goes on; absent for a new one. */
  readonly after?: SegmentPosition;
  /** The last event of a journal that goes on, durable already; 0 for a new one. */
  readonly durableSequence: number;
}

/** Makes the commit policy of a life. */
export type SinkOpener = (place: JournalPlace) => FrameSink;

export interface ProcessLifeOptions {
  readonly setup: SessionSetup;
  readonly worldName: string;
  readonly program: ProgramIdentity;
  readonly checkpointEvents: number;
  readonly wallClock: Clock;
  readonly storage: Storage;
  readonly epochStorage: Storage;
  readonly openSink: SinkOpener;
  /** True: goes on with the journal that is there, or begins one. False: refuses one that is there. */
  readonly isResuming: boolean;
  /** A fresh engine; nothing it emits is heard before the life has begun. */
  readonly buildEngine: () => Engine;
}

/** What a crash left and what was made of it. */
export interface Recovery {
  /** 2 after the first crash. */
  readonly life: number;
  /** Events that survived. */
  readonly eventCount: number;
  /** Event of the snapshot the state was restored from; 0: computed from the first event on. */
  readonly snapshotSequence: number;
  readonly skippedSnapshots: readonly string[];
  /** Bytes of a torn tail that were cut off. */
  readonly cutSize: number;
}

export interface ProcessLife {
  readonly engine: Engine;
  readonly journal: SessionJournal;
  /** Raised durably before anything could be sent. */
  readonly epoch: number;
  /** Null when the session begins. */
  readonly recovery: Recovery | null;
}

/**
 * Begins a life. Throws JournalError: SESSION_EXISTS, or when resuming JOURNAL_DAMAGED, JOURNAL_FORMAT,
 * SESSION_ENDED, SESSION_DIFFERS; EPOCH_DAMAGED; and what the disk throws. After a throw it may be
 * tried again on the same storage.
 */
export function beginLife(options: ProcessLifeOptions): ProcessLife {
  const recovered = options.isResuming ? resumeSession(options.storage) : null;
  return recovered === null ? beginSession(options) : continueSession(options, recovered);
}

/** Collects on the caller's thread; durable when the session is told to, and at its end. */
export function openInlineSink(place: JournalPlace, segmentSizeMax?: number): FrameSink {
  const size = segmentSizeMax === undefined ? {} : { segmentSizeMax };
  const writer = new SegmentWriter({ ...place, ...size });
  return new InlineCommit({ writer, durableSequence: place.durableSequence });
}

function beginSession(options: ProcessLifeOptions): ProcessLife {
  const { storage, epochStorage, wallClock } = options;
  const header = headerOf(options);
  const sink = options.openSink({ storage, sessionId: header.sessionId, durableSequence: 0 });
  const epoch = nextEpoch(epochStorage);
  const journal = new SessionJournal({ sink, epoch, clock: wallClock, header });
  return { engine: options.buildEngine(), journal, epoch, recovery: null };
}

function continueSession(options: ProcessLifeOptions, recovered: RecoveredSession): ProcessLife {
  const { storage, epochStorage, wallClock, program } = options;
  const { recording, position, life, cutSize } = recovered;
  const header = headerOf(options);
  assertSameNode(recording, program.nodeVersion);
  assertSameSession(recording.header, header);
  const { engine, snapshotSequence, skippedSnapshots } = recoverEngine(
    recording,
    storage,
    options.buildEngine,
  );
  const epoch = nextEpoch(epochStorage, recording.epoch);
  const { eventCount } = recording;
  const sink = options.openSink({
    storage,
    sessionId: header.sessionId,
    after: position,
    durableSequence: eventCount,
  });
  const journal = new SessionJournal({
    sink,
    epoch,
    clock: wallClock,
    header,
    resumed: { recovered, stateBytes: engine.stateBytes(), snapshotSequence },
  });
  const recovery = { life, eventCount, snapshotSequence, skippedSnapshots, cutSize };
  return { engine, journal, epoch, recovery };
}

function headerOf(options: ProcessLifeOptions): SessionHeader {
  const { setup, worldName, program, checkpointEvents } = options;
  return {
    sessionId: sessionIdOf(setup, worldName),
    world: worldName,
    symbol: setup.symbol,
    seed: setup.seed,
    build: program.build,
    nodeVersion: program.nodeVersion,
    configuration: setup,
    checkpointEvents,
  };
}

/** Equal sessions have equal ids: nothing of a journal depends on when it was made. */
function sessionIdOf(setup: SessionSetup, worldName: string): string {
  const identity = [worldName, setup.symbol, setup.feed, setup.seed, setup.configHash].join('\n');
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

/** State under one configuration cannot be continued under another: no replay would come out the same. */
function assertSameSession(recorded: SessionHeader, wanted: SessionHeader): void {
  const isSame =
    recorded.sessionId === wanted.sessionId &&
    recorded.checkpointEvents === wanted.checkpointEvents &&
    JSON.stringify(recorded.configuration) === JSON.stringify(wanted.configuration);
  if (isSame) return;
  throw new JournalError(
    'SESSION_DIFFERS',
    `the journal here is of ${recorded.world} ${recorded.symbol}, seed ${recorded.seed}, and was recorded with other settings; go on with the settings it began with, or begin a new session in an empty directory`,
  );
}
