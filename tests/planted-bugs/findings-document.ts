import { type Finding, Verdict } from './finding.ts';
import { shareWords } from './findings-table.ts';
import type { LaterBug } from './planted-bug.ts';
import type { BugArea } from './planted-bugs.ts';
import type { Round } from './seed-look.ts';

/** The findings as a page of the reference. */
export function documentOf(
  findings: readonly Finding[],
  areas: readonly BugArea[],
  later: readonly LaterBug[],
  rounds: readonly Round[],
): string {
  const byName = new Map(findings.map((finding) => [finding.name, finding]));
  const sections = areas.flatMap(({ title, bugs }) => {
    const found = bugs.flatMap(({ name }) => byName.get(name) ?? []);
    return [`## ${title}`, '', ...HEAD, ...found.map(rowOf), ''];
  });
  const missed = findings.filter(({ verdict }) => verdict !== Verdict.FOUND);
  return [
    '# Planted bugs',
    '',
    '> Written by `npm run planted-bugs -- --write-doc`; do not edit.',
    '',
    `**${shareWords(findings)}.** Each bug below was planted alone in a copy of the product, and the fault world looked for it: ${roundWords(rounds)},`,
    'up to the first seed in which a promise broke. The program without any bug breaks none in all of these seeds. What each promise is, by number:',
    '[fault simulation](../guides/fault-simulation.md#promises). A bug with which the program merely does not run would not count.',
    '',
    'How to read a row: what the bug does · threads about a real one in other trading software · which file it is planted in · which promise broke first, in which seed, after how much market time.',
    'A bug that a second line of defence would hide is planted in both. `own` is a slip that needs no example.',
    '',
    ...missedWords(missed),
    ...sections,
    '## Not counted',
    '',
    'Bugs of others whose place does not exist yet:',
    '',
    '| bug | real bug | why not yet |',
    '|---|---|---|',
    ...later.map(({ name, source, why }) => `| ${name} | ${source} | ${why} |`),
    '',
  ].join('\n');
}

const HEAD = ['| bug | what it does | real bug | planted in | found by |', '|---|---|---|---|---|'];

function rowOf(finding: Finding): string {
  const { name, does, source, file } = finding;
  return `| ${name} | ${does} | ${source} | \`${file}\` | ${foundBy(finding)} |`;
}

function foundBy({ verdict, how, detail, seed, hours, marketSeconds, ...rest }: Finding): string {
  if (verdict === Verdict.MISSED) {
    return `**not found**; it changed something in ${rest.movedSeeds} of ${rest.lookedSeeds} runs`;
  }
  if (verdict === Verdict.UNFIT) return '**unfit**: the program does not run with it';
  const thrown = how.startsWith('0 ') ? `: ${firstWords(detail)}` : '';
  return `${how}${thrown}; seed ${seed} of ${hours} h after ${Math.round(marketSeconds)} s`;
}

/** What the program threw, without where. */
function firstWords(detail: string): string {
  const line = detail.split('\n')[0] ?? '';
  return line.replaceAll('|', '/').slice(0, 90);
}

function roundWords(rounds: readonly Round[]): string {
  return rounds
    .map(({ seeds, hours }) => `seeds ${seeds[0]} to ${seeds.at(-1)} of ${hours} h`)
    .join(', then ');
}

function missedWords(missed: readonly Finding[]): readonly string[] {
  if (missed.length === 0) return [];
  return [`Not found: ${missed.map(({ name }) => name).join(', ')}.`, ''];
}
