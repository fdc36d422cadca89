/** One place in one file that is changed. */
export interface Patch {
  /** From the project's root. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly sound: string;
  readonly broken: string;
}

/** One mutation of the product: a plausible mistake that types and style would let pass. */
export interface PlantedBug extends Patch {
  readonly name: string;
  /** What goes wrong with it, in one sentence. */
  readonly does: string;
  /** Threads about the real one, `repository#number`; `own` for a slip that needs no example. */
  readonly source: string;
  /** It is in the connectors: only runs with sockets meet it. */
  readonly needsSockets?: boolean;
  /** A second place: the rest of the change, or a second line of defence that would hide the first. */
  readonly also?: Patch;
}

/** All that is changed for a bug. */
export function patchesOf(bug: PlantedBug): readonly Patch[] {
  return bug.also === undefined ? [bug] : [bug, bug.also];
}

/** A bug that others had and that cannot be planted: what it would break is not there yet. */
export interface LaterBug {
  readonly name: string;
  readonly source: string;
  /** Its missing subject. */
  readonly why: string;
}
