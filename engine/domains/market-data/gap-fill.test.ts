/**
 * Goal: a snapshot is asked for when it is needed and never faster than allowed.
 * Method: polls at exact moments, then random wishes against the pauses that must lie between requests.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CommandKind, type CommandSink, type RequestCommand } from '#contracts/commands.ts';
import type { DurationMicros, InstrumentIndex } from '#units/integers.ts';
import { GapFill } from './gap-fill.ts';
import { restore, SECOND, START, stateBytes } from './market-fixture.test-support.ts';

const MIN = SECOND;
const MAX = 5 * SECOND;

function build() {
  const requests: RequestCommand['instrument'][] = [];
  const output: CommandSink = {
    emit: (command) => {
      assert.equal(command.kind, CommandKind.REQUEST_SNAPSHOT);
      requests.push((command as RequestCommand).instrument);
    },
  };
  const options = {
    instrument: 1 as InstrumentIndex,
    retryMicrosMin: MIN as DurationMicros,
    retryMicrosMax: MAX as DurationMicros,
    output,
  };
  return { gapFill: new GapFill(options), fresh: () => new GapFill(options), requests };
}

test('nothing is asked for while nothing is wanted', () => {
  const { gapFill, requests } = build();
  gapFill.poll(START);
  gapFill.poll(START + 100 * SECOND);
  assert.deepEqual(requests, []);
});

test('the request goes out at the earliest moment wanted, for its own instrument', () => {
  const { gapFill, requests } = build();
  gapFill.want(START + 100);
  gapFill.poll(START + 99);
  assert.deepEqual(requests, []);
  gapFill.poll(START + 100);
  assert.deepEqual(requests, [1]);
  assert.equal(gapFill.requestCount, 1);
});

test('unanswered requests are repeated after pauses that double up to the longest', () => {
  const { gapFill } = build();
  gapFill.want(START);
  const moments: number[] = [];
  for (let at = START; at <= START + 20 * SECOND; at += SECOND / 10) {
    const before = gapFill.requestCount;
    gapFill.poll(at);
    if (gapFill.requestCount > before) moments.push((at - START) / SECOND);
  }
  assert.deepEqual(moments, [0, 1, 3, 7, 12, 17]);
});

test('once the book is whole nothing more is asked, and the next pause is short again', () => {
  const { gapFill } = build();
  gapFill.want(START);
  for (const seconds of [0, 1, 3, 7]) gapFill.poll(START + seconds * SECOND);
  assert.equal(gapFill.requestCount, 4);
  gapFill.settle();
  gapFill.poll(START + 100 * SECOND);
  assert.equal(gapFill.requestCount, 4);
  gapFill.want(START + 200 * SECOND);
  gapFill.poll(START + 200 * SECOND);
  gapFill.poll(START + 201 * SECOND);
  assert.equal(gapFill.requestCount, 6, 'one second later again, not five');
});

test('a repair does not shorten the pause after the last request: a storm of gaps stays slow', () => {
  const { gapFill } = build();
  gapFill.want(START);
  gapFill.poll(START);
  gapFill.settle();
  gapFill.want(START + 1);
  gapFill.poll(START + SECOND - 1);
  assert.equal(gapFill.requestCount, 1);
  gapFill.poll(START + SECOND);
  assert.equal(gapFill.requestCount, 2);
});

test('whatever happens, two requests are never closer than the shortest pause', () => {
  const step = fc.tuple(fc.constantFrom('want', 'settle', 'poll'), fc.nat(SECOND), fc.nat(SECOND));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), fc.nat(100), (steps, cut) => {
      const { gapFill: first, fresh } = build();
      let gapFill = first;
      let now = START;
      let last = Number.NEGATIVE_INFINITY;
      steps.forEach(([what, gap, delay], position) => {
        if (position === cut) {
          const other = fresh();
          restore(other, stateBytes(gapFill));
          gapFill = other;
        }
        now += gap;
        const before = gapFill.requestCount;
        if (what === 'want') gapFill.want(now + delay);
        else if (what === 'settle') gapFill.settle();
        gapFill.poll(now);
        if (gapFill.requestCount === before) return;
        assert.ok(now - last >= MIN, `${now - last} µs apart`);
        last = now;
      });
    }),
  );
});

test('nothing is asked while the venue listens to nobody, and at once afterwards', () => {
  const { gapFill, requests } = build();
  gapFill.rest(5_000_000);
  gapFill.want(1_000_000);
  gapFill.poll(4_999_999);
  assert.deepEqual(requests, []);
  gapFill.poll(5_000_000);
  assert.equal(requests.length, 1);
});
