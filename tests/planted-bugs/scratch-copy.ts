import { execFileSync } from 'node:child_process';
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
import type { PlantedBug } from './planted-bug.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The text with the bug in it. Throws when the sound text is not there exactly once. */
export function withBug(bug: PlantedBug, text: string): string {
  const parts = text.split(bug.sound);
  if (parts.length === 2) return parts.join(bug.broken);
  throw new Error(
    `${bug.name}: its sound text stands ${parts.length - 1} times in ${bug.file}, not once: adapt the bug`,
  );
}

/** A copy of the project in a temporary folder, in which bugs are planted one after the other. */
export class ScratchCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'planted-bugs-'));

  constructor() {
    // What stands in the work tree, committed or not, without what is ignored.
    const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
      cwd: ROOT,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    for (const name of list.split('\0').filter((one) => one !== '' && one !== 'node_modules')) {
      const target = join(this.folder, name);
      mkdirSync(dirname(target), { recursive: true });
      cpSync(join(ROOT, name), target);
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), 'dir');
  }

  /** Puts one bug in, lets `work` happen, and takes it out again. */
  async whilePlanted<Result>(bug: PlantedBug, work: () => Promise<Result>): Promise<Result> {
    const path = join(this.folder, bug.file);
    const sound = readFileSync(path, 'utf8');
    writeFileSync(path, withBug(bug, sound));
    try {
      return await work();
    } finally {
      writeFileSync(path, sound);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
