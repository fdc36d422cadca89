/**
 * Goal: public questions answer with what is true of the book and the tape, in the venue's shapes and
 * weights, and refuse in its words.
 * Method: the tables of operations run over a market moved by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Operation } from '#apps/exchange/api/operation.ts';
import { SPOT_RATE_LIMITS, USDM_RATE_LIMITS } from '#apps/exchange/api/rate-limit-table.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import {
  PublicStage,
  STAGE_START_MICROS,
} from '#apps/exchange/streams/public-stage.test-support.ts';
import { usdmUpdateId } from '#apps/exchange/streams/usdm-streams.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import type { EpochMicros, PriceUnits, RateUnits } from '#units/integers.ts';
import { openPublicData } from './public-data.ts';

const START_MILLIS = STAGE_START_MICROS / 1_000;

function open(fundingIntervalMicros?: number) {
  const stage = new PublicStage();
  let pay: Parameters<ExchangeMarkets['onFunding']>[0] = () => undefined;
  const markets: ExchangeMarkets = {
    ...stage.markets,
    onFunding: (listener) => {
      pay = listener;
    },
    ...(fundingIntervalMicros === undefined ? {} : { fundingIntervalMicros }),
  };
  const data = openPublicData({
    markets,
    spotLimits: SPOT_RATE_LIMITS,
    usdmLimits: USDM_RATE_LIMITS,
    isLegacy: false,
    mayReadBinary: () => false,
  });
  const find = (path: string): Operation => {
    const table = path.startsWith('/api') ? data.spot : data.usdm;
    const found = table.operations.find(({ rest }) => rest?.path === path);
    assert.ok(found, path);
    return found;
  };
  const read = (query: Readonly<Record<string, string>>): CallParameters =>
    new CallParameters(new Map(Object.entries(query)));
  return {
    stage,
    pay: (...paid: Parameters<typeof pay>) => pay(...paid),
    weight: (path: string, query = {}): number => find(path).weight(read(query)),
    // biome-ignore lint/suspicious/noExplicitAny: answers are read freely in tests
    ask: (path: string, query: Readonly<Record<string, string>> = {}): any =>
      find(path).run({
        door: 'REST',
        parameters: read(query),
        accountId: -1,
        apiKey: '',
        nowMicros: stage.clock.nowMicros,
      }),
  };
}

function refusal(code: number) {
  return (error: unknown): boolean => error instanceof VenueError && error.code === code;
}

const DOGE = { symbol: 'DOGEUSDT' };

/** Three levels a side on both markets, then two buys of one taker. */
function traded() {
  const all = open();
  for (const market of [all.stage.spot, all.stage.usdm]) {
    for (let level = 0; level < 3; level++) {
      all.stage.buy(market, 16_230 - level, 100 + level);
      all.stage.sell(market, 16_234 + level, 200 + level);
    }
  }
  all.stage.runTo(1_500);
  for (const market of [all.stage.spot, all.stage.usdm]) all.stage.buy(market, 16_235, 210);
  return all;
}

test('the book as it is, with the id that the stream goes on from', () => {
  const { ask, stage } = traded();
  assert.deepEqual(ask('/api/v3/depth', { ...DOGE, limit: '1' }), {
    lastUpdateId: stage.spot.lastUpdateId,
    bids: [['0.16230000', '100.00000000']],
    asks: [['0.16235000', '191.00000000']],
  });
  assert.deepEqual(ask('/fapi/v1/depth', { ...DOGE, limit: '5' }), {
    lastUpdateId: usdmUpdateId(stage.usdm.lastUpdateId),
    E: START_MILLIS + 1_500,
    T: START_MILLIS + 1_500,
    bids: [
      ['0.162300', '100'],
      ['0.162290', '101'],
      ['0.162280', '102'],
    ],
    asks: [
      ['0.162350', '191'],
      ['0.162360', '202'],
    ],
  });
});

for (const [limit, spot, usdm] of [
  ['5', 5, 2],
  ['100', 5, 5],
  ['500', 25, 10],
  ['1000', 50, 20],
] as const) {
  test(`a book of ${limit} levels weighs ${spot} and ${usdm}`, () => {
    const { weight } = open();
    assert.equal(weight('/api/v3/depth', { ...DOGE, limit }), spot);
    assert.equal(weight('/fapi/v1/depth', { ...DOGE, limit }), usdm);
  });
}

test('refusals in the words of the venue', () => {
  const { ask, weight } = open();
  assert.equal(weight('/api/v3/depth', { ...DOGE, limit: '5000' }), 250);
  for (const [path, query, code] of [
    ['/fapi/v1/depth', { ...DOGE, limit: '7' }, -4021],
    ['/api/v3/depth', {}, -1102],
    ['/api/v3/depth', { symbol: 'NOBODY' }, -1121],
    ['/api/v3/depth', { ...DOGE, limit: 'many' }, -1100],
    ['/api/v3/depth', { ...DOGE, limit: '0' }, -1130],
    ['/api/v3/klines', { ...DOGE, interval: '7m' }, -1120],
    ['/api/v3/klines', { ...DOGE, interval: 'constructor' }, -1120],
    ['/api/v3/exchangeInfo', { symbols: '[1]' }, -1100],
    ['/api/v3/exchangeInfo', { symbols: '[' }, -1100],
    ['/api/v3/exchangeInfo', { ...DOGE, symbols: '["DOGEUSDT"]' }, -1128],
    ['/api/v3/exchangeInfo', { ...DOGE, symbolStatus: 'TRADING' }, -1128],
    ['/api/v3/exchangeInfo', { symbolStatus: 'ASLEEP' }, -1122],
    ['/api/v3/referencePrice', DOGE, -2043],
  ] as const) {
    assert.throws(() => ask(path, query), refusal(code), `${path} ${JSON.stringify(query)}`);
  }
});

test('trades and aggregates say the same', () => {
  const { ask } = traded();
  const trades = ask('/api/v3/trades', DOGE);
  assert.deepEqual(trades[0], {
    id: 1_200_000_001,
    price: '0.16234000',
    qty: '200.00000000',
    quoteQty: '32.46800000',
    time: START_MILLIS + 1_500,
    isBuyerMaker: false,
    isBestMatch: true,
  });
  assert.equal(trades.length, 2);
  const [first, second] = ask('/api/v3/aggTrades', DOGE);
  assert.deepEqual([first.f, first.l, second.f], [1_200_000_001, 1_200_000_001, 1_200_000_002]);
  assert.equal(ask('/api/v3/historicalTrades', { ...DOGE, fromId: '1200000002' }).length, 1);
  const window = { startTime: String(START_MILLIS), endTime: String(START_MILLIS + 1_499) };
  assert.equal(ask('/api/v3/aggTrades', { ...DOGE, ...window }).length, 0);
  const micros = { startTime: String(STAGE_START_MICROS), endTime: String(START_MILLIS + 1_500) };
  assert.equal(ask('/api/v3/aggTrades', { ...DOGE, ...micros }).length, 2);
  assert.equal(ask('/fapi/v1/aggTrades', DOGE)[0].nq, '200');
});

test('bars, average and the day are made of the trades', () => {
  const { ask } = traded();
  const [bar] = ask('/api/v3/klines', { ...DOGE, interval: '1m' });
  assert.deepEqual(bar, [
    START_MILLIS,
    '0.16234000',
    '0.16235000',
    '0.16234000',
    '0.16235000',
    '210.00000000',
    START_MILLIS + 59_999,
    '34.09150000',
    2,
    '210.00000000',
    '34.09150000',
    '0',
  ]);
  assert.deepEqual(ask('/api/v3/avgPrice', DOGE), {
    mins: 5,
    price: '0.16234048',
    closeTime: START_MILLIS + 1_500,
  });
  const day = ask('/api/v3/ticker/24hr', DOGE);
  assert.deepEqual(
    [day.lastPrice, day.priceChange, day.volume, day.count, day.bidPrice, day.askQty],
    ['0.16235000', '0.00001000', '210.00000000', 2, '0.16230000', '191.00000000'],
  );
});

test('one symbol is an object, several are a list', () => {
  const { ask } = traded();
  const one = { symbol: 'DOGEUSDT', price: '0.16235000' };
  assert.deepEqual(ask('/api/v3/ticker/price', DOGE), one);
  assert.deepEqual(ask('/api/v3/ticker/price'), [one]);
  assert.deepEqual(ask('/api/v3/ticker/price', { symbols: '["DOGEUSDT"]' }), [one]);
});

test('spot rules are those of the instrument, and follow its status', () => {
  const { ask, stage } = open();
  const info = ask('/api/v3/exchangeInfo', DOGE);
  assert.deepEqual(
    info.rateLimits.map((row: { limit: number }) => row.limit),
    [6_000, 100, 200_000, 300_000],
  );
  const [row] = info.symbols;
  assert.deepEqual(row.filters[0], {
    filterType: 'PRICE_FILTER',
    minPrice: '0.00001000',
    maxPrice: '1000.00000000',
    tickSize: '0.00001000',
  });
  assert.deepEqual([row.status, row.permissions, row.permissionSets], ['TRADING', [], [['SPOT']]]);
  stage.spot.setStatus(InstrumentStatus.HALT);
  assert.equal(ask('/api/v3/exchangeInfo').symbols[0].status, 'HALT');
  assert.equal(ask('/api/v3/exchangeInfo', { symbolStatus: 'TRADING' }).symbols.length, 0);
  assert.equal(ask('/api/v3/exchangeInfo', { permissions: 'SPOT' }).symbols.length, 1);
  assert.equal(ask('/api/v3/exchangeInfo', { permissions: '["MARGIN"]' }).symbols.length, 0);
});

test('rules of the perpetual are printed in its precision', () => {
  const [row] = open().ask('/fapi/v1/exchangeInfo').symbols;
  assert.deepEqual([row.pricePrecision, row.quantityPrecision], [6, 0]);
  assert.deepEqual(row.filters, [
    {
      filterType: 'PRICE_FILTER',
      minPrice: '0.002440',
      maxPrice: '30.000000',
      tickSize: '0.000010',
    },
    { filterType: 'LOT_SIZE', minQty: '1', maxQty: '50000000', stepSize: '1' },
    { filterType: 'MARKET_LOT_SIZE', minQty: '1', maxQty: '30000000', stepSize: '1' },
    { filterType: 'MAX_NUM_ORDERS', limit: 200 },
    { filterType: 'MIN_NOTIONAL', notional: '5' },
    {
      filterType: 'PERCENT_PRICE',
      multiplierUp: '1.0500',
      multiplierDown: '0.9500',
      multiplierDecimal: '4',
    },
  ]);
});

test('prices of the perpetual and what was paid on them', () => {
  const { ask, stage, pay } = open();
  stage.usdm.markPriceUnits = 16_231_500 as PriceUnits;
  stage.usdm.indexPriceUnits = 16_230_000 as PriceUnits;
  stage.usdm.fundingRate = -12_345 as RateUnits;
  stage.usdm.nextFundingMicros = (STAGE_START_MICROS + 1_000_000) as EpochMicros;
  assert.deepEqual(ask('/fapi/v1/premiumIndex', DOGE), {
    symbol: 'DOGEUSDT',
    markPrice: '0.162315',
    indexPrice: '0.162300',
    estimatedSettlePrice: '0.162315',
    lastFundingRate: '-0.00012345',
    interestRate: '0.00010000',
    nextFundingTime: START_MILLIS + 1_000,
    time: START_MILLIS,
  });
  for (let hour = 0; hour < 3; hour++) {
    const at = (STAGE_START_MICROS + hour * 3_600_000_000) as EpochMicros;
    pay('DOGEUSDT', (hour * 100) as RateUnits, 16_000_000 as PriceUnits, at);
  }
  const rates = (query: Readonly<Record<string, string>>): readonly string[] =>
    ask('/fapi/v1/fundingRate', query).map((row: { fundingRate: string }) => row.fundingRate);
  assert.deepEqual(rates({ limit: '2' }), ['0.00000100', '0.00000200']);
  assert.deepEqual(rates({ startTime: String(START_MILLIS), limit: '1' }), ['0.00000000']);
  assert.deepEqual(rates({ symbol: 'NOBODY' }), []);
});

test('terms of funding are told where they are not the usual ones', () => {
  assert.deepEqual(open().ask('/fapi/v1/fundingInfo'), []);
  const [row] = open(4 * 3_600_000_000).ask('/fapi/v1/fundingInfo');
  assert.deepEqual([row.symbol, row.fundingIntervalHours], ['DOGEUSDT', 4]);
});
