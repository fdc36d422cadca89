import { CanonicalHash } from './canonical-hash.ts';
import { ByteReader } from './codec/codec.ts';
import { readCommand } from './codec/command-codec.ts';
import { CANONICAL_OFFSET, FIRST_RECORD_KIND, type FrameView, RecordKind } from './frame.ts';

/**
 * The running hashes of a journal, computed from its records: a session that goes on continues them,
 * and a hash cannot be continued from its digest.
 */
export class SessionDigest {
  readonly events = new CanonicalHash();
  readonly commands = new CanonicalHash();
  private counted = 0;
  /** Command records since the last record that says how many there were. */
  private uncounted: Uint8Array[] = [];

  /** Takes a whole record, in order. */
  add(frame: FrameView): void {
    const { kind, start, payloadStart, payloadSize } = frame;
    if (kind < FIRST_RECORD_KIND) {
      this.events.addWords(frame.words, start + CANONICAL_OFFSET, start + frame.size);
    } else if (kind === RecordKind.COMMANDS) {
      this.commands.addWords(frame.words, payloadStart, payloadStart + payloadSize);
      this.uncounted.push(frame.bytes.subarray(payloadStart, payloadStart + payloadSize));
    }
  }

  /** A checkpoint or resume record says how many commands there were. */
  noteCount(commandCount: number): void {
    this.counted = commandCount;
    this.uncounted = [];
  }

  /** Commands in the journal so far. */
  commandCount(): number {
    let count = this.counted;
    for (const bytes of this.uncounted) count += countCommands(bytes);
    return count;
  }
}

/** How many commands stand in canonical bytes of whole ones. */
export function countCommands(bytes: Uint8Array): number {
  const reader = new ByteReader(bytes);
  let count = 0;
  while (reader.position < bytes.length) {
    readCommand(reader);
    count += 1;
  }
  return count;
}
