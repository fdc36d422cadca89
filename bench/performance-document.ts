import type { BenchResult } from './bench.ts';
import { describeComparison, figure } from './report.ts';
import type { BenchRow } from './row.ts';
import { ROW_TEXTS } from './row-texts.ts';

/** docs/performance.md: every measured number with what it is and what limits it. */
export function performanceDocument(result: BenchResult): string {
  return [
    '# Performance',
    '',
    'Every number the product claims, measured by `doge-mm bench`. This page is written by a command, never by hand:',
    '',
    '```',
    'npx --no-install doge-mm bench --json > result.json',
    'node bench/write-performance-doc.ts result.json',
    '```',
    '',
    ...circumstances(result),
    ...aims(result),
    '## The numbers',
    '',
    '"by CPU" is the median by processor time of the process: what other programs took is not in it. A factor before a name says how',
    'many times better ours is than that; a limit is what nothing gets past, so its factor is below 1. B/op is garbage an operation;',
    '"gc" the share of the suite that garbage collection took.',
    '',
    '| row | unit | median | by CPU | p99 | min … max | runs | B/op | gc | beside it |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
    ...result.rows.map(tableLine),
    '',
    '## What they are and what limits them',
    '',
    ...result.rows.flatMap(describeRow),
    ...howItMeasures(),
  ].join('\n');
}

function circumstances(result: BenchResult): string[] {
  const { before, after } = result.noise;
  const lost = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `Measured ${result.measuredAt.slice(0, 16).replace('T', ' ')} UTC on ${result.machine}, Node ${result.node}, build ${result.build}.`,
    `A busy loop lost ${lost(before.lostShare)} of its time before and ${lost(after.lostShare)} after the run (${before.longGapsPerSecond} and ${after.longGapsPerSecond} gaps above 1 ms a second).`,
    result.isNoisy
      ? '**The machine was shared and noisy during this run: read medians, processor times and ratios; p99 and max show the machine, not the program.**'
      : 'The machine was quiet enough to compare numbers.',
    '',
  ];
}

interface Aim {
  readonly text: string;
  readonly row: string;
  readonly value: (row: BenchRow) => number;
  /** Null: shown, not aimed at. */
  readonly isMet: ((value: number) => boolean) | null;
}

const byClock = (row: BenchRow): number => row.median;
const byProcessor = (row: BenchRow): number => row.cpuMedian ?? row.median;

const AIMS: readonly Aim[] = [
  {
    text: 'tick in → plan out, p50 below 5 µs',
    row: 'loop.tick_to_plan',
    value: byClock,
    isMet: (value) => value < 5,
  },
  {
    text: 'tick in → plan out, p99 below 20 µs (never above 50 µs)',
    row: 'loop.tick_to_plan',
    value: (row) => row.p99,
    isMet: (value) => value < 20,
  },
  {
    text: 'tick in → plan out, p99.9: printed, not aimed at',
    row: 'loop.tick_to_plan',
    value: (row) => row.p999,
    isMet: null,
  },
  {
    text: 'replay of the recordings, all in: 300 000 events/s by processor time',
    row: 'engine.replay',
    value: byProcessor,
    isMet: (value) => value >= 300_000,
  },
  {
    text: 'the same by the clock, with everything else this machine did',
    row: 'engine.replay',
    value: byClock,
    isMet: (value) => value >= 300_000,
  },
  {
    text: 'market-data path alone: 1 000 000 events/s by processor time',
    row: 'market-data.replay',
    value: byProcessor,
    isMet: (value) => value >= 1_000_000,
  },
  {
    text: 'the same by the clock',
    row: 'market-data.replay',
    value: byClock,
    isMet: (value) => value >= 1_000_000,
  },
  {
    text: 'heap flat over ten million events: below a tenth of a byte an event',
    row: 'memory.growth',
    value: byClock,
    isMet: (value) => value < 100_000,
  },
  {
    text: 'first quote within 5 000 ms of the start of the process',
    row: 'start.first_quote',
    value: byClock,
    isMet: (value) => value < 5_000,
  },
];

function aims(result: BenchResult): string[] {
  const lines = AIMS.flatMap((aim) => {
    const row = result.rows.find(({ name }) => name === aim.row);
    if (row === undefined) return [];
    const value = aim.value(row);
    const verdict = aim.isMet === null ? '' : aim.isMet(value) ? 'met' : 'missed';
    return [`| ${aim.text} | ${figure(value)} ${row.unit} | ${verdict} |`];
  });
  if (lines.length === 0) return [];
  return ['## Aims', '', '| aim | measured | |', '| --- | ---: | --- |', ...lines, ''];
}

function tableLine(row: BenchRow): string {
  const beside = [row.peer, row.floor].filter((one) => one !== null);
  const cells = [
    `\`${row.name}\``,
    row.unit,
    figure(row.median),
    row.cpuMedian === null ? '' : figure(row.cpuMedian),
    figure(row.p99),
    `${figure(row.min)} … ${figure(row.max)}`,
    String(row.runs),
    row.bytesPerOperation === null ? '' : figure(row.bytesPerOperation),
    `${(row.gcShare * 100).toFixed(1)} %`,
    beside.map((one) => describeComparison(one, row.unit)).join('<br>'),
  ];
  return `| ${cells.join(' | ')} |`;
}

function describeRow(row: BenchRow): string[] {
  const text = ROW_TEXTS[row.name];
  return [
    `### ${row.name}`,
    '',
    ...(text === undefined ? [] : [text.what, '', `Limited by: ${text.limitedBy}`, '']),
    ...(row.note === '' ? [] : [`This run: ${row.note}.`, '']),
    `Repeat: \`doge-mm bench --only ${row.name}\``,
    '',
  ];
}

function howItMeasures(): string[] {
  return [
    '## How it measures',
    '',
    '- One suite at a time, each in a process of its own: a heap and a compiler that saw nothing else. Rounds before the measured ones warm up.',
    '- Where a peer or a limit stands beside a row, they take turns in the same process (A B, B A, …), so a slow spell of the machine hits both.',
    '- Rows with thousands of runs time single events; p99 is then over events. The others time batches; p99 is over batches.',
    '- Peers that are npm packages are not installed with the product. The book and the matching engine beside ours are the plain ones of',
    '  `bench/peers/`: sorted arrays and Maps.',
    '- `--compare FILE` puts an earlier `--json` result beside the new one.',
    '',
  ];
}
