import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asCliError, CliError, ExitCode } from './cli-error.ts';

/** Folder for a new session: the one asked for, or one named after now, symbol and seed. */
export function newSessionDirectory(
  wanted: string | undefined,
  parent: string,
  name: { readonly world: string; readonly symbol: string; readonly seed: number },
): string {
  if (wanted !== undefined) return wanted;
  const stamp = new Date()
    .toISOString()
    .replaceAll(':', '-')
    .replace(/\.\d+Z$/, 'Z');
  const base = join(parent, `${stamp}-${name.world}-${name.symbol}-seed${name.seed}`);
  let candidate = base;
  for (let attempt = 2; existsSync(candidate); attempt++) candidate = `${base}-${attempt}`;
  return candidate;
}

/** A recorded session by its folder; a path that ends in `latest` means the newest beside it. */
export function findSession(path: string): string {
  if (basename(path) !== 'latest' || existsSync(path)) {
    if (existsSync(path) && statSync(path).isDirectory()) return path;
    throw missing(path, 'there is no such folder');
  }
  const parent = dirname(path);
  if (!existsSync(parent)) throw missing(parent, 'there is no such folder');
  const newest = readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => statSync(folder).isDirectory())
    .sort((left, right) => statSync(right).mtimeMs - statSync(left).mtimeMs)[0];
  if (newest === undefined) throw missing(parent, 'no session has been recorded here');
  return newest;
}

/** Runs what works on a session's folder; an error that does not say where it happened gets the folder. */
export async function inSession<Result>(
  directory: string,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (error) {
    throw asCliError(error, directory);
  }
}

function missing(path: string, reason: string): CliError {
  return new CliError({
    exitCode: ExitCode.ENVIRONMENT,
    code: 'SESSION_MISSING',
    message: `${path}: ${reason}`,
    where: path,
    remedy: 'name the folder of a recorded session; `run` prints it at its end',
  });
}
