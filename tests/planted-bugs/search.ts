import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { SimulationOutcome } from '#compose/simulation-result.ts';
import type { ScratchCopy } from './scratch-copy.ts';
import type { Round, SeedLook } from './seed-look.ts';

/** What a search in one copy came to. */
export interface Sight {
  /** Every seed that was run, the failing one last. */
  readonly looks: readonly SeedLook[];
  /** The seed that failed; null: none did. */
  readonly failed: SeedLook | null;
  /** Why the copy gave no answer at all; empty when it did. */
  readonly trouble: string;
}

/** A bug may make the program run for ever: no seed takes so long. */
const SILENCE_MILLIS = 240_000;
const WORDS_MAX = 400;

/** Runs the rounds one after the other in the copy, up to the first seed that fails. `hasSockets`: with the connectors in between. */
export async function searchIn(
  copy: ScratchCopy,
  rounds: readonly Round[],
  hasSockets = false,
): Promise<Sight> {
  const looks: SeedLook[] = [];
  for (const round of rounds) {
    const trouble = await runRound(copy, { ...round, hasSockets }, (look) => looks.push(look));
    const failed = looks.find(({ outcome }) => outcome !== SimulationOutcome.OK) ?? null;
    if (failed !== null || trouble !== '') return { looks, failed, trouble };
  }
  return { looks, failed: null, trouble: '' };
}

/** Returns why the program ended otherwise than it should; empty when it did not. */
function runRound(
  copy: ScratchCopy,
  { seeds, hours, hasSockets }: Round & { readonly hasSockets: boolean },
  onLook: (look: SeedLook) => void,
): Promise<string> {
  const child = spawn(
    process.execPath,
    [
      'tests/planted-bugs/look-in-copy.ts',
      ...(hasSockets ? ['--sockets'] : []),
      ...[hours, ...seeds].map(String),
    ],
    { cwd: copy.folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let isSilent = false;
  const giveUp = (): void => {
    isSilent = true;
    child.kill('SIGKILL');
  };
  let watchdog = setTimeout(giveUp, SILENCE_MILLIS);
  createInterface({ input: child.stdout }).on('line', (line) => {
    clearTimeout(watchdog);
    watchdog = setTimeout(giveUp, SILENCE_MILLIS);
    onLook(JSON.parse(line) as SeedLook);
  });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(0, WORDS_MAX);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(watchdog);
      if (isSilent) resolve(`no seed came to an end in ${SILENCE_MILLIS / 1_000} s`);
      else resolve(code === 0 ? '' : `the program ended with ${code}: ${words}`);
    });
  });
}
