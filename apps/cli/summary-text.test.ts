/**
 * Goal: a run in which nothing happened is called failed, each shortfall is named, and a run that
 * hardly quoted says why.
 * Method: summaries that differ in one number from a good one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Summary } from '#research/measure/summary.ts';
import { endedWell, runMinimum, whyNotQuoted } from './summary-text.ts';

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

const FLOOR = { reason: 'FEE_FLOOR', share: 0.9, needed: 14.9, available: 0.02, unit: 'bp' };
const CALENDAR = { reason: 'CALENDAR', share: 0.06, needed: 30_000, available: 9_000, unit: 'ms' };
const RARE = { reason: 'WARMING_UP', share: 0.001, needed: null, available: null, unit: null };
const QUOTED = { reason: 'NONE', share: 0.039, needed: null, available: null, unit: null };

function why(twoSidedRatio: number, ...reasons: object[]): string | null {
  return whyNotQuoted({ quoting: { twoSidedRatio, reasons } } as unknown as Summary);
}

test('a run that hardly quoted says why, with shares and numbers, the largest first', () => {
  assert.equal(
    why(0.02, FLOOR, CALENDAR, QUOTED, RARE),
    'why not quoted: FEE_FLOOR 90 % (needs 14.9 bp, 0.02 bp achievable), CALENDAR 6 % (9 s, window 30 s)',
  );
});

test('a run that rests far out only says what keeps its top layer out', () => {
  assert.match(why(0.97, FLOOR, QUOTED) ?? '', /^why no top layer: FEE_FLOOR 90 %/);
});

test('a run that quoted, or was never refused, explains nothing', () => {
  assert.equal(why(0.97, { ...QUOTED, share: 0.9 }, { ...FLOOR, share: 0.1 }), null);
  assert.equal(why(0.1, { ...QUOTED, share: 1 }), null);
  assert.equal(why(0), null);
});

test('the only reason is shown however rare it was', () => {
  assert.equal(why(0.4, { ...QUOTED, share: 0.999 }, RARE), 'why not quoted: WARMING_UP under 1 %');
});
