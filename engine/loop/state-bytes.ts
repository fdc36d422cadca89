import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * Writes state as canonical little-endian bytes: equal states give equal bytes, on every machine.
 * Integers and floats are both stored as 64-bit doubles (integers checked to be safe), flags as one
 * byte, texts as length and UTF-8.
 */
export class StateBytesWriter implements StateWriter {
  private bytes = new Uint8Array(64 * 1024);
  private view = new DataView(this.bytes.buffer);
  private size = 0;
  private readonly encoder = new TextEncoder();

  reset(): void {
    this.size = 0;
  }

  /** What was written since the last reset. Valid until the next write or reset. */
  written(): Uint8Array {
    return this.size === 0 ? NO_BYTES : this.bytes.subarray(0, this.size);
  }

  section(name: string): void {
    this.text(name);
  }

  integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`state holds no safe integer: ${value}`);
    // Minus zero and zero are the same integer and must be the same bytes.
    this.float(value + 0);
  }

  float(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.size, Number.isNaN(value) ? Number.NaN : value, true);
    this.size += 8;
  }

  flag(value: boolean): void {
    this.reserve(1);
    this.bytes[this.size] = value ? 1 : 0;
    this.size += 1;
  }

  text(value: string): void {
    const encoded = this.encoder.encode(value);
    this.reserve(4 + encoded.length);
    this.view.setUint32(this.size, encoded.length, true);
    this.bytes.set(encoded, this.size + 4);
    this.size += 4 + encoded.length;
  }

  floats(values: Float64Array, count: number): void {
    this.reserve(4 + count * 8);
    this.view.setUint32(this.size, count, true);
    this.size += 4;
    for (let index = 0; index < count; index++) {
      // As one float at a time, so that every NaN becomes the one canonical NaN.
      this.float(values[index] as number);
    }
  }

  private reserve(extra: number): void {
    if (this.size + extra <= this.bytes.length) return;
    let capacity = this.bytes.length * 2;
    while (capacity < this.size + extra) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(this.bytes);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

/** Reads what StateBytesWriter wrote. Every read past the end or out of order throws a RangeError. */
export class StateBytesReader implements StateReader {
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private offset = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  section(name: string): void {
    const found = this.text();
    if (found !== name) throw new RangeError(`state section "${name}" expected, found "${found}"`);
  }

  integer(): number {
    const value = this.float();
    if (!Number.isSafeInteger(value)) throw new RangeError(`state holds no safe integer: ${value}`);
    return value;
  }

  float(): number {
    const value = this.view.getFloat64(this.offset, true);
    this.offset += 8;
    return value;
  }

  flag(): boolean {
    const value = this.view.getUint8(this.offset);
    if (value > 1) throw new RangeError(`state flag is neither 0 nor 1: ${value}`);
    this.offset += 1;
    return value === 1;
  }

  text(): string {
    const length = this.view.getUint32(this.offset, true);
    const start = this.offset + 4;
    if (start + length > this.bytes.length) throw new RangeError('state text runs past the end');
    this.offset = start + length;
    return this.decoder.decode(this.bytes.subarray(start, this.offset));
  }

  floats(into: Float64Array): number {
    const count = this.view.getUint32(this.offset, true);
    this.offset += 4;
    if (count > into.length)
      throw new RangeError(`state holds ${count} numbers, room for ${into.length}`);
    for (let index = 0; index < count; index++) into[index] = this.float();
    return count;
  }
}

/** Writes all parts in the given order: the canonical state of the engine. */
export function writeAll(parts: readonly Persistent[], writer: StateBytesWriter): Uint8Array {
  writer.reset();
  for (const part of parts) part.writeState(writer);
  return writer.written();
}
