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
import { countCommands } from './session-digest.ts';
import type { SessionRecording, SessionVisitor } from './session-reader.ts';
import type { Checkpoint, Resume, SessionHashes } from './session-record.ts';

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

/** The end of a life that crashed: its events were replayed, its commands were not recorded. */
export interface UnprovenEnd {
  /** 1 for the first life of the session. */
  readonly life: number;
  readonly fromSequence: number;
  readonly toSequence: number;
  /** Commands that the replay made there. Whether the life sent the same ones, nothing recorded says. */
  readonly commands: number;
}

export interface VerifyResult {
  /** Null: everything recorded was reproduced bit for bit. */
  readonly difference: Difference | null;
  /** Up to this event the state is proven: by a checkpoint, or by what a later life began with. */
  readonly provenSequence: number;
  /** Up to this event every recorded command is reproduced; never less than `provenSequence`. */
  readonly comparedSequence: number;
  /** How many commands that were. */
  readonly comparedCommands: number;
  /** Events behind it: replayed, with nothing recorded to hold against. 0 for a closed session. */
  readonly unprovenEvents: number;
  /** Ends of earlier lives without recorded commands, in order. Empty for a session of one life. */
  readonly unprovenEnds: readonly UnprovenEnd[];
  /** Lives after the first whose beginning equals the replay. */
  readonly resumeCount: number;
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
  /** Over the commands that the recording holds and the replay reproduced. */
  private readonly commandsHash = new CanonicalHash();
  private readonly frames = new FrameEncoder(new ScratchSink(), 0, NO_CLOCK);
  /** Reproduced commands that no recorded ones have been held against yet. */
  private pending = new Uint8Array(64 * 1024);
  private pendingSize = 0;
  private interval = 1;
  private proven: Checkpoint | null = null;
  private provenSequence = 0;
  private resumeCount = 0;
  private readonly unprovenEnds: UnprovenEnd[] = [];
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
    this.commandsHash.addWords(new Int32Array(this.pending.buffer), 0, this.pendingSize);
    this.comparedCommands += countCommands(reproduced);
    this.pendingSize = 0;
    this.comparedSequence = this.commands.causeSequence;
  }

  /** Holds the recorded hashes against the reproduced ones. */
  onCheckpoint(recorded: Checkpoint, stateBytes: Uint8Array): void {
    this.keepCommands();
    if (this.found !== null) return;
    if (this.pendingSize > 0) {
      this.found = this.firstDifference(new Uint8Array(0));
      return;
    }
    if (this.hasEqualHashes(recorded, stateBytes)) {
      this.proven = recorded;
      this.noteProven(recorded.sequence);
    }
    this.interval += 1;
  }

  /**
   * A later life begins: holds what it began with against the replay. Commands that were reproduced and
   * not recorded belong to the end of the life that crashed; they are counted, and proven by nothing.
   */
  onResume(recorded: Resume, stateBytes: Uint8Array): void {
    this.keepCommands();
    if (this.found !== null) return;
    const reproduced = this.pending.subarray(0, this.pendingSize);
    if (this.comparedSequence < recorded.sequence) {
      this.unprovenEnds.push({
        life: recorded.life - 1,
        fromSequence: this.comparedSequence + 1,
        toSequence: recorded.sequence,
        commands: countCommands(reproduced),
      });
    }
    this.pendingSize = 0;
    if (!this.hasEqualHashes(recorded, stateBytes)) return;
    this.resumeCount += 1;
    this.noteProven(recorded.sequence);
  }

  /** What has been proven so far, of a recording of `eventCount` events. */
  result(eventCount: number): VerifyResult {
    return {
      difference: this.found,
      provenSequence: this.provenSequence,
      comparedSequence: this.comparedSequence,
      comparedCommands: this.comparedCommands,
      unprovenEvents: eventCount - this.comparedSequence,
      unprovenEnds: this.unprovenEnds,
      resumeCount: this.resumeCount,
      checkpointCount: this.proven?.interval ?? 0,
      hashes: this.proven?.hashes ?? null,
    };
  }

  private noteProven(sequence: number): void {
    this.provenSequence = sequence;
    this.comparedSequence = sequence;
  }

  private hasEqualHashes(recorded: Checkpoint | Resume, stateBytes: Uint8Array): boolean {
    const { hashes, sequence } = recorded;
    const journal = hexOf(this.eventsHash.digest());
    const commands = hexOf(this.commandsHash.digest());
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
    }
    return this.found === null;
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
    onResume: (resume) => verifier.onResume(resume, engine.stateBytes()),
  };
  recording.walk(visitor);
  return verifier.result(recording.eventCount);
}
