/** What is read from a disk: configurations, recordings, journals. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { RecordingReader } from '#adapters/binance/recording/recording.ts';
import { RecordingError } from '#adapters/binance/recording/recording-error.ts';
import { loadConfiguration } from '#adapters/config/config.ts';
import { ConfigError } from '#adapters/config/config-error.ts';
import { Checksum } from '#adapters/journal/checksum.ts';
import { ByteWriter } from '#adapters/journal/codec/codec.ts';
import { FRAME_HEADER_SIZE, frameSize, sealFrame } from '#adapters/journal/frame.ts';
import { JournalError } from '#adapters/journal/journal-error.ts';
import { recorded } from '#adapters/journal/journal-files.test-support.ts';
import { MemoryStorage } from '#adapters/journal/memory-storage.ts';
import { SEGMENT_HEADER_SIZE } from '#adapters/journal/segment.ts';
import { readSession } from '#adapters/journal/session-reader.ts';
import { Market } from '#contracts/instrument.ts';
import { CONFIGURATIONS, SPOT_RECORDINGS, USDM_RECORDINGS } from '#tests/fuzz/corpus/files.ts';
import { checkEvent } from '#tests/fuzz/event-promises.ts';
import {
  BrokenPromise,
  type Target,
  type TargetEntry,
  type Verdict,
  verdictOf,
} from '#tests/fuzz/target.ts';

/** A folder of its own with one file, written anew for each case. */
class OneFile {
  readonly path: string;
  private readonly folder = mkdtempSync(join(tmpdir(), 'doge-mm-fuzz-'));

  constructor(name: string) {
    this.path = join(this.folder, name);
  }

  write(bytes: Uint8Array): string {
    writeFileSync(this.path, bytes);
    return this.path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class Configurations implements Target {
  private readonly file = new OneFile('config.yaml');

  run(input: Uint8Array): Verdict {
    const file = this.file.write(input);
    return verdictOf(() => {
      loadConfiguration({ file, overrides: [] });
    }, ConfigError);
  }

  probe(): string {
    const file = this.file.write(CONFIGURATIONS[0] as Uint8Array);
    return loadConfiguration({ file, overrides: [] }).hash;
  }

  close(): void {
    this.file.remove();
  }
}

/** Each file twice: read to the first bad line, and with bad lines counted. */
class Recordings implements Target {
  private readonly market: Market;
  private readonly valid: Uint8Array;
  private readonly file = new OneFile('recording');

  constructor(market: Market, valid: Uint8Array) {
    this.market = market;
    this.valid = valid;
  }

  async run(input: Uint8Array): Promise<Verdict> {
    // A gzip file whose content is well, and one that is damaged, come by the first byte.
    const isPacked = input.length % 16 === 5;
    const file = this.file.write(isPacked ? gzipSync(input, { level: 1 }) : input);
    const stopped = await this.read(file, 'stop');
    await this.read(file, 'count');
    return stopped === null ? 'REFUSED' : 'ACCEPTED';
  }

  async probe(): Promise<string> {
    return JSON.stringify(await this.read(this.file.write(this.valid), 'stop'));
  }

  close(): void {
    this.file.remove();
  }

  /** Stamps of the messages, or null where the recording was refused. */
  private async read(file: string, badLines: 'stop' | 'count'): Promise<number[] | null> {
    const stamps: number[] = [];
    let reader: RecordingReader | null = null;
    try {
      const instrument = testInstrument(this.market);
      reader = await RecordingReader.open({ files: [file], instrument, badLines });
      reader.forEach(({ event, receiveMicros }) => {
        checkEvent(event);
        const last = stamps.at(-1) ?? 0;
        if (!(receiveMicros >= last)) throw new BrokenPromise('the receive time falls');
        stamps.push(receiveMicros);
      });
      return stamps;
    } catch (error) {
      if (error instanceof RecordingError) return null;
      throw error;
    } finally {
      reader?.close();
    }
  }
}

const JOURNAL_EVENTS = 30;
const SEGMENT_SIZE_MAX = 1 << 20;
const SEGMENT = 'JOURNAL_SEGMENT';

/** A session of one segment, and its name. */
function journal(): { readonly name: string; readonly bytes: Uint8Array } {
  const storage = recorded(JOURNAL_EVENTS, SEGMENT_SIZE_MAX);
  const [name = SEGMENT] = storage.list();
  return { name, bytes: storage.read(name) };
}

/**
 * The reader of journals. `isResealed`: every record gets a checksum that fits again, so that what lies
 * behind the checksum is tried too: a disk does not do this, a wrong program might.
 */
class Journals implements Target {
  private readonly isResealed: boolean;
  private readonly valid = journal();

  constructor(isResealed: boolean) {
    this.isResealed = isResealed;
  }

  run(input: Uint8Array): Verdict {
    const bytes = this.isResealed ? reseal(input) : input;
    return verdictOf(() => {
      const eventCount = this.read(bytes);
      const isValid = Buffer.compare(bytes, this.valid.bytes) === 0;
      if (!this.isResealed && !isValid && eventCount > JOURNAL_EVENTS) {
        throw new BrokenPromise(`${eventCount} events of ${JOURNAL_EVENTS}`);
      }
    }, JournalError);
  }

  probe(): string {
    return String(this.read(this.valid.bytes));
  }

  private read(bytes: Uint8Array): number {
    const storage = new MemoryStorage();
    storage.append(this.valid.name, bytes);
    const session = readSession(storage);
    session.forEachEvent(() => undefined);
    return session.eventCount;
  }
}

/** Sets ordinal and checksum of every record whose size is possible. */
function reseal(input: Uint8Array): Uint8Array {
  const writer = new ByteWriter(new ArrayBuffer(Math.ceil(input.length / 8) * 8 + 8));
  writer.bytes.set(input);
  const checksum = new Checksum();
  let ordinal = 0;
  for (let at = SEGMENT_HEADER_SIZE; at + FRAME_HEADER_SIZE <= input.length; ) {
    const size = frameSize(writer.view, at);
    if (size < FRAME_HEADER_SIZE || size % 8 !== 0 || at + size > input.length) break;
    sealFrame(writer, at, ordinal, checksum);
    ordinal += 1;
    at += size;
  }
  return writer.bytes.slice(0, input.length);
}

export const FILE_TARGETS: readonly TargetEntry[] = [
  {
    name: 'configuration',
    share: 0.5,
    form: 'TEXT',
    corpus: () => CONFIGURATIONS,
    open: () => new Configurations(),
  },
  {
    name: 'spot-recording',
    share: 0.2,
    form: 'TEXT',
    corpus: () => SPOT_RECORDINGS,
    open: () => new Recordings(Market.SPOT, SPOT_RECORDINGS[0] as Uint8Array),
  },
  {
    name: 'usdm-recording',
    share: 0.2,
    form: 'TEXT',
    corpus: () => USDM_RECORDINGS,
    open: () => new Recordings(Market.PERPETUAL, USDM_RECORDINGS[0] as Uint8Array),
  },
  {
    name: 'journal',
    share: 2,
    form: 'BINARY',
    corpus: () => [journal().bytes],
    open: () => new Journals(false),
  },
  {
    name: 'journal-records',
    share: 2,
    form: 'BINARY',
    corpus: () => [journal().bytes],
    open: () => new Journals(true),
  },
];
