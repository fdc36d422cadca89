import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** New files that a program may read; results and notes beside them are no part of it. */
const SOURCE = /\.(ts|js|json|ya?ml)$/;

/**
 * Version and commit of this program, like "0.1.0+1a2b3c4", and a hash of what was changed since, like
 * "0.1.0+1a2b3c4.changed-5d6e7f8a". Without git the version alone.
 */
export function buildInfo(): string {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    version: string;
  };
  const commit = readCommit();
  return commit === null ? version : `${version}+${commit}${readChanges()}`;
}

/** Null outside a clone, or on a machine without git: the version is then all there is to say. */
function readCommit(): string | null {
  try {
    return git(['rev-parse', '--short=12', 'HEAD']).trim();
  } catch {
    return null;
  }
}

/** A hash of all edits and new files that are not committed; empty when there are none. */
function readChanges(): string {
  const diff = git(['diff', 'HEAD', '--binary']);
  const files = git(['ls-files', '--others', '--exclude-standard', '-z']).split('\0');
  const sources = files.filter((file) => SOURCE.test(file));
  if (diff === '' && sources.length === 0) return '';
  const hash = createHash('sha256').update(diff);
  for (const file of sources) hash.update(`\0${file}\0`).update(readFileSync(`${ROOT}${file}`));
  return `.changed-${hash.digest('hex').slice(0, 12)}`;
}

function git(words: readonly string[]): string {
  return execFileSync('git', ['-C', ROOT, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 256 * 1024 * 1024,
  });
}
