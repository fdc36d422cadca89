import type { BenchResult } from './bench.ts';
import { figure } from './report.ts';
import type { BenchRow } from './row.ts';

/** One stage's share of the time from bytes in to bytes out. */
interface StageBudget {
  readonly stage: string;
  /** Microseconds. */
  readonly limitMicros: number;
  /** Row whose median is held against the limit. */
  readonly row: string;
  /** What the row measures, as far as the budget is concerned. */
  readonly measured: string;
  /** Other rows shown beside it: the same stage, seen from elsewhere. */
  readonly alsoRows: readonly string[];
  /** Why it may be above; shown only when it is. */
  readonly whenAbove: string;
}

/** The stage budget of the architecture: one core of a cloud machine. */
const BUDGETS: readonly StageBudget[] = [
  {
    stage: 'decode',
    limitMicros: 5,
    row: 'decode.depth',
    measured: 'a recorded depth frame, more levels than the 20 of the budget',
    alsoRows: ['decode.bookTicker', 'decode.trade'],
    whenAbove: 'the frames of this run are longer than the budget counts with',
  },
  {
    stage: 'book',
    limitMicros: 1,
    row: 'book.apply_20',
    measured: 'a depth frame of 20 levels',
    alsoRows: ['loop.stage.book', 'market-data.apply', 'book.apply'],
    whenAbove: 'each level is one store far from the last one',
  },
  {
    stage: 'pricing',
    limitMicros: 1,
    row: 'pricing.quote',
    measured: 'a full pricing of six layers',
    alsoRows: ['loop.stage.pricing'],
    whenAbove: 'exponentials of the estimators and exact notionals of six layers',
  },
  {
    stage: 'plan',
    limitMicros: 1,
    row: 'execution.plan',
    measured: 'new quotes against six resting orders',
    alsoRows: ['loop.stage.plan'],
    whenAbove: 'every resting order is looked at',
  },
  {
    stage: 'risk',
    limitMicros: 1,
    row: 'risk.check',
    measured: 'a plan of two actions, reservation and settlement included',
    alsoRows: ['loop.stage.risk'],
    whenAbove: 'exact notionals and the worst case over all open orders',
  },
  {
    stage: 'encode',
    limitMicros: 2,
    row: 'loop.stage.submit',
    measured: 'commands handed out and journaled; the wire form of an order does not exist yet',
    alsoRows: [],
    whenAbove: 'every command is journaled before it leaves',
  },
  {
    stage: 'journal',
    limitMicros: 1,
    row: 'loop.stage.journal',
    measured: 'an event encoded, framed and hashed',
    alsoRows: ['journal.encode'],
    whenAbove: 'SHA-256 of every byte',
  },
  {
    stage: 'hedge',
    limitMicros: 1,
    row: 'loop.stage.hedge',
    measured: 'the hedger looks at an event',
    alsoRows: [],
    whenAbove: 'it looks at both markets',
  },
  {
    stage: 'account',
    limitMicros: 1,
    row: 'loop.stage.account',
    measured: 'answers to our own orders and timers: not on the way from tick to plan',
    alsoRows: [],
    whenAbove:
      'not on the way of a market event: reports, balances and timers, each of which touches the order, the position and its valuation',
  },
];

/** The table "stage budget" as Markdown lines; empty when none of its rows was measured. */
export function budgetTable(result: BenchResult): string[] {
  const lines = BUDGETS.flatMap((budget) => {
    const row = rowOf(result, budget.row);
    return row === undefined ? [] : [budgetLine(result, budget, row)];
  });
  if (lines.length === 0) return [];
  return [
    '## Stage budget',
    '',
    'What each stage may cost on one core of a cloud machine, and what it cost in this run (median). "Everything else" of the budget, 1 µs, is',
    'journal, hedge and account here. Rows `loop.stage.*` hold one clock read each and run with cold caches between stages; the others repeat one stage alone.',
    '',
    '| stage | budget | measured | | what was measured | the stage elsewhere |',
    '| --- | ---: | ---: | --- | --- | --- |',
    ...lines,
    '',
  ];
}

function budgetLine(result: BenchResult, budget: StageBudget, row: BenchRow): string {
  const elsewhere = budget.alsoRows.flatMap((name) => {
    const other = rowOf(result, name);
    return other === undefined ? [] : [`\`${name}\` ${figure(other.median)} µs`];
  });
  const isMet = row.median <= budget.limitMicros;
  return `| ${[
    budget.stage,
    `${budget.limitMicros} µs`,
    `${figure(row.median)} µs`,
    isMet ? 'met' : `above: ${budget.whenAbove}`,
    `${budget.measured} (\`${row.name}\`)`,
    elsewhere.join('<br>'),
  ].join(' | ')} |`;
}

function rowOf(result: BenchResult, name: string): BenchRow | undefined {
  return result.rows.find((row) => row.name === name);
}
