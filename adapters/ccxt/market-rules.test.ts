/**
 * Goal: any market of the library is found by our name or its own, and its steps are exact, contracts too.
 * Method: a table of markets as the library describes them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InstrumentError } from '#adapters/binance/exchange-info/exchange-info.ts';
import { InstrumentStatus, Market } from '#contracts/instrument.ts';
import { DOGE_SPOT, DOGE_SWAP, FakeExchange } from './exchange.test-support.ts';
import { readFeedName } from './feed-name.ts';
import { findMarket, specificationOf } from './market-rules.ts';

const exchange = new FakeExchange();
const { markets } = exchange;

test('a market is found by base and quote, and by its own name', () => {
  assert.equal(findMarket(exchange, markets, Market.SPOT, 'DOGEUSDT'), DOGE_SPOT);
  assert.equal(findMarket(exchange, markets, Market.PERPETUAL, 'DOGEUSDT'), DOGE_SWAP);
  assert.equal(findMarket(exchange, markets, Market.PERPETUAL, 'DOGE/USDT:USDT'), DOGE_SWAP);
});

test('a market that is not there is an error that says what is', () => {
  const isUnknown = (error: unknown): boolean =>
    error instanceof InstrumentError && error.code === 'UNKNOWN_SYMBOL';
  assert.throws(() => findMarket(exchange, markets, Market.SPOT, 'DOGEUSDC'), /DOGE\/USDT/);
  assert.throws(() => findMarket(exchange, markets, Market.SPOT, 'DOGE/USDT:USDT'), isUnknown);
  assert.throws(() => findMarket(exchange, {}, Market.PERPETUAL, 'XUSDT'), /hedge=none/);
});

test('contracts become base assets', () => {
  const swap = specificationOf(exchange, DOGE_SWAP, Market.PERPETUAL, 'DOGEUSDT');
  assert.equal(swap.stepSize, '100');
  assert.equal(swap.minQuantity, '100');
  assert.equal(swap.tickSize, '0.00001');
});

test('a market that is not active is halted; bounds left out are none', () => {
  const halted = { ...DOGE_SPOT, active: false };
  const said = specificationOf(exchange, halted, Market.SPOT, 'DOGEUSDT');
  assert.equal(said.status, InstrumentStatus.HALT);
  assert.equal(said.maxPrice, undefined);
  assert.equal(said.minNotional, '1');
});

test('counts of decimals are steps; significant digits and no precision are refused', () => {
  const counting = Object.assign(new FakeExchange(), { precisionMode: 2 });
  const market = { ...DOGE_SPOT, precision: { price: 5, amount: 0 } };
  const said = specificationOf(counting, market, Market.SPOT, 'DOGEUSDT');
  assert.deepEqual([said.tickSize, said.stepSize], ['0.00001', '1']);
  const significant = Object.assign(new FakeExchange(), { precisionMode: 3 });
  for (const [where, what] of [
    [significant, market],
    [exchange, { ...DOGE_SPOT, precision: {} }],
  ] as const) {
    assert.throws(
      () => specificationOf(where, what, Market.SPOT, 'DOGEUSDT'),
      (error: unknown) =>
        error instanceof InstrumentError && error.code === 'UNSUPPORTED_INSTRUMENT',
    );
  }
});

test('the name of a feed says where both markets are', () => {
  assert.deepEqual(readFeedName('ccxt:okx'), [
    { exchange: 'okx', symbol: null },
    { exchange: 'okx', symbol: null },
  ]);
  assert.deepEqual(readFeedName('ccxt:kraken:BTC/USD,krakenfutures:BTC/USD:USD'), [
    { exchange: 'kraken', symbol: 'BTC/USD' },
    { exchange: 'krakenfutures', symbol: 'BTC/USD:USD' },
  ]);
});
