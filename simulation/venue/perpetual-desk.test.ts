/**
 * Goal: the perpetual's position, margin, funding, reduce-only and liquidation follow the venue's
 * rules.
 * Method: one world per rule; amounts worked out by hand.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import { BalanceSlot, CommissionAsset, OrderType, Side, TimeInForce } from '#contracts/order.ts';
import type { AssetUnits, PriceUnits, QuantityLots } from '#units/integers.ts';
import {
  PERP,
  perpInstrument,
  SPOT,
  START,
  spotInstrument,
  WHOLE,
  type Wish,
  World,
} from './venue.test-support.ts';

const BUY = Side.BUY;
const SELL = Side.SELL;
const ZERO = 0 as AssetUnits;

function perpWorld(marginWhole = 2_000, positionLots = 0): World {
  const world = new World({
    balances: {
      baseUnits: ZERO,
      quoteUnits: ZERO,
      feeAssetUnits: ZERO,
      marginUnits: (marginWhole * WHOLE) as AssetUnits,
      positionLots: positionLots as QuantityLots,
      entryPriceUnits: 16_000_000 as PriceUnits,
    },
  });
  world.mark(16_000);
  world.venue.publishAccount();
  return world;
}

/** Filled with the commission of every fill from now on. */
function commissionsOf(world: World): number[] {
  const commissions: number[] = [];
  world.onEvent = (event) => {
    if (event.kind !== EventKind.EXECUTION_REPORT || event.lastQuantityLots === 0) return;
    assert.equal(event.commissionAsset, CommissionAsset.MARGIN);
    commissions.push(event.commissionUnits);
  };
  return commissions;
}

function perpOrder(wish: Omit<Wish, 'instrument'>): Wish {
  return { instrument: PERP, ...wish };
}

test('a fill moves position and wallet: report, position, then margin balance', () => {
  const world = perpWorld();
  world.stranger(SELL, 16_000, 10_000, PERP);
  world.send(perpOrder({ id: 1, side: BUY, price: 16_000, lots: 10_000 }));
  const commissions: unknown[] = [];
  world.onEvent = (event) => {
    if (event.kind === EventKind.EXECUTION_REPORT && event.lastQuantityLots > 0) {
      commissions.push([event.commissionUnits, event.commissionAsset]);
    }
  };
  // 1600 quote x 5 bp = 0.8; initial margin 1600 / 5 = 320.
  assert.deepEqual(world.wait(), [
    '1 ACCEPTED 0/10000',
    '1 FILLED 10000/10000 10000@16000 taker',
    'position 10000 entry 16000000',
    'PERP_MARGIN 199920000000+32000000000',
  ]);
  assert.deepEqual(commissions, [[80_000_000, CommissionAsset.MARGIN]]);
});

test('a resting order is not told to the account, but holds margin', () => {
  const world = perpWorld();
  world.send(
    perpOrder({ id: 1, side: BUY, price: 15_500, lots: 10_000, timeInForce: TimeInForce.GTX }),
  );
  assert.deepEqual(world.wait(), ['1 ACCEPTED 0/10000']);
  assert.equal(world.venue.lockedUnits(BalanceSlot.PERP_MARGIN), 310 * WHOLE);
  world.cancel(1, PERP);
  assert.deepEqual(world.wait(), ['1 CANCELED 0/10000']);
  assert.equal(world.venue.lockedUnits(BalanceSlot.PERP_MARGIN), 0);
});

test('margin bounds new exposure, and never what reduces', () => {
  const world = perpWorld(320, 9_000);
  world.send(perpOrder({ id: 1, side: BUY, price: 16_000, lots: 1_001 }));
  world.send(perpOrder({ id: 2, side: BUY, price: 16_000, lots: 1_000 }));
  world.send(perpOrder({ id: 3, side: SELL, price: 16_500, lots: 9_000 }));
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/1001 INSUFFICIENT_MARGIN -2019',
    '2 ACCEPTED 0/1000',
    '3 ACCEPTED 0/9000',
  ]);
});

test('the price band follows the mark, and stops market orders', () => {
  const world = perpWorld();
  world.send(perpOrder({ id: 1, side: BUY, price: 16_801, lots: 100 }));
  world.send(perpOrder({ id: 2, side: SELL, price: 15_199, lots: 100 }));
  world.send(perpOrder({ id: 3, side: SELL, price: 99_000, lots: 100 }));
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/100 FILTER -4016',
    '2 REJECTED 0/100 FILTER -4024',
    '3 ACCEPTED 0/100',
  ]);
  world.stranger(SELL, 16_800, 10, PERP);
  world.stranger(SELL, 16_801, 10, PERP);
  world.send(perpOrder({ id: 4, side: BUY, price: 0, lots: 100, type: OrderType.MARKET }));
  assert.deepEqual(world.wait().slice(0, 3), [
    '4 ACCEPTED 0/100',
    '4 PARTIALLY_FILLED 10/100 10@16800 taker',
    '4 EXPIRED 10/100 UNFILLED_REMAINDER',
  ]);
});

test('before the first mark a market order is bounded by nothing but still counts margin', () => {
  const world = new World();
  world.stranger(SELL, 16_000, 100, PERP);
  world.send(perpOrder({ id: 1, side: BUY, price: 0, lots: 100, type: OrderType.MARKET }));
  assert.ok(world.wait().includes('1 FILLED 100/100 100@16000 taker'));
});

test('a reduce-only order is cut to the position, refused without one, and may be below the notional', () => {
  const world = perpWorld(2_000, 100);
  world.send(perpOrder({ id: 1, side: BUY, price: 16_000, lots: 10, reduceOnly: true }));
  world.send(perpOrder({ id: 2, side: SELL, price: 16_100, lots: 3, reduceOnly: true }));
  world.send(perpOrder({ id: 3, side: SELL, price: 16_100, lots: 500, reduceOnly: true }));
  world.send(perpOrder({ id: 4, side: SELL, price: 16_100, lots: 1, reduceOnly: true }));
  world.send(perpOrder({ id: 5, side: SELL, price: 16_100, lots: 3 }));
  assert.deepEqual(world.wait(), [
    '1 REJECTED 0/10 REDUCE_ONLY -2022',
    '2 ACCEPTED 0/3',
    '3 ACCEPTED 0/97',
    '4 REJECTED 0/1 REDUCE_ONLY -2022',
    '5 REJECTED 0/3 FILTER -4164',
  ]);
});

test('a reduce-only order holds no margin', () => {
  const world = perpWorld(2_000, 100);
  world.send(perpOrder({ id: 1, side: SELL, price: 16_000, lots: 200 }));
  world.send(perpOrder({ id: 2, side: SELL, price: 16_000, lots: 100, reduceOnly: true }));
  world.wait();
  // |16 - 32| = 16, over 5.
  assert.equal(world.venue.lockedUnits(BalanceSlot.PERP_MARGIN), 3.2 * WHOLE);
});

test('resting reduce-only orders shrink with the position, the newest first', () => {
  const world = perpWorld(2_000, 100);
  world.send(perpOrder({ id: 1, side: SELL, price: 16_100, lots: 60, reduceOnly: true }));
  world.send(perpOrder({ id: 2, side: SELL, price: 16_100, lots: 40, reduceOnly: true }));
  world.wait();
  world.stranger(BUY, 16_000, 50, PERP);
  world.send(perpOrder({ id: 3, side: SELL, price: 16_000, lots: 50 }));
  const lines = world.wait();
  assert.ok(lines.includes('2 EXPIRED 0/40 REDUCE_ONLY'));
  assert.ok(lines.includes('1 AMENDED 0/50 REDUCE_ONLY'));
  assert.equal(world.perp.levelLots(SELL, 16_100), 50);
  assert.equal(world.venue.margin?.positionLots, 50);
});

for (const [name, lots, rate, amount] of [
  ['a long pays a positive rate', 10_000, 10_000, -16_000_000],
  ['a short receives it', -10_000, 10_000, 16_000_000],
  ['a long receives a negative rate', 10_000, -10_000, 16_000_000],
] as const) {
  test(`funding at the instant: ${name}`, () => {
    const world = perpWorld(2_000, lots);
    // 10 000 x 0.16 x 0.01 % = 0.16.
    world.mark(16_000, rate, START + 1_000_000);
    assert.deepEqual(world.wait(999_999), []);
    assert.deepEqual(world.wait(), [
      `funding ${amount} at ${rate}`,
      `PERP_MARGIN ${2_000 * WHOLE + amount}+32000000000`,
    ]);
    assert.equal(world.venue.margin?.fundingReceivedUnits, amount);
    assert.equal(world.venue.fundingCount, 1);
  });
}

test('funding uses the last terms, follows a moved instant, and asks nobody without a position', () => {
  const world = perpWorld(2_000, 10_000);
  world.mark(16_000, 10_000, START + 1_000_000);
  world.mark(15_000, 20_000, START + 2_000_000);
  assert.deepEqual(world.wait(1_500_000), [], 'the old instant is void');
  assert.match(world.wait(1_000_000)[0] ?? '', /^funding -30000000 at 20000$/);
  const moved = perpWorld(2_000, 10_000);
  for (const micros of [1_000_000, 2_000_000, 1_000_000])
    moved.mark(16_000, 10_000, START + micros);
  moved.wait(3_000_000);
  assert.equal(moved.venue.fundingCount, 1, 'moved away and back settles once');
  const flat = perpWorld();
  flat.mark(16_000, 10_000, START + 1_000_000);
  assert.deepEqual(flat.wait(2_000_000), []);
});

test('liquidation cancels everything, closes inside the band, charges its fee, and ends flat', () => {
  const world = perpWorld(330, 10_000);
  world.send(perpOrder({ id: 1, side: SELL, price: 16_500, lots: 100 }));
  world.wait();
  world.stranger(BUY, 13_100, 20_000, PERP);
  // Equity 330 - 290 = 40 against a maintenance of 1310 x 2.5 % = 32.75: lives.
  world.mark(13_100);
  assert.equal(world.venue.liquidationCount, 0);
  const commissions = commissionsOf(world);
  world.mark(13_020);
  const lines = world.wait();
  assert.deepEqual(lines.slice(0, 3), [
    '1 CANCELED 0/100 LIQUIDATION',
    '0 ACCEPTED 0/10000 LIQUIDATION',
    '0 FILLED 10000/10000 10000@13100 taker LIQUIDATION',
  ]);
  assert.ok(lines.some((line) => line.startsWith('position 0')));
  assert.equal(world.venue.liquidationCount, 1);
  // 330 - 290 loss - 0.655 taker fee - 1302 x 1.5 % = 19.53: both fees in the one report.
  assert.equal(world.venue.margin?.walletUnits, 1_981_500_000);
  assert.deepEqual(commissions, [65_500_000 + 1_953_000_000]);
  assert.deepEqual(lines.slice(3), ['position 0 entry 0', 'PERP_MARGIN 1981500000+0']);
});

test('what a thin book does not take is liquidated at the next mark, and the insurance fund pays the rest', () => {
  const world = perpWorld(330, 10_000);
  const commissions = commissionsOf(world);
  world.stranger(BUY, 12_800, 4_000, PERP);
  world.mark(12_800);
  assert.ok(world.wait().includes('0 EXPIRED 4000/10000 LIQUIDATION'));
  assert.equal(world.venue.margin?.positionLots, 6_000);
  world.stranger(BUY, 12_700, 10_000, PERP);
  world.mark(12_700);
  world.wait();
  assert.equal(world.venue.margin?.positionLots, 0);
  assert.equal(world.venue.margin?.walletUnits, 0);
  assert.equal(world.venue.liquidationCount, 2);
  // 4000 x 0.128 = 512 x (0.05 + 1.5) % and 6000 x 0.127 = 762 x 1.55 %; then the wallet is at
  // 330 - 128 - 198 - 7.936 - 11.811 = -15.747, which the fund pays within the last fill's report.
  assert.equal(world.venue.margin?.insurancePaidUnits, 1_574_700_000);
  assert.deepEqual(commissions, [793_600_000, 1_181_100_000 - 1_574_700_000]);
});

test('a liquidation through several prices says its fee fill by fill, and pays it once', () => {
  const world = perpWorld(330, 10_000);
  const commissions = commissionsOf(world);
  world.stranger(BUY, 13_020, 1, PERP);
  world.stranger(BUY, 13_010, 9_999, PERP);
  world.mark(13_000);
  world.wait();
  // 0.1302 x 5 bp + 0.13 x 1.5 %, then the same on 9999 lots: a fee counts what is closed at mark.
  assert.equal(commissions[0], 6_510 + 195_000);
  const paid = commissions.reduce((sum, units) => sum + units, 0);
  const { margin } = world.venue;
  assert.equal(paid, (margin?.feesPaidUnits ?? 0) - (margin?.insurancePaidUnits ?? 0));
  assert.equal(margin?.walletUnits, 330 * WHOLE + (margin?.realizedUnits ?? 0) - paid);
  assert.equal(commissions.length, 2);
});

test('a maker rebate is credited to the margin wallet', () => {
  const world = new World({
    instruments: [spotInstrument(), perpInstrument({ makerFeeRate: -5_000 as never })],
  });
  world.mark(16_000);
  world.send(
    perpOrder({ id: 1, side: SELL, price: 16_100, lots: 1_000, timeInForce: TimeInForce.GTX }),
  );
  world.wait();
  world.stranger(BUY, 16_100, 1_000, PERP);
  world.wait();
  // A rebate of 0.5 bp on 161 quote is credited.
  assert.equal(world.venue.margin?.feesPaidUnits, -805_000);
  assert.equal(world.venue.openOrders(SPOT).length, 0);
});
