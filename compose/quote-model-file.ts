import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sha256OfFile } from '#adapters/config/model-source.ts';
import type { PricingModelName } from '#contracts/configuration/pricing-configuration.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import { GuardedModel, probeModel } from './guarded-model.ts';

const REMEDY_BY_CODE = {
  BAD_MODEL_FILE:
    'Export `createModel(): QuoteModel` from one TypeScript file; research/models/example-model.ts shows how',
  MODEL_MISSING:
    'Start in the folder the path begins at: the one the session was started in, or the one of its configuration file',
  MODEL_CHANGED:
    'Bring the file back as it was when the session was recorded; what it does now proves nothing about then',
} as const;

/** A user's model file cannot be used; `message` says why. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly code: keyof typeof REMEDY_BY_CODE;
  readonly where: string;
  readonly remedy: string;

  constructor(
    reason: string,
    place: ErrorOptions & { readonly file: string },
    code: keyof typeof REMEDY_BY_CODE = 'BAD_MODEL_FILE',
  ) {
    super(`${place.file}: ${reason}`, place);
    this.code = code;
    this.where = place.file;
    this.remedy = REMEDY_BY_CODE[code];
  }
}

/**
 * Loads a user's own pricing model; null when the configuration does not ask for one. A relative path
 * starts at the current folder. `recordedSha256` is the hash of the file's content that a session was
 * begun with, "" when there is none to compare with: another content is refused (MODEL_CHANGED).
 *
 * The model is asked for a few quotes first, and is guarded afterwards: see GuardedModel. Throws
 * ModelFileError.
 */
export async function loadQuoteModel(
  file: string,
  model: PricingModelName,
  recordedSha256 = '',
): Promise<QuoteModel | null> {
  if (model !== 'user') return null;
  if (recordedSha256 !== '') assertUnchanged(file, recordedSha256);
  let loaded: { createModel?: unknown };
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as { createModel?: unknown };
  } catch (error) {
    throw new ModelFileError(`cannot be loaded (${messageOf(error)})`, { file, cause: error });
  }
  if (typeof loaded.createModel !== 'function') {
    throw new ModelFileError('does not export a function createModel', { file });
  }
  const createModel = loaded.createModel as () => unknown;
  const made = make(createModel, file);
  // On a model of its own: the one that trades starts without any memory.
  probe(make(createModel, file), file);
  return new GuardedModel(made, file);
}

function assertUnchanged(file: string, recordedSha256: string): void {
  let sha256: string;
  try {
    sha256 = sha256OfFile(resolve(file));
  } catch (error) {
    throw new ModelFileError(
      `the model of the session cannot be read from ${process.cwd()} (${messageOf(error)})`,
      { file, cause: error },
      'MODEL_MISSING',
    );
  }
  if (sha256 === recordedSha256) return;
  throw new ModelFileError(
    `the model file changed since the session began: SHA-256 was ${recordedSha256}, is ${sha256}`,
    { file },
    'MODEL_CHANGED',
  );
}

function make(createModel: () => unknown, file: string): QuoteModel {
  let made: unknown;
  try {
    made = createModel();
  } catch (error) {
    throw new ModelFileError(`createModel() failed (${messageOf(error)})`, { file, cause: error });
  }
  if (typeof made !== 'object' || made === null) {
    throw new ModelFileError('createModel() returned no object', { file });
  }
  for (const method of ['quote', 'writeState', 'readState'] as const) {
    if (typeof (made as Partial<QuoteModel>)[method] !== 'function') {
      throw new ModelFileError(`createModel() returned an object without ${method}()`, { file });
    }
  }
  return made as QuoteModel;
}

function probe(model: QuoteModel, file: string): void {
  try {
    probeModel(model, file);
  } catch (error) {
    const reason = messageOf(error).replace(`${file}: `, '');
    throw new ModelFileError(`a trial of the model failed: ${reason}`, { file, cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
