import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Patch, type PlantedBug, patchesOf } from './planted-bug.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What decides a run of the fault world. */
const PROGRAM = ['engine', 'adapters', 'simulation', 'compose', 'package.json'];

/** The text with the patch in it. Throws when the sound text is not there exactly once. */
export function patched({ file, sound, broken }: Patch, text: string): string {
  const parts = text.split(sound);
  if (parts.length === 2) return parts.join(broken);
  throw new Error(
    `a sound text stands ${parts.length - 1} times in ${file}, not once: adapt the bug: ${sound}`,
  );
}

/** Hash of all of the program, committed or not. */
export function programHash(): string {
  const hash = createHash('sha256');
  for (const name of filesIn(PROGRAM)) hash.update(name).update(readFileSync(join(ROOT, name)));
  return hash.digest('hex');
}

/** A copy of the project in a temporary folder, in which bugs are planted one after the other. */
export class ScratchCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'planted-bugs-'));

  constructor() {
    for (const name of filesIn([])) {
      const target = join(this.folder, name);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(ROOT, name), target);
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'dir');
  }

  /** Puts the bug in, lets `work` happen, and takes it out again. Null: the sound program. */
  async whilePlanted<Result>(bug: PlantedBug | null, work: () => Promise<Result>): Promise<Result> {
    if (bug === null) return work();
    const sound = new Map<string, string>();
    const broken = new Map<string, string>();
    for (const patch of patchesOf(bug)) {
      const { file } = patch;
      const text = broken.get(file) ?? readFileSync(join(this.folder, file), 'utf8');
      if (!sound.has(file)) sound.set(file, text);
      broken.set(file, patched(patch, text));
    }
    this.write(broken);
    try {
      return await work();
    } finally {
      this.write(sound);
    }
  }

  private write(texts: ReadonlyMap<string, string>): void {
    for (const [file, text] of texts) writeFileSync(join(this.folder, file), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What stands in the work tree under these places, committed or not, without what is ignored. */
function filesIn(places: readonly string[]): string[] {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', ...places], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return list.split('\0').filter((name) => name !== '' && name !== 'node_modules');
}
