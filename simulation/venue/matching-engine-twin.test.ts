/**
 * Goal: the engine loses and creates nothing, keeps first in first out, and is never crossed at
 * rest, whatever comes.
 * Method: random streams against a slow engine that searches one array.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { LevelColumn } from '#contracts/events.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { QuantityLots } from '#units/integers.ts';
import { engineWithRecorder, NOW, type OrderWish, order, rows } from './book.test-support.ts';
import type { MatchingEngine } from './matching-engine.ts';
import { leavesLots, type VenueOrder } from './venue-book.ts';

/** The obvious engine: one array of resting orders in order of arrival, searched each time. */
class ArrayEngine {
  readonly lines: string[] = [];
  resting: VenueOrder[] = [];
  private tradeId = 0;

  place(taker: VenueOrder): void {
    const limit = limitOf(taker);
    if (taker.timeInForce === TimeInForce.FOK && this.fillable(taker, limit) < leavesLots(taker)) {
      this.lines.push(`ended ${taker.venueOrderId} 1 left ${leavesLots(taker)}`);
      return;
    }
    for (;;) {
      const maker = this.best(taker, limit)[0];
      if (maker === undefined) break;
      if (maker.owner === taker.owner && taker.selfTradeMode !== SelfTradeMode.NONE) {
        if (!this.prevent(taker, maker)) return;
      } else {
        this.trade(taker, maker);
      }
      this.resting = this.resting.filter((one) => leavesLots(one) > 0);
      if (leavesLots(taker) === 0) return;
    }
    this.settle(taker);
  }

  private settle(taker: VenueOrder): void {
    if (taker.type === OrderType.MARKET || taker.timeInForce === TimeInForce.IOC) {
      this.lines.push(`ended ${taker.venueOrderId} 0 left ${leavesLots(taker)}`);
    } else {
      this.resting.push(taker);
      this.lines.push(`rested ${taker.venueOrderId}`);
    }
  }

  private trade(taker: VenueOrder, maker: VenueOrder): void {
    const lots = Math.min(leavesLots(taker), leavesLots(maker));
    taker.filledLots = (taker.filledLots + lots) as QuantityLots;
    maker.filledLots = (maker.filledLots + lots) as QuantityLots;
    this.tradeId += 1;
    this.lines.push(`taker ${taker.venueOrderId} ${lots}@${maker.priceTicks} #${this.tradeId}`);
    this.lines.push(`maker ${maker.venueOrderId} ${lots}@${maker.priceTicks} #${this.tradeId}`);
  }

  cancel(target: VenueOrder): boolean {
    const before = this.resting.length;
    this.resting = this.resting.filter((one) => one !== target);
    return this.resting.length < before;
  }

  private prevent(taker: VenueOrder, maker: VenueOrder): boolean {
    const mode = taker.selfTradeMode;
    if (mode === SelfTradeMode.DECREMENT) {
      const lots = Math.min(leavesLots(taker), leavesLots(maker));
      taker.preventedLots = (taker.preventedLots + lots) as QuantityLots;
      maker.preventedLots = (maker.preventedLots + lots) as QuantityLots;
      if (leavesLots(maker) === 0) this.lines.push(`ended ${maker.venueOrderId} 2 left 0`);
      if (leavesLots(taker) === 0) this.lines.push(`ended ${taker.venueOrderId} 2 left 0`);
      this.resting = this.resting.filter((one) => leavesLots(one) > 0);
      return leavesLots(taker) > 0;
    }
    if (mode !== SelfTradeMode.EXPIRE_TAKER) {
      this.resting = this.resting.filter((one) => one !== maker);
      this.lines.push(`ended ${maker.venueOrderId} 2 left ${leavesLots(maker)}`);
      if (mode === SelfTradeMode.EXPIRE_MAKER) return true;
    }
    this.lines.push(`ended ${taker.venueOrderId} 2 left ${leavesLots(taker)}`);
    return false;
  }

  private best(taker: VenueOrder, limit: number): VenueOrder[] {
    const sign = taker.side === Side.BUY ? 1 : -1;
    return this.resting
      .filter((one) => one.side !== taker.side && one.priceTicks * sign <= limit * sign)
      .sort((a, b) => (a.priceTicks - b.priceTicks) * sign);
  }

  private fillable(taker: VenueOrder, limit: number): number {
    let sum = 0;
    for (const maker of this.best(taker, limit)) {
      if (maker.owner === taker.owner && taker.selfTradeMode !== SelfTradeMode.NONE) {
        if (taker.selfTradeMode === SelfTradeMode.EXPIRE_MAKER) continue;
        break;
      }
      sum += leavesLots(maker);
    }
    return sum;
  }
}

function limitOf(taker: VenueOrder): number {
  if (taker.type !== OrderType.MARKET) return taker.priceTicks;
  return taker.side === Side.BUY ? Number.POSITIVE_INFINITY : 0;
}

const step = fc.record({
  kind: fc.constantFrom('limit', 'limit', 'limit', 'ioc', 'fok', 'market', 'cancel', 'reduce'),
  side: fc.constantFrom(Side.BUY, Side.SELL),
  price: fc.integer({ min: 95, max: 105 }),
  lots: fc.integer({ min: 1, max: 20 }),
  owner: fc.integer({ min: 0, max: 3 }),
  mode: fc.constantFrom(...Object.values(SelfTradeMode)),
  pick: fc.nat(50),
});

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** The fast engine and the slow one, fed the same steps. */
class Twins {
  private readonly recorded = engineWithRecorder();
  private readonly naive = new ArrayEngine();
  private readonly fast: VenueOrder[] = [];
  private readonly slow: VenueOrder[] = [];
  private readonly published = new Map<string, number>();

  apply(one: Step): void {
    if (one.kind === 'cancel' || one.kind === 'reduce') this.change(one);
    else this.place(one);
    assert.deepEqual(this.recorded.lines, this.naive.lines);
    assertBooksEqual(this.recorded.engine, this.naive, this.published);
    this.recorded.lines.length = 0;
    this.naive.lines.length = 0;
  }

  assertConserved(): void {
    const filled = (side: Side): number =>
      this.fast.reduce((sum, one) => sum + (one.side === side ? one.filledLots : 0), 0);
    assert.equal(filled(Side.BUY), filled(Side.SELL), 'each lot bought is a lot sold');
    for (const one of this.fast) assert.ok(leavesLots(one) >= 0, 'nothing is overfilled');
  }

  private change(one: Step): void {
    const { engine } = this.recorded;
    const fast = this.fast[one.pick % this.fast.length];
    const slow = this.slow[one.pick % this.slow.length];
    if (fast === undefined || slow === undefined) return;
    if (one.kind === 'cancel') {
      assert.equal(engine.cancel(fast), this.naive.cancel(slow));
    } else if (leavesLots(fast) > 1 && engine.rests(fast)) {
      engine.reduce(fast, (fast.quantityLots - 1) as QuantityLots);
      slow.quantityLots = (slow.quantityLots - 1) as QuantityLots;
    }
  }

  private place(one: Step): void {
    const mine = order(wishOf(one));
    const twin = { ...mine };
    this.fast.push(mine);
    this.slow.push(twin);
    this.recorded.engine.place(mine, NOW);
    this.naive.place(twin);
  }
}

test('random streams agree with the array engine, call for call and level for level', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 150, size: 'max' }), (steps) => {
      const twins = new Twins();
      for (const one of steps) twins.apply(one);
      twins.assertConserved();
    }),
    { numRuns: 200, seed: 42 },
  );
});

function wishOf(one: Step): OrderWish {
  const byKind: Record<string, TimeInForce> = { ioc: TimeInForce.IOC, fok: TimeInForce.FOK };
  return {
    owner: one.owner,
    side: one.side,
    price: one.kind === 'market' ? 0 : one.price,
    lots: one.lots,
    type: one.kind === 'market' ? OrderType.MARKET : OrderType.LIMIT,
    timeInForce: byKind[one.kind] ?? TimeInForce.GTC,
    selfTradeMode: one.mode,
  };
}

/** Levels from the engine, from its drained changes and from the naive orders must be one book. */
function assertBooksEqual(
  engine: MatchingEngine,
  naive: ArrayEngine,
  published: Map<string, number>,
): void {
  const bids = new LevelColumn();
  const asks = new LevelColumn();
  engine.drainChanges(bids, asks);
  for (const [price, lots] of rows(bids)) published.set(`bid ${price}`, lots ?? 0);
  for (const [price, lots] of rows(asks)) published.set(`ask ${price}`, lots ?? 0);
  const expected = new Map<string, number>();
  for (const one of naive.resting) {
    const key = `${one.side === Side.BUY ? 'bid' : 'ask'} ${one.priceTicks}`;
    expected.set(key, (expected.get(key) ?? 0) + leavesLots(one));
  }
  const shown = [...published].filter(([, lots]) => lots > 0).sort();
  assert.deepEqual(shown, [...expected].sort());
  for (const [key, lots] of expected) {
    const [side, price] = key.split(' ');
    assert.equal(engine.levelLots(side === 'bid' ? Side.BUY : Side.SELL, Number(price)), lots);
  }
  const crossed = engine.bestAskTicks !== 0 && engine.bestBidTicks >= engine.bestAskTicks;
  assert.equal(crossed, false, 'never crossed at rest');
}
