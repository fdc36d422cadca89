/** Signals that ask a program to end, as an AbortSignal: what is under way ends, and then the program. */
import { constants } from 'node:os';

const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type Name = (typeof NAMES)[number];

/** As a shell tells it. */
const EXIT_SIGNAL = 128;

export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly exitCode: number;

  constructor(name: Name) {
    super(`interrupted by ${name}`);
    this.exitCode = EXIT_SIGNAL + constants.signals[name];
  }
}

/**
 * Aborted with an InterruptedError by the first such signal from now on. Further ones change nothing: a test
 * runner passes on what the whole group was sent already.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of NAMES) {
    process.on(name, () => controller.abort(new InterruptedError(name)));
  }
  return controller.signal;
}
