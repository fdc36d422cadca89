/** What planning costs when quotes changed but every order is good enough, the usual case. */
import { ExecutionDesk } from './execution-desk.test.ts';

const RUNS = 40;
const PLANS_PER_RUN = 10_000;

interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

/** Microseconds a plan over six resting orders, one sample a run. */
export async function rows(): Promise<readonly BenchRow[]> {
  const wish = [
    [9_990, 1_000],
    [9_980, 500],
    [9_970, 300],
  ] as const;
  const offer = [
    [10_010, 1_000],
    [10_020, 500],
    [10_030, 300],
  ] as const;
  const desk = new ExecutionDesk({ hysteresisTicks: 2 }).want(wish, offer);
  desk.turn();
  desk.acceptAll();
  const quotes = desk.quotes() as { version: number };
  const samples: number[] = [];
  const idle: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    for (let count = 0; count < PLANS_PER_RUN; count++) {
      quotes.version += 1;
      desk.execution.plan(quotes as Parameters<typeof desk.execution.plan>[0]);
    }
    const changed = performance.now();
    for (let count = 0; count < PLANS_PER_RUN; count++) {
      desk.execution.plan(quotes as Parameters<typeof desk.execution.plan>[0]);
    }
    samples.push(((changed - started) * 1_000) / PLANS_PER_RUN);
    idle.push(((performance.now() - changed) * 1_000) / PLANS_PER_RUN);
  }
  return [
    { name: 'execution.plan', unit: 'µs', samples },
    { name: 'execution.plan.idle', unit: 'µs', samples: idle },
  ];
}
