/**
 * Goal: locks, settlements and commissions are exact, rounded where the venue rounds, and a wallet
 * never falls below zero.
 * Method: amounts by hand on a whole and on a fractional tick-lot, then random fills.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, Side } from '#contracts/order.ts';
import type { AssetUnits, PriceUnits, RateUnits } from '#units/integers.ts';
import { spotInstrument, WHOLE } from './venue.test-support.ts';
import { type FeeSettings, PLAIN_FEES, SpotWallets } from './wallets.ts';

const { SPOT_BASE, SPOT_QUOTE, SPOT_FEE_ASSET } = BalanceSlot;

function wallets(changes: Partial<Instrument> = {}, fees: FeeSettings = PLAIN_FEES): SpotWallets {
  return new SpotWallets({
    instrument: spotInstrument(changes),
    fees,
    baseUnits: (1_000 * WHOLE) as AssetUnits,
    quoteUnits: (1_000 * WHOLE) as AssetUnits,
    feeAssetUnits: 0 as AssetUnits,
  });
}

test('a lock moves free to locked, and is refused whole when there is too little', () => {
  const account = wallets();
  assert.equal(account.lock(Side.BUY, 600 * WHOLE), true);
  assert.equal(account.lock(Side.BUY, 400 * WHOLE + 1), false);
  assert.equal(account.freeUnits(SPOT_QUOTE), 400 * WHOLE);
  assert.equal(account.lockedUnits(SPOT_QUOTE), 600 * WHOLE);
  account.unlock(Side.BUY, 600 * WHOLE);
  assert.equal(account.freeUnits(SPOT_QUOTE), 1_000 * WHOLE);
  assert.throws(() => account.unlock(Side.BUY, 1), /below zero/);
});

test('a buy locks rounded up where a tick-lot is a fraction of a unit', () => {
  const account = wallets({ tickLotNumerator: 1, tickLotDenominator: 10, baseUnitsPerLot: 10_000 });
  assert.equal(account.lockNeeded(Side.BUY, 7, 3), 3, '2.1 units');
  assert.equal(account.lockNeeded(Side.SELL, 7, 3), 30_000);
});

test('a sell is paid in quote less commission, cut to the unit', () => {
  const account = wallets({ makerFeeRate: 75_001 as RateUnits });
  account.lock(Side.SELL, 10 * WHOLE);
  const commission = account.applyFill(Side.SELL, 16_233, 10, true, 10 * WHOLE);
  // 1.6233 quote = 162 330 000 units x 0.075001 % = 121 749.12...
  assert.equal(commission.units, 121_749);
  assert.equal(commission.asset, CommissionAsset.QUOTE);
  assert.equal(account.freeUnits(SPOT_QUOTE), 1_000 * WHOLE + 162_330_000 - 121_749);
  assert.equal(account.totalUnits(SPOT_BASE), 990 * WHOLE);
  assert.equal(account.collectedUnits(SPOT_QUOTE), 121_749);
});

test('a rebate is credited', () => {
  const account = wallets({ makerFeeRate: -10_000 as RateUnits });
  account.lock(Side.SELL, WHOLE);
  const commission = account.applyFill(Side.SELL, 20_000, 1, true, WHOLE);
  assert.equal(commission.units, -2_000);
  assert.equal(account.freeUnits(SPOT_QUOTE), 1_000 * WHOLE + 20_000_000 + 2_000);
});

test('a wallet refuses to start wrong', () => {
  const start = {
    instrument: spotInstrument(),
    baseUnits: 0 as AssetUnits,
    quoteUnits: 0 as AssetUnits,
  };
  assert.throws(
    () => new SpotWallets({ ...start, fees: PLAIN_FEES, feeAssetUnits: -1 as AssetUnits }),
    /below zero/,
  );
  assert.throws(
    () =>
      new SpotWallets({
        ...start,
        feeAssetUnits: 0 as AssetUnits,
        fees: {
          paysWithFeeAsset: true,
          feeAssetDiscount: 0 as RateUnits,
          feeAssetPriceUnits: 0 as PriceUnits,
        },
      }),
    /feeAssetPriceUnits/,
  );
});

test('balances beyond the exact integers are our bug', () => {
  const account = new SpotWallets({
    instrument: spotInstrument(),
    fees: PLAIN_FEES,
    baseUnits: Number.MAX_SAFE_INTEGER as AssetUnits,
    quoteUnits: (1_000 * WHOLE) as AssetUnits,
    feeAssetUnits: 0 as AssetUnits,
  });
  account.lock(Side.BUY, 1_000);
  assert.throws(() => account.applyFill(Side.BUY, 1, 1, true, 1_000), /exact integers/);
});

test('any run of partial fills pays from the lock exactly, whatever the fraction', () => {
  const fill = fc.record({
    lots: fc.integer({ min: 1, max: 50 }),
    better: fc.integer({ min: 0, max: 6 }),
  });
  const grid = fc.record({
    numerator: fc.constantFrom(1, 3, 7, 1_000),
    denominator: fc.constantFrom(1, 10, 16),
  });
  fc.assert(
    fc.property(
      fc.array(fill, { minLength: 1, maxLength: 30 }),
      grid,
      (fills, { numerator, denominator }) => {
        const account = wallets({ tickLotNumerator: numerator, tickLotDenominator: denominator });
        let left = fills.reduce((sum, one) => sum + one.lots, 0);
        let locked = account.lockNeeded(Side.BUY, 107, left);
        assert.ok(account.lock(Side.BUY, locked));
        let spent = 0;
        for (const one of fills) {
          left -= one.lots;
          const kept = account.lockNeeded(Side.BUY, 107, left);
          const price = 107 - one.better;
          account.applyFill(Side.BUY, price, one.lots, false, locked - kept);
          spent += Math.floor((price * one.lots * numerator) / denominator);
          locked = kept;
        }
        assert.equal(account.lockedUnits(SPOT_QUOTE), 0);
        assert.equal(account.freeUnits(SPOT_QUOTE), 1_000 * WHOLE - spent);
        assert.equal(account.totalUnits(SPOT_FEE_ASSET), 0);
      },
    ),
    { numRuns: 300, seed: 3 },
  );
});
