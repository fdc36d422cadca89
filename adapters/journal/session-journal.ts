import type { Command, CommandSink } from '#contracts/commands.ts';
import type { Clock, Journal } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Sequence } from '#units/integers.ts';
import { CanonicalHash, hexOf, sha256 } from './canonical-hash.ts';
import { payloadSizeBound, writePayload } from './codec/codec.ts';
import { CommandRecorder } from './command-recorder.ts';
import { CANONICAL_OFFSET, FrameEncoder, type FrameSink, RecordKind } from './frame.ts';
import {
  CHECKPOINT_SIZE,
  type Checkpoint,
  type Resume,
  resumeSizeBound,
  type SessionHashes,
  type SessionHeader,
  type SnapshotReference,
  writeCheckpoint,
  writeResume,
  writeSnapshotReference,
} from './session-record.ts';
import type { RecoveredSession } from './session-recovery.ts';

/** Kept commands are written out beyond this, so that a crash loses few of them. */
const COMMANDS_CHUNK_SIZE = 32 * 1024;
/** ... and after this many events, so that a session that crashes early can still be compared. */
const COMMANDS_CHUNK_EVENTS = 1_000;

export interface SessionJournalOptions {
  /** `InlineCommit` or `GroupCommit`. */
  readonly sink: FrameSink;
  /** The durable epoch of this start: see `nextEpoch`. */
  readonly epoch: number;
  readonly header: SessionHeader;
  /** Stamps records with the wall clock; not part of any hash. */
  readonly clock: Clock;
  /** For a session that goes on; absent for a new one. */
  readonly resumed?: ResumedState;
}

/** What a later life of a session begins with. */
export interface ResumedState {
  readonly recovered: RecoveredSession;
  /** The engine's state after the last event of the journal. */
  readonly stateBytes: Uint8Array;
  /** Event of the snapshot that it was restored from; 0: computed from the first event on. */
  readonly snapshotSequence: number;
}

/**
 * One session's journal: events before they are applied, the commands they caused, checkpoints that
 * prove the state. Assign the event's sequence (1, 2, 3 ...) before `append`; call `checkpoint` when
 * `isCheckpointDue` after the handlers ran, and `close` at the end.
 */
export class SessionJournal implements Journal, CommandSink {
  private readonly sink: FrameSink;
  private readonly frames: FrameEncoder;
  private readonly eventsHash: CanonicalHash;
  private readonly commands: CommandRecorder;
  private readonly checkpointEvents: number;
  private sequence = 0;
  private atMicros = 0;
  private checkpointSequence = 0;
  private commandsSequence = 0;
  private interval = 1;

  /** Writes the session header, or how a later life begins. Throws a RangeError when the checkpoint interval is not positive. */
  constructor(options: SessionJournalOptions) {
    const { header, resumed } = options;
    if (!Number.isSafeInteger(header.checkpointEvents) || header.checkpointEvents < 1) {
      throw new RangeError(`checkpointEvents must be a whole number above zero`);
    }
    this.sink = options.sink;
    this.checkpointEvents = header.checkpointEvents;
    this.frames = new FrameEncoder(options.sink, options.epoch, options.clock);
    const recovered = resumed?.recovered;
    this.eventsHash = recovered?.eventsHash ?? new CanonicalHash();
    this.commands = new CommandRecorder(recovered?.commandsHash, recovered?.commandCount);
    if (resumed === undefined) this.writeHeader(header);
    else this.writeResume(header, resumed);
  }

  /** Sequence of the last appended event; 0 before the first. */
  get lastSequence(): Sequence {
    return this.sequence as Sequence;
  }

  get durableSequence(): Sequence {
    return this.sink.durableSequence as Sequence;
  }

  get commandCount(): number {
    return this.commands.commandCount;
  }

  /**
   * Encodes and copies the event, before it is applied. Throws JournalFullError when the ring is
   * full, JournalError when writing failed, RangeError when the sequence is not the next one.
   *
   * Hot: every event. No allocation of its own, except for instruments and large depth messages.
   */
  append(event: Readonly<EngineEvent>): void {
    if (event.sequence !== this.sequence + 1) {
      throw new RangeError('journal sequence must rise by one');
    }
    if (this.isChunkDue()) this.writeCommands();
    const { frames } = this;
    const writer = frames.open(event.kind, event.sequence, event.atMicros, payloadSizeBound(event));
    writePayload(writer, event);
    // Hash before the frame is handed over: afterwards its memory belongs to the writer.
    frames.finish();
    this.eventsHash.addWords(writer.words, frames.frameStart + CANONICAL_OFFSET, frames.frameEnd);
    frames.handOver();
    this.sequence = event.sequence;
    this.atMicros = event.atMicros;
    this.commands.causeSequence = event.sequence;
  }

  /** Records a command of the event appended last. Hot: every command. No allocation. */
  emit(command: Readonly<Command>): void {
    this.commands.emit(command);
  }

  /** True after every `checkpointEvents` events until the checkpoint is written. */
  get isCheckpointDue(): boolean {
    return this.sequence - this.checkpointSequence >= this.checkpointEvents;
  }

  /** Records what the session has produced up to the last event. `stateBytes`: every domain's state. */
  checkpoint(stateBytes: Uint8Array): Checkpoint {
    return this.writeCheckpointRecord(RecordKind.CHECKPOINT, stateBytes);
  }

  /** Records where a snapshot of the state after the last event was stored. */
  noteSnapshot(reference: SnapshotReference): void {
    if (reference.sequence !== this.sequence) {
      throw new RangeError('a snapshot is noted at its own sequence');
    }
    const bound = 16 + 3 * (reference.name.length + reference.stateHash.length);
    const writer = this.frames.open(RecordKind.SNAPSHOT, this.sequence, this.atMicros, bound);
    writeSnapshotReference(writer, reference);
    this.frames.close();
  }

  /** Returns when everything appended is on stable storage. */
  flush(): void {
    this.sink.flush();
  }

  /** Writes the closing record with the final hashes, and makes all of it durable. */
  close(stateBytes: Uint8Array): SessionHashes {
    const { hashes } = this.writeCheckpointRecord(RecordKind.CLOSE, stateBytes);
    this.sink.close();
    return hashes;
  }

  private writeHeader(header: SessionHeader): void {
    const json = Buffer.from(JSON.stringify(header));
    this.frames.open(RecordKind.SESSION_HEADER, 0, 0, json.length).raw(json);
    this.frames.close();
  }

  /** All that ran before stands in the journal: sequence, hashes and intervals go on. */
  private writeResume(header: SessionHeader, resumed: ResumedState): void {
    const { recovered, stateBytes, snapshotSequence } = resumed;
    const { recording } = recovered;
    this.sequence = recording.eventCount;
    this.atMicros = recording.lastMicros;
    this.checkpointSequence = this.sequence;
    this.commandsSequence = this.sequence;
    this.interval = recording.checkpoints.length + 1;
    const resume: Resume = {
      life: recovered.life,
      sequence: this.sequence,
      commandCount: recovered.commandCount,
      stateSize: stateBytes.length,
      cutSize: recovered.cutSize,
      snapshotSequence,
      hashes: this.hashes(stateBytes),
      build: header.build,
      nodeVersion: header.nodeVersion,
    };
    const bound = resumeSizeBound(resume);
    const writer = this.frames.open(RecordKind.RESUME, this.sequence, this.atMicros, bound);
    writeResume(writer, resume);
    this.frames.close();
  }

  private hashes(stateBytes: Uint8Array): SessionHashes {
    return {
      journal: hexOf(this.eventsHash.digest()),
      state: hexOf(sha256(stateBytes)),
      commands: hexOf(this.commands.digest()),
    };
  }

  private writeCheckpointRecord(kind: RecordKind, stateBytes: Uint8Array): Checkpoint {
    this.writeCommands();
    const checkpoint: Checkpoint = {
      interval: this.interval,
      sequence: this.sequence,
      commandCount: this.commands.commandCount,
      stateSize: stateBytes.length,
      hashes: this.hashes(stateBytes),
    };
    const writer = this.frames.open(kind, this.sequence, this.atMicros, CHECKPOINT_SIZE);
    writeCheckpoint(writer, checkpoint);
    this.frames.close();
    this.interval += 1;
    this.checkpointSequence = this.sequence;
    return checkpoint;
  }

  /** Hot: every event. */
  private isChunkDue(): boolean {
    return (
      this.sequence - this.commandsSequence >= COMMANDS_CHUNK_EVENTS ||
      this.commands.pendingSize >= COMMANDS_CHUNK_SIZE
    );
  }

  private writeCommands(): void {
    this.commandsSequence = this.sequence;
    const size = this.commands.pendingSize;
    if (size === 0) return;
    const writer = this.frames.open(RecordKind.COMMANDS, this.sequence, this.atMicros, size);
    writer.raw(this.commands.drain());
    this.frames.close();
  }
}
