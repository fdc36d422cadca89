/**
 * Goal: whatever the recording does, lots add up and no recorded lot is given out twice.
 * Method: random recordings and orders through every kind of model, with invariants after each step.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import { leavesLots, type VenueOrder } from '#simulation/venue/venue-book.ts';
import { FillCause } from './queue-fill.ts';
import { Story } from './queue-story.test-support.ts';

const SIDES = fc.constantFrom(Side.BUY, Side.SELL);

interface Step {
  readonly kind: 'trade' | 'depth' | 'place';
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
}

const trades = fc.record({
  kind: fc.constant('trade' as const),
  side: SIDES,
  priceTicks: fc.integer({ min: 96, max: 105 }),
  lots: fc.integer({ min: 1, max: 60 }),
});
const places = fc.record({
  kind: fc.constant('place' as const),
  side: SIDES,
  priceTicks: fc.integer({ min: 96, max: 105 }),
  lots: fc.integer({ min: 1, max: 40 }),
});
/** Levels that leave the recorded book uncrossed: bids up to 100, asks from 101. */
const depths = fc
  .record({
    side: SIDES,
    offset: fc.integer({ min: 0, max: 4 }),
    lots: fc.integer({ min: 0, max: 80 }),
  })
  .map(({ side, offset, lots }) => ({
    kind: 'depth' as const,
    side,
    priceTicks: side === Side.BUY ? 100 - offset : 101 + offset,
    lots,
  }));

/** Plays random steps and keeps the books that the invariants need. */
class Play {
  readonly story: Story;
  readonly orders: VenueOrder[] = [];
  /** By side and price: a bound on all lots that ever stood there, and what our takers got. */
  private readonly shownLots = new Map([
    ['1:101', 40],
    ['1:102', 60],
    ['0:100', 50],
    ['0:99', 70],
  ]);
  private readonly takenLots = new Map<string, number>();

  constructor(queueModel: string, variant: 'published' | 'strict') {
    this.story = new Story({ queueModel, variant });
  }

  apply(step: Step): void {
    this.story.fills.length = 0;
    if (step.kind === 'trade') this.story.trade(step.side, step.priceTicks, step.lots);
    else if (step.kind === 'place') {
      this.orders.push(this.story.place(step.side, step.priceTicks, step.lots));
    } else this.show(step);
    for (const fill of this.story.fills) {
      if (fill.cause !== FillCause.TAKER) continue;
      const key = `${step.side === Side.BUY ? Side.SELL : Side.BUY}:${fill.priceTicks}`;
      this.takenLots.set(key, (this.takenLots.get(key) ?? 0) + fill.quantityLots);
    }
  }

  /** Lots our resting orders got from a trade at their price in the last step. */
  queuedLots(): number {
    let lots = 0;
    for (const fill of this.story.fills) {
      if (fill.cause === FillCause.QUEUE) lots += fill.quantityLots;
    }
    return lots;
  }

  checkTakers(): void {
    for (const [key, taken] of this.takenLots) {
      assert.ok(taken <= (this.shownLots.get(key) ?? 0), `${key}: ${taken}`);
    }
  }

  checkOrders(): void {
    for (const order of this.orders) {
      assert.ok(order.filledLots >= 0 && leavesLots(order) >= 0);
      if (leavesLots(order) === 0) assert.equal(this.story.book.queueAhead(order), -1);
    }
  }

  private show(step: Step): void {
    const key = `${step.side}:${step.priceTicks}`;
    this.shownLots.set(key, (this.shownLots.get(key) ?? 0) + step.lots);
    const level = [step.priceTicks, step.lots] as const;
    this.story.depth(step.side === Side.BUY ? [level] : [], step.side === Side.SELL ? [level] : []);
  }
}

test('lots add up, and no trade and no level is given out twice', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('power:2', 'log2', 'risk-averse', 'trade-through'),
      fc.constantFrom('published' as const, 'strict' as const),
      fc.array(fc.oneof(trades, depths, places), { maxLength: 80 }),
      (queueModel, variant, steps) => {
        const play = new Play(queueModel, variant);
        for (const step of steps) {
          play.apply(step);
          if (step.kind === 'trade') assert.ok(play.queuedLots() <= step.lots);
          play.checkOrders();
        }
        play.checkTakers();
      },
    ),
  );
});

test('a more careful model never fills more at our price', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(trades, depths), { maxLength: 60 }), (steps) => {
      const filledOf = (queueModel: string): number => {
        const play = new Play(queueModel, 'strict');
        const order = play.story.place(Side.BUY, 100, 1_000_000);
        for (const step of steps) play.apply(step);
        return order.filledLots;
      };
      const through = filledOf('trade-through');
      const careful = filledOf('risk-averse');
      // A trade-through fills the whole order, so the comparison holds in both cases.
      assert.ok(through <= careful && careful <= filledOf('power:2'));
    }),
  );
});
