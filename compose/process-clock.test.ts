/**
 * Goal: a paused process does nothing, and afterwards does what was due, late but in order.
 * Method: tasks on a virtual clock around a pause.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { ProcessClock } from './process-clock.ts';

test('what is due in a pause runs when it ends, in the order in which it was due', () => {
  const world = new VirtualClock(0 as EpochMicros);
  const clock = new ProcessClock(world);
  const ran: string[] = [];
  for (const at of [10, 20, 30, 60]) {
    clock.schedule(at as EpochMicros, { run: (now) => ran.push(`${at}@${now}`) });
  }
  world.runUntil(10 as EpochMicros);
  clock.pause();
  assert.ok(clock.isPaused);
  world.runUntil(50 as EpochMicros);
  assert.deepEqual(ran, ['10@10']);
  clock.resume();
  world.runUntil(100 as EpochMicros);
  assert.deepEqual(ran, ['10@10', '20@50', '30@50', '60@60']);
});

test('a task that is scheduled in a pause waits for its end, and a second pause stops it again', () => {
  const world = new VirtualClock(0 as EpochMicros);
  const clock = new ProcessClock(world);
  const ran: number[] = [];
  clock.pause();
  clock.schedule(5 as EpochMicros, { run: (now) => ran.push(now) });
  world.runUntil(20 as EpochMicros);
  clock.resume();
  clock.pause();
  world.runUntil(40 as EpochMicros);
  assert.deepEqual(ran, []);
  clock.resume();
  world.runUntil(50 as EpochMicros);
  assert.deepEqual(ran, [40]);
  assert.equal(clock.nowMicros, 50);
});
