/**
 * From the start of a process to the first quote sent: a process of its own each time, at real speed,
 * beside a process that does nothing.
 */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type MeasuredRow, sorted, valueAt } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';

const RUNS = 5;
const WARM_UP_RUNS = 1;
const PROGRAM = fileURLToPath(new URL('../first-quote.js', import.meta.url));

export function rows(workload: Workload): MeasuredRow[] {
  const firstQuote: number[] = [];
  const ready: number[] = [];
  const nothing: number[] = [];
  const { warmUpRounds, rounds } = roundsOf(workload, WARM_UP_RUNS, RUNS);
  for (let run = -warmUpRounds; run < rounds; run++) {
    const directory = join(workload.scratchDirectory, 'start');
    const found = JSON.parse(runNode([PROGRAM, directory])) as {
      readonly readyMillis: number;
      readonly quoteMillis: number;
      readonly marketMillis: number;
    };
    rmSync(directory, { recursive: true });
    const bare = Number(runNode(['-p', 'performance.now()']));
    if (run < 0) continue;
    firstQuote.push(found.quoteMillis);
    ready.push(found.readyMillis);
    nothing.push(bare);
  }
  const readyMillis = valueAt(sorted(ready), 0.5);
  return [
    {
      name: 'start.first_quote',
      unit: 'ms',
      samples: firstQuote,
      floor: { name: 'a Node process that does nothing', samples: nothing },
      note: `paper session at real speed; programs loaded and session open after ${Math.round(readyMillis)} ms, the rest is the market and the estimators warming up in market time`,
    },
  ];
}

function runNode(options: readonly string[]): string {
  return execFileSync(process.execPath, [...options], { encoding: 'utf8' });
}
