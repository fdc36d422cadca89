import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError, ExitCode } from './cli-error.ts';

/**
 * Throws a CliError when a file named on the command line could not be written at the end: its folder
 * is missing or closed, or the name is taken by something else. Writes nothing. Null: not asked for.
 */
export function assertWritable(path: string | undefined, flag: string): void {
  if (path === undefined) return;
  const folder = dirname(path);
  if (kindOf(folder) !== 'folder') {
    throw refusal(
      path,
      flag,
      `there is no folder ${folder}`,
      'make the folder, or name a file in one that exists',
    );
  }
  const kind = kindOf(path);
  if (kind === 'folder') {
    throw refusal(path, flag, 'this is a folder', 'name a file in it');
  }
  try {
    accessSync(kind === null ? folder : path, constants.W_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw refusal(
      path,
      flag,
      `it may not be written (${code})`,
      'name a file in a folder of yours',
      {
        cause: error,
      },
    );
  }
}

function kindOf(path: string): 'folder' | 'other' | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  return stats.isDirectory() ? 'folder' : 'other';
}

function refusal(
  path: string,
  flag: string,
  reason: string,
  remedy: string,
  options?: ErrorOptions,
): CliError {
  return new CliError(
    {
      exitCode: ExitCode.ENVIRONMENT,
      code: 'FILE_NOT_WRITABLE',
      message: `${path}: ${reason}`,
      where: `${flag} ${path}`,
      remedy,
    },
    options,
  );
}
