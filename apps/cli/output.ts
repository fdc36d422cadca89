import { asCliError, type ExitCode } from './cli-error.ts';

/** With `--json` stdout holds exactly one JSON object; everything a person reads goes to stderr. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints an error as people or scripts need it and returns the exit code. */
export function reportError(error: unknown, json: boolean): ExitCode {
  const known = asCliError(error);
  if (json) {
    writeJson({
      error: {
        code: known.code,
        message: known.message,
        where: known.where,
        remedy: known.remedy,
      },
    });
  } else {
    say(`error: ${known.message}`);
    say(`  where:  ${known.where}`);
    say(`  remedy: ${known.remedy}`);
  }
  if (process.env['DOGE_MM_DEBUG'] === '1' && known.cause instanceof Error) {
    say(known.cause.stack ?? String(known.cause));
  }
  return known.exitCode;
}

/** Runs one command's action and ends the process with its exit code once stdout is flushed. */
export async function runCommand(json: boolean, action: () => Promise<ExitCode>): Promise<void> {
  let exitCode: ExitCode;
  try {
    exitCode = await action();
  } catch (error) {
    exitCode = reportError(error, json);
  }
  process.exitCode = exitCode;
}
