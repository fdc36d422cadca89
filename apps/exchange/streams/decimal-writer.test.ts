/**
 * Goal: ticks and lots are printed exactly, in each market's decimals.
 * Method: values by hand on both markets of two symbols, and amounts beyond what a double counts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeInstrument, listedSymbol } from '#apps/exchange/market/exchange-instruments.ts';
import { Market } from '#contracts/instrument.ts';
import { DecimalWriter } from './decimal-writer.ts';

function writer(symbol: string, market: Market): DecimalWriter {
  const listed = listedSymbol(symbol);
  assert.ok(listed);
  return new DecimalWriter(exchangeInstrument(listed, market));
}

for (const [symbol, market, price, quantity] of [
  ['DOGEUSDT', Market.SPOT, '0.16233000', '16233.00000000'],
  ['DOGEUSDT', Market.PERPETUAL, '0.162330', '16233'],
  ['BTCUSDT', Market.SPOT, '162.33000000', '0.16233000'],
  ['BTCUSDT', Market.PERPETUAL, '1623.30', '16.233'],
] as const) {
  test(`16233 on ${symbol} of market ${market} is ${price}, and ${quantity}`, () => {
    const decimals = writer(symbol, market);
    assert.equal(decimals.price(16_233), price);
    assert.equal(decimals.price(16_233), price, 'the same when it is remembered');
    assert.equal(decimals.quantity(16_233), quantity);
  });
}

test('averages are rounded to the decimals of the market', () => {
  assert.equal(writer('DOGEUSDT', Market.SPOT).priceOfUnits(16_228_411), '0.16228411');
  assert.equal(writer('DOGEUSDT', Market.PERPETUAL).priceOfUnits(16_228_450), '0.162285');
});

test('amounts are exact beyond what a double counts', () => {
  const ticksLots = 16_233 * 555_555_555;
  assert.equal(writer('DOGEUSDT', Market.SPOT).quote(ticksLots), '90183333.24315000');
  assert.equal(writer('BTCUSDT', Market.SPOT).quote(9_000_001 * 700_000_003), '630000072.70000030');
});
