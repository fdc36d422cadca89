/**
 * Goal: the offset is the median, half the round trip taken out, and every measurement is an event.
 * Method: a venue whose clock and delays are chosen, on virtual time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTimers } from '#adapters/clock/virtual-timers.test-support.ts';
import type { HttpAnswer } from '#adapters/connection/http-get.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { Market } from '#contracts/instrument.ts';
import { VenueTime } from './venue-time.ts';

/** A venue 250 ms ahead; each request takes the next two delays, there and back, in seconds. */
function stand(delays: [number, number][], body?: string) {
  const timers = new VirtualTimers();
  const measured: number[] = [];
  const notes: string[] = [];
  const time = new VenueTime({
    market: Market.SPOT,
    baseUrl: 'http://venue',
    timers,
    get: async (url): Promise<HttpAnswer> => {
      assert.equal(url, 'http://venue/api/v3/time');
      const [there, back] = delays.shift() ?? [0.01, 0.01];
      timers.advance(there);
      const millis = Math.floor((timers.nowMicros() + 250_000) / 1000);
      timers.advance(back);
      return { status: 200, headers: {}, body: Buffer.from(body ?? `{"serverTime":${millis}}`) };
    },
    sink: {
      publish: (event) => {
        if (event.kind === EventKind.HOST_MEASUREMENT) measured.push(event.valueMicros);
      },
    },
    onNote: (note) => notes.push(note),
  });
  return { timers, time, measured, notes };
}

test('the median of five is not moved by one-sided delays of two', async () => {
  const { time } = stand([
    [0.01, 0.01],
    [0.4, 0.01],
    [0.01, 0.01],
    [0.01, 0.5],
    [0.01, 0.01],
  ]);
  const offset = await time.measure();
  assert.ok(offset !== null && Math.abs(offset - 250_000) <= 1_000, String(offset));
  assert.equal(time.offsetMicros, offset);
});

test('answers that took two seconds and more do not count; none at all is no offset', async () => {
  const slow = Array.from({ length: 5 }, (): [number, number] => [1.5, 1.5]);
  assert.equal(await stand(slow).time.measure(), null);
});

test('an answer without a time is a note', async () => {
  const { time, notes } = stand([], '{"serverTime":"soon"}');
  assert.equal(await time.measure(), null);
  assert.equal(notes.length, 5);
});

test('started, it measures at once and every minute', async () => {
  const { timers, time, measured } = stand([]);
  time.start();
  await settle();
  assert.equal(measured.length, 1);
  timers.advance(61);
  await settle();
  assert.equal(measured.length, 2);
  time.stop();
});

async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
