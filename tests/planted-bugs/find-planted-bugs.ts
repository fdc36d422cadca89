/**
 * Plants one bug after the other in a scratch copy and lets the fault world look for it:
 *
 *   node tests/planted-bugs/find-planted-bugs.ts [--only NAME,NAME] [--seeds 2..9,12] [--hours 0.3]
 *                                                [--markdown FILE] [--json]
 *
 * A bug is found when a run of the copy breaks an invariant, crashes or gets stuck. The copy without
 * any bug must pass the same seeds, or nothing is proven. Exit 1 below the share that must be found.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Finding, markdownOf } from './findings-table.ts';
import type { PlantedBug } from './planted-bug.ts';
import { PLANTED_BUGS } from './planted-bugs.ts';
import { ScratchCopy } from './scratch-copy.ts';

const FOUND_SHARE_MIN = 0.9;
/** A bug may make the program run for ever. */
const TIMEOUT_MILLIS = 300_000;
/** Invariants named for one bug. */
const NAMED_MAX = 4;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '1..9' },
    hours: { type: 'string', default: '0.3' },
    markdown: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Answer {
  readonly outcome?: string;
  readonly violations?: readonly {
    readonly seed: number;
    readonly invariant: number;
    readonly title: string;
  }[];
  readonly hashes?: { readonly commands?: string };
}

/** What a look at one copy brought. */
interface Sight {
  /** What broke first; empty when nothing did. */
  readonly how: string;
  /** Per seed, the hash of all commands: equal where the bug moved nothing. */
  readonly commands: readonly string[];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `2..4,9` as numbers, ascending as written. Throws a RangeError on anything else. */
function seedsOf(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('..').map(Number);
    if (!(from <= to)) throw new RangeError(`not a range of seeds: "${part}"`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

const SEEDS = seedsOf(values.seeds);

/** Runs seed after seed in the copy, up to the first that fails. */
async function lookAt(copy: ScratchCopy): Promise<Sight> {
  const commands: string[] = [];
  for (const seed of SEEDS) {
    const { error, stdout } = await simulate(copy, seed);
    if (stdout === '') return { how: `no answer: ${error?.message.slice(0, 200)}`, commands };
    const answer = JSON.parse(stdout) as Answer;
    commands.push(answer.hashes?.commands ?? '');
    const how = told(answer, seed);
    if (how !== '') return { how, commands };
  }
  return { how: '', commands };
}

function simulate(
  copy: ScratchCopy,
  seed: number,
): Promise<{ readonly error: Error | null; readonly stdout: string }> {
  const program = ['apps/cli/doge-mm.js', 'simulate', '--seed', String(seed)];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...program, '--hours', values.hours, '--json'],
      { cwd: copy.folder, timeout: TIMEOUT_MILLIS, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => resolve({ error, stdout }),
    );
  });
}

/** Too little happened is no finding: a bug must be seen, not merely make the world quiet. */
function told({ outcome, violations = [] }: Answer, seed: number): string {
  if (violations.length === 0) return outcome === 'ok' ? '' : `seed ${seed}: outcome ${outcome}`;
  const names = new Set(violations.map(({ invariant, title }) => `${invariant} ${title}`));
  return `seed ${seed}: ${[...names].slice(0, NAMED_MAX).join(', ')}`;
}

async function look(
  copy: ScratchCopy,
  bug: PlantedBug,
  sound: readonly string[],
): Promise<Finding> {
  const startedAt = performance.now();
  const { how, commands } = await copy.whilePlanted(bug, () => lookAt(copy));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { name, source, does } = bug;
  const movedSeeds = SEEDS.filter((_, index) => commands[index] !== sound[index]).length;
  const finding: Finding = { name, source, does, isFound: how !== '', how, movedSeeds, seconds };
  const what = finding.isFound ? how : `it moved ${movedSeeds} of ${SEEDS.length} seeds`;
  say(`${finding.isFound ? 'found    ' : 'NOT FOUND'} ${name} (${seconds.toFixed(0)} s) ${what}`);
  return finding;
}

/** As many bugs at a time as there are cores, each in a copy of its own. Findings in the order of the list. */
async function lookForAll(
  copies: readonly ScratchCopy[],
  bugs: readonly PlantedBug[],
  sound: readonly string[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const queue = bugs.entries();
  const work = async (copy: ScratchCopy): Promise<void> => {
    for (const [index, bug] of queue) findings[index] = await look(copy, bug, sound);
  };
  await Promise.all(copies.map(work));
  return findings;
}

function report(findings: readonly Finding[]): number {
  const found = findings.filter(({ isFound }) => isFound).length;
  const share = found / findings.length;
  say(`${found} of ${findings.length} found (${(share * 100).toFixed(0)} %)`);
  if (values.markdown !== undefined) {
    writeFileSync(values.markdown, markdownOf(findings, values.seeds, values.hours));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ found, share, findings })}\n`);
  return share >= FOUND_SHARE_MIN ? 0 : 1;
}

async function main(): Promise<number> {
  const { only } = values;
  const bugs = PLANTED_BUGS.filter(
    ({ name }) => only === undefined || only.split(',').some((part) => name.includes(part)),
  );
  if (bugs.length === 0) {
    say(`no planted bug is called like "${only}": ${PLANTED_BUGS.map(({ name }) => name)}`);
    return 2;
  }
  const copies = Array.from({ length: availableParallelism() }, () => new ScratchCopy());
  try {
    const { how, commands } = await lookAt(copies[0] as ScratchCopy);
    if (how === '') return report(await lookForAll(copies, bugs, commands));
    say(`the copy without any bug fails already: ${how}`);
    return 1;
  } finally {
    for (const copy of copies) copy.remove();
  }
}

process.exitCode = await main();
