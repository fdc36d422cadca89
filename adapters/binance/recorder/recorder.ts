/**
 * Writes raw messages with their receive times, a line each, as `../recording` reads them: nanoseconds,
 * a space, the message. Files rotate by age and size and are whole at any moment up to the last line.
 */
import { createHash, type Hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
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

/** What is done to an open file. Real: node:fs. Every function throws when the disk refuses. */
export interface RecorderDisk {
  write(handle: number, bytes: Uint8Array, from: number, length: number): number;
  sync(handle: number): void;
  truncate(handle: number, size: number): void;
}

const FILE_DISK: RecorderDisk = {
  write: writeSync,
  sync: fsyncSync,
  truncate: ftruncateSync,
};

/**
 * The disk refused. What was written up to the last whole block is kept in a closed file when the disk
 * allowed that, else in its `.part`; the recorder takes nothing more.
 */
export class RecorderError extends Error {
  override readonly name = 'RecorderError';
  readonly remedy = 'make room or mend the disk, then start the recording again';
  /** The file that was being written. */
  readonly file: string;
  /** Messages taken that are in no file. */
  readonly lostLineCount: number;

  constructor(file: string, lostLineCount: number, what: string, options: ErrorOptions) {
    super(`${file}: ${what}; ${lostLineCount} messages are lost`, options);
    this.file = file;
    this.lostLineCount = lostLineCount;
  }
}

export interface RecorderOptions {
  /** Made when missing. */
  readonly directory: string;
  /** First part of each file's name, like spot-dogeusdt. */
  readonly name: string;
  readonly ageMicrosMax: number;
  readonly sizeMax: number;
  /** Told of every closed file. */
  readonly onClosed: (file: RecordedFile) => void;
  readonly disk?: RecorderDisk;
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
  /** Messages that were taken and that the disk refused, at the end of the file; missing for none. */
  readonly lostLineCount?: number;
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
  /** Of which are on the disk, in whole lines, and in the hash. */
  writtenLineCount: number;
  writtenSize: number;
  writtenMicros: number;
  readonly outages: { fromMicros: number; toMicros: number }[];
}

/**
 * Every call returns after the bytes are in the buffer or on the disk, and a disk that refuses throws a
 * RecorderError, once and for ever: there is no queue in which something could be lost. A slow disk
 * slows the reading of the sockets; what the venue then cuts off is an outage, which is told.
 */
export class FrameRecorder {
  /** Messages taken, over all files. */
  lineCount = 0;
  private readonly options: RecorderOptions;
  private readonly block = Buffer.alloc(BLOCK_SIZE);
  private filled = 0;
  private current: OpenFile | null = null;
  private outageFromMicros = 0;
  /** Newest time stamp of all files: a clock that is set back does not put files out of order. */
  private newestMicros = 0;
  private failure: RecorderError | null = null;
  private readonly disk: RecorderDisk;

  constructor(options: RecorderOptions) {
    this.options = options;
    this.disk = options.disk ?? FILE_DISK;
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
    if (this.failure !== null) throw this.failure;
    this.newestMicros = Math.max(this.newestMicros, atMicros);
    if (this.isRotationDue(atMicros)) this.rotate();
    const file = this.current as OpenFile;
    const line = lineOf(frame, this.newestMicros);
    file.lastMicros = this.newestMicros;
    file.lineCount += 1;
    file.size += line.length;
    this.lineCount += 1;
    if (line.length > BLOCK_SIZE - this.filled) this.drain(file.lineCount - 1);
    if (line.length > BLOCK_SIZE) this.put(line, line.length, file.lineCount);
    else {
      line.copy(this.block, this.filled);
      this.filled += line.length;
    }
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
    const { current } = this;
    if (current === null) return;
    this.drain(current.lineCount);
    try {
      this.disk.sync(current.handle);
    } catch (error) {
      // After a failed sync nobody knows what is on the disk: the file stays a `.part`.
      this.current = null;
      closeSync(current.handle);
      throw this.give(current, current.lineCount, 'the disk did not keep what was written', error);
    }
  }

  /** Closes the current file; a later `write` begins another. */
  close(): void {
    this.flush();
    const { current } = this;
    if (current === null) return;
    this.current = null;
    this.describe(current);
  }

  private describe(file: OpenFile): void {
    closeSync(file.handle);
    const lostLineCount = file.lineCount - file.writtenLineCount;
    const closed: RecordedFile = {
      file: file.path,
      firstMicros: file.firstMicros,
      lastMicros: file.writtenMicros,
      lineCount: file.writtenLineCount,
      size: file.writtenSize,
      sha256: file.hash.digest('hex'),
      outages: file.outages,
      ...(lostLineCount > 0 ? { lostLineCount } : {}),
    };
    renameSync(`${file.path}${OPEN_ENDING}`, file.path);
    writeFileSync(`${file.path}.json`, `${JSON.stringify(closed, null, 2)}\n`);
    this.options.onClosed(closed);
  }

  private rotate(): void {
    this.close();
    const atMicros = this.newestMicros;
    const path = this.freePath(atMicros);
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
      writtenLineCount: 0,
      writtenSize: 0,
      writtenMicros: atMicros,
      outages,
    };
  }

  /** A name that no file has, open or closed: two may begin in the same millisecond. */
  private freePath(atMicros: number): string {
    const { directory, name } = this.options;
    const stamp = new Date(atMicros / 1000).toISOString().replaceAll(':', '-');
    for (let count = 1; ; count++) {
      const path = join(directory, `${name}-${stamp}${count === 1 ? '' : `-${count}`}.txt`);
      if (!existsSync(path) && !existsSync(`${path}${OPEN_ENDING}`)) return path;
    }
  }

  /** `lineCount`: lines of the file when this block is on the disk. */
  private drain(lineCount: number): void {
    if (this.filled === 0) return;
    this.put(this.block, this.filled, lineCount);
    this.filled = 0;
  }

  private put(bytes: Buffer, length: number, lineCount: number): void {
    const file = this.current as OpenFile;
    try {
      for (let written = 0; written < length; ) {
        written += this.disk.write(file.handle, bytes, written, length - written);
      }
    } catch (error) {
      this.salvage(file, error);
    }
    file.hash.update(bytes.subarray(0, length));
    file.writtenLineCount = lineCount;
    file.writtenSize += length;
    file.writtenMicros = file.lastMicros;
  }

  /** Keeps the whole lines that are on the disk: half a line at the end would make them all suspect. */
  private salvage(file: OpenFile, cause: unknown): never {
    this.current = null;
    this.filled = 0;
    const lost = file.lineCount - file.writtenLineCount;
    try {
      this.disk.truncate(file.handle, file.writtenSize);
      this.disk.sync(file.handle);
      this.describe(file);
    } catch (error) {
      const both = new AggregateError([cause, error], 'the disk refused to write, and to close');
      throw this.give(file, lost, 'the disk refused; what it has stays in the .part file', both);
    }
    throw this.give(file, lost, 'the disk refused, the file was closed before its time', cause);
  }

  private give(file: OpenFile, lost: number, what: string, cause: unknown): RecorderError {
    const reason = cause instanceof Error ? ` (${cause.message})` : '';
    this.failure = new RecorderError(file.path, lost, `${what}${reason}`, { cause });
    return this.failure;
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
