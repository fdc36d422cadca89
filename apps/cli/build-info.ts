import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Version and commit of this program, like "0.1.0+1a2b3c4". Without git the version alone. */
export function buildInfo(): string {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
    version: string;
  };
  const commit = readCommit();
  return commit === null ? version : `${version}+${commit}`;
}

/** Null outside a clone, or on a machine without git: the version is then all there is to say. */
function readCommit(): string | null {
  try {
    const output = execFileSync('git', ['-C', ROOT, 'rev-parse', '--short=12', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.trim();
  } catch {
    return null;
  }
}
