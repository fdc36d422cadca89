/**
 * Goal: wallet and positions say what was bought, sold, paid and received, exactly, in any order of fills.
 * Method: an account without a desk; a second, plain sum of the same cash flows beside it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  exchangeInstrument,
  type ListedSymbol,
  listedSymbol,
} from '#apps/exchange/market/exchange-instruments.ts';
import { MatchedSymbol } from '#apps/exchange/market/matched-symbol.ts';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros, PriceTicks, PriceUnits, QuantityLots } from '#units/integers.ts';
import { maintenanceUnits, tickWorthUnits } from './margin-math.ts';
import { UsdmAccount } from './usdm-account.ts';
import { UsdmOrder } from './usdm-order.ts';

const WALLET = 20_000 * 1e8;

function stage() {
  const listed = listedSymbol('DOGEUSDT') as ListedSymbol;
  const market = new MatchedSymbol({
    instrument: exchangeInstrument(listed, Market.PERPETUAL),
    workingMicros: () => 0 as EpochMicros,
    lastTradeId: 0,
    lastUpdateId: 0,
  });
  market.markPriceUnits = 16_000_000 as PriceUnits;
  const account = new UsdmAccount(0, WALLET, 0);
  const fill = (side: 'BUY' | 'SELL', lots: number, ticks: number): number =>
    account.fill(orderOf(market, side, lots, ticks), lots, ticks, 1);
  return { account, market, fill };
}

function orderOf(market: MatchedSymbol, side: 'BUY' | 'SELL', lots: number, ticks: number) {
  return new UsdmOrder(
    1,
    0,
    market,
    {
      side,
      type: 'LIMIT',
      timeInForce: 'GTC',
      selfTrade: 'EXPIRE_MAKER',
      positionSide: 'BOTH',
      reduceOnly: false,
      priceTicks: ticks as PriceTicks,
      quantityLots: lots as QuantityLots,
      priceMatch: 'NONE',
      goodTillDate: 0,
      clientId: 'a',
    },
    ticks as PriceTicks,
    0,
  );
}

test('the entry is the average; a reduction realises against it and leaves it', () => {
  const { account, market, fill } = stage();
  fill('BUY', 1_000, 16_000);
  fill('BUY', 1_000, 16_200);
  const position = account.position(market, 'BOTH');
  assert.equal(account.entryPriceUnits(position), 16_100_000);
  const realized = fill('SELL', 500, 16_300);
  assert.equal(realized, 500 * 200 * 1_000);
  assert.equal(account.entryPriceUnits(position), 16_100_000);
  assert.equal(account.walletUnits, WALLET + realized);
});

test('more than the position closes it and opens the rest at its own price', () => {
  const { account, market, fill } = stage();
  fill('BUY', 1_000, 16_000);
  fill('SELL', 1_500, 16_100);
  const position = account.position(market, 'BOTH');
  assert.equal(position.lots, -500);
  assert.equal(account.entryPriceUnits(position), 16_100_000);
  assert.equal(account.walletUnits, WALLET + 1_000 * 100 * 1_000);
});

test('any sequence of fills: what is flat again is cash in minus cash out', () => {
  const fills = fc.array(
    fc.record({
      isBuy: fc.boolean(),
      lots: fc.integer({ min: 1, max: 50_000 }),
      ticks: fc.integer({ min: 10_000, max: 25_000 }),
    }),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(fills, fc.integer({ min: 10_000, max: 25_000 }), (rows, lastTicks) => {
      const { account, market, fill } = stage();
      let cash = 0;
      for (const { isBuy, lots, ticks } of rows) {
        fill(isBuy ? 'BUY' : 'SELL', lots, ticks);
        cash += (isBuy ? -1 : 1) * tickWorthUnits(market.instrument, lots, ticks);
        const position = account.position(market, 'BOTH');
        // Wallet + what the position cost is always all the cash there was.
        const cost = Math.sign(position.lots) * position.entryWorth;
        assert.equal(account.walletUnits - cost, WALLET + cash);
        assert.ok(position.entryWorth >= 0);
      }
      const { lots } = account.position(market, 'BOTH');
      if (lots !== 0) {
        fill(lots > 0 ? 'SELL' : 'BUY', Math.abs(lots), lastTicks);
        cash += Math.sign(lots) * tickWorthUnits(market.instrument, Math.abs(lots), lastTicks);
      }
      assert.equal(account.walletUnits, WALLET + cash);
      assert.equal(account.positions.length, 0);
      assert.equal(account.availableUnits, account.walletUnits);
    }),
  );
});

test('unrealised profit follows the mark, and margin its notional', () => {
  const { account, market, fill } = stage();
  account.termsOf('DOGEUSDT').leverage = 10;
  fill('SELL', 100_000, 16_000);
  market.markPriceUnits = 15_000_000 as PriceUnits;
  assert.equal(account.unrealizedUnits, 100_000 * 1_000_000);
  assert.equal(account.positionMarginUnits, (100_000 * 15_000_000) / 10);
  assert.ok(account.maintenanceUnits > 0 && account.maintenanceUnits < account.positionMarginUnits);
});

test('orders count on the side that makes the position larger', () => {
  const { account, fill } = stage();
  const terms = account.termsOf('DOGEUSDT');
  terms.leverage = 10;
  fill('BUY', 100_000, 16_000);
  const held = account.requiredOf('DOGEUSDT');
  terms.sellUnits = tickWorthUnits(
    account.positions[0]?.market.instrument as never,
    50_000,
    16_000,
  );
  assert.equal(account.requiredOf('DOGEUSDT'), held, 'a smaller sell costs nothing');
  terms.buyUnits = terms.sellUnits;
  assert.ok(account.requiredOf('DOGEUSDT') > held);
});

test('the price of liquidation is where the balance meets the maintenance', () => {
  const { account, market, fill } = stage();
  fill('BUY', 200_000, 16_000);
  const position = account.position(market, 'BOTH');
  const price = account.liquidationPriceUnits(position);
  assert.ok(price > 0 && price < 16_000_000);
  market.markPriceUnits = price as PriceUnits;
  const gap = account.marginBalanceUnits - account.maintenanceUnits;
  assert.ok(Math.abs(gap) < WALLET / 100, `${gap} units between them`);
});

test('maintenance is continuous at the floors of the brackets', () => {
  for (const floor of [50_000, 250_000, 3_000_000, 20_000_000]) {
    const at = floor * 1e8;
    assert.ok(Math.abs(maintenanceUnits(at) - maintenanceUnits(at - 100)) <= 100);
  }
});
