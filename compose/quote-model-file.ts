import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PricingModelName } from '#contracts/configuration/pricing-configuration.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';

/** A user's model file cannot be used; `message` says why. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly code = 'BAD_MODEL_FILE';
  readonly where: string;
  readonly remedy =
    'Export `createModel(): QuoteModel` from one TypeScript file; research/models/example-model.ts shows how';

  constructor(reason: string, place: ErrorOptions & { readonly file: string }) {
    super(`${place.file}: ${reason}`, place);
    this.where = place.file;
  }
}

/** Loads a user's own pricing model; null when the configuration does not ask for one. */
export async function loadQuoteModel(
  file: string,
  model: PricingModelName,
): Promise<QuoteModel | null> {
  if (model !== 'user') return null;
  let loaded: { createModel?: unknown };
  try {
    loaded = (await import(pathToFileURL(resolve(file)).href)) as { createModel?: unknown };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(`cannot be loaded (${reason})`, { file, cause: error });
  }
  if (typeof loaded.createModel !== 'function') {
    throw new ModelFileError('does not export a function createModel', { file });
  }
  const made = make(loaded.createModel as () => unknown, file);
  for (const method of ['quote', 'writeState', 'readState'] as const) {
    if (typeof made[method] !== 'function') {
      throw new ModelFileError(`createModel() returned an object without ${method}()`, { file });
    }
  }
  return made as QuoteModel;
}

function make(createModel: () => unknown, file: string): Partial<QuoteModel> {
  let made: unknown;
  try {
    made = createModel();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ModelFileError(`createModel() failed (${reason})`, { file, cause: error });
  }
  if (typeof made !== 'object' || made === null) {
    throw new ModelFileError('createModel() returned no object', { file });
  }
  return made;
}
