/** What becomes of a file's unsynced bytes when the power fails. */
export const Fate = {
  /** None of them is there. */
  NONE: 0,
  /** The first of them are there, up to any byte. */
  TORN: 1,
  /** All of them are there. */
  ALL: 2,
} as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** One file as the running program reads it, and how much of that would survive. */
export class DiskFile {
  private content = new Uint8Array(1024);
  private length = 0;
  private stable = 0;
  /** Stable bytes that a cut took away and that are back if the power fails before the next sync. */
  private cutOff: Uint8Array | null = null;
  private hasLostSync = false;

  get size(): number {
    return this.length;
  }

  /** Bytes from the start that no power failure takes. */
  get stableSize(): number {
    return this.stable;
  }

  /** True after a failed sync: what was dirty then is given up by the system, and no later sync brings it back. */
  get isDoubtful(): boolean {
    return this.hasLostSync;
  }

  read(): Uint8Array {
    return this.content.slice(0, this.length);
  }

  append(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.content.length) {
      const grown = new Uint8Array(Math.max(needed, this.content.length * 2));
      grown.set(this.content.subarray(0, this.length));
      this.content = grown;
    }
    this.content.set(bytes, this.length);
    this.length = needed;
  }

  sync(): void {
    // The system reports a lost write once; a second sync says that all is well, and it is not.
    if (this.hasLostSync) return;
    this.stable = this.length;
    this.cutOff = null;
  }

  loseSync(): void {
    this.hasLostSync = true;
  }

  /** Throws a RangeError when the file is shorter. */
  truncate(size: number): void {
    if (size > this.length) throw new RangeError(`only ${this.length} bytes, not ${size}`);
    if (size < this.stable) {
      const before = this.cutOff;
      const tail = this.content.slice(size, this.stable);
      this.cutOff = before === null ? tail : joined(tail, before);
      this.stable = size;
    }
    this.length = size;
  }

  /** True when a power failure could change what is read. */
  get isUnsettled(): boolean {
    return this.length > this.stable || this.cutOff !== null;
  }

  /** The power failed: `kept` of the unsynced bytes are there, or those that an unsynced cut took away are back. */
  settle(kept: number, isCutUndone: boolean): void {
    this.hasLostSync = false;
    if (isCutUndone && this.cutOff !== null) {
      this.length = this.stable;
      this.append(this.cutOff);
    } else {
      this.length = this.stable + kept;
    }
    this.stable = this.length;
    this.cutOff = null;
  }

  /** Changes bits of one byte. Throws a RangeError outside of the file. */
  flip(offset: number, mask: number): void {
    if (offset < 0 || offset >= this.length) throw new RangeError(`no byte ${offset}`);
    this.content[offset] = (this.content[offset] as number) ^ mask;
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
