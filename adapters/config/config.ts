import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import {
  type Configuration,
  configurationSchema,
  PROFILE_NAMES,
  type ProfileName,
} from './configuration-schema.ts';
import { crossChecks } from './cross-checks.ts';
import { relationProblems } from './key-relations.ts';
import { type ModelSource, readModelSource } from './model-source.ts';
import { pricingSection } from './pricing-section.ts';
import { profilePricing } from './profiles.ts';
import { type Override, YamlDocument } from './yaml-document.ts';

export interface LoadOptions {
  /** Path of the YAML file, or null for defaults only. */
  readonly file: string | null;
  readonly overrides: readonly Override[];
}

/** A configuration that passed every check, with where it came from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  readonly file: string;
  /**
   * SHA-256 over the canonical JSON of all values, and over the content of the user's model where one
   * is used: equal values and model, equal hash.
   */
  readonly hash: string;
  /** The user's own model, or null when `pricing.model` is a built-in one. */
  readonly model: ModelSource | null;
  /** Builds a problem at a key of the file, for checks that need more than the file. */
  problemAt(path: string, reason: string, remedy: string): ConfigProblem;
}

/**
 * Reads, validates and cross-checks a configuration. Order of precedence: `--set`, the file, the
 * profile, the defaults. Throws ConfigError with every problem found.
 */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const file = options.file ?? 'defaults';
  const document = new YamlDocument(options.file === null ? '' : readText(options.file), file);
  document.override(options.overrides);
  let parsed = configurationSchema.safeParse(withProfile(document.toObject()));
  if (!parsed.success && document.adoptDecimalTexts(parsed.error)) {
    parsed = configurationSchema.safeParse(withProfile(document.toObject()));
  }
  if (!parsed.success) throw new ConfigError(document.problems(parsed.error));
  const configuration = parsed.data;
  const found = [...crossChecks(configuration), ...relationProblems(configuration)];
  const problems = found.map(({ path, reason, remedy }) =>
    document.problemAt(path, reason, remedy),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  const model = findModel(configuration, options.file, document);
  const hash = createHash('sha256').update(canonicalJson(configuration));
  if (model !== null) hash.update(model.sha256);
  return {
    configuration,
    file,
    hash: hash.digest('hex'),
    model,
    problemAt: (path, reason, remedy) => document.problemAt(path, reason, remedy),
  };
}

/** The model file a configuration asks for. Throws ConfigError when it cannot be read. */
function findModel(
  { pricing, modelFile }: Configuration,
  file: string | null,
  document: YamlDocument,
): ModelSource | null {
  if (pricing['model'] !== 'user') return null;
  const base = document.isOverridden('modelFile') ? null : file;
  try {
    return readModelSource(modelFile, base);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const problem = document.problemAt(
      'modelFile',
      `the model file "${modelFile}" cannot be read (${code})`,
      base === null
        ? 'Check the path: it starts at the current folder'
        : 'Check the path: it starts at the folder of this configuration file',
    );
    throw new ConfigError([problem], { cause: error });
  }
}

/** Puts the pricing defaults of the profile below what the file says. */
function withProfile(written: Record<string, unknown>): Record<string, unknown> {
  const named = written['profile'] ?? 'floor';
  if (!PROFILE_NAMES.includes(named as ProfileName)) return written;
  const pricing = written['pricing'] ?? {};
  if (typeof pricing !== 'object' || pricing === null || Array.isArray(pricing)) return written;
  return { ...written, pricing: { ...profileDefaults(named as ProfileName), ...pricing } };
}

/** The pricing keys a profile sets, as YAML values: those that differ from the general defaults. */
export function profileDefaults(profile: ProfileName): Record<string, string | number | boolean> {
  const general = pricingSection.written(DEFAULT_PRICING_CONFIGURATION);
  const own = pricingSection.written(profilePricing(profile));
  return Object.fromEntries(Object.entries(own).filter(([name, value]) => general[name] !== value));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(
      [
        {
          file,
          line: 0,
          column: 0,
          path: '',
          reason: `the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`,
          remedy: 'Check the path given with --config',
        },
      ],
      { cause: error },
    );
  }
}

/** JSON with sorted keys, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const sorted: Record<string, unknown> = {};
    for (const name of Object.keys(inner).sort())
      sorted[name] = (inner as Record<string, unknown>)[name];
    return sorted;
  });
}
