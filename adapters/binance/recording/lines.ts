/**
 * Lines of a file, gzip or plain, as ranges of a buffer: no string is made of a line.
 *
 * Memory is bounded: plain files are read in blocks, small gzip files are unpacked in memory (one at
 * a time), larger ones once to a temporary plain file that `close` removes.
 */
import {
  closeSync,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import { RecordingError } from './recording-error.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** What some editors put in front of UTF-8 text. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const GZIP_MAGIC = [0x1f, 0x8b] as const;
const MEBIBYTE = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** Sizes at which the ways of reading change. Tests make them small. */
export interface LineFileLimits {
  /** Compressed bytes up to which a gzip file is unpacked in memory. Feeds shrink 8 to 15 times. */
  readonly gzipSizeInMemoryMax: number;
  readonly blockSize: number;
  /** A REST snapshot of 5 000 levels a side has 0.4 MiB. */
  readonly lineSizeMax: number;
}
const LIMITS: LineFileLimits = {
  gzipSizeInMemoryMax: 16 * MEBIBYTE,
  blockSize: 4 * MEBIBYTE,
  lineSizeMax: 16 * MEBIBYTE,
};
/** A gzip file may claim anything; this is where unpacking in memory stops. */
const UNPACKED_SIZE_MAX = 512 * MEBIBYTE;

/** One file, read line by line, any number of times. After `next` the line is `bytes[start, end)`. */
export class LineFile {
  readonly path: string;
  bytes: Buffer = EMPTY;
  start = 0;
  end = 0;
  /** Of the current line, from 1. */
  lineNumber = 0;
  /** False for a last line that no line feed ends: whoever wrote it may have been cut off. */
  isEnded = false;
  private readonly limits: LineFileLimits;
  private readonly isInMemory: boolean;
  private readonly plainPath: string;
  private readonly isTemporary: boolean;
  private filled = 0;
  private cursor = 0;
  private handle = -1;
  private isAtEnd = false;
  private isLoaded = false;

  private constructor(
    path: string,
    plainPath: string,
    isInMemory: boolean,
    limits: LineFileLimits,
  ) {
    this.path = path;
    this.plainPath = plainPath;
    this.isTemporary = plainPath !== path;
    this.isInMemory = isInMemory;
    this.limits = limits;
  }

  /** Throws a RecordingError when the file is not there or its gzip data is damaged. */
  static async open(path: string, limits: LineFileLimits = LIMITS): Promise<LineFile> {
    const size = fileError(path, () => statSync(path).size);
    if (!isGzip(path)) return new LineFile(path, path, false, limits);
    if (size <= limits.gzipSizeInMemoryMax) return new LineFile(path, path, true, limits);
    return new LineFile(path, await unpackToTemporaryFile(path), false, limits);
  }

  /** Back to the first line. */
  rewind(): void {
    this.cursor = 0;
    this.lineNumber = 0;
    if (this.isInMemory && this.isLoaded) return;
    this.release();
  }

  /** Gives the memory and the file handle back; `next` would start at the first line again. */
  release(): void {
    if (this.handle >= 0) closeSync(this.handle);
    this.handle = -1;
    this.bytes = EMPTY;
    this.filled = 0;
    this.cursor = 0;
    this.lineNumber = 0;
    this.isAtEnd = false;
    this.isLoaded = false;
  }

  /** Releases everything and removes the temporary file. */
  close(): void {
    this.release();
    if (this.isTemporary) rmSync(dirname(this.plainPath), { recursive: true, force: true });
  }

  /**
   * Moves to the next line. False at the end. A last line without line feed counts; a byte order mark in
   * front of the first line does not belong to it.
   */
  next(): boolean {
    if (!this.isLoaded) this.load();
    let feedAt = this.findFeed();
    while (feedAt < 0 && !this.isAtEnd) {
      this.readMore();
      feedAt = this.findFeed();
    }
    if (feedAt < 0 && this.cursor === this.filled) return false;
    this.start = this.cursor;
    this.isEnded = feedAt >= 0;
    this.end = this.isEnded ? feedAt : this.filled;
    this.cursor = this.isEnded ? feedAt + 1 : this.filled;
    if (this.end > this.start && this.bytes[this.end - 1] === CARRIAGE_RETURN) this.end -= 1;
    this.lineNumber += 1;
    if (this.lineNumber === 1) this.skipByteOrderMark();
    return true;
  }

  private skipByteOrderMark(): void {
    const { bytes, start, end } = this;
    if (end - start < BYTE_ORDER_MARK.length) return;
    if (BYTE_ORDER_MARK.every((byte, index) => bytes[start + index] === byte)) {
      this.start += BYTE_ORDER_MARK.length;
    }
  }

  /** -1 when the buffered bytes hold no whole line. */
  private findFeed(): number {
    const at = this.bytes.indexOf(LINE_FEED, this.cursor);
    return at >= this.filled ? -1 : at;
  }

  private load(): void {
    if (this.isInMemory) {
      this.bytes = unpackInMemory(this.path);
      this.filled = this.bytes.length;
      this.isAtEnd = true;
    } else {
      this.handle = fileError(this.path, () => openSync(this.plainPath, 'r'));
      this.bytes = Buffer.alloc(this.limits.blockSize);
    }
    this.isLoaded = true;
  }

  /** Appends a block behind the unread rest, which moves to the front. */
  private readMore(): void {
    const rest = this.filled - this.cursor;
    if (rest > this.limits.lineSizeMax) {
      throw new RecordingError(
        'LINE_TOO_LONG',
        { where: `${this.path}:${this.lineNumber + 1}` },
        `the line has more than ${this.limits.lineSizeMax} bytes`,
      );
    }
    const needed = rest + this.limits.blockSize;
    const target = needed > this.bytes.length ? Buffer.alloc(needed * 2) : this.bytes;
    this.bytes.copy(target, 0, this.cursor, this.filled);
    this.bytes = target;
    this.cursor = 0;
    this.filled = rest;
    const count = fileError(this.path, () =>
      readSync(this.handle, target, rest, this.limits.blockSize, null),
    );
    this.filled += count;
    if (count === 0) this.isAtEnd = true;
  }
}

function isGzip(path: string): boolean {
  return fileError(path, () => {
    const handle = openSync(path, 'r');
    try {
      const head = Buffer.alloc(GZIP_MAGIC.length);
      readSync(handle, head, 0, head.length, 0);
      return head[0] === GZIP_MAGIC[0] && head[1] === GZIP_MAGIC[1];
    } finally {
      closeSync(handle);
    }
  });
}

function unpackInMemory(path: string): Buffer {
  const packed = fileError(path, () => readFileSync(path));
  try {
    return gunzipSync(packed, { maxOutputLength: UNPACKED_SIZE_MAX });
  } catch (error) {
    throw new RecordingError('DAMAGED_FILE', { where: path, cause: error }, reasonOf(error));
  }
}

async function unpackToTemporaryFile(path: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'doge-mm-recording-'));
  const target = join(folder, 'recording.txt');
  try {
    await pipeline(createReadStream(path), createGunzip(), createWriteStream(target));
    return target;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new RecordingError('DAMAGED_FILE', { where: path, cause: error }, reasonOf(error));
  }
}

/** Runs a file operation; its failure becomes a RecordingError with the path. */
function fileError<Result>(path: string, operation: () => Result): Result {
  try {
    return operation();
  } catch (error) {
    throw new RecordingError('FILE_NOT_READABLE', { where: path, cause: error }, reasonOf(error));
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
