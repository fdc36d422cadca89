/**
 * The generic part of `replay --verify`: feeds a recorded session to an engine and compares what
 * comes out with what was recorded, command by command and checkpoint by checkpoint.
 */
import type { Command, CommandSink } from '#contracts/commands.ts';
import type { Clock } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { EpochMicros } from '#units/integers.ts';
import { CanonicalHash, hexOf, sha256 } from './canonical-hash.ts';
import { ByteReader, ByteWriter, payloadSizeBound, writePayload } from './codec/codec.ts';
import { describeCommand, readCommand } from './codec/command-codec.ts';
import { CommandRecorder } from './command-recorder.ts';
import { CANONICAL_OFFSET, FRAME_SIZE_MAX, FrameEncoder, type FrameSink } from './frame.ts';
import type { SessionRecording, SessionVisitor } from './session-reader.ts';
import type { Checkpoint, SessionHashes } from './session-record.ts';

/** The engine as replay needs it. Its commands go to the Verifier, which is its CommandSink. */
export interface ReplayedEngine {
  /** Applies one event. */
  handle(event: EngineEvent): void;
  /** Every domain's state, in the fixed order. Valid during the call. */
  stateBytes(): Uint8Array;
}

/** The first thing that is not as it was recorded. */
export interface Difference {
  readonly kind: 'commands' | 'state' | 'journal';
  /** Checkpoint interval it lies in, from 1. */
  readonly interval: number;
  /** Commands: event that caused the command. Else: the checkpoint's last event. */
  readonly sequence: number;
  /** In words: the recorded command or hash, or "nothing". */
  readonly recorded: string;
  readonly reproduced: string;
}

export interface VerifyResult {
  /** Null: everything recorded was reproduced bit for bit. */
  readonly difference: Difference | null;
  /** Up to this event the state is proven by a checkpoint. */
  readonly provenSequence: number;
  /** Up to this event every command is the recorded one; never less than `provenSequence`. */
  readonly comparedSequence: number;
  /** How many commands that were. */
  readonly comparedCommands: number;
  /** Events behind it: replayed, with nothing recorded to hold against. 0 for a closed session. */
  readonly unprovenEvents: number;
  readonly checkpointCount: number;
  /** Hashes of the last proven checkpoint; null when there was none. */
  readonly hashes: SessionHashes | null;
}

/** Memory for one frame at a time, which goes nowhere. */
class ScratchSink implements FrameSink {
  readonly writer = new ByteWriter(new ArrayBuffer(FRAME_SIZE_MAX));
  readonly durableSequence = 0;

  claim(): void {
    this.writer.position = 0;
  }
  // Nothing is kept: the frame was hashed while it stood here.
  commit(): void {}
  flush(): void {}
  close(): void {}
}

const NO_CLOCK: Clock = { nowMicros: () => 0 as EpochMicros };

/** Compares a replay with its recording. One Verifier for one replay. */
export class Verifier implements CommandSink {
  private readonly commands = new CommandRecorder();
  private readonly eventsHash = new CanonicalHash();
  private readonly frames = new FrameEncoder(new ScratchSink(), 0, NO_CLOCK);
  /** Reproduced commands that no recorded ones have been held against yet. */
  private pending = new Uint8Array(64 * 1024);
  private pendingSize = 0;
  private interval = 1;
  private proven: Checkpoint | null = null;
  private comparedSequence = 0;
  private comparedCommands = 0;
  private found: Difference | null = null;

  /** The first difference so far, or null. */
  get difference(): Difference | null {
    return this.found;
  }

  emit(command: Readonly<Command>): void {
    this.commands.emit(command);
  }

  /** The engine is about to apply this event. */
  onEvent(event: Readonly<EngineEvent>): void {
    this.keepCommands();
    this.commands.causeSequence = event.sequence;
    const { frames } = this;
    const writer = frames.open(event.kind, event.sequence, event.atMicros, payloadSizeBound(event));
    writePayload(writer, event);
    frames.close();
    this.eventsHash.addWords(writer.words, frames.frameStart + CANONICAL_OFFSET, frames.frameEnd);
  }

  /** Holds recorded commands, which are all up to the last event, against the reproduced ones. */
  onCommands(recorded: Uint8Array): void {
    this.keepCommands();
    if (this.found !== null) return;
    const reproduced = this.pending.subarray(0, this.pendingSize);
    if (Buffer.compare(reproduced, recorded) !== 0) {
      this.found = this.firstDifference(recorded);
      return;
    }
    this.pendingSize = 0;
    this.noteCompared();
  }

  /** Holds the recorded hashes against the reproduced ones. */
  onCheckpoint(recorded: Checkpoint, stateBytes: Uint8Array): void {
    this.keepCommands();
    if (this.found !== null) return;
    if (this.pendingSize > 0) {
      this.found = this.firstDifference(new Uint8Array(0));
      return;
    }
    const { hashes, sequence } = recorded;
    const journal = hexOf(this.eventsHash.digest());
    const commands = hexOf(this.commands.digest());
    const state = hexOf(sha256(stateBytes));
    if (journal !== hashes.journal) this.differ('journal', sequence, hashes.journal, journal);
    else if (commands !== hashes.commands) {
      this.differ('commands', sequence, hashes.commands, commands);
    } else if (state !== hashes.state) {
      this.differ(
        'state',
        sequence,
        `${hashes.state} (${recorded.stateSize} bytes)`,
        `${state} (${stateBytes.length} bytes)`,
      );
    } else {
      this.proven = recorded;
      this.noteCompared();
    }
    this.interval += 1;
  }

  /** What has been proven so far, of a recording of `eventCount` events. */
  result(eventCount: number): VerifyResult {
    return {
      difference: this.found,
      provenSequence: this.proven?.sequence ?? 0,
      comparedSequence: this.comparedSequence,
      comparedCommands: this.comparedCommands,
      unprovenEvents: eventCount - this.comparedSequence,
      checkpointCount: this.proven?.interval ?? 0,
      hashes: this.proven?.hashes ?? null,
    };
  }

  private noteCompared(): void {
    this.comparedSequence = this.commands.causeSequence;
    this.comparedCommands = this.commands.commandCount;
  }

  private differ(
    kind: Difference['kind'],
    sequence: number,
    recorded: string,
    reproduced: string,
  ): void {
    this.found = { kind, interval: this.interval, sequence, recorded, reproduced };
  }

  private keepCommands(): void {
    const bytes = this.commands.drain();
    if (bytes.length === 0) return;
    const needed = this.pendingSize + bytes.length;
    if (needed > this.pending.length) {
      const grown = new Uint8Array(Math.max(needed, this.pending.length * 2));
      grown.set(this.pending.subarray(0, this.pendingSize));
      this.pending = grown;
    }
    this.pending.set(bytes, this.pendingSize);
    this.pendingSize = needed;
  }

  /** Both streams begin at a record, and one of them differs or ends early: finds the first such record. */
  private firstDifference(recordedBytes: Uint8Array): Difference {
    const recorded = new ByteReader(recordedBytes);
    const reproduced = new ByteReader(this.pending.subarray(0, this.pendingSize));
    let left = readEntry(recorded);
    let right = readEntry(reproduced);
    while (left !== null && right !== null && Buffer.compare(left.bytes, right.bytes) === 0) {
      left = readEntry(recorded);
      right = readEntry(reproduced);
    }
    return {
      kind: 'commands',
      interval: this.interval,
      sequence: Math.min(left?.sequence ?? Infinity, right?.sequence ?? Infinity),
      recorded: left?.text ?? 'nothing',
      reproduced: right?.text ?? 'nothing',
    };
  }
}

interface CommandEntry {
  readonly bytes: Uint8Array;
  readonly sequence: number;
  readonly text: string;
}

function readEntry(reader: ByteReader): CommandEntry | null {
  const start = reader.position;
  if (start >= reader.bytes.length) return null;
  const entry = readCommand(reader);
  const bytes = reader.bytes.subarray(start, reader.position);
  return { bytes, sequence: entry.sequence, text: describeCommand(entry) };
}

/**
 * Replays the whole recording through the engine and stops at the first difference. The engine must
 * emit into `verifier`. Throws what the engine or a damaged journal throws.
 */
export function verifySession(
  recording: SessionRecording,
  engine: ReplayedEngine,
  verifier: Verifier,
): VerifyResult {
  const visitor: SessionVisitor = {
    get isDone() {
      return verifier.difference !== null;
    },
    onEvent(event) {
      verifier.onEvent(event);
      engine.handle(event);
    },
    onCommands: (bytes) => verifier.onCommands(bytes),
    onCheckpoint: (checkpoint) => verifier.onCheckpoint(checkpoint, engine.stateBytes()),
  };
  recording.walk(visitor);
  return verifier.result(recording.eventCount);
}
