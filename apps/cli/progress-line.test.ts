/**
 * Goal: long work away from a terminal says how far it is now and then, not all the time.
 * Method: a session that stands still under a clock that the test moves.
 */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import type { TradingSession } from '#compose/trading-session.ts';
import type { SessionMeasures } from '#research/measure/session-measures.ts';
import { ProgressLine } from './progress-line.ts';

const session = { nowMicros: 1_025_000_000, startMicros: 1_000_000_000 } as TradingSession;
const measures = {
  events: { total: 5_000 },
  fills: { fills: [1, 2, 3] },
} as unknown as SessionMeasures;

function told(durationMicros: number, seconds: readonly number[], isTerminal = false): string[] {
  let now = 0;
  const lines: string[] = [];
  const clock = mock.method(performance, 'now', () => now * 1_000);
  const write = mock.method(process.stderr, 'write', (text: string | Uint8Array) => {
    lines.push(String(text));
    return true;
  });
  const wasTerminal = process.stderr.isTTY;
  process.stderr.isTTY = isTerminal;
  try {
    const progress = new ProgressLine(durationMicros);
    for (const second of seconds) {
      now = second;
      progress.show(session, measures);
    }
    progress.finish();
  } finally {
    process.stderr.isTTY = wasTerminal;
    clock.mock.restore();
    write.mock.restore();
  }
  return lines;
}

test('a line every few seconds says share, rate, fills and the time left', () => {
  const lines = told(100_000_000, [1, 2, 5, 6, 9, 10]);
  assert.equal(lines.length, 2);
  assert.equal(
    lines[0],
    `[${'#'.repeat(6)}${'.'.repeat(18)}] 25 %, 5000 events, 1000/s, 3 fills, 15 s left\n`,
  );
});

test('work of unknown length says how much market time is done', () => {
  assert.deepEqual(told(Number.POSITIVE_INFINITY, [5]), [
    '25 s market time, 5000 events, 1000/s, 3 fills\n',
  ]);
});

test('on a terminal one line is drawn over and over, and cleared at the end', () => {
  const lines = told(100_000_000, [1, 2], true);
  assert.equal(lines.length, 3);
  assert.ok(lines.every((line) => line.startsWith('\r\u001b[2K') && !line.includes('\n')));
  assert.equal(lines[2], '\r\u001b[2K');
});
