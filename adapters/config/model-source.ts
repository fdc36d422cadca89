import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';

/** The file of a user's own pricing model: where it lies, and what it held when the session began. */
export interface ModelSource {
  /** Absolute; for loading it, never for the journal. */
  readonly path: string;
  /**
   * For the journal: the path as seen from the folder the program runs in, or as configured when it
   * lies elsewhere. Names no home folder unless the configuration does.
   */
  readonly name: string;
  /** SHA-256 of its content. Files it imports are not part of it. */
  readonly sha256: string;
}

/**
 * Finds and reads a model file. A relative path starts at the folder of `configurationFile`, or at
 * the current folder when that is null (`--set`). Throws the system's error when it cannot be read.
 */
export function readModelSource(modelFile: string, configurationFile: string | null): ModelSource {
  const base = configurationFile === null ? '.' : dirname(configurationFile);
  const path = resolve(base, modelFile);
  const seen = relative(process.cwd(), path);
  const isInside = !isAbsolute(seen) && seen !== '..' && !seen.startsWith(`..${sep}`);
  const name = isInside ? seen.replaceAll(sep, '/') : modelFile;
  return { path, name, sha256: sha256OfFile(path) };
}

/** SHA-256 of a file's content, hexadecimal. Throws the system's error when it cannot be read. */
export function sha256OfFile(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
