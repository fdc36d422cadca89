/** One mutation of the product: a plausible mistake that types and style would let pass. */
export interface PlantedBug {
  readonly name: string;
  /** What goes wrong with it, in one sentence. */
  readonly does: string;
  /** Threads about the real one, `repository#number`; `own` for a slip that needs no example. */
  readonly source: string;
  /** From the project's root. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly sound: string;
  readonly broken: string;
}
