/**
 * Goal: a run in which nothing happened is called failed, and each shortfall is named.
 * Method: summaries that differ in one number from a good one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '#research/measure/summary.ts';
import { endedWell, runMinimum } from './summary-text.ts';

interface Change {
  readonly seconds?: number;
  readonly profile?: string;
  readonly market?: number;
  readonly sent?: number;
  readonly fills?: number;
  readonly openAtEnd?: number;
  readonly liveBookRatio?: number;
  readonly killReason?: string;
}

function summary(change: Change = {}): Summary {
  const killSwitch = change.killReason === undefined ? null : { reason: change.killReason };
  return {
    profile: change.profile ?? 'naive-touch',
    time: { fromMicros: 0, toMicros: (change.seconds ?? 120) * 1_000_000 },
    events: { market: change.market ?? 5_000 },
    orders: { sent: change.sent ?? 40, openAtEnd: change.openAtEnd ?? 0 },
    fills: { count: change.fills ?? 10 },
    quoting: { liveBookRatio: change.liveBookRatio ?? 1 },
    risk: { killSwitch },
  } as unknown as Summary;
}

for (const [change, shortfall, why] of [
  [{}, null, 'a run with events, orders and fills'],
  [{ market: 119 }, /119 market events, at least 120/, 'less than one event a second'],
  [{ market: 120 }, null, 'one event a second'],
  [{ sent: 0 }, /not one order/, 'no order'],
  [{ sent: 0, seconds: 4, fills: 0 }, null, 'no order in the first seconds'],
  [{ fills: 0 }, /not one own fill/, 'no fill at the touch for two minutes'],
  [{ fills: 0, seconds: 59 }, null, 'no fill in less than a minute'],
  [{ fills: 0, profile: 'floor' }, null, 'no fill where only profit is quoted'],
  [{ liveBookRatio: 0 }, /never live/, 'a book that was never live'],
] as const) {
  test(`${why} is ${shortfall === null ? 'a run' : 'a failed run'}`, () => {
    const minimum = runMinimum(summary(change));
    assert.equal(minimum.met, shortfall === null);
    if (shortfall !== null) assert.match(minimum.shortfalls.join('\n'), shortfall);
    assert.equal(endedWell(summary(change), minimum), minimum.met);
  });
}

test('an open order or a limit that stopped the session is no good end, an operator’s stop is one', () => {
  const minimum = runMinimum(summary());
  assert.equal(endedWell(summary({ openAtEnd: 1 }), minimum), false);
  assert.equal(endedWell(summary({ killReason: 'DRAWDOWN' }), minimum), false);
  assert.equal(endedWell(summary({ killReason: 'OPERATOR' }), minimum), true);
});
