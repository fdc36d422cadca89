import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { describeProblem, placeOf } from '#adapters/config/config-error.ts';
import {
  configurationJsonSchema,
  effectiveValues,
  explainedYaml,
} from '#adapters/config/explained-yaml.ts';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { fromFlag, loadChecked, parseOverride } from '#apps/cli/config-options.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { resolveInstruments, resolveSession, syntheticStartPrice } from '#compose/session-setup.ts';
import { checkSetup, type SetupCheck } from '#compose/setup-checks.ts';
import type { PriceUnits } from '#units/integers.ts';

export interface CheckConfigOptions {
  readonly set: readonly string[];
  readonly symbol?: string;
  readonly printSchema?: boolean;
  readonly printEffective?: boolean;
  readonly json?: boolean;
}

interface FileResult {
  readonly file: string;
  readonly hash: string;
  readonly checks: readonly SetupCheck[];
  readonly effective: unknown;
}

/** Validates files, proves what needs the instrument, and explains. Exit 2 when anything is refused. */
export async function runCheckConfig(
  files: readonly string[],
  options: CheckConfigOptions,
): Promise<ExitCode> {
  if (options.printSchema === true) {
    process.stdout.write(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
    return ExitCode.OK;
  }
  const overrides = options.set.map(parseOverride);
  overrides.push(...fromFlag('--symbol', 'symbol', options.symbol));
  const results: FileResult[] = [];
  for (const file of files.length === 0 ? [null] : files) {
    const loaded = loadChecked(file, overrides);
    if (options.printEffective === true) {
      const written: unknown = file === null ? {} : parse(readFileSync(file, 'utf8'));
      process.stdout.write(explainedYaml((written ?? {}) as Record<string, unknown>));
      continue;
    }
    results.push(checkOne(loaded));
  }
  if (options.json === true) writeJson({ ok: true, files: results });
  else for (const result of results) describe(result);
  return ExitCode.OK;
}

function checkOne(loaded: LoadedConfiguration): FileResult {
  const { configuration } = loaded;
  const startPrice = syntheticStartPrice(configuration) ?? (100_000_000 as PriceUnits);
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  const setup = resolveSession(loaded, instruments, startPrice, configuration.feed);
  const checks = checkSetup(loaded, setup);
  const problems = checks.flatMap((check) => (check.problem === null ? [] : [check.problem]));
  const first = problems[0];
  if (first !== undefined) {
    throw new CliError({
      exitCode: ExitCode.USAGE,
      code: 'BAD_CONFIGURATION',
      message: problems.map(describeProblem).join('\n'),
      where: placeOf(first),
      remedy: first.remedy,
    });
  }
  return {
    file: loaded.file,
    hash: loaded.hash,
    checks,
    effective: effectiveValues(configuration),
  };
}

function describe(result: FileResult): void {
  say(`${result.file}: good (${result.hash.slice(0, 12)})`);
  for (const check of result.checks) say(`  proved: ${check.name}: ${check.statement}`);
}
