import type { Storage } from '#contracts/edge-ports.ts';
import { DiskFaultError, type FlippedBit, SimulatedDisk } from '#simulation/disk/disk.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import { type RecordPlace, recordAround } from './simulated-records.ts';

const SEGMENT = /^segment-\d+\.journal$/;

/** What the epoch's file says, whoever wrote it. */
const EPOCH_FILE = 'epoch';
const EPOCH_LINE = /^epoch (\d+) [0-9a-f]{8}\n$/;

/** What a disk could not do, by the name of the fault that made it so. */
const FAULT_OF_CODE: Readonly<Partial<Record<DiskFaultError['code'], FaultName>>> = {
  CRASH: 'disk-crash-at-write',
  EIO: 'disk-sync-error',
  ENOSPC: 'disk-full',
};

/** Where a bit of the journal was changed, before anybody has read it. */
export interface FlippedRecord extends RecordPlace {
  readonly file: string;
}

/**
 * The disk of one trading machine over all lives of its process: a place for the journal, which people
 * may set aside, and one for the epoch, which stays.
 */
export class ProcessDisk {
  readonly epochs: SimulatedDisk;
  private readonly random: SeededRandom;
  private readonly onFault: (name: FaultName) => void;
  private disk: SimulatedDisk;
  private hasFlipped = false;
  private flipped: FlippedRecord | null = null;

  /** `onFault`: a fault has happened; it may have been asked for long before. */
  constructor(random: SeededRandom, onFault: (name: FaultName) => void) {
    this.random = random;
    this.onFault = onFault;
    this.epochs = new SimulatedDisk({ random });
    this.disk = this.makeDisk();
  }

  get journal(): Storage {
    return this.disk;
  }

  /** A bit of the journal was changed: that it cannot be read is no bug. */
  get isDamageExpected(): boolean {
    return this.hasFlipped;
  }

  /** One flip excuses one look at the disk: what is read after it is sound again. */
  expectSound(): void {
    this.hasFlipped = false;
  }

  /** Highest epoch that a power cut would leave; 0: none, or one that could not be read. */
  get durableEpoch(): number {
    const { epochs } = this;
    if (!epochs.list().includes(EPOCH_FILE)) return 0;
    const text = Buffer.from(epochs.readStable(EPOCH_FILE)).toString('latin1');
    return Number(EPOCH_LINE.exec(text)?.[1] ?? 0);
  }

  /** The journal goes to the archive: the next life begins with an empty one. */
  setAside(): void {
    this.disk = this.makeDisk();
    this.hasFlipped = false;
    this.flipped = null;
  }

  /** The machine stops: what was not synced is lost, torn or kept. */
  losePower(): void {
    this.disk.losePower();
    this.epochs.losePower();
    // Which bytes are there now is another question than which bit was changed.
    this.flipped = null;
  }

  /** The process is gone; the system lives on and keeps what was written. */
  killProgram(): void {
    this.disk.killProgram();
    this.flipped = null;
  }

  /** The next operations end in a crash of the machine. */
  crashIn(operations: number): void {
    this.disk.crashIn(operations, () => undefined);
  }

  failNextSync(): void {
    this.disk.failSyncs();
  }

  fillUp(): void {
    this.disk.fillUp();
  }

  freeUp(): void {
    this.disk.freeUp();
  }

  /** There is something that a flipped bit could change. */
  get holdsAnything(): boolean {
    return !this.disk.isEmpty;
  }

  /** One bit at rest changes. False when there was none. */
  flipBit(): boolean {
    const bit = this.disk.flipBit('any');
    if (bit === null) return false;
    this.hasFlipped = true;
    this.flipped = this.recordOf(bit);
    return true;
  }

  /** The record of the journal that was changed and that nobody has read since; null: none. Told once. */
  takeFlipped(): FlippedRecord | null {
    const { flipped } = this;
    this.flipped = null;
    return flipped;
  }

  private recordOf({ name, offset, mask }: FlippedBit): FlippedRecord | null {
    const segments = this.disk.list().filter((one) => SEGMENT.test(one));
    if (!segments.includes(name)) return null;
    const bytes = Uint8Array.from(this.disk.read(name));
    bytes[offset] = (bytes[offset] as number) ^ mask;
    const place = recordAround(bytes, offset);
    return { ...place, isLast: place.isLast && name === segments.at(-1), file: name };
  }

  private makeDisk(): SimulatedDisk {
    return new SimulatedDisk({
      random: this.random,
      onFault: (code) => {
        const name = FAULT_OF_CODE[code];
        if (name !== undefined) this.onFault(name);
      },
    });
  }
}

/** The failure of the disk behind an error, or null when there is none. */
export function diskFaultOf(cause: unknown): DiskFaultError | null {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof DiskFaultError) return error;
  }
  return null;
}
