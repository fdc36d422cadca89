/**
 * Goal: one silent stream among talking ones is found, first resubscribed, then reconnected.
 * Method: virtual time; one stream speaks, the other does not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import type { DurationMicros } from '#units/integers.ts';
import { SilenceWatch } from './silence-watch.ts';

test('a stream that is acknowledged and silent is subscribed again, then the connection is made anew', () => {
  const timers = new VirtualTimers();
  const done: string[] = [];
  const silenceMicrosMax = 5e6 as DurationMicros;
  const watch = new SilenceWatch(
    timers,
    [
      { name: 'depth', silenceMicrosMax },
      { name: 'trade', silenceMicrosMax },
    ],
    {
      resubscribe: (stream) => done.push(`again ${stream}`),
      reconnect: (stream) => done.push(`anew ${stream}`),
    },
  );
  watch.start();
  for (let second = 0; second < 12; second++) {
    timers.advance(1);
    watch.hear(0, timers.nowMicros());
  }
  assert.deepEqual(done, ['again trade', 'anew trade']);
  watch.hear(1, timers.nowMicros());
  timers.advance(4.9);
  assert.equal(done.length, 2);
  watch.stop();
  timers.advance(60);
  assert.equal(done.length, 2);
});
