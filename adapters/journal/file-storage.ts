import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Storage } from '#contracts/edge-ports.ts';
import { JournalError } from './journal-error.ts';

const FLAT_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * One directory of files. Appends go through open descriptors, `sync` is fdatasync, and a rename or
 * removal also syncs the directory, so that the name is as durable as the content.
 */
export class FileStorage implements Storage {
  readonly directory: string;
  private readonly descriptors = new Map<string, number>();

  /** Creates the directory when it is not there. Throws JournalError STORAGE_FAILED when it cannot. */
  constructor(directory: string) {
    this.directory = directory;
    this.attempt(`cannot make the directory ${directory}`, () => {
      makeDirectory(resolve(directory));
    });
  }

  append(name: string, bytes: Uint8Array): void {
    this.attempt(`cannot write ${this.pathOf(name)}`, () => {
      const descriptor = this.descriptorOf(name);
      let written = 0;
      while (written < bytes.length) written += writeSync(descriptor, bytes, written);
    });
  }

  sync(name: string): void {
    this.attempt(`cannot sync ${this.pathOf(name)}`, () => fdatasyncSync(this.descriptorOf(name)));
  }

  rename(from: string, to: string): void {
    this.attempt(`cannot rename ${this.pathOf(from)} to ${to}`, () => {
      this.release(from);
      this.release(to);
      renameSync(this.pathOf(from), this.pathOf(to));
      this.syncDirectory();
    });
  }

  remove(name: string): void {
    this.attempt(`cannot remove ${this.pathOf(name)}`, () => {
      this.release(name);
      rmSync(this.pathOf(name), { force: true });
      this.syncDirectory();
    });
  }

  truncate(name: string, size: number): void {
    this.attempt(`cannot cut ${this.pathOf(name)}`, () => truncateSync(this.pathOf(name), size));
  }

  list(): readonly string[] {
    return this.attempt(`cannot list ${this.directory}`, () =>
      readdirSync(this.directory, { withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => entry.name)
        .sort(),
    );
  }

  read(name: string): Uint8Array {
    return this.attempt(`cannot read ${this.pathOf(name)}`, () => readFileSync(this.pathOf(name)));
  }

  /** Closes all descriptors. The storage can be used again afterwards. */
  close(): void {
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }

  private pathOf(name: string): string {
    if (!FLAT_NAME.test(name)) throw new RangeError(`not a flat file name: "${name}"`);
    return join(this.directory, name);
  }

  private descriptorOf(name: string): number {
    const known = this.descriptors.get(name);
    if (known !== undefined) return known;
    const opened = openSync(this.pathOf(name), 'a');
    this.descriptors.set(name, opened);
    return opened;
  }

  private release(name: string): void {
    const descriptor = this.descriptors.get(name);
    if (descriptor === undefined) return;
    this.descriptors.delete(name);
    closeSync(descriptor);
  }

  private syncDirectory(): void {
    // Windows cannot open a directory; NTFS journals names by itself.
    if (process.platform === 'win32') return;
    const descriptor = openSync(this.directory, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  private attempt<Result>(what: string, work: () => Result): Result {
    try {
      return work();
    } catch (cause) {
      throw storageFailure(what, cause);
    }
  }
}

/**
 * Makes the directory and the missing ones above it, one at a time: where a file system answers "no such
 * file" for a new name (/proc), mkdir with `recursive` asks for ever.
 */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectory(parent);
  try {
    mkdirSync(path);
  } catch (cause) {
    // Another process made it in the meantime.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw cause;
  }
}

function storageFailure(what: string, cause: unknown): JournalError {
  return new JournalError('STORAGE_FAILED', `${what}: ${String(cause)}`, { cause });
}
