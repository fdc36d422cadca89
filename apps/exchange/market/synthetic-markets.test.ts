/**
 * Goal: the exchange's market is alive, the same for the same seed, and follows the wall it is given.
 * Method: a wall that the test moves; accounts that take part in the books.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { VenueOrder } from '#simulation/venue/venue-book.ts';
import type {
  EpochMicros,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { type ListedSymbol, listedSymbol } from './exchange-instruments.ts';
import { ownerOf, type SymbolMarket } from './symbol-market.ts';
import { SyntheticMarkets, type SyntheticMarketsOptions } from './synthetic-markets.ts';

const START = 1_795_305_615_000_000;
const SECOND = 1_000_000;
const DOGE = listedSymbol('DOGEUSDT') as ListedSymbol;

function stage(change: Partial<SyntheticMarketsOptions> = {}) {
  const wall = { micros: START };
  const markets = new SyntheticMarkets({
    symbols: [DOGE],
    seed: 1,
    wallMicros: () => wall.micros as EpochMicros,
    paceMillis: 0,
    ...change,
  });
  const spot = markets.spot.get('DOGEUSDT') as SymbolMarket;
  const usdm = markets.usdm.get('DOGEUSDT') as SymbolMarket;
  const jump = (seconds: number): void => {
    wall.micros += seconds * SECOND;
    markets.nowMicros();
  };
  const run = (seconds: number): void => {
    for (let left = seconds; left > 0; left -= 10) jump(Math.min(10, left));
  };
  return { markets, spot, usdm, run, jump };
}

function orderOf(side: Side, priceTicks: number, lots = 100): VenueOrder {
  return {
    venueOrderId: 1,
    owner: ownerOf(1),
    clientOrderId: 0,
    side,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.GTC,
    selfTradeMode: SelfTradeMode.EXPIRE_MAKER,
    reduceOnly: false,
    priceTicks: priceTicks as PriceTicks,
    quantityLots: lots as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
}

test('from the first moment both books have depth, a last price and a mark', () => {
  const { spot, usdm } = stage();
  for (const market of [spot, usdm]) {
    const { bids, asks } = market.depth(20);
    assert.ok(bids.length >= 3 && asks.length >= 3);
    assert.ok((bids[0]?.[0] ?? 0) < (asks[0]?.[0] ?? 0));
    assert.ok(market.lastPriceTicks > 0);
    assert.ok(market.averagePriceUnits() > 0);
  }
  assert.ok(usdm.markPriceUnits > 0 && usdm.indexPriceUnits > 0 && usdm.nextFundingMicros > START);
});

test('an hour of people: trades with ids that rise by one, and the same for the same seed', () => {
  const first = stage();
  const second = stage();
  first.run(600);
  for (let step = 0; step < 200; step++) second.run(3);
  const trades = first.spot.trades(500);
  assert.equal(trades.length, 500);
  trades.forEach((trade, index) => {
    if (index > 0) assert.equal(trade.tradeId, (trades[index - 1]?.tradeId ?? 0) + 1);
  });
  assert.deepEqual(second.spot.trades(500), trades);
  assert.equal(second.spot.lastUpdateId, first.spot.lastUpdateId);
  assert.notDeepEqual(stage({ seed: 2 }).spot.depth(5), stage().spot.depth(5));
});

test('collectors of different speeds tell the same book', () => {
  const { spot, run } = stage();
  const fast = spot.collectDepth();
  const slow = spot.collectDepth();
  const books = [new Map<number, number>(), new Map<number, number>()];
  for (const [price, lots] of spot.depth(5000).bids)
    for (const book of books) book.set(price, lots);
  let last = spot.lastUpdateId;
  const apply = (book: Map<number, number>, rows: readonly (readonly [number, number])[]): void => {
    for (const [price, lots] of rows) lots === 0 ? book.delete(price) : book.set(price, lots);
  };
  for (let step = 0; step < 50; step++) {
    run(0.1);
    const changes = fast.drain();
    if (changes === null) continue;
    assert.equal(changes.firstUpdateId, last + 1);
    last = changes.lastUpdateId;
    apply(books[0] as Map<number, number>, changes.bids);
  }
  const all = slow.drain();
  assert.ok(all !== null);
  apply(books[1] as Map<number, number>, all.bids);
  const truth = new Map(spot.depth(5000).bids);
  for (const book of books) assert.deepEqual([...book].sort(), [...truth].sort());
  assert.equal(all.lastUpdateId, spot.lastUpdateId);
  assert.equal(slow.drain(), null);
});

test('accounts trade with the people, and only they are told of it', () => {
  const { spot, run, markets } = stage();
  const told: string[] = [];
  spot.bindAccounts({
    onRested: () => void told.push('rested'),
    onFill: (_order, _price, lots) => void told.push(`filled ${lots}`),
    onEnded: () => void told.push('ended'),
  });
  const ask = spot.depth(1).asks[0]?.[0] ?? 0;
  spot.book.place(orderOf(Side.BUY, ask, 10), markets.workingMicros);
  assert.deepEqual(told, ['filled 10']);
  const bid = spot.depth(1).bids[0]?.[0] ?? 0;
  spot.book.place(orderOf(Side.BUY, bid, 50), markets.workingMicros);
  run(120);
  assert.equal(told[1], 'rested');
  assert.ok(told.length > 2, 'somebody sold to us');
});

test('a halted symbol stands still until it trades again', () => {
  const { spot, run } = stage();
  spot.setStatus(InstrumentStatus.HALT);
  assert.equal(spot.instrument.version, 2);
  const before = spot.lastUpdateId;
  run(10);
  assert.equal(spot.lastUpdateId, before);
  spot.setStatus(InstrumentStatus.TRADING);
  run(10);
  assert.ok(spot.lastUpdateId > before);
});

test('funding is told once when it is due, with the rate that was announced', () => {
  const { markets, usdm, run } = stage({ fundingIntervalMicros: 60 * SECOND });
  const told: [string, RateUnits, PriceUnits][] = [];
  markets.onFunding((symbol, rate, mark) => void told.push([symbol, rate, mark]));
  run(1);
  const announced = usdm.nextFundingMicros;
  run(59);
  run(2);
  assert.equal(told.length, 1);
  assert.equal(told[0]?.[0], 'DOGEUSDT');
  assert.ok((told[0]?.[2] ?? 0) > 0);
  assert.equal(usdm.nextFundingMicros, announced + 60 * SECOND);
});

test('after a long pause the market goes on from now without living through it', () => {
  const { spot, jump, markets } = stage();
  const before = spot.lastUpdateId;
  jump(3_600 * 24);
  assert.equal(markets.workingMicros, START + 3_600 * 24 * SECOND);
  assert.ok(spot.lastUpdateId - before < 100_000, 'not a day of trading');
  assert.ok(spot.depth(1).bids.length === 1);
});

test('an error of a scheduled task is told, and the market goes on', () => {
  const problems: unknown[] = [];
  const { markets, run } = stage({ onProblem: (error) => problems.push(error) });
  let ran = 0;
  markets.schedule((START + SECOND) as EpochMicros, () => {
    throw new Error('our bug');
  });
  markets.schedule((START + 2 * SECOND) as EpochMicros, () => {
    ran += 1;
  });
  run(3);
  assert.deepEqual([problems.length, ran], [1, 1]);
});
