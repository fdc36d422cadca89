import { createHash, type Hash } from 'node:crypto';

const BUFFER_SIZE = 64 * 1024;

/**
 * A running SHA-256 over canonical bytes, collected in 64 KiB blocks: one call into the hash for
 * some 700 records instead of one for each.
 */
export class CanonicalHash {
  private readonly hash: Hash = createHash('sha256');
  private readonly bytes = new Uint8Array(BUFFER_SIZE);
  private readonly words = new Int32Array(this.bytes.buffer);
  private size = 0;

  /** Adds bytes [start, end) of `source`; both are multiples of 4. Hot: every record. No allocation. */
  addWords(source: Int32Array, start: number, end: number): void {
    let from = start >> 2;
    const last = end >> 2;
    while (from < last) {
      if (this.size === BUFFER_SIZE) this.drain();
      const at = this.size >> 2;
      const count = Math.min(last - from, (BUFFER_SIZE >> 2) - at);
      for (let index = 0; index < count; index++) {
        // `as number` is safe: `count` stays inside both arrays.
        this.words[at + index] = source[from + index] as number;
      }
      from += count;
      this.size += count << 2;
    }
  }

  /** The hash so far, as 32 bytes; adding goes on afterwards. */
  digest(): Uint8Array {
    this.drain();
    return this.hash.copy().digest();
  }

  private drain(): void {
    this.hash.update(this.bytes.subarray(0, this.size));
    this.size = 0;
  }
}

/** SHA-256 of bytes at once, as 32 bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
