/**
 * Writes raw messages with their receive times, a line each, as `../recording` reads them: nanoseconds,
 * a space, the message. Files rotate by age and size and are whole at any moment up to the last line.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EpochMicros } from '#units/integers.ts';

const LINE_FEED = 0x0a;
const BLOCK_SIZE = 256 * 1024;
/** Ends of files that are being written. A file without it is closed, synced and described. */
const OPEN_ENDING = '.part';

export interface RecorderOptions {
  /** Made when missing. */
  readonly directory: string;
  /** First part of each file's name, like spot-dogeusdt. */
  readonly name: string;
  readonly ageMicrosMax: number;
  readonly sizeMax: number;
  /** Told of every closed file. */
  readonly onClosed: (file: RecordedFile) => void;
}

/** What is known about one file; written beside it as JSON. */
export interface RecordedFile {
  readonly file: string;
  readonly firstMicros: number;
  readonly lastMicros: number;
  readonly lineCount: number;
  readonly size: number;
  readonly sha256: string;
  /** Times during which no source worked: what was sent then is not here. */
  readonly outages: readonly Outage[];
}

export interface Outage {
  readonly fromMicros: number;
  /** 0 while it lasts. */
  readonly toMicros: number;
}

interface OpenFile {
  readonly path: string;
  readonly handle: number;
  readonly hash: Hash;
  readonly firstMicros: number;
  lastMicros: number;
  lineCount: number;
  size: number;
  readonly outages: { fromMicros: number; toMicros: number }[];
}

/**
 * Every call returns after the bytes are in the buffer or on the disk, and a disk that refuses throws:
 * there is no queue in which something could be lost.
 */
export class FrameRecorder {
  /** Lines written over all files, and times a file had to begin with a snapshot. */
  lineCount = 0;
  private readonly options: RecorderOptions;
  private readonly block = Buffer.alloc(BLOCK_SIZE);
  private filled = 0;
  private current: OpenFile | null = null;
  private outageFromMicros = 0;

  constructor(options: RecorderOptions) {
    this.options = options;
    mkdirSync(options.directory, { recursive: true });
  }

  /** True when the next message begins a new file: who records puts a snapshot near its start. */
  isRotationDue(atMicros: EpochMicros): boolean {
    const { current, options } = this;
    if (current === null) return true;
    return (
      atMicros - current.firstMicros >= options.ageMicrosMax || current.size >= options.sizeMax
    );
  }

  /** Writes one message. Line feeds inside it, which JSON allows, become spaces. */
  write(frame: Uint8Array, atMicros: EpochMicros): void {
    if (this.isRotationDue(atMicros)) this.rotate(atMicros);
    const file = this.current as OpenFile;
    const line = lineOf(frame, Math.max(atMicros, file.lastMicros));
    if (line.length > BLOCK_SIZE - this.filled) this.drain();
    if (line.length > BLOCK_SIZE) this.put(line, line.length);
    else {
      line.copy(this.block, this.filled);
      this.filled += line.length;
    }
    file.lastMicros = Math.max(atMicros, file.lastMicros);
    file.lineCount += 1;
    file.size += line.length;
    this.lineCount += 1;
  }

  /** No source works from now on. */
  beginOutage(atMicros: EpochMicros): void {
    this.outageFromMicros = atMicros;
    this.current?.outages.push({ fromMicros: atMicros, toMicros: 0 });
  }

  endOutage(atMicros: EpochMicros): void {
    const outage = this.current?.outages.at(-1);
    if (outage !== undefined && outage.toMicros === 0) outage.toMicros = atMicros;
    this.outageFromMicros = 0;
  }

  /** Puts what waits in memory on the disk. Called about once a second. */
  flush(): void {
    if (this.current === null) return;
    this.drain();
    fsyncSync(this.current.handle);
  }

  /** Closes the current file; a later `write` begins another. */
  close(): void {
    const { current } = this;
    if (current === null) return;
    this.flush();
    closeSync(current.handle);
    this.current = null;
    const closed: RecordedFile = {
      file: current.path,
      firstMicros: current.firstMicros,
      lastMicros: current.lastMicros,
      lineCount: current.lineCount,
      size: current.size,
      sha256: current.hash.digest('hex'),
      outages: current.outages,
    };
    renameSync(`${current.path}${OPEN_ENDING}`, current.path);
    writeFileSync(`${current.path}.json`, `${JSON.stringify(closed, null, 2)}\n`);
    this.options.onClosed(closed);
  }

  private rotate(atMicros: EpochMicros): void {
    this.close();
    const stamp = new Date(atMicros / 1000).toISOString().replaceAll(':', '-');
    const path = join(this.options.directory, `${this.options.name}-${stamp}.txt`);
    // Refuses to write over a file that is there.
    const handle = openSync(`${path}${OPEN_ENDING}`, 'wx');
    const outages = this.outageFromMicros > 0 ? [{ fromMicros: atMicros, toMicros: 0 }] : [];
    this.current = {
      path,
      handle,
      hash: createHash('sha256'),
      firstMicros: atMicros,
      lastMicros: atMicros,
      lineCount: 0,
      size: 0,
      outages,
    };
  }

  private drain(): void {
    this.put(this.block, this.filled);
    this.filled = 0;
  }

  private put(bytes: Buffer, length: number): void {
    const file = this.current as OpenFile;
    file.hash.update(bytes.subarray(0, length));
    for (let written = 0; written < length; ) {
      written += writeSync(file.handle, bytes, written, length - written);
    }
  }
}

function lineOf(frame: Uint8Array, atMicros: number): Buffer {
  const stamp = `${atMicros}000 `;
  const line = Buffer.allocUnsafe(stamp.length + frame.length + 1);
  line.write(stamp, 'latin1');
  line.set(frame, stamp.length);
  line[line.length - 1] = LINE_FEED;
  for (let at = stamp.length; at < line.length - 1; at++) {
    if (line[at] === LINE_FEED) line[at] = 0x20;
  }
  return line;
}
