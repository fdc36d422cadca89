/**
 * Goal: a chain of deltas from whole books leads to the same book as the whole books do, and a book that
 * cannot be right changes nothing.
 * Method: random books through the engine's own rule (apply, zero removes), then refusals one by one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { type LevelColumn, NO_PREVIOUS_UPDATE } from '#contracts/events.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { parseStep } from '#units/decimal-text.ts';
import type { EpochMicros, InstrumentIndex, RateUnits } from '#units/integers.ts';
import type { CcxtLevel } from './library-interface.ts';
import { CcxtDataError, LEVELS_MAX, WholeBooks } from './whole-books.ts';

const AT = 1_795_305_600_000_000 as EpochMicros;

function instrument(market: Market): Instrument {
  return defineInstrument(
    {
      market,
      symbol: 'DOGEUSDT',
      baseAsset: 'DOGE',
      quoteAsset: 'USDT',
      tickSize: '0.00001',
      stepSize: '0.1',
    },
    {
      index: 0 as InstrumentIndex,
      role: InstrumentRole.QUOTED,
      version: 1,
      makerFeeRate: 0 as RateUnits,
      takerFeeRate: 0 as RateUnits,
      feeAsset: '',
      feeAssetDiscountRate: 0 as RateUnits,
    },
  );
}

function open(market: Market = Market.SPOT): WholeBooks {
  return new WholeBooks(instrument(market), { step: parseStep('0.1') });
}

function apply(side: Map<number, number>, column: LevelColumn): void {
  for (let index = 0; index < column.count; index++) {
    const ticks = column.pricesTicks[index] as number;
    const lots = column.quantitiesLots[index] as number;
    if (lots === 0) assert.ok(side.delete(ticks), 'only levels that were there are removed');
    else side.set(ticks, lots);
  }
}

function asMap(column: LevelColumn): Map<number, number> {
  const side = new Map<number, number>();
  apply(side, column);
  return side;
}

function randomSide(random: SeededRandom, from: number, direction: 1 | -1): CcxtLevel[] {
  const levels: CcxtLevel[] = [];
  let ticks = from;
  for (let count = 1 + Math.floor(random.uniform() * 20); count > 0; count--) {
    ticks += direction * (1 + Math.floor(random.uniform() * 3));
    // Doubles, as the library gives them.
    levels.push([ticks / 1e5, Math.ceil(random.uniform() * 5) / 10]);
  }
  return levels;
}

test('applied deltas lead to the book of a snapshot, and the ids to each other', () => {
  const random = new SeededRandom(3, 1);
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    const books = open(market);
    const bids = new Map<number, number>();
    const asks = new Map<number, number>();
    let last = 0;
    for (let round = 0; round < 500; round++) {
      const mid = 16_000 + Math.floor(random.uniform() * 40);
      books.take({ bids: randomSide(random, mid, -1), asks: randomSide(random, mid, 1) }, AT);
      const { delta, snapshot } = books;
      apply(bids, delta.bids);
      apply(asks, delta.asks);
      books.fillSnapshot(AT);
      assert.deepEqual(new Map([...bids].sort()), new Map([...asMap(snapshot.bids)].sort()));
      assert.deepEqual(new Map([...asks].sort()), new Map([...asMap(snapshot.asks)].sort()));
      assert.equal(delta.firstUpdateId, last + 1);
      assert.equal(delta.previousUpdateId, market === Market.SPOT ? NO_PREVIOUS_UPDATE : last);
      assert.equal(snapshot.lastUpdateId, delta.lastUpdateId);
      last = delta.lastUpdateId;
      // Something else took a number in between.
      if (round % 7 === 0) books.nextId();
    }
  }
});

test('an unchanged book is an empty delta that still moves the chain', () => {
  const books = open();
  const book = { bids: [['0.16', '1']], asks: [['0.17', '1']], timestamp: 1_795_305_600_123 };
  books.take(book, AT);
  books.take(book, AT);
  const { delta } = books;
  assert.deepEqual([delta.bids.count, delta.asks.count, delta.lastUpdateId], [0, 0, 2]);
  assert.equal(delta.venueTimeMicros, 1_795_305_600_123_000);
});

test('a quantity finer than a lot is cut, at least to one, and counted', () => {
  const books = open();
  books.take({ bids: [['0.16', '1.27']], asks: [['0.17', 0.04]] }, AT);
  assert.deepEqual(asMap(books.delta.bids), new Map([[16_000, 12]]));
  assert.deepEqual(asMap(books.delta.asks), new Map([[17_000, 1]]));
  assert.equal(books.dustCount, 2);
});

test('no more levels than are kept', () => {
  const levels = Array.from({ length: LEVELS_MAX + 50 }, (_, index) => [(17_000 + index) / 1e5, 1]);
  const books = open();
  books.take({ bids: [['0.16', '1']], asks: levels }, AT);
  assert.equal(books.delta.asks.count, LEVELS_MAX);
});

const good = { bids: [['0.16', '1']], asks: [['0.17', '1']] };
for (const [what, book] of [
  ['crossed', { ...good, bids: [['0.18', '1']] }],
  ['locked', { ...good, bids: [['0.17', '1']] }],
  ['without asks', { ...good, asks: [] }],
  ['all zero on a side', { ...good, asks: [['0.17', '0']] }],
  ['off the tick', { ...good, asks: [['0.170001', '1']] }],
  ['a price of zero', { ...good, bids: [['0', '1']] }],
  ['a price that is none', { ...good, bids: [['x', '1']] }],
  ['no price', { ...good, bids: [[]] }],
  ['a quantity that is none', { ...good, bids: [['0.16', Number.NaN]] }],
  ['a negative quantity', { ...good, bids: [['0.16', '-1']] }],
  [
    'a price twice',
    {
      ...good,
      asks: [
        ['0.17', '1'],
        ['0.17', '2'],
      ],
    },
  ],
  [
    'levels out of order',
    {
      ...good,
      bids: [
        ['0.15', '1'],
        ['0.16', '1'],
      ],
    },
  ],
] as const) {
  test(`a book that is ${what} is refused and changes nothing`, () => {
    const books = open();
    books.take(good, AT);
    assert.throws(() => books.take(book, AT), CcxtDataError);
    books.take(good, AT);
    assert.deepEqual([books.delta.bids.count, books.delta.asks.count], [0, 0]);
    assert.equal(books.delta.firstUpdateId, 2);
  });
}
