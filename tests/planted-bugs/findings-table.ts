import { type Finding, Verdict } from './finding.ts';
import type { LaterBug } from './planted-bug.ts';

/** Of the bugs that can be planted, so many must be found. */
const FOUND_SHARE_MIN = 0.9;

export interface Share {
  readonly found: number;
  readonly total: number;
  readonly share: number;
  /** Bugs with which the program merely does not run: they prove nothing and must be adapted. */
  readonly unfit: number;
  readonly isEnough: boolean;
}

export function shareOf(findings: readonly Finding[]): Share {
  const found = findings.filter(({ verdict }) => verdict === Verdict.FOUND).length;
  const unfit = findings.filter(({ verdict }) => verdict === Verdict.UNFIT).length;
  const total = findings.length;
  const share = found / total;
  return { found, total, share, unfit, isEnough: share >= FOUND_SHARE_MIN && unfit === 0 };
}

/** The share in one sentence. */
export function shareWords(findings: readonly Finding[]): string {
  const { found, total, share, unfit } = shareOf(findings);
  const broken = unfit === 0 ? '' : `; ${unfit} do not fit and must be adapted`;
  return `${found} of ${total} found (${(share * 100).toFixed(1)} %)${broken}`;
}

/** Where and how one bug showed itself, in words. */
export function whereFound(finding: Finding): string {
  const { verdict, how, seed, hours, marketSeconds, movedSeeds, lookedSeeds } = finding;
  if (verdict === Verdict.MISSED) {
    return `NOT FOUND; it changed something in ${movedSeeds} of ${lookedSeeds} runs`;
  }
  if (verdict === Verdict.UNFIT) return `UNFIT: ${how} ${finding.detail.slice(0, 80)}`;
  return `${how}; seed ${seed} of ${hours} h after ${Math.round(marketSeconds)} s`;
}

/** All findings for a terminal, ending with the share. */
export function tableOf(findings: readonly Finding[], later: readonly LaterBug[]): string {
  const head = ['bug', 'real bug', 'file', 'found by', 'search'];
  const rows = findings.map((one) => [
    one.name,
    one.source,
    one.file,
    whereFound(one),
    `${one.wallSeconds.toFixed(0)} s`,
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = [head, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notCounted = later.map(({ name, source, why }) => `  ${name} (${source}): ${why}`);
  return [
    ...lines,
    '',
    'not counted, because what they would break is not there yet:',
    ...notCounted,
    '',
    shareWords(findings),
  ].join('\n');
}
