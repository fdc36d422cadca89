import type { BenchResult } from './bench.ts';
import { figure } from './report.ts';
import type { BenchRow } from './row.ts';

/** One stage's share of the time from bytes in to bytes out. */
interface StageBudget {
  readonly stage: string;
  /** Microseconds. */
  readonly limitMicros: number;
  /** Rows whose medians together are held against the limit. */
  readonly rows: readonly string[];
  /** What they measure, as far as the budget is concerned. */
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
    rows: ['decode.depth'],
    measured: 'a recorded depth frame, more levels than the 20 of the budget',
    alsoRows: ['decode.bookTicker', 'decode.trade'],
    whenAbove: 'the frames of this run are longer than the budget counts with',
  },
  {
    stage: 'book',
    limitMicros: 1,
    rows: ['book.apply_20'],
    measured: 'a depth frame of 20 levels',
    alsoRows: ['loop.stage.book', 'market-data.apply', 'book.apply'],
    whenAbove: 'each level is one store far from the last one',
  },
  {
    stage: 'pricing',
    limitMicros: 1,
    rows: ['pricing.quote'],
    measured: 'a full pricing of six layers',
    alsoRows: ['loop.stage.pricing'],
    whenAbove: 'exponentials of the estimators and exact notionals of six layers',
  },
  {
    stage: 'plan',
    limitMicros: 1,
    rows: ['execution.plan'],
    measured: 'new quotes against six resting orders',
    alsoRows: ['loop.stage.plan'],
    whenAbove: 'every resting order is looked at',
  },
  {
    stage: 'risk',
    limitMicros: 1,
    rows: ['risk.check'],
    measured: 'a plan of two actions, reservation and settlement included',
    alsoRows: ['loop.stage.risk'],
    whenAbove: 'exact notionals and the worst case over all open orders',
  },
  {
    stage: 'encode',
    limitMicros: 2,
    rows: ['loop.stage.submit'],
    measured: 'commands handed out and journaled; the wire form of an order does not exist yet',
    alsoRows: [],
    whenAbove: 'every command is journaled before it leaves',
  },
  {
    stage: 'everything else',
    limitMicros: 1,
    rows: ['loop.stage.journal', 'loop.stage.hedge'],
    measured:
      'journal (an event encoded, framed, hashed) and hedger; the account stage handles answers to own orders and timers, no market events',
    alsoRows: ['journal.encode', 'loop.stage.account'],
    whenAbove: 'SHA-256 of every byte, and the hedger looks at both markets',
  },
];

/** The table "stage budget" as Markdown lines; empty when none of its rows was measured. */
export function budgetTable(result: BenchResult): string[] {
  const lines = BUDGETS.flatMap((budget) => {
    const rows = budget.rows.flatMap((name) => rowOf(result, name) ?? []);
    return rows.length < budget.rows.length ? [] : [budgetLine(result, budget, rows)];
  });
  if (lines.length === 0) return [];
  return [
    '## Stage budget',
    '',
    'What each stage may cost on one core of a cloud machine, and what it cost in this run (median). Rows `loop.stage.*` hold one clock read each',
    'and come as they come in a session, with caches that other stages have used; the other rows repeat one stage alone.',
    '',
    '| stage | budget | measured | | what was measured | the stage elsewhere |',
    '| --- | ---: | ---: | --- | --- | --- |',
    ...lines,
    '',
  ];
}

function budgetLine(result: BenchResult, budget: StageBudget, rows: readonly BenchRow[]): string {
  const micros = rows.reduce((sum, { median }) => sum + median, 0);
  const elsewhere = budget.alsoRows.flatMap((name) => {
    const other = rowOf(result, name);
    return other === undefined ? [] : [`\`${name}\` ${figure(other.median)} µs`];
  });
  const inSession = budget.alsoRows
    .filter((name) => name.startsWith('loop.stage.'))
    .map((name) => rowOf(result, name)?.median ?? 0);
  return `| ${[
    budget.stage,
    `${budget.limitMicros} µs`,
    `${figure(micros)} µs`,
    verdict(budget, micros, Math.max(0, ...inSession)),
    `${budget.measured} (${budget.rows.map((name) => `\`${name}\``).join(' + ')})`,
    elsewhere.join('<br>'),
  ].join(' | ')} |`;
}

function verdict(budget: StageBudget, micros: number, inSessionMicros: number): string {
  if (micros > budget.limitMicros) return `above: ${budget.whenAbove}`;
  if (inSessionMicros <= budget.limitMicros) return 'met';
  return 'met alone; above in a session, with a clock read and the caches of other stages';
}

function rowOf(result: BenchResult, name: string): BenchRow | undefined {
  return result.rows.find((row) => row.name === name);
}
