import type { BenchResult } from './bench.ts';
import { type ComparedRow, compareResults } from './compare.ts';
import { type BenchRow, besidesOf, type Comparison } from './row.ts';

const COLUMNS = [
  'row',
  'unit',
  'median',
  'by CPU',
  'p99',
  'min',
  'max',
  'spread',
  'runs',
  'B/op',
  'gc',
  'beside it',
] as const;
const COMPARED_COLUMNS = [
  'row',
  'unit',
  'before',
  'now',
  'now/before',
  'noise',
  'verdict',
] as const;

/**
 * The table and what one must know about the machine, as lines for people; with an `earlier` result
 * a second table of what changed.
 */
export function describeBench(result: BenchResult, earlier: BenchResult | null): string[] {
  const { before, after } = result.noise;
  return [
    `${result.machine}, Node ${result.node}, ${result.build}`,
    ...layOut([[...COLUMNS], ...result.rows.map(cells)]),
    '',
    ...(earlier === null ? [] : [...describeComparedRows(result, earlier), '']),
    ...result.rows.filter(({ note }) => note !== '').map(({ name, note }) => `${name}: ${note}`),
    '',
    `busy loop before and after: ${before.longGapsPerSecond} and ${after.longGapsPerSecond} gaps above 1 ms a second, ${percent(before.lostShare)} and ${percent(after.lostShare)} of the time lost`,
    ...(result.isNoisy
      ? ['! the machine was too noisy: read ratios, do not compare numbers; run it again alone']
      : []),
    ...(result.noisySuites.length > 0
      ? [`! noisy when they began: ${result.noisySuites.join(', ')}`]
      : []),
    ...result.failures.map(({ suite, reason }) => `! suite ${suite} gave no numbers: ${reason}`),
  ];
}

/** A number with three significant digits, thousands apart. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const magnitude = Math.abs(value);
  if (magnitude >= 100) return groupThousands(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** "3.1x JSON.parse + Number (34 µs)": how many times better ours is. */
export function describeComparison(comparison: Comparison, unit: string): string {
  return `${figure(comparison.ratio)}x ${comparison.name} (${figure(comparison.median)} ${unit})`;
}

function cells(row: BenchRow): string[] {
  return [
    row.name,
    row.unit,
    figure(row.median),
    row.cpuMedian === null ? '-' : figure(row.cpuMedian),
    figure(row.p99),
    figure(row.min),
    figure(row.max),
    percent(row.spread),
    String(row.runs),
    row.bytesPerOperation === null ? '-' : figure(row.bytesPerOperation),
    percent(row.gcShare),
    besidesOf(row)
      .map((one) => describeComparison(one, row.unit))
      .join(', '),
  ];
}

function describeComparedRows(result: BenchResult, earlier: BenchResult): string[] {
  return [
    `beside ${earlier.build} of ${earlier.measuredAt}:`,
    ...layOut([[...COMPARED_COLUMNS], ...compareResults(result, earlier).map(comparedCells)]),
  ];
}

function comparedCells(row: ComparedRow): string[] {
  return [
    row.name,
    row.unit,
    row.before === null ? '-' : figure(row.before),
    figure(row.now),
    row.ratio === null ? '-' : `${figure(row.ratio)}x`,
    percent(row.noise),
    row.verdict,
  ];
}

function layOut(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((line) => line[column]?.length ?? 0)),
  );
  return table.map((line) =>
    line
      .map((cell, column) => {
        const isText = column < 2 || column === line.length - 1;
        const width = widths[column] ?? 0;
        return isText ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** A share as "1.2 %". */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
