/**
 * A disk in memory with the faults of real ones, all drawn from one seed: it loses power, loses a sync,
 * fills up, stops in the middle of an operation, flips a bit. Names, renames and removals are durable at
 * once, as the Storage port promises; contents are durable when synced.
 *
 * It shares no code with the journal's own storages: each is the other's second opinion.
 */
import type { Storage } from '#contracts/edge-ports.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import { DiskFile, Fate } from './disk-file.ts';

/** What the disk could not do, in the words of a system call. */
export class DiskFaultError extends Error {
  override readonly name = 'DiskFaultError';
  /** EIO: lost, ENOSPC: full, ENOENT: no such file, CRASH: the machine stopped in the middle. */
  readonly code: 'EIO' | 'ENOSPC' | 'ENOENT' | 'CRASH';

  constructor(code: DiskFaultError['code'], message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** How often each thing happened. */
export class DiskCounters {
  operations = 0;
  syncs = 0;
  powerLosses = 0;
  /** Files whose unsynced bytes were lost, torn or kept by a power loss. */
  filesLost = 0;
  filesTorn = 0;
  filesKept = 0;
  bytesLost = 0;
  /** Unsynced cuts that came undone. */
  cutsUndone = 0;
  syncErrors = 0;
  fullErrors = 0;
  bitFlips = 0;
  crashes = 0;
}

/** Where a bit was flipped. */
export interface FlippedBit {
  readonly name: string;
  readonly offset: number;
  readonly mask: number;
}

/** SEALED: in a file that is no longer written. TAIL: near the end of the file written last. ANY: anywhere. */
export type FlipPlace = 'sealed' | 'tail' | 'any';

export interface SimulatedDiskOptions {
  /** All chance comes from here. */
  readonly random: SeededRandom;
  /** Told of each fault as it happens, before it is thrown. */
  readonly onFault?: (code: DiskFaultError['code']) => void;
}

type Operation = 'append' | 'sync' | 'rename' | 'remove' | 'truncate';

/** How far from the end "near the end" reaches. */
const TAIL_SIZE = 4096;

export class SimulatedDisk implements Storage {
  readonly counters = new DiskCounters();
  private readonly files = new Map<string, DiskFile>();
  private readonly random: SeededRandom;
  private readonly onFault: (code: DiskFaultError['code']) => void;
  private lastWritten = '';
  private syncErrorsDue = 0;
  private isFull = false;
  private operationsToCrash = Number.POSITIVE_INFINITY;
  private onCrash: () => void = () => undefined;

  constructor(options: SimulatedDiskOptions) {
    this.random = options.random;
    this.onFault = options.onFault ?? (() => undefined);
  }

  append(name: string, bytes: Uint8Array): void {
    this.perform(
      'append',
      () => {
        if (this.isFull) {
          this.counters.fullErrors += 1;
          // A short write comes before the refusal.
          this.appendPart(name, bytes);
          throw this.fault('ENOSPC', `no space left to write ${name}`);
        }
        this.fileFor(name).append(bytes);
        this.lastWritten = name;
      },
      () => this.appendPart(name, bytes),
    );
  }

  sync(name: string): void {
    this.perform('sync', () => {
      const file = this.fileOf(name);
      this.counters.syncs += 1;
      if (this.syncErrorsDue > 0) {
        this.syncErrorsDue -= 1;
        this.counters.syncErrors += 1;
        file.loseSync();
        throw this.fault('EIO', `writing ${name} to stable storage failed`);
      }
      file.sync();
    });
  }

  rename(from: string, to: string): void {
    this.perform('rename', () => {
      this.files.set(to, this.fileOf(from));
      this.files.delete(from);
      if (this.lastWritten === from) this.lastWritten = to;
    });
  }

  remove(name: string): void {
    this.perform('remove', () => {
      this.files.delete(name);
    });
  }

  truncate(name: string, size: number): void {
    this.perform('truncate', () => this.fileOf(name).truncate(size));
  }

  list(): readonly string[] {
    return [...this.files.keys()].sort();
  }

  read(name: string): Uint8Array {
    return this.fileOf(name).read();
  }

  /** What no power failure takes of a file. Throws ENOENT. */
  readStable(name: string): Uint8Array {
    const file = this.fileOf(name);
    return file.read().subarray(0, file.stableSize);
  }

  /**
   * The power fails: of each file's unsynced bytes none, a part up to any byte, or all are there
   * afterwards, each file for itself, so a file written later may have more than one written earlier.
   */
  losePower(): void {
    this.counters.powerLosses += 1;
    for (const name of this.list()) this.settle(this.fileOf(name));
  }

  /**
   * The program is killed and the system lives: nothing is lost, and nothing has become durable by it.
   * Only what a failed sync left behind is settled, for the system has given those pages up.
   */
  killProgram(): void {
    for (const name of this.list()) {
      const file = this.fileOf(name);
      if (file.isDoubtful) this.settle(file);
    }
  }

  /** The next `count` syncs fail and their bytes are lost to the system. */
  failSyncs(count = 1): void {
    this.syncErrorsDue += count;
  }

  /** From now on there is no room: appends write a part and fail. */
  fillUp(): void {
    this.isFull = true;
  }

  /** There is room again. */
  freeUp(): void {
    this.isFull = false;
  }

  /**
   * The machine stops in the operation that is `operations` from now (1: the next one): before it, in
   * the middle of an append, or after it. `onCrash` is told, then the operation throws CRASH. The
   * content stays as it is until `losePower` or `killProgram` says what kind of end it was.
   */
  crashIn(operations: number, onCrash: () => void): void {
    this.operationsToCrash = operations;
    this.onCrash = onCrash;
  }

  /** Takes an armed crash back. */
  disarm(): void {
    this.operationsToCrash = Number.POSITIVE_INFINITY;
  }

  /** No file holds anything. */
  get isEmpty(): boolean {
    return this.list().every((name) => this.fileOf(name).size === 0);
  }

  /** Changes one bit at rest. Null when no file is there to be hit. */
  flipBit(place: FlipPlace): FlippedBit | null {
    const names = this.list().filter((name) => {
      const isLast = name === this.lastWritten;
      const isEligible = place === 'any' || (place === 'tail') === isLast;
      return isEligible && this.fileOf(name).size > 0;
    });
    if (names.length === 0) return null;
    const name = names[this.random.integer(0, names.length - 1)] as string;
    const file = this.fileOf(name);
    const from = place === 'tail' ? Math.max(0, file.size - TAIL_SIZE) : 0;
    const offset = this.random.integer(from, file.size - 1);
    const mask = 1 << this.random.integer(0, 7);
    file.flip(offset, mask);
    this.counters.bitFlips += 1;
    return { name, offset, mask };
  }

  /** Bytes of all files that a power failure could take. */
  get unsyncedSize(): number {
    let size = 0;
    for (const file of this.files.values()) size += file.size - file.stableSize;
    return size;
  }

  private perform(operation: Operation, work: () => void, part?: () => void): void {
    this.counters.operations += 1;
    this.operationsToCrash -= 1;
    if (this.operationsToCrash > 0) {
      work();
      return;
    }
    this.disarm();
    this.counters.crashes += 1;
    const moment = this.random.integer(0, part === undefined ? 1 : 2);
    if (moment === 1) work();
    else if (moment === 2) part?.();
    this.onCrash();
    throw this.fault('CRASH', `the machine stopped in ${operation}`);
  }

  private fault(code: DiskFaultError['code'], message: string): DiskFaultError {
    this.onFault(code);
    return new DiskFaultError(code, message);
  }

  private appendPart(name: string, bytes: Uint8Array): void {
    this.fileFor(name).append(bytes.subarray(0, this.random.integer(0, bytes.length)));
    this.lastWritten = name;
  }

  private settle(file: DiskFile): void {
    if (!file.isUnsettled) {
      file.settle(0, false);
      return;
    }
    const unsynced = file.size - file.stableSize;
    const fate = this.random.integer(Fate.NONE, Fate.ALL) as Fate;
    const kept = this.keptOf(fate, unsynced);
    const isCutUndone = unsynced === 0 && fate === Fate.NONE;
    const { counters } = this;
    if (isCutUndone) counters.cutsUndone += 1;
    if (kept === unsynced) counters.filesKept += 1;
    else if (kept === 0) counters.filesLost += 1;
    else counters.filesTorn += 1;
    counters.bytesLost += unsynced - kept;
    file.settle(kept, isCutUndone);
  }

  private keptOf(fate: Fate, unsynced: number): number {
    if (fate === Fate.NONE) return 0;
    return fate === Fate.ALL ? unsynced : this.random.integer(0, unsynced);
  }

  private fileFor(name: string): DiskFile {
    let file = this.files.get(name);
    if (file === undefined) {
      file = new DiskFile();
      this.files.set(name, file);
    }
    return file;
  }

  private fileOf(name: string): DiskFile {
    const file = this.files.get(name);
    if (file === undefined) throw this.fault('ENOENT', `no such file: ${name}`);
    return file;
  }
}
