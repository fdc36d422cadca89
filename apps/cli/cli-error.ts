/** Exit codes of the contract: 0 well, 1 found something bad, 2 usage or configuration, 3 environment, 130 interrupted. */
export const ExitCode = {
  OK: 0,
  FOUND_BAD: 1,
  USAGE: 2,
  ENVIRONMENT: 3,
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

/** Wraps what a step threw, keeping CliErrors as they are. */
export function asCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  const known = error as { code?: unknown; message?: unknown; where?: unknown; remedy?: unknown };
  const message = typeof known.message === 'string' ? known.message : String(error);
  const code = typeof known.code === 'string' ? known.code : 'INTERNAL';
  const isFileProblem = ['ENOENT', 'EACCES', 'EADDRINUSE', 'EISDIR', 'ENOSPC', 'EROFS'].includes(
    code,
  );
  return new CliError(
    {
      exitCode: isFileProblem ? ExitCode.ENVIRONMENT : ExitCode.FOUND_BAD,
      code,
      message,
      where: typeof known.where === 'string' ? known.where : 'doge-mm',
      remedy:
        typeof known.remedy === 'string'
          ? known.remedy
          : isFileProblem
            ? 'check that the file, folder or port exists and may be used'
            : 'run again with DOGE_MM_DEBUG=1 for the stack and report it with the session folder',
    },
    { cause: error },
  );
}
