import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import type { PlantedBug } from './planted-bug.ts';
import { ScratchCopy } from './scratch-copy.ts';
import { searchIn } from './search.ts';
import type { Round } from './seed-look.ts';

const SECONDS_MAX = 60;
const EVENTS_MAX = 10;
/** Where `simulate --shrink` writes its test, as the others in the project. */
const TEST_FOLDER = 'tests/simulation';

/** How small the fault script of one planted bug became, and whether the test made of it tells. */
export interface ShrinkProof {
  readonly name: string;
  /** What is wrong with it; empty: nothing. */
  readonly problem: string;
  readonly seed: number;
  /** Wall time of `simulate --shrink`, the first run included. */
  readonly seconds: number;
  /** Fault events left. */
  readonly events: number;
  readonly isMinimal: boolean;
  readonly failsWithBug: boolean;
  readonly passesWithout: boolean;
}

interface Answer {
  readonly shrunk: null | {
    readonly windows: number;
    readonly isMinimal: boolean;
    readonly test: string | null;
  };
}

/**
 * Plants each bug in a copy, has `simulate --shrink` cut its first failing seed down there, and runs the
 * test that it wrote on the copy with the bug and on the copy without it.
 */
export async function proveShrinking(
  bugs: readonly PlantedBug[],
  rounds: readonly Round[],
  say: (line: string) => void,
): Promise<readonly ShrinkProof[]> {
  const copy = new ScratchCopy();
  try {
    const proofs: ShrinkProof[] = [];
    for (const bug of bugs) {
      const proof = await proveOne(bug, rounds, copy);
      say(wordsOf(proof));
      proofs.push(proof);
    }
    return proofs;
  } finally {
    copy.remove();
  }
}

async function proveOne(
  bug: PlantedBug,
  rounds: readonly Round[],
  copy: ScratchCopy,
): Promise<ShrinkProof> {
  const nothing = {
    ...{ name: bug.name, seed: 0, seconds: 0, events: 0 },
    ...{ isMinimal: false, failsWithBug: false, passesWithout: false },
  };
  const planted = await copy.whilePlanted(bug, async () => {
    const { failed } = await searchIn(copy, rounds);
    if (failed === null) return null;
    const { seed, hours } = failed;
    const startedAt = performance.now();
    const child = runIn(copy, [
      ...['apps/cli/doge-mm.js', 'simulate', '--seed', String(seed), '--hours', String(hours)],
      ...['--shrink', '--test-dir', TEST_FOLDER, '--json'],
    ]);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { shrunk } = JSON.parse(child.stdout) as Answer;
    if (shrunk === null || shrunk.test === null) return null;
    const failsWithBug = runTest(copy, shrunk.test).status === 1;
    return { seed, seconds, test: shrunk.test, ...factsOf(shrunk), failsWithBug };
  });
  if (planted === null) return { ...nothing, problem: 'no seed failed again with it' };
  const { test, ...facts } = planted;
  const passesWithout = runTest(copy, test).status === 0;
  const proof = { ...nothing, ...facts, passesWithout };
  return { ...proof, problem: problemOf(proof) };
}

function factsOf(shrunk: { readonly windows: number; readonly isMinimal: boolean }): {
  readonly events: number;
  readonly isMinimal: boolean;
} {
  return { events: shrunk.windows, isMinimal: shrunk.isMinimal };
}

function problemOf(proof: Omit<ShrinkProof, 'problem'>): string {
  if (!proof.failsWithBug) return 'its test does not fail with the bug';
  if (!proof.passesWithout) return 'its test does not pass without the bug';
  if (proof.events > EVENTS_MAX) return `more than ${EVENTS_MAX} fault events are left`;
  return proof.seconds > SECONDS_MAX ? `it took more than ${SECONDS_MAX} s` : '';
}

function wordsOf(proof: ShrinkProof): string {
  const { name, seed, seconds, events, isMinimal, problem } = proof;
  const verdict = problem === '' ? 'proven' : `NOT PROVEN (${problem})`;
  const size = `${events} fault event${events === 1 ? '' : 's'}${isMinimal ? ', minimal' : ''}`;
  return (
    `${verdict}: ${name}, seed ${seed}, ${size}, in ${seconds.toFixed(1)} s; the test ` +
    `${proof.failsWithBug ? 'fails' : 'does not fail'} with the bug and ` +
    `${proof.passesWithout ? 'passes' : 'does not pass'} without it`
  );
}

function runTest(copy: ScratchCopy, file: string): SpawnSyncReturns<string> {
  return runIn(copy, ['--test', file]);
}

function runIn(copy: ScratchCopy, args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, {
    cwd: copy.folder,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    // A test that starts tests must not pass for one of its own.
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  });
}
