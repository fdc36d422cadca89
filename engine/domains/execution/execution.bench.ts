/** What planning costs when quotes changed but every order is good enough, the usual case. */
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { ExecutionDesk } from './execution-desk.test.ts';

const ROUNDS = 40;
const WARM_UP_ROUNDS = 10;
const PLANS_PER_RUN = 10_000;

/** Microseconds a plan over six resting orders. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
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
  const plan = (step: number): number => {
    for (let turn = 0; turn < PLANS_PER_RUN; turn++) {
      quotes.version += step;
      const { count: actions } = desk.execution.plan(
        quotes as Parameters<typeof desk.execution.plan>[0],
      );
      if (actions !== 0) throw new Error('orders that are good enough were to be changed');
    }
    return PLANS_PER_RUN;
  };
  const turns = { unit: 'µs', ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS) };
  return [
    await measureTurns({
      ...turns,
      name: 'execution.plan',
      note: 'a new version of the quotes each time, six resting orders, nothing to do',
      own: () => plan(1),
    }),
    await measureTurns({
      ...turns,
      name: 'execution.plan.idle',
      note: 'the version that was planned before',
      own: () => plan(0),
    }),
  ];
}
