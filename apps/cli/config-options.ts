import { type LoadedConfiguration, loadConfiguration } from '#adapters/config/config.ts';
import { ConfigError, describeProblem, placeOf } from '#adapters/config/config-error.ts';
import type { Override } from '#adapters/config/yaml-document.ts';
import { CliError, ExitCode, usageError } from './cli-error.ts';

/** Options shared by all commands that take a configuration. */
export interface ConfigOptions {
  readonly config?: string;
  readonly set?: readonly string[];
  readonly symbol?: string;
  readonly profile?: string;
  readonly seed?: string;
  readonly feed?: string;
  readonly port?: string;
  readonly json?: boolean;
}

/** Loads the configuration of a command; flags win over `--set`, `--set` over the file. */
export function loadFromOptions(options: ConfigOptions): LoadedConfiguration {
  const overrides = (options.set ?? []).map(parseOverride);
  const { symbol, profile, seed, feed, port } = options;
  overrides.push(...fromFlag('--symbol', 'symbol', symbol));
  overrides.push(...fromFlag('--profile', 'profile', profile));
  overrides.push(...fromFlag('--seed', 'seed', seed));
  overrides.push(...fromFlag('--feed', 'feed', feed && JSON.stringify(feed)));
  overrides.push(...fromFlag('--port', 'dashboard.port', port));
  return loadChecked(options.config ?? null, overrides);
}

/** The override of a flag with a name of its own; none when the flag was not given. */
export function fromFlag(flag: string, path: string, value: string | undefined): Override[] {
  return value === undefined ? [] : [{ path, value, flag }];
}

/** Loads a configuration; a refused one becomes exit code 2 with every problem in the message. */
export function loadChecked(
  file: string | null,
  overrides: readonly Override[],
): LoadedConfiguration {
  try {
    return loadConfiguration({ file, overrides });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const first = error.problems[0];
    // A file it names may be unreadable as well: then a key is wrong, not the file.
    const isWholeFile = first?.file === file && first.path === '';
    const isUnreadable = isWholeFile && isSystemError(error.cause);
    throw new CliError(
      {
        exitCode: isUnreadable ? ExitCode.ENVIRONMENT : ExitCode.USAGE,
        code: isUnreadable ? 'FILE_NOT_READABLE' : error.code,
        message: error.problems.map(describeProblem).join('\n'),
        where: first === undefined ? (file ?? 'defaults') : placeOf(first),
        remedy: first?.remedy ?? 'mend the configuration',
      },
      { cause: error },
    );
  }
}

/** The file could not be read, as opposed to: its content was refused. */
function isSystemError(cause: unknown): boolean {
  return cause instanceof Error && 'syscall' in cause;
}

export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  if (at <= 0) {
    throw usageError(
      `--set wants path=value, got "${text}"`,
      '--set',
      'write it like --set limits.maxOpenOrders=10',
    );
  }
  return { path: text.slice(0, at), value: text.slice(at + 1) };
}
