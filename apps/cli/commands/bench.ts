import { readFileSync } from 'node:fs';
import { buildInfo } from '#apps/cli/build-info.ts';
import { CliError, ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { type BenchResult, benchRowNames, runBenches } from '#bench/bench.ts';
import { compareResults } from '#bench/compare.ts';
import { describeBench } from '#bench/report.ts';

export interface BenchCommandOptions {
  readonly only?: string;
  readonly long?: boolean;
  readonly compare?: string;
  readonly json?: boolean;
}

/** `bench`: measures; exit 1 when a suite gave no numbers. */
export async function runBench(options: BenchCommandOptions): Promise<ExitCode> {
  const only = options.only ?? null;
  const names = benchRowNames();
  if (only !== null && !names.some((name) => name.startsWith(only))) {
    throw usageError(`no row starts with "${only}"`, '--only', `one of: ${names.join(', ')}`);
  }
  const earlier = options.compare === undefined ? null : readResult(options.compare);
  const result = await runBenches({
    only,
    withLong: options.long === true,
    build: buildInfo(),
    onSuite: (name, index, count) => say(`[${index + 1}/${count}] ${name}`),
  });
  if (options.json === true) {
    writeJson(earlier === null ? result : { ...result, compared: compareResults(result, earlier) });
  } else for (const line of describeBench(result, earlier)) process.stdout.write(`${line}\n`);
  return result.failures.length === 0 ? ExitCode.OK : ExitCode.FOUND_BAD;
}

/** An earlier `bench --json`. */
function readResult(file: string): BenchResult {
  const text = readFileSync(file, 'utf8');
  try {
    const result = JSON.parse(text) as Partial<BenchResult>;
    if (Array.isArray(result.rows)) return result as BenchResult;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new CliError({
    exitCode: ExitCode.USAGE,
    code: 'BAD_BENCH_FILE',
    message: `${file} is no result of the bench`,
    where: file,
    remedy: 'make one with doge-mm bench --json > result.json',
  });
}
