import type { Command, CommandSink } from '#contracts/commands.ts';
import { CanonicalHash } from './canonical-hash.ts';
import { ByteWriter } from './codec/codec.ts';
import { COMMAND_SIZE_MAX, writeCommand } from './codec/command-codec.ts';

/** Room for 4 096 commands between two drains: more in one event is a runaway, which must stop. */
const BUFFER_SIZE = 256 * 1024;

/**
 * Turns commands into their canonical bytes, hashes and counts them, and keeps the bytes until they
 * are drained. The recording session and the replay that checks it both use this one.
 */
export class CommandRecorder implements CommandSink {
  /** Sequence of the event being applied: the cause of what is emitted. */
  causeSequence = 0;
  /** Commands since the start of the session, as far as its journal holds them. */
  commandCount: number;
  private readonly hash: CanonicalHash;
  private readonly writer = new ByteWriter(new ArrayBuffer(BUFFER_SIZE));

  /** A session that goes on brings the hash and the count of the commands that its journal holds. */
  constructor(hash: CanonicalHash = new CanonicalHash(), commandCount = 0) {
    this.hash = hash;
    this.commandCount = commandCount;
  }

  /** Hot: every command. No allocation. Throws a RangeError when one event emits thousands. */
  emit(command: Readonly<Command>): void {
    const start = this.writer.position;
    if (start + COMMAND_SIZE_MAX > BUFFER_SIZE) {
      throw new RangeError('more than 4096 commands were emitted without an event between them');
    }
    writeCommand(this.writer, this.causeSequence, command);
    this.hash.addWords(this.writer.words, start, this.writer.position);
    this.commandCount += 1;
  }

  /** Bytes kept since the last drain. */
  get pendingSize(): number {
    return this.writer.position;
  }

  /** The kept bytes, valid until the next `emit`; keeps none afterwards. */
  drain(): Uint8Array {
    const bytes = this.writer.bytes.subarray(0, this.writer.position);
    this.writer.position = 0;
    return bytes;
  }

  /** SHA-256 over all commands so far. */
  digest(): Uint8Array {
    return this.hash.digest();
  }
}
