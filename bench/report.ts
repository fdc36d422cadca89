import type { BenchResult } from './bench.ts';
import type { BenchRow, Comparison } from './row.ts';
import { isRate } from './row.ts';

const COLUMNS = [
  'row',
  'unit',
  'median',
  'by CPU',
  'p99',
  'min',
  'max',
  'runs',
  'B/op',
  'beside it',
] as const;

/** The table and what one must know about the machine, as lines for people. */
export function describeBench(result: BenchResult, earlier: BenchResult | null): string[] {
  const table = [
    [...COLUMNS, ...(earlier === null ? [] : ['before', 'now/before'])],
    ...result.rows.map((row) => [...cells(row), ...comparedCells(row, earlier)]),
  ];
  const { before, after } = result.noise;
  return [
    `${result.machine}, Node ${result.node}, ${result.build}`,
    ...layOut(table),
    '',
    ...result.rows.filter(({ note }) => note !== '').map(({ name, note }) => `${name}: ${note}`),
    '',
    `busy loop before and after: ${before.longGapsPerSecond} and ${after.longGapsPerSecond} gaps above 1 ms a second, ${percent(before.lostShare)} and ${percent(after.lostShare)} of the time lost`,
    ...(result.isNoisy
      ? ['! the machine was too noisy: read ratios, do not compare numbers; run it again alone']
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
  const beside = [row.peer, row.floor].filter((one) => one !== null);
  return [
    row.name,
    row.unit,
    figure(row.median),
    row.cpuMedian === null ? '-' : figure(row.cpuMedian),
    figure(row.p99),
    figure(row.min),
    figure(row.max),
    String(row.runs),
    row.bytesPerOperation === null ? '-' : figure(row.bytesPerOperation),
    beside.map((one) => describeComparison(one, row.unit)).join(', '),
  ];
}

/** The earlier median and how many times better now is. */
function comparedCells(row: BenchRow, earlier: BenchResult | null): string[] {
  if (earlier === null) return [];
  const before = earlier.rows.find(({ name }) => name === row.name);
  if (before === undefined) return ['-', '-'];
  const better = isRate(row.unit) ? row.median / before.median : before.median / row.median;
  return [figure(before.median), `${figure(better)}x`];
}

function layOut(table: readonly (readonly string[])[]): string[] {
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((line) => line[column]?.length ?? 0)),
  );
  return table.map((line) =>
    line
      .map((cell, column) => {
        const isText = column < 2 || column === COLUMNS.indexOf('beside it');
        const width = widths[column] ?? 0;
        return isText ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function groupThousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ' ');
}
