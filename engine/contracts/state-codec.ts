/**
 * How a domain writes and restores its whole state. The bytes serve twice: hashed at checkpoints,
 * stored in snapshots. So what is not written is neither proven nor restored: write everything that
 * a later decision can depend on, in a fixed order.
 */
export interface StateWriter {
  /** Names the section: a mismatch on reading is an error that says which domain. */
  section(name: string): void;
  /** Any safe integer. */
  integer(value: number): void;
  /** Any double, NaN included, bit for bit. */
  float(value: number): void;
  flag(value: boolean): void;
  text(value: string): void;
  /** The first `count` doubles, with their count. */
  floats(values: Float64Array, count: number): void;
}

/** Reads in the order of writing. Throws on a wrong section name or the end of the bytes. */
export interface StateReader {
  section(name: string): void;
  integer(): number;
  float(): number;
  flag(): boolean;
  text(): string;
  /** Fills `into` from the start and returns how many doubles there were. Throws when they do not fit. */
  floats(into: Float64Array): number;
}

/** State that can be hashed and brought back. Restoring into a fresh object gives equal behaviour ever after. */
export interface Persistent {
  writeState(writer: StateWriter): void;
  readState(reader: StateReader): void;
}
