/**
 * Goal: every fill once, marked out at each horizon on its own market, unknown where the book was.
 * Method: reports and timers by hand; random fill times against a search over all of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ExecutionReport, NO_TRADE, ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import { type FillRecord, FillTape, MARKOUT_HORIZONS_MICROS, markoutTicks } from './fill-tape.ts';
import { markets, report, timer } from './measured-session.test-support.ts';

const SECOND = 1_000_000;

function fillReport(tradeId: number, atMicros: number, changes = {}): ExecutionReport {
  return report(ReportStatus.PARTIALLY_FILLED, {
    tradeId,
    atMicros,
    lastPriceTicks: 10_000,
    lastQuantityLots: 10,
    isMaker: true,
    ...changes,
  });
}

function only(tape: FillTape): FillRecord {
  const [first, ...others] = tape.fills;
  assert.ok(first !== undefined && others.length === 0);
  return first;
}

test('a fill counts once by instrument and trade id, whatever the channel', () => {
  const tape = new FillTape(markets());
  tape.onApplied(fillReport(5, 10));
  tape.onApplied(fillReport(5, 11, { channel: 2 }));
  tape.onApplied(fillReport(5, 12, { instrument: 1 }));
  assert.deepEqual(
    tape.fills.map((fill) => [fill.instrument, fill.tradeId, fill.atMicros]),
    [
      [0, 5, 10],
      [1, 5, 12],
    ],
  );
});

test('reports without a trade are no fills', () => {
  const tape = new FillTape(markets());
  tape.onApplied(report(ReportStatus.ACCEPTED));
  tape.onApplied(fillReport(NO_TRADE, 1));
  tape.onApplied(fillReport(3, 1, { lastQuantityLots: 0 }));
  tape.onApplied(timer(5));
  assert.equal(tape.fills.length, 0);
});

test('a fill keeps the mid of its own market', () => {
  const tape = new FillTape(markets());
  tape.onApplied(fillReport(1, 0, { instrument: 1 }));
  assert.equal(only(tape).midHalfTicks, 20_021);
});

test('each horizon is marked at the first event that reached it', () => {
  const both = markets();
  const tape = new FillTape(both);
  tape.onApplied(fillReport(1, 0));
  for (const [at, mid] of [
    [99_999, 20_003],
    [100_000, 20_005],
    [SECOND, 20_007],
    [5 * SECOND, 20_009],
  ] as const) {
    both.quoted.midHalfTicks = mid;
    tape.onApplied(timer(at));
  }
  const { laterMidHalfTicks } = only(tape);
  assert.deepEqual([...laterMidHalfTicks], [20_005, 20_007, 20_009, Number.NaN, Number.NaN]);
});

test('a late event marks all horizons it passed, a stale book none', () => {
  const both = markets();
  const tape = new FillTape(both);
  tape.onApplied(fillReport(1, 0));
  both.quoted.isStale = true;
  tape.onApplied(timer(2 * SECOND));
  both.quoted.isStale = false;
  tape.onApplied(timer(400 * SECOND));
  assert.deepEqual(
    [...only(tape).laterMidHalfTicks],
    [Number.NaN, Number.NaN, 20_001, 20_001, 20_001],
  );
});

test('markouts are positive when the market moved our way, on both sides', () => {
  const both = markets();
  const tape = new FillTape(both);
  tape.onApplied(fillReport(1, 0));
  tape.onApplied(fillReport(2, 0, { side: Side.SELL, lastPriceTicks: 10_001 }));
  both.quoted.midHalfTicks = 20_004;
  tape.onApplied(timer(100_000));
  const [bought, sold] = tape.fills;
  assert.ok(bought !== undefined && sold !== undefined);
  assert.equal(markoutTicks(bought, 0), 2);
  assert.equal(markoutTicks(sold, 0), -1);
  assert.ok(Number.isNaN(markoutTicks(bought, 1)));
  assert.ok(Number.isNaN(markoutTicks(bought, 99)));
});

test('any stream of fills on two markets is marked as a search over all of it would', () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 40_000_000 }),
    mid: fc.integer({ min: 19_000, max: 21_000 }),
    stale: fc.boolean(),
    fills: fc.constantFrom(-1, 0, 1),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const both = markets();
      const tape = new FillTape(both);
      const looks: { at: number; mids: readonly number[] }[] = [];
      let now = 0;
      steps.forEach(({ wait, mid, stale, fills }, index) => {
        now += wait;
        both.quoted.midHalfTicks = mid;
        both.quoted.isStale = stale;
        both.hedge.midHalfTicks = mid + 20;
        looks.push({ at: now, mids: [stale ? Number.NaN : mid, mid + 20] });
        tape.onApplied(fills < 0 ? timer(now) : fillReport(index, now, { instrument: fills }));
      });
      for (const fill of tape.fills) {
        const later = MARKOUT_HORIZONS_MICROS.map((horizon) => {
          const look = looks.find(({ at }) => at >= fill.atMicros + horizon);
          return look?.mids[fill.instrument] ?? Number.NaN;
        });
        assert.deepEqual([...fill.laterMidHalfTicks], later);
      }
    }),
  );
});
