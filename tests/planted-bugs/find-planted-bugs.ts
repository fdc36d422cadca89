/**
 * Plants one bug after the other in a scratch copy and lets the fault world look for it:
 *
 *   node tests/planted-bugs/find-planted-bugs.ts [--only NAME] [--seeds 2..9,12] [--hours 0.3]
 *                                                [--markdown FILE] [--json]
 *
 * A bug is found when a run of the copy breaks an invariant, crashes or gets stuck. The copy without
 * any bug must pass the same seeds, or nothing is proven. Exit 1 below the share that must be found.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
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
    seeds: { type: 'string', default: '1..16' },
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
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Runs the seeds in the copy. Resolves with what broke; empty when all is well. */
async function breakage(copy: ScratchCopy): Promise<string> {
  for (const range of values.seeds.split(',')) {
    const broken = await breakageOf(copy, range.includes('..') ? range : `${range}..${range}`);
    if (broken !== '') return broken;
  }
  return '';
}

function breakageOf(copy: ScratchCopy, seeds: string): Promise<string> {
  const program = ['apps/cli/doge-mm.js', 'simulate', '--seeds', seeds];
  const options = ['--hours', values.hours, '--stop-at-first', '--json'];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...program, ...options],
      { cwd: copy.folder, timeout: TIMEOUT_MILLIS, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout) => resolve(told(error, stdout)),
    );
  });
}

function told(error: Error | null, stdout: string): string {
  if (error === null) return '';
  if (stdout === '') return `the program ended without an answer: ${error.message.slice(0, 200)}`;
  const { outcome, violations = [] } = JSON.parse(stdout) as Answer;
  const [first] = violations;
  if (first === undefined) {
    // Too little happened is no finding: a bug must be seen, not merely make the world quiet.
    return outcome === 'ok' || outcome === 'vacuous' ? '' : `outcome ${outcome}`;
  }
  const names = new Set(violations.map(({ invariant, title }) => `${invariant} ${title}`));
  return `seed ${first.seed}: ${[...names].slice(0, NAMED_MAX).join(', ')}`;
}

async function look(copy: ScratchCopy, bug: PlantedBug): Promise<Finding> {
  const startedAt = performance.now();
  const how = await copy.whilePlanted(bug, () => breakage(copy));
  const seconds = (performance.now() - startedAt) / 1_000;
  const { name, source, does } = bug;
  const finding: Finding = { name, source, does, isFound: how !== '', how, seconds };
  say(`${finding.isFound ? 'found    ' : 'NOT FOUND'} ${name} (${seconds.toFixed(0)} s) ${how}`);
  return finding;
}

async function lookForAll(copy: ScratchCopy, bugs: readonly PlantedBug[]): Promise<number> {
  const soundness = await breakage(copy);
  if (soundness !== '') {
    say(`the copy without any bug fails already: ${soundness}`);
    return 1;
  }
  const findings: Finding[] = [];
  for (const bug of bugs) findings.push(await look(copy, bug));
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
  const bugs = PLANTED_BUGS.filter(({ name }) => only === undefined || name.includes(only));
  if (bugs.length === 0) {
    say(`no planted bug is called like "${only}": ${PLANTED_BUGS.map(({ name }) => name)}`);
    return 2;
  }
  const copy = new ScratchCopy();
  try {
    return await lookForAll(copy, bugs);
  } finally {
    copy.remove();
  }
}

process.exitCode = await main();
