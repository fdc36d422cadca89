/**
 * Exit codes of the contract: 0 well, 1 found something bad, 2 usage or configuration, 3 environment,
 * 130 interrupted. `simulate` alone: 4 the product crashed, 5 it got stuck.
 */
export const ExitCode = {
  OK: 0,
  FOUND_BAD: 1,
  USAGE: 2,
  ENVIRONMENT: 3,
  CRASHED: 4,
  STUCK: 5,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What happened, where, what to do about it, and how the process ends. */
export interface CliErrorDetails {
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly message: string;
  readonly where: string;
  readonly remedy: string;
}

/** Something a person at the command line must hear: what, where, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly code: string;
  readonly where: string;
  readonly remedy: string;

  constructor(details: CliErrorDetails, options?: ErrorOptions) {
    super(details.message, options);
    this.exitCode = details.exitCode;
    this.code = details.code;
    this.where = details.where;
    this.remedy = details.remedy;
  }
}

export function usageError(message: string, where: string, remedy: string): CliError {
  return new CliError({
    exitCode: ExitCode.USAGE,
    code: 'BAD_USAGE',
    message,
    where,
    remedy,
  });
}

/** What a code of another layer means at the command line. */
interface Meaning {
  readonly exitCode: ExitCode;
  /** Used when the error itself brings none. */
  readonly remedy: string;
}

const FILE_PROBLEM: Meaning = {
  exitCode: ExitCode.ENVIRONMENT,
  remedy: 'check that the file, folder or port exists and may be used',
};
const SETTING_PROBLEM: Meaning = {
  exitCode: ExitCode.USAGE,
  remedy: 'mend the flag or the configuration key that names it',
};
const UNEXPECTED: Meaning = {
  exitCode: ExitCode.FOUND_BAD,
  remedy: 'run again with DOGE_MM_DEBUG=1 for the stack and report it with the session folder',
};

/**
 * By code, or by name where an error has no code. Plain data on purpose: importing the layers that
 * throw would make `--help` slow.
 */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ...[
    'ENOENT',
    'ENOTDIR',
    'EISDIR',
    'EEXIST',
    'EACCES',
    'EPERM',
    'EROFS',
    'ENOSPC',
    'EADDRINUSE',
  ].map((code) => [code, FILE_PROBLEM] as const),
  ...[
    'BAD_CONFIGURATION',
    'BAD_KEYS_FILE',
    'BAD_MODEL_FILE',
    'MODEL_MISSING',
    'UNKNOWN_SYMBOL',
    'OUTSIDE_RECORDING',
    'NO_OVERLAP',
    'BAD_EXCHANGE_INFO',
    'BAD_SPECIFICATION',
    'UNSUPPORTED_INSTRUMENT',
    'UNKNOWN_EXCHANGE',
    'QueueModelError',
    'LatencyModelError',
    'LatencyRowsError',
    'RecordingFileError',
  ].map((code) => [code, SETTING_PROBLEM] as const),
  ['FILE_NOT_READABLE', FILE_PROBLEM],
  ...meaning(
    ExitCode.ENVIRONMENT,
    ['VENUE_UNREACHABLE', 'check the network, the environment and its base URLs, then run again'],
    [
      'TRADING_REFUSED',
      'change what is named at the venue or in the configuration, then run again',
    ],
    ['CCXT_UNREACHABLE', 'check the network, then run again'],
    ['CCXT_MISSING', 'install ccxt, or use another feed'],
    ['SESSION_MISSING', 'name the folder of a recorded session; `run` prints it at its end'],
    ['SESSION_EXISTS', 'name another folder with --session, or move the recorded session away'],
    ['SESSION_ENDED', 'begin a new session in another folder'],
    ['SESSION_DIFFERS', 'use the settings it began with, or begin a new session in another folder'],
    ['BENCH_BUSY', 'wait for its end; two at once would measure each other'],
    ['STORAGE_FAILED', 'check that the folder exists, may be written and that the disk has room'],
  ),
  ...meaning(
    ExitCode.FOUND_BAD,
    ['JOURNAL_DAMAGED', 'restore the segment from a copy; what stands before it can be trusted'],
    ['JOURNAL_FORMAT', 'use the program and the Node major that recorded the session'],
    ['JOURNAL_FULL', 'use a faster disk, or set session.durability: inline'],
    ['JOURNAL_WRITE_FAILED', 'check the disk, then start a new session; this one ends before it'],
    ['MODEL_CHANGED', 'bring the model file back as it was when the session was recorded'],
    ['MODEL_FAILED', 'mend the model file, then begin a new session'],
    ['EPOCH_DAMAGED', 'restore the file `epoch` from a copy, or begin with a new instance id'],
  ),
]);

function meaning(
  exitCode: ExitCode,
  ...remedies: readonly (readonly [code: string, remedy: string])[]
): (readonly [string, Meaning])[] {
  return remedies.map(([code, remedy]) => [code, { exitCode, remedy }]);
}

/**
 * Wraps what a step threw, keeping CliErrors as they are. `place` says where it happened when the
 * error does not.
 */
export function asCliError(error: unknown, place = 'doge-mm'): CliError {
  if (error instanceof CliError) return error;
  const known = error as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => {
    const value = typeof error === 'object' && error !== null ? known[name] : undefined;
    return typeof value === 'string' ? value : undefined;
  };
  const code = text('code');
  const found = MEANINGS.get(code ?? '') ?? MEANINGS.get(text('name') ?? '') ?? UNEXPECTED;
  return new CliError(
    {
      exitCode: found.exitCode,
      code: code ?? (found === SETTING_PROBLEM ? 'BAD_USAGE' : 'INTERNAL'),
      message: text('message') ?? String(error),
      where: text('where') ?? text('path') ?? place,
      remedy: text('remedy') ?? found.remedy,
    },
    { cause: error },
  );
}
