/**
 * A writing and a reading position over fixed memory, little endian on every machine. All fields are
 * written by name of their kind, so a codec reads like the layout it makes.
 */

/**
 * Writes fields one after another into memory it does not own or grow. The caller has made sure
 * that there is room (`sizeBound` functions); writing past the end throws a RangeError.
 *
 * Hot: every method. No allocation, except `text`.
 */
export class ByteWriter {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  /** The same memory in 32-bit words, for hashing and checksums without per-record views. */
  readonly words: Int32Array;
  position = 0;
  private readonly encoder = new TextEncoder();

  /** `memory` must be a whole number of 8-byte words. */
  constructor(memory: ArrayBufferLike) {
    this.bytes = new Uint8Array(memory);
    this.view = new DataView(memory);
    this.words = new Int32Array(memory);
  }

  /** Any safe integer; anything else is our bug and throws a RangeError before it reaches the disk. */
  integer(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError('journal field is not a safe integer');
    // Minus zero and zero are the same integer and must be the same bytes.
    this.view.setFloat64(this.position, value + 0, true);
    this.position += 8;
  }

  /** Any double, minus zero included; NaN is written as the one canonical NaN. */
  float(value: number): void {
    this.view.setFloat64(this.position, Number.isNaN(value) ? Number.NaN : value, true);
    this.position += 8;
  }

  /** A code from a constant table: 0..255. */
  code(value: number): void {
    if ((value & 0xff) !== value) throw new RangeError('journal code outside 0..255');
    this.bytes[this.position] = value;
    this.position += 1;
  }

  flag(value: boolean): void {
    this.bytes[this.position] = value ? 1 : 0;
    this.position += 1;
  }

  /** An instrument index or another small signed number: -32768..32767. */
  small(value: number): void {
    if ((value << 16) >> 16 !== value) throw new RangeError('journal index outside 16 bits');
    this.view.setInt16(this.position, value, true);
    this.position += 2;
  }

  /** A count: 0..2^32-1. */
  count(value: number): void {
    if (value >>> 0 !== value) throw new RangeError('journal count outside 32 bits');
    this.view.setUint32(this.position, value, true);
    this.position += 4;
  }

  /** Zeros up to the next multiple of 8, so that padding is always the same bytes. */
  align(): void {
    while ((this.position & 7) !== 0) {
      this.bytes[this.position] = 0;
      this.position += 1;
    }
  }

  /** Byte count, then UTF-8. Rare records only: allocates. */
  text(value: string): void {
    const encoded = this.encoder.encode(value);
    this.count(encoded.length);
    this.raw(encoded);
  }

  /** Bytes as they are, without their count. Allocation free when the source is a Uint8Array. */
  raw(source: Uint8Array): void {
    this.bytes.set(source, this.position);
    this.position += source.length;
  }
}

/**
 * Reads fields in the order in which they were written. Reads past the end throw a RangeError.
 * The result types follow the field assigned to; the checksum has proven the bytes before.
 *
 * Hot: every method. No allocation, except `text` and `raw`.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  position = 0;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  integer<Unit extends number>(): Unit {
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value as Unit;
  }

  float(): number {
    const value = this.view.getFloat64(this.position, true);
    this.position += 8;
    return value;
  }

  code<Code extends number>(): Code {
    const value = this.view.getUint8(this.position);
    this.position += 1;
    return value as Code;
  }

  flag(): boolean {
    const value = this.view.getUint8(this.position);
    this.position += 1;
    return value !== 0;
  }

  small<Unit extends number>(): Unit {
    const value = this.view.getInt16(this.position, true);
    this.position += 2;
    return value as Unit;
  }

  count(): number {
    const value = this.view.getUint32(this.position, true);
    this.position += 4;
    return value;
  }

  align(): void {
    this.position = (this.position + 7) & ~7;
  }

  text(): string {
    return this.decoder.decode(this.raw(this.count()));
  }

  /** A view of the next `size` bytes. */
  raw(size: number): Uint8Array {
    const end = this.position + size;
    if (end > this.bytes.length) throw new RangeError('journal bytes run past the end');
    const view = this.bytes.subarray(this.position, end);
    this.position = end;
    return view;
  }
}
