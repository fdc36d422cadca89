import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type PlantedBug, patchesOf } from './planted-bug.ts';
import type { Sight } from './search.ts';

/** A search that is over. */
export interface KeptSight {
  readonly key: string;
  readonly sight: Sight;
  readonly wallSeconds: number;
}

/** Names a search by what it depends on besides the program: the patch; `sound` for none. */
export function searchKey(bug: PlantedBug | null): string {
  if (bug === null) return 'sound';
  const patches = patchesOf(bug).map(({ file, sound, broken }) => [file, sound, broken]);
  const hash = createHash('sha256').update(JSON.stringify(patches));
  return `${bug.name} ${hash.digest('hex').slice(0, 16)}`;
}

/**
 * Searches that are over, one JSON line each, so that a long one can be stopped and go on. The first
 * line says of which program and which seeds: a file of others is begun anew.
 */
export class SightFile {
  private readonly file: string | null;
  private readonly kept = new Map<string, KeptSight>();

  /** `file` null: nothing is kept. */
  constructor(file: string | null, identity: string) {
    this.file = file;
    if (file === null) return;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (lines[0] !== identity) {
      writeFileSync(file, `${identity}\n`);
      return;
    }
    // The last piece is empty, or was not finished: that search is made again.
    for (const line of lines.slice(1, -1)) {
      const one = JSON.parse(line) as KeptSight;
      this.kept.set(one.key, one);
    }
    writeFileSync(file, `${[...lines.slice(0, -1)].join('\n')}\n`);
  }

  find(key: string): KeptSight | null {
    return this.kept.get(key) ?? null;
  }

  add(one: KeptSight): void {
    if (this.file !== null) appendFileSync(this.file, `${JSON.stringify(one)}\n`);
  }
}
