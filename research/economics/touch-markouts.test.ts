/**
 * Goal: a market order's markout is what the makers it met at the touch lost, at the right horizon,
 * weighted by notional, and never looks ahead.
 * Method: short stories whose answers are worked out by hand, and a random walk against a slow model.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { HORIZONS_SECONDS, TouchMarkouts } from './touch-markouts.ts';

const SECOND = 1_000_000;

test('a sell into the bid followed by a falling mid is a loss for the buyer', () => {
  const markouts = new TouchMarkouts();
  markouts.onMid(0, 10_000);
  markouts.advance(SECOND);
  markouts.onTouchFill(SECOND, Side.SELL, 9_999, 5);
  markouts.advance(SECOND + SECOND / 2);
  markouts.onMid(SECOND + SECOND / 2, 9_998);
  markouts.advance(4 * SECOND);
  markouts.onMid(4 * SECOND, 10_001);
  markouts.advance(40 * SECOND);
  const [one, five, thirty] = markouts.results();
  // One tick of 10 000 is one basis point: two ticks down after 1 s, one up after 5 s and 30 s.
  assert.equal(one?.adverseBps, 2);
  assert.equal(five?.adverseBps, -1);
  assert.equal(thirty?.adverseBps, -1);
  assert.equal(markouts.effectiveHalfSpreadBps, 1);
});

test('a buy from the ask followed by a rising mid is a loss for the seller', () => {
  const markouts = new TouchMarkouts();
  markouts.onMid(0, 10_000);
  markouts.onTouchFill(SECOND, Side.BUY, 10_001, 5);
  markouts.onMid(SECOND + 1, 10_003);
  markouts.advance(3 * SECOND);
  assert.equal(markouts.results()[0]?.adverseBps, 3);
  assert.equal(markouts.results()[1]?.count, 0, 'five seconds have not passed');
});

test('the mid before a fill is looked up before the book ticker that came with it', () => {
  const markouts = new TouchMarkouts();
  markouts.onMid(0, 10_000);
  // The ticker of the same match arrives 2 ms before the trade.
  markouts.onMid(SECOND - 2_000, 9_995);
  markouts.onTouchFill(SECOND, Side.SELL, 9_999, 1);
  markouts.advance(3 * SECOND);
  assert.equal(markouts.results()[0]?.adverseBps, 5);
});

test('a fill before any mid is not counted', () => {
  const markouts = new TouchMarkouts();
  markouts.onTouchFill(SECOND, Side.SELL, 9_999, 1);
  markouts.onMid(SECOND, 10_000);
  markouts.advance(60 * SECOND);
  assert.deepEqual(
    markouts.results().map((one) => one.count),
    HORIZONS_SECONDS.map(() => 0),
  );
  assert.ok(Number.isNaN(markouts.effectiveHalfSpreadBps));
});

test('means are weighted by notional, and one block has no standard error', () => {
  const markouts = new TouchMarkouts();
  markouts.onMid(0, 10_000);
  markouts.onTouchFill(SECOND, Side.SELL, 10_000, 3);
  markouts.onTouchFill(SECOND, Side.BUY, 10_000, 1);
  markouts.onMid(SECOND + 1, 9_996);
  markouts.advance(3 * SECOND);
  // (3 x 4 - 1 x 4) / 4 = 2.
  assert.equal(markouts.results()[0]?.adverseBps, 2);
  assert.ok(Number.isNaN(markouts.results()[0]?.standardErrorBps));
});

test('the standard error over two equal blocks is half their difference', () => {
  const markouts = new TouchMarkouts();
  markouts.onMid(0, 10_000);
  markouts.onTouchFill(SECOND, Side.SELL, 10_000, 1);
  markouts.onMid(SECOND + 1, 9_998);
  markouts.advance(31 * SECOND);
  markouts.onMid(31 * SECOND, 10_000);
  markouts.advance(40 * SECOND);
  markouts.onTouchFill(40 * SECOND, Side.SELL, 10_000, 1);
  markouts.onMid(40 * SECOND + 1, 9_994);
  markouts.advance(50 * SECOND);
  const one = markouts.results()[0];
  assert.equal(one?.adverseBps, 4);
  // Residuals -2 and +2: sqrt((4 + 4) * 2 / 1) / 2 = 2.
  assert.equal(one?.standardErrorBps, 2);
});

interface Step {
  readonly wait: number;
  readonly move: number;
  readonly trades: boolean;
  readonly lots: number;
  readonly sells: boolean;
}

/** Plays a walk and keeps all of it, to look everything up afterwards. */
class SlowModel {
  readonly markouts = new TouchMarkouts();
  private readonly mids: [number, number][] = [];
  private readonly fills: { at: number; sign: number; notional: number }[] = [];

  play(walk: readonly Step[]): void {
    let now = 0;
    let mid = 10_000;
    for (const { wait, move, trades, lots, sells } of walk) {
      now += wait;
      this.markouts.advance(now);
      if (trades) {
        this.markouts.onTouchFill(now, sells ? Side.SELL : Side.BUY, mid, lots);
        this.fills.push({ at: now, sign: sells ? 1 : -1, notional: lots * mid });
      }
      mid += move;
      this.markouts.onMid(now, mid);
      this.mids.push([now, mid]);
    }
    this.markouts.advance(now + 60 * SECOND);
  }

  adverseBps(seconds: number): number {
    let sum = 0;
    let weight = 0;
    for (const { at, sign, notional } of this.fills) {
      const before = this.midAt(at - 10_000);
      if (before === 0) continue;
      const later = this.midAt(at + seconds * SECOND);
      sum += ((sign * (before - later)) / before) * 10_000 * notional;
      weight += notional;
    }
    return sum / weight;
  }

  private midAt(time: number): number {
    return this.mids.filter(([when]) => when <= time).at(-1)?.[1] ?? 0;
  }
}

test('any walk of mids gives the same markouts as looking everything up afterwards', () => {
  const steps = fc.array(
    fc.record({
      wait: fc.integer({ min: 1, max: 3 * SECOND }),
      move: fc.integer({ min: -3, max: 3 }),
      trades: fc.boolean(),
      lots: fc.integer({ min: 1, max: 9 }),
      sells: fc.boolean(),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(steps, (walk) => {
      const model = new SlowModel();
      model.play(walk);
      for (const [index, seconds] of HORIZONS_SECONDS.entries()) {
        const found = model.markouts.results()[index]?.adverseBps ?? 0;
        const expected = model.adverseBps(seconds);
        const isSame = Number.isNaN(expected)
          ? Number.isNaN(found)
          : Math.abs(found - expected) < 1e-9;
        assert.ok(isSame, `${found} is not ${expected} after ${seconds} s`);
      }
    }),
  );
});
