/**
 * Goal: tasks run by moment, then by order of scheduling, whoever schedules them and when.
 * Method: random schedules, some made from inside tasks, against a plain array that is searched for
 * the next task each time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EpochMicros } from '#units/integers.ts';
import { type Task, VirtualClock } from './virtual-clock.ts';

const micros = (value: number): EpochMicros => value as EpochMicros;
const START = micros(1_000);

/** Writes its name and the time it ran at. */
function noting(log: string[], name: string): Task {
  return { run: (now) => log.push(`${name}@${now}`) };
}

test('tasks run by moment, equal moments in the order of scheduling', () => {
  const clock = new VirtualClock(START);
  const log: string[] = [];
  clock.schedule(micros(1_300), noting(log, 'c'));
  clock.schedule(micros(1_100), noting(log, 'a'));
  clock.schedule(micros(1_300), noting(log, 'd'));
  clock.schedule(micros(1_200), noting(log, 'b'));
  assert.equal(clock.pendingCount, 4);
  assert.equal(clock.nextMicros, 1_100);
  while (clock.runNext());
  assert.deepEqual(log, ['a@1100', 'b@1200', 'c@1300', 'd@1300']);
  assert.equal(clock.nowMicros, 1_300);
});

test('a moment in the past runs now, after what is already scheduled for now', () => {
  const clock = new VirtualClock(START);
  const log: string[] = [];
  clock.schedule(START, noting(log, 'first'));
  clock.schedule(micros(5), noting(log, 'late'));
  clock.runUntil(START);
  assert.deepEqual(log, ['first@1000', 'late@1000']);
});

test('a task may schedule for its own moment and runs that in the same sweep', () => {
  const clock = new VirtualClock(START);
  const log: string[] = [];
  clock.schedule(micros(1_500), {
    run: (now) => {
      log.push(`outer@${now}`);
      clock.schedule(now, noting(log, 'inner'));
    },
  });
  clock.schedule(micros(1_500), noting(log, 'neighbour'));
  clock.runUntil(micros(1_500));
  assert.deepEqual(log, ['outer@1500', 'neighbour@1500', 'inner@1500']);
});

test('running until a moment includes it, stops before the next and stands there', () => {
  const clock = new VirtualClock(START);
  const log: string[] = [];
  clock.schedule(micros(2_000), noting(log, 'at'));
  clock.schedule(micros(2_001), noting(log, 'after'));
  clock.runUntil(micros(2_000));
  assert.deepEqual(log, ['at@2000']);
  assert.equal(clock.nowMicros, 2_000);
  clock.runUntil(micros(1_500));
  assert.equal(clock.nowMicros, 2_000, 'time never goes back');
});

test('an empty clock says so and only moves when told to', () => {
  const clock = new VirtualClock(START);
  assert.equal(clock.runNext(), false);
  assert.equal(clock.nextMicros, Number.POSITIVE_INFINITY);
  assert.equal(clock.nowMicros, 1_000);
  clock.runUntil(micros(9_000));
  assert.equal(clock.nowMicros, 9_000);
});

/** The slow, obvious model: looks through everything for the earliest moment, then ticket. */
class SortedArrayClock {
  readonly waiting: { moment: number; ticket: number; name: number; children: number[] }[] = [];
  now: number = START;
  private tickets = 0;

  schedule(moment: number, name: number, children: number[]): void {
    this.tickets += 1;
    this.waiting.push({
      moment: Math.max(moment, this.now),
      ticket: this.tickets,
      name,
      children,
    });
  }

  run(): string[] {
    const log: string[] = [];
    while (this.waiting.length > 0) {
      this.waiting.sort((a, b) => a.moment - b.moment || a.ticket - b.ticket);
      const next = this.waiting.shift();
      if (next === undefined) break;
      this.now = next.moment;
      log.push(`${next.name}@${next.moment}`);
      next.children.forEach((delay, index) => {
        this.schedule(this.now + delay, next.name * 10 + index, []);
      });
    }
    return log;
  }
}

test('any schedule, also from inside tasks, runs as a sorted array would', () => {
  const plan = fc.array(
    fc.record({
      at: fc.integer({ min: 900, max: 1_060 }),
      children: fc.array(fc.integer({ min: -5, max: 40 }), { maxLength: 3 }),
    }),
    { maxLength: 120 },
  );
  fc.assert(
    fc.property(plan, (tasks) => {
      const model = new SortedArrayClock();
      const clock = new VirtualClock(START);
      const log: string[] = [];
      const taskOf = (name: number, children: readonly number[]): Task => ({
        run: (now) => {
          log.push(`${name}@${now}`);
          children.forEach((delay, index) => {
            clock.schedule(micros(now + delay), taskOf(name * 10 + index, []));
          });
        },
      });
      tasks.forEach((task, name) => {
        model.schedule(task.at, name, task.children);
        clock.schedule(micros(task.at), taskOf(name, task.children));
      });
      clock.runUntil(micros(1e9));
      assert.deepEqual(log, model.run());
      assert.equal(clock.pendingCount, 0);
    }),
  );
});

test('more tasks than there was room for at first stay in order', () => {
  const clock = new VirtualClock(START);
  const seen: number[] = [];
  const count = 5_000;
  for (let index = 0; index < count; index++) {
    const moment = 1_000 + ((index * 7_919) % count);
    clock.schedule(micros(moment), { run: (now) => seen.push(now) });
  }
  clock.runUntil(micros(10_000));
  assert.equal(seen.length, count);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
});
