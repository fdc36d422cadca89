import type { Storage } from '#contracts/edge-ports.ts';

/**
 * A process's hold on its storage. After the crash it is cut: code that is still on its way out of a
 * turn reaches the disk no more, as in a process that is gone.
 */
export class ProcessStorage implements Storage {
  private readonly storage: Storage;
  private isCut = false;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  cut(): void {
    this.isCut = true;
  }

  append(name: string, bytes: Uint8Array): void {
    this.held().append(name, bytes);
  }

  sync(name: string): void {
    this.held().sync(name);
  }

  rename(from: string, to: string): void {
    this.held().rename(from, to);
  }

  remove(name: string): void {
    this.held().remove(name);
  }

  truncate(name: string, size: number): void {
    this.held().truncate(name, size);
  }

  list(): readonly string[] {
    return this.held().list();
  }

  read(name: string): Uint8Array {
    return this.held().read(name);
  }

  private held(): Storage {
    if (this.isCut) throw new Error('the process is gone, and its hold on the storage with it');
    return this.storage;
  }
}
