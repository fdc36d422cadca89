/** What the campaign knows about something that takes bytes from outside. */

/** REFUSED: by the error or the answer that its contract names for bad input. Anything else that escapes is a finding. */
export type Verdict = 'ACCEPTED' | 'REFUSED';

/** One live instance: it keeps what a decoder keeps from message to message. */
export interface Target {
  /** Takes one input. Throws, or rejects, only where something is wrong with the product. */
  run(input: Uint8Array): Verdict | Promise<Verdict>;
  /**
   * Takes a valid input and says in a text what came of it. Always the same text, whatever was run before:
   * bad input must leave nothing behind.
   */
  probe(): string | Promise<string>;
  /** Gives files, sockets and timers back. */
  close?(): void | Promise<void>;
}

export interface TargetEntry {
  /** "spot-market": also the value of --only. */
  readonly name: string;
  /** Part of all cases it gets, against the others. Slow ones get few. */
  readonly share: number;
  /** TEXT also gets the mutations of JSON and of decimals. */
  readonly form: 'TEXT' | 'BINARY';
  /** Valid inputs. Each must be accepted as it is. */
  corpus(): readonly Uint8Array[];
  open(): Target | Promise<Target>;
}

/** A promise of the target's contract was broken: not how it refuses, but what it let through. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** Runs a decoder whose contract is: an event, or one of these errors. */
export function verdictOf(
  decode: () => void,
  ...refusals: readonly (new (
    ...parameters: never[]
  ) => Error)[]
): Verdict {
  try {
    decode();
    return 'ACCEPTED';
  } catch (error) {
    if (!refusals.some((refusal) => error instanceof refusal)) throw error;
    return 'REFUSED';
  }
}
