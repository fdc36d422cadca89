/**
 * Plants one bug after the other in a scratch copy and lets the fault world look for it:
 *
 *   npm run planted-bugs -- [--only NAME,NAME] [--seeds 1..10] [--hours 0.3,1] [--resume FILE]
 *                           [--write-doc] [--json]
 *   npm run planted-bugs -- --shrink NAME,NAME
 *
 * A bug is found when a run of the copy breaks a promise. All are looked for in the same seeds, first
 * in short runs, then in longer ones. The program without any bug must pass all of them, or nothing is
 * proven. Exit 0: nine in ten were found. 1: fewer were, a bug does not fit, or the sound program
 * fails. 2: wrong usage.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documentOf } from './findings-document.ts';
import { shareOf, tableOf } from './findings-table.ts';
import { LATER_BUGS } from './later-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { BUG_AREAS, PLANTED_BUGS } from './planted-bugs.ts';
import { programHash, ROOT } from './scratch-copy.ts';
import type { Round } from './seed-look.ts';
import { proveShrinking } from './shrink-proof.ts';
import { SightFile } from './sight-file.ts';
import { sweep } from './sweep.ts';

const DOCUMENT = 'docs/reference/planted-bugs.md';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seeds: { type: 'string', default: '1..10' },
    hours: { type: 'string', default: '0.3,1' },
    resume: { type: 'string' },
    'write-doc': { type: 'boolean', default: false },
    shrink: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `2..4,9` as numbers, in the order as written. Throws a RangeError on anything else. */
function seedsOf(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const [from = Number.NaN, to = from] = part.split('..').map(Number);
    if (!(from <= to)) throw new RangeError(`not a range of seeds: "${part}"`);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}

function roundsOf(seeds: string, hours: string): readonly Round[] {
  return hours.split(',').map((part) => {
    const length = Number(part);
    if (!(length > 0)) throw new RangeError(`not a number of hours: "${part}"`);
    return { seeds: seedsOf(seeds), hours: length };
  });
}

/** Bugs whose names contain one of the parts. */
function bugsNamed(parts: string | undefined): readonly PlantedBug[] {
  return PLANTED_BUGS.filter(
    ({ name }) => parts === undefined || parts.split(',').some((part) => name.includes(part)),
  );
}

async function find(bugs: readonly PlantedBug[], rounds: readonly Round[]): Promise<number> {
  const startedAt = performance.now();
  const identity = JSON.stringify({ program: programHash(), rounds });
  const { findings, soundFailure } = await sweep({
    bugs,
    rounds,
    kept: new SightFile(values.resume ?? null, identity),
    say,
  });
  if (soundFailure !== '') {
    say(`nothing is proven: the program without any bug fails already: ${soundFailure}`);
    return 1;
  }
  const share = shareOf(findings);
  const wallSeconds = (performance.now() - startedAt) / 1_000;
  if (values.json) {
    const result = { ...share, wallSeconds, rounds, findings, notCounted: LATER_BUGS };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  } else {
    process.stdout.write(`${tableOf(findings, LATER_BUGS)}\n`);
    say(`in ${Math.round(wallSeconds)} s`);
  }
  if (values['write-doc']) {
    writeFileSync(join(ROOT, DOCUMENT), documentOf(findings, BUG_AREAS, LATER_BUGS, rounds));
    say(`written: ${DOCUMENT}`);
  }
  return share.isEnough ? 0 : 1;
}

async function main(): Promise<number> {
  const rounds = roundsOf(values.seeds, values.hours);
  const bugs = bugsNamed(values.shrink ?? values.only);
  if (bugs.length === 0) {
    say(`no planted bug is called like that; there are: ${PLANTED_BUGS.map(({ name }) => name)}`);
    return 2;
  }
  if (values['write-doc'] && bugs.length < PLANTED_BUGS.length) {
    say('the document tells of all bugs: --write-doc goes without --only');
    return 2;
  }
  if (values.shrink === undefined) return find(bugs, rounds);
  const proofs = await proveShrinking(bugs, rounds, say);
  return proofs.every(({ problem }) => problem === '') ? 0 : 1;
}

process.exitCode = await main();
