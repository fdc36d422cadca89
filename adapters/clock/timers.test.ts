/**
 * Goal: a timer runs once, not early, and not at all when it was taken back.
 * Method: two short timers of the host.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DurationMicros } from '#units/integers.ts';
import { SystemTimers } from './timers.ts';

test('a timer runs after its delay, a cancelled one never', async () => {
  const timers = new SystemTimers();
  const started = timers.nowMicros();
  const ran: string[] = [];
  timers.after(1_000 as DurationMicros, () => ran.push('cancelled')).cancel();
  await new Promise<void>((resolve) => {
    timers.after(5_000 as DurationMicros, () => {
      ran.push('kept');
      resolve();
    });
  });
  assert.deepEqual(ran, ['kept']);
  assert.ok(timers.nowMicros() - started >= 4_000);
});
