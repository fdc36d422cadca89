import type { Storage } from '#contracts/edge-ports.ts';
import { JournalError } from './journal-error.ts';

class MemoryFile {
  bytes = new Uint8Array(1024);
  size = 0;
  syncedSize = 0;

  append(extra: Uint8Array): void {
    const needed = this.size + extra.length;
    if (needed > this.bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.size));
      this.bytes = grown;
    }
    this.bytes.set(extra, this.size);
    this.size = needed;
  }
}

/**
 * A disk in memory that can lose power. What was not synced is gone then, or torn: a part of it is
 * there. Names and renames are durable at once, as the Storage port promises.
 */
export class MemoryStorage implements Storage {
  private readonly files = new Map<string, MemoryFile>();
  /** How often `sync` was called: the price of a commit policy. */
  syncCount = 0;

  append(name: string, bytes: Uint8Array): void {
    let file = this.files.get(name);
    if (file === undefined) {
      file = new MemoryFile();
      this.files.set(name, file);
    }
    file.append(bytes);
  }

  sync(name: string): void {
    const file = this.fileOf(name);
    file.syncedSize = file.size;
    this.syncCount += 1;
  }

  rename(from: string, to: string): void {
    this.files.set(to, this.fileOf(from));
    this.files.delete(from);
  }

  remove(name: string): void {
    this.files.delete(name);
  }

  truncate(name: string, size: number): void {
    const file = this.fileOf(name);
    if (size > file.size) throw new RangeError(`${name} has only ${file.size} bytes, not ${size}`);
    file.size = size;
    file.syncedSize = Math.min(file.syncedSize, size);
  }

  list(): readonly string[] {
    return [...this.files.keys()].sort();
  }

  read(name: string): Uint8Array {
    const file = this.fileOf(name);
    return file.bytes.slice(0, file.size);
  }

  /**
   * The power fails. Of each file's unsynced bytes only the first `keep(name, unsyncedSize)` are
   * there afterwards; without `keep`, none.
   */
  losePower(keep: (name: string, unsyncedSize: number) => number = () => 0): void {
    for (const name of this.list()) {
      const file = this.fileOf(name);
      const unsynced = file.size - file.syncedSize;
      file.size = file.syncedSize + Math.min(unsynced, Math.max(0, keep(name, unsynced)));
      file.syncedSize = file.size;
    }
  }

  /** Changes one byte in place: what a bad disk does. */
  flipBits(name: string, offset: number, mask: number): void {
    const file = this.fileOf(name);
    if (offset >= file.size) throw new RangeError(`${name} has no byte ${offset}`);
    file.bytes[offset] = (file.bytes[offset] as number) ^ mask;
  }

  private fileOf(name: string): MemoryFile {
    const file = this.files.get(name);
    if (file === undefined) throw new JournalError('STORAGE_FAILED', `no such file: ${name}`);
    return file;
  }
}
