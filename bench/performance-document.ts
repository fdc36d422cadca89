import type { BenchResult } from './bench.ts';
import { budgetTable } from './budget.ts';
import { describeComparison, figure, percent } from './report.ts';
import { type BenchRow, besidesOf } from './row.ts';
import { ROW_TEXTS } from './row-texts.ts';

/** docs/performance.md: every measured number with what it is and what limits it. */
export function performanceDocument(result: BenchResult): string {
  return [
    '# Performance',
    '',
    'Every number the product claims, measured by `doge-mm bench`. This page is written by a command, never by hand:',
    '',
    '```',
    'npx --no-install doge-mm bench --long --json > result.json',
    'node bench/write-performance-doc.ts result.json',
    '```',
    '',
    ...circumstances(result),
    ...aims(result),
    ...budgetTable(result),
    '## The numbers',
    '',
    '"by CPU" is the median by processor time of the process: what other programs took is not in it. "spread" is the width of the middle half of',
    'the runs as a share of their median (of whole passes, where a run is one event): differences below it say nothing. A factor before a name says',
    'how many times better ours is than that; a limit is what nothing gets past, so its factor is below 1. B/op is garbage an operation; "gc" the',
    'share of the time that garbage collection took.',
    '',
    '| row | unit | median | by CPU | p99 | min … max | spread | runs | B/op | gc | beside it |',
    '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |',
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
  return [
    `Measured ${result.measuredAt.slice(0, 16).replace('T', ' ')} UTC on ${result.machine}, Node ${result.node}, build ${result.build}.`,
    `A busy loop lost ${percent(before.lostShare)} of its time before and ${percent(after.lostShare)} after the run (${before.longGapsPerSecond} and ${after.longGapsPerSecond} gaps above 1 ms a second).`,
    result.isNoisy
      ? '**The machine was shared and noisy during this run: read medians, processor times and ratios; p99 and max show the machine, not the program.**'
      : 'The machine was quiet enough to compare numbers.',
    ...(result.noisySuites.length === 0
      ? []
      : [`Noisy when these suites began: ${result.noisySuites.join(', ')}.`]),
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
    text: 'heap flat over the events of a day: below a tenth of a byte an event',
    row: 'memory.day',
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
  const cells = [
    `\`${row.name}\``,
    row.unit,
    figure(row.median),
    row.cpuMedian === null ? '' : figure(row.cpuMedian),
    figure(row.p99),
    `${figure(row.min)} … ${figure(row.max)}`,
    percent(row.spread),
    String(row.runs),
    row.bytesPerOperation === null ? '' : figure(row.bytesPerOperation),
    percent(row.gcShare),
    besidesOf(row)
      .map((one) => describeComparison(one, row.unit))
      .join('<br>'),
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
    '- One bench at a time: a second one on the same machine is refused. One suite at a time, each in a process of its own: a heap and a compiler',
    '  that saw nothing else. Rounds before the measured ones warm up.',
    '- Where a peer or a limit stands beside a row, they take turns in the same process (A B, B A, …), so a slow spell of the machine hits both.',
    '- Rows with thousands of runs time single events; p99 is then over events. The others time batches; p99 is over batches, and with fewer than a hundred of them it is the largest.',
    '- Peers called (npm) are published packages, development dependencies pinned to one version. They get their input in their own form,',
    '  made beforehand outside the time. The plain peers are sorted arrays and Maps of ours in `bench/peers/`, harder to beat. Tests show that all of',
    '  them answer as ours do.',
    '- With recordings of the two BTCUSDT markets (the folder in `DOGE_MM_DATA`) real frames are measured, without them self-made ones, and the notes say so.',
    '- A busy loop looks at the machine before every suite and at the end.',
    '- Not measured, because what they would measure does not exist yet: bytes in to bytes out (`wire.tick_to_order`) and the way between processes',
    '  (`bus.disruptor`, `bus.redis`).',
    '- `--only NAME` measures the rows that begin so; `--long` adds those that take minutes; `--compare FILE` puts an earlier `--json` result beside',
    '  the new one: old, new, ratio, and whether that is more than noise: 5 % (20 % on a noisy machine) and the spread.',
    '',
  ];
}
