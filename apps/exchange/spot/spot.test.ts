/**
 * Goal: spot orders do what the venue's do: refusals in their order, every type, self-trade prevention,
 * amends, money exact to the last unit, events in their order.
 * Method: operations called on a quiet book of ten levels each side of 0.16; then random trading of two
 * accounts, its money checked against the orders and trades after every step.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keySource } from '#apps/exchange/accounts/key-making.ts';
import { parseKeys } from '#apps/exchange/accounts/keys-file.ts';
import { SPOT_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { AssetUnits } from '#units/integers.ts';
import { type Free, SpotWorld } from './spot-world.test-support.ts';

const BUY = { side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '100', price: '0.15' };

for (const [what, change, code, message] of [
  ['an unlisted symbol', { symbol: 'NOPE' }, -1121, /Invalid symbol/],
  ['no side', { side: '' }, -1102, /'side'/],
  ['a bad side', { side: 'HOLD' }, -1117, /side/],
  ['a bad type', { type: 'MAYBE' }, -1116, /type/],
  ['a stop order', { type: 'STOP_LOSS_LIMIT' }, -1020, /not supported/],
  ['an iceberg', { icebergQty: '10' }, -1020, /not supported/],
  ['no time in force', { timeInForce: '' }, -1102, /'timeInForce'/],
  ['a bad time in force', { timeInForce: 'GTX' }, -1115, /timeInForce/],
  ['a time in force on LIMIT_MAKER', { type: 'LIMIT_MAKER' }, -1106, /'timeInForce'/],
  ['a price on MARKET', { type: 'MARKET', timeInForce: '' }, -1106, /'price'/],
  ['no price', { price: '' }, -1102, /'price'/],
  ['a price with an exponent', { price: '1e-1' }, -1100, /'price'/],
  ['nine decimals', { price: '0.150000001' }, -1111, /precision/],
  ['a bad client id', { newClientOrderId: 'a b' }, -1100, /newClientOrderId/],
  ['a long client id', { newClientOrderId: 'a'.repeat(37) }, -1100, /newClientOrderId/],
  ['a bad self-trade mode', { selfTradePreventionMode: 'MAYBE' }, -1013, /selfTrade/],
  ['a low strategy type', { strategyType: '5' }, -1130, /strategyType/],
  ['a price off the tick', { price: '0.150001' }, -1013, /PRICE_FILTER/],
  ['a price of zero', { price: '0' }, -1013, /price/],
  ['a price far too low', { price: '0.00001', quantity: '200000' }, -1013, /PERCENT_PRICE_BY_SIDE/],
  ['a quantity off the step', { quantity: '1.5' }, -1013, /LOT_SIZE/],
  ['a quantity of zero', { quantity: '0' }, -1013, /quantity/],
  ['a quantity too large', { quantity: '9000001' }, -1013, /LOT_SIZE/],
  ['a notional too small', { quantity: '6' }, -1013, /NOTIONAL/],
  ['more than there is', { quantity: '5000000' }, -2010, /insufficient balance/],
] as const) {
  test(`an order with ${what} is refused and leaves no trace`, () => {
    const world = new SpotWorld();
    // A last price, as the percent filter needs one.
    world.ask('order.place', { side: 'BUY', type: 'MARKET', quantity: 100 }, 1);
    world.events.length = 0;
    const refusal = world.refusal('order.place', { ...BUY, ...change });
    assert.deepEqual([refusal.status, refusal.code], [400, code]);
    assert.match(refusal.message, message);
    assert.deepEqual(world.heard(), []);
    assert.deepEqual(world.balance('USDT'), ['100000.00000000', '0.00000000']);
    assert.deepEqual(world.ask('openOrders.status'), []);
    const [counts] = world.ask('account.rateLimits.orders');
    assert.equal(counts.count, 0);
  });
}

test('a post-only that would take, a duplicate id, a full book of orders, a closed market', () => {
  const world = new SpotWorld({ maxOpenOrders: 2 });
  const maker = { side: 'BUY', type: 'LIMIT_MAKER', quantity: 100, price: '0.16001' };
  const crossing = world.refusal('order.place', maker);
  assert.match(crossing.message, /immediately match and take/);
  world.place({ ...BUY, newClientOrderId: 'a' });
  const twice = world.refusal('order.place', { ...BUY, newClientOrderId: 'a' });
  assert.deepEqual([twice.code, twice.message], [-2010, 'Duplicate order sent.']);
  world.place(BUY);
  assert.match(world.refusal('order.place', BUY).message, /MAX_NUM_ORDERS/);
  world.doge.setStatus(InstrumentStatus.CANCEL_ONLY);
  assert.match(world.refusal('order.place', BUY).message, /Market is closed/);
  assert.equal(world.ask('openOrders.cancelAll').length, 2);
  assert.equal(world.refusal('openOrders.cancelAll', {}).code, -2011);
});

test('a position limit counts what is held and what may still be bought', () => {
  const world = new SpotWorld({ maxPositionUnits: 50_015_000_000_000 as AssetUnits });
  world.place(BUY);
  assert.match(world.refusal('order.place', BUY).message, /MAX_POSITION/);
});

test('GTC takes what crosses and rests; money moves and is unlocked at once', () => {
  const world = new SpotWorld();
  const answer = world.place({ ...BUY, price: '0.16002', quantity: 25_000 });
  assert.deepEqual([answer.status, answer.executedQty], ['PARTIALLY_FILLED', '20000.00000000']);
  assert.deepEqual(
    answer.fills.map((fill: Free) => [fill.price, fill.qty, fill.commission, fill.commissionAsset]),
    [
      ['0.16001000', '10000.00000000', '10.00000000', 'DOGE'],
      ['0.16002000', '10000.00000000', '10.00000000', 'DOGE'],
    ],
  );
  assert.equal(answer.cummulativeQuoteQty, '3200.30000000');
  assert.deepEqual(world.balance('USDT'), ['95999.60000000', '800.10000000']);
  assert.deepEqual(world.balance('DOGE'), ['519980.00000000', '0.00000000']);
  assert.deepEqual(world.heard(), [
    'executionReport NEW NEW',
    'executionReport TRADE PARTIALLY_FILLED',
    'executionReport TRADE PARTIALLY_FILLED',
    'outboundAccountPosition',
  ]);
});

test('IOC, FOK and MARKET expire what they cannot get', () => {
  const world = new SpotWorld();
  const ioc = world.place({ ...BUY, timeInForce: 'IOC', price: '0.16001', quantity: 12_000 });
  assert.deepEqual(
    [ioc.status, ioc.executedQty, ioc.expiryReason],
    ['EXPIRED', '10000.00000000', 'UNFILLED_IOC_QUANTITY_EXPIRED'],
  );
  const fok = world.place({ ...BUY, timeInForce: 'FOK', price: '0.16002', quantity: 12_000 });
  assert.deepEqual([fok.status, fok.expiryReason], ['EXPIRED', 'UNFILLED_FOK_ORDER_EXPIRED']);
  world.heard();
  const all = world.ask('order.place', { side: 'SELL', type: 'MARKET', quantity: 120_000 });
  assert.deepEqual(
    [all.status, all.executedQty, all.expiryReason],
    ['EXPIRED', '100000.00000000', 'INSUFFICIENT_LIQUIDITY'],
  );
  assert.equal(world.heard().at(-2), 'executionReport EXPIRED EXPIRED');
  const none = world.ask('order.place', { side: 'SELL', type: 'MARKET', quoteOrderQty: '100' });
  assert.deepEqual([none.status, none.origQty], ['EXPIRED', '0.00000000']);
  assert.deepEqual(world.balance('DOGE')[1], '0.00000000');
  assert.deepEqual(world.balance('USDT')[1], '0.00000000');
});

test('MARKET by amount buys as many whole steps as the amount pays for', () => {
  const world = new SpotWorld();
  const buy = world.ask('order.place', { side: 'BUY', type: 'MARKET', quoteOrderQty: '2000' });
  // 10 000 for 1600.10, then 2499 x 0.16002 = 399.88998.
  assert.deepEqual(
    [buy.status, buy.executedQty, buy.cummulativeQuoteQty, buy.origQuoteOrderQty],
    ['FILLED', '12499.00000000', '1999.98998000', '2000.00000000'],
  );
  assert.deepEqual(world.balance('USDT'), ['98000.01002000', '0.00000000']);
  const over = world.refusal('order.place', {
    side: 'BUY',
    type: 'MARKET',
    quoteOrderQty: '98001',
  });
  assert.ok(over.code === -2010 || over.code === -1013);
});

for (const [mode, taker, maker, left] of [
  ['NONE', 'FILLED', 'FILLED', 0],
  ['EXPIRE_TAKER', 'EXPIRED_IN_MATCH', 'NEW', 1],
  ['EXPIRE_MAKER', 'NEW', 'EXPIRED_IN_MATCH', 1],
  ['EXPIRE_BOTH', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH', 0],
  ['DECREMENT', 'EXPIRED_IN_MATCH', 'EXPIRED_IN_MATCH', 0],
] as const) {
  test(`self-trade prevention ${mode}: the taker is ${taker}, the maker ${maker}`, () => {
    const world = new SpotWorld();
    const first = world.place({ ...BUY, side: 'SELL', price: '0.16', quantity: 300 });
    world.heard();
    const values = { ...BUY, price: '0.16', quantity: 300, selfTradePreventionMode: mode };
    const second = world.place(values);
    const status = (orderId: number): string => world.ask('order.status', { orderId }).status;
    assert.deepEqual([second.status, status(first.orderId)], [taker, maker]);
    assert.equal(world.ask('openOrders.status').length, left);
    const prevented = world.ask('myPreventedMatches', { orderId: second.orderId });
    const isPrevented = mode !== 'NONE';
    assert.equal(prevented.length, isPrevented ? 1 : 0);
    if (!isPrevented) return;
    assert.equal(second.preventedMatches[0].makerOrderId, first.orderId);
    const reports = world.events
      .map(({ event }) => event)
      .filter((event) => event.x === 'TRADE_PREVENTION');
    const ends = [taker, maker].filter((each) => each === 'EXPIRED_IN_MATCH').length;
    assert.equal(reports.length, ends);
    assert.deepEqual(
      [reports[0].pl, reports[0].pL, reports[0].pY, reports[0].v],
      ['300.00000000', '0.16000000', '48.00000000', 0],
    );
  });
}

test('DECREMENT leaves the larger one with the rest', () => {
  const world = new SpotWorld();
  world.place({ ...BUY, side: 'SELL', price: '0.16', quantity: 500 });
  world.heard();
  const values = { ...BUY, price: '0.16', quantity: 200, selfTradePreventionMode: 'DECREMENT' };
  const taker = world.place(values);
  assert.deepEqual([taker.status, taker.preventedQuantity], ['EXPIRED_IN_MATCH', '200.00000000']);
  assert.deepEqual(world.balance('DOGE'), ['499700.00000000', '300.00000000']);
  const [open] = world.ask('openOrders.status');
  assert.deepEqual([open.status, open.preventedQuantity], ['NEW', '200.00000000']);
});

test('cancel: by either name, with restrictions, and only once', () => {
  const world = new SpotWorld();
  const { orderId } = world.place({ ...BUY, newClientOrderId: 'a' });
  assert.equal(world.refusal('order.cancel', {}).code, -1102);
  assert.equal(world.refusal('order.cancel', { orderId, origClientOrderId: 'b' }).code, -2039);
  const bad = { orderId, cancelRestrictions: 'ONLY' };
  assert.equal(world.refusal('order.cancel', bad).code, -1145);
  const partly = { orderId, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' };
  assert.match(world.refusal('order.cancel', partly).message, /cancel restrictions/);
  world.heard();
  const canceled = world.ask('order.cancel', { origClientOrderId: 'a', newClientOrderId: 'c' });
  assert.deepEqual([canceled.origClientOrderId, canceled.clientOrderId], ['a', 'c']);
  const event = world.events[0]?.event;
  assert.deepEqual([event.x, event.c, event.C], ['CANCELED', 'c', 'a']);
  assert.equal(world.refusal('order.cancel', { orderId }).code, -2011);
  assert.equal(world.refusal('order.status', { orderId: 5 }).code, -2013);
  assert.equal(world.refusal('order.cancel', { orderId }, 1).code, -2011);
});

test('amend shrinks in place and keeps the queue place; what it may not is -2038', () => {
  const world = new SpotWorld();
  const { orderId } = world.place({ ...BUY, price: '0.16', quantity: 1_000 });
  world.doge.other(Side.BUY, 16_000, 5_000);
  const amend = (newQty: number | string, more = {}) =>
    world.ask('order.amend.keepPriority', { orderId, newQty, ...more });
  const answer = amend(600, { newClientOrderId: 'z' });
  assert.equal(answer.amendedOrder.clientOrderId, 'z');
  assert.deepEqual(world.balance('USDT')[1], '96.00000000');
  for (const newQty of [600, 700]) {
    assert.equal(world.refusal('order.amend.keepPriority', { orderId, newQty }).code, -2038);
  }
  world.doge.other(Side.SELL, 16_000, 300);
  const status = world.ask('order.status', { orderId });
  assert.equal(status.executedQty, '300.00000000');
  const over = amend(300);
  assert.equal(over.amendedOrder.status, 'EXPIRED');
  assert.deepEqual(world.balance('USDT')[1], '0.00000000');
  const other = world.place({ ...BUY, quantity: 1_000 });
  for (let times = 1; times <= 10; times++) {
    world.ask('order.amend.keepPriority', { orderId: other.orderId, newQty: 1_000 - times });
  }
  const eleventh = { orderId: other.orderId, newQty: 900 };
  assert.match(world.refusal('order.amend.keepPriority', eleventh).message, /AMENDS/);
});

test('commission is paid in BNB, with its discount, while there is enough of it', () => {
  const text = JSON.stringify({
    accounts: [
      {
        name: 'a',
        spot: { DOGE: '0', USDT: '10000', BNB: '0.0003' },
        paysFeesInBnb: true,
        keys: [{ name: 'k', kind: 'HMAC' }],
      },
    ],
  });
  const world = new SpotWorld({}, SPOT_RATE_LIMITS, parseKeys(text, 'keys', keySource(1)));
  const buy = (): Free =>
    world.ask('order.place', { side: 'BUY', type: 'MARKET', quantity: 1_000 }).fills[0];
  // 160.01 USDT x 0.1 % x 75 % at 600 USDT a BNB.
  const first = buy();
  assert.deepEqual([first.commission, first.commissionAsset], ['0.00020001', 'BNB']);
  assert.equal(world.balance('BNB')[0], '0.00009999');
  const second = buy();
  assert.deepEqual([second.commission, second.commissionAsset], ['1.00000000', 'DOGE']);
  assert.ok(world.events.some(({ event }) => event.B?.some((row: Free) => row.a === 'BNB')));
});

test('the unfilled-order count falls with the first fill, more for a maker', () => {
  const world = new SpotWorld();
  const count = (): number => world.ask('account.rateLimits.orders')[0].count;
  for (let index = 0; index < 6; index++) world.place(BUY);
  assert.equal(count(), 6);
  world.ask('order.place', { side: 'BUY', type: 'MARKET', quantity: 100 });
  assert.equal(count(), 6);
  world.place({ ...BUY, price: '0.16' });
  world.doge.other(Side.SELL, 16_000, 60);
  assert.equal(count(), 2);
  world.doge.other(Side.SELL, 16_000, 40);
  assert.equal(count(), 2);
});

test('trades are paged by id, order and time', () => {
  const world = new SpotWorld();
  for (let index = 0; index < 5; index++) {
    world.ask('order.place', { side: 'BUY', type: 'MARKET', quantity: 100 });
  }
  const all = world.ask('myTrades');
  assert.equal(all.length, 5);
  const ids = (values: Record<string, number>): number[] =>
    world.ask('myTrades', values).map((row: Free) => row.id);
  assert.deepEqual(ids({ limit: 2 }), [all[3].id, all[4].id]);
  assert.deepEqual(ids({ fromId: all[1].id, limit: 2 }), [all[1].id, all[2].id]);
  assert.deepEqual(ids({ orderId: all[2].orderId }), [all[2].id]);
  assert.deepEqual(ids({ endTime: all[0].time - 1 }), []);
  const tooLong = { startTime: 1, endTime: 86_400_002 };
  assert.equal(world.refusal('myTrades', tooLong).code, -1127);
  assert.equal(world.ask('allOrders', { orderId: all[3].orderId }).length, 2);
});

test('a hidden order and a race between fill and cancel are the faults they claim to be', () => {
  const world = new SpotWorld();
  world.faults.ask('ORDER_HIDDEN');
  const { orderId } = world.place({ ...BUY, price: '0.16' });
  assert.equal(world.refusal('order.status', { orderId }).code, -2013);
  assert.deepEqual(world.ask('openOrders.status'), []);
  world.faults.ask('CANCEL_RACE');
  world.heard();
  assert.equal(world.refusal('order.cancel', { orderId }).code, -2011);
  assert.deepEqual(world.heard(), ['executionReport TRADE FILLED', 'outboundAccountPosition']);
});

test('a halt, another filter and a deposit come with an order, and the first two go by themselves', async () => {
  const world = new SpotWorld();
  world.faults.ask('FILTER_CHANGED');
  assert.match(world.refusal('order.place', { ...BUY, quantity: 20 }).message, /NOTIONAL/);
  world.faults.ask('SYMBOL_HALT');
  assert.match(world.refusal('order.place', BUY).message, /Market is closed/);
  world.faults.ask('BALANCE_MOVED');
  world.refusal('order.place', BUY);
  assert.deepEqual(world.heard(), ['balanceUpdate', 'outboundAccountPosition']);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  assert.equal(world.place({ ...BUY, quantity: 20 }).status, 'NEW');
});

test('under random trading every unit is accounted for', () => {
  const seed = 11;
  const random = new SeededRandom(seed);
  const world = new SpotWorld();
  const pick = <Item>(items: readonly Item[]): Item =>
    items[random.integer(0, items.length - 1)] as Item;
  for (let step = 0; step < 1_500; step++) {
    const accountId = random.integer(0, 1);
    const open = world.ask('openOrders.status', {}, accountId);
    const values = {
      side: pick(['BUY', 'SELL']),
      quantity: random.integer(10, 3_000),
      price: (random.integer(15_985, 16_015) / 100_000).toFixed(5),
      timeInForce: pick(['GTC', 'GTC', 'GTC', 'IOC', 'FOK']),
      selfTradePreventionMode: pick(['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH', 'DECREMENT']),
    };
    const choice = random.integer(0, 9);
    if (choice < 5 || open.length === 0) tryTo(() => world.place(values, accountId));
    else if (choice === 5) {
      const { side, quantity, selfTradePreventionMode } = values;
      const market = { side, quantity, selfTradePreventionMode, type: 'MARKET' };
      tryTo(() => world.ask('order.place', market, accountId));
    } else if (choice === 6) {
      const { orderId, origQty } = pick<Free>(open);
      const newQty = Math.ceil(Number(origQty) / 2);
      tryTo(() => world.ask('order.amend.keepPriority', { orderId, newQty }, accountId));
    } else if (choice === 7) {
      world.doge.other(random.integer(0, 1) as Side, random.integer(15_985, 16_015), 2_000);
    } else {
      const { orderId } = pick<Free>(open);
      tryTo(() => world.ask('order.cancel', { orderId }, accountId));
    }
    for (const id of [0, 1]) checkMoney(world, id, `seed ${seed}, step ${step}`);
  }
});

function tryTo(task: () => unknown): void {
  try {
    task();
  } catch (error) {
    if ((error as Error).name !== 'VenueError') throw error;
  }
}

const units = (text: string): bigint => BigInt(text.replace('.', ''));

/** Locked is what open orders need; free and locked together are what trades and commissions left. */
function checkMoney(world: SpotWorld, accountId: number, where: string): void {
  let base = 500_000_00000000n;
  let quote = 100_000_00000000n;
  for (const trade of world.ask('myTrades', { limit: 1_000, fromId: 0 }, accountId)) {
    const sign = trade.isBuyer ? 1n : -1n;
    base += sign * units(trade.qty) - (trade.isBuyer ? units(trade.commission) : 0n);
    quote -= sign * units(trade.quoteQty) + (trade.isBuyer ? 0n : units(trade.commission));
  }
  const needs = { BUY: 0n, SELL: 0n };
  for (const order of world.ask('openOrders.status', {}, accountId)) {
    const left =
      units(order.origQty) -
      units(order.executedQty) -
      units(order.preventedQuantity ?? '0.00000000');
    const side = order.side as 'BUY' | 'SELL';
    needs[side] += side === 'SELL' ? left : (left * units(order.price)) / 100_000_000n;
  }
  const [baseFree, baseLocked] = world.balance('DOGE', accountId).map(units) as [bigint, bigint];
  const [quoteFree, quoteLocked] = world.balance('USDT', accountId).map(units) as [bigint, bigint];
  assert.ok(baseFree >= 0n && quoteFree >= 0n, where);
  assert.deepEqual([baseLocked, quoteLocked], [needs.SELL, needs.BUY], where);
  if (world.ask('myTrades', { limit: 1_000, fromId: 0 }, accountId).length < 1_000) {
    assert.deepEqual([baseFree + baseLocked, quoteFree + quoteLocked], [base, quote], where);
  }
}
