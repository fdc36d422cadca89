/**
 * Goal: position, entry, profit, margins and funding are exact.
 * Method: the venue's formulas by hand, then random fills against cash flow: wallet + unrealised
 * must equal start + what was sold - what was bought + what is held - what the fills cost.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import type { AssetUnits, PriceUnits, QuantityLots, RateUnits } from '#units/integers.ts';
import { FLAT_BRACKETS, MarginAccount, type MarginAccountOptions } from './margin-account.ts';
import { perpInstrument, WHOLE } from './venue.test-support.ts';

const NO_FEES = { makerFeeRate: 0 as RateUnits, takerFeeRate: 0 as RateUnits };

function account(changes: Partial<MarginAccountOptions> = {}): MarginAccount {
  return new MarginAccount({
    instrument: perpInstrument(NO_FEES),
    walletUnits: (1_000 * WHOLE) as AssetUnits,
    leverage: 5,
    brackets: FLAT_BRACKETS,
    liquidationFeeRate: 1_500_000 as RateUnits,
    ...changes,
  });
}

const price = (ticks: number): PriceUnits => (ticks * 1_000) as PriceUnits;

test('increases average the entry, reductions keep it and realise, a flip starts anew', () => {
  const margin = account();
  margin.applyFill(Side.BUY, 16_000, 100, false);
  margin.applyFill(Side.BUY, 16_300, 200, false);
  assert.equal(margin.entryPriceUnits, price(16_200));
  margin.applyFill(Side.SELL, 16_500, 150, false);
  assert.equal(margin.entryPriceUnits, price(16_200));
  assert.equal(margin.realizedUnits, 300 * 150 * 1_000);
  margin.applyFill(Side.SELL, 16_100, 250, false);
  assert.equal(margin.positionLots, -100);
  assert.equal(margin.entryPriceUnits, price(16_100));
  assert.equal(margin.realizedUnits, (300 * 150 - 100 * 150) * 1_000);
  margin.applyFill(Side.BUY, 16_100, 100, false);
  assert.equal(margin.entryPriceUnits, 0);
});

test('initial margin is the larger of both directions, over leverage', () => {
  const margin = account({ positionLots: 1_000 as QuantityLots, entryPriceUnits: price(16_000) });
  assert.equal(margin.initialMarginUnits, 32 * WHOLE);
  margin.addOpenOrders(Side.SELL, 300 * WHOLE);
  assert.equal(margin.initialMarginUnits, 32 * WHOLE, '|160 - 300| = 140 is less than 160');
  margin.addOpenOrders(Side.BUY, 40 * WHOLE);
  assert.equal(margin.initialMarginUnits, 40 * WHOLE);
  assert.equal(margin.availableUnits, 960 * WHOLE);
  assert.equal(margin.canAfford(Side.BUY, 4_800 * WHOLE), true);
  assert.equal(margin.canAfford(Side.BUY, 4_800 * WHOLE + 5), false);
  assert.throws(() => margin.addOpenOrders(Side.BUY, -41 * WHOLE), /below zero/);
});

test('maintenance follows the brackets and is continuous at their floors', () => {
  const margin = account({
    positionLots: 10_000 as QuantityLots,
    entryPriceUnits: price(10_000),
    brackets: [
      {
        notionalFloorUnits: 0 as AssetUnits,
        maintenanceRate: 1_000_000 as RateUnits,
        maintenanceAmountUnits: 0 as AssetUnits,
      },
      {
        notionalFloorUnits: (1_000 * WHOLE) as AssetUnits,
        maintenanceRate: 2_000_000 as RateUnits,
        maintenanceAmountUnits: (10 * WHOLE) as AssetUnits,
      },
    ],
  });
  margin.setMark(price(9_999));
  assert.equal(margin.maintenanceUnits, 9.999 * WHOLE);
  margin.setMark(price(10_000));
  assert.equal(margin.maintenanceUnits, 10 * WHOLE);
  margin.setMark(price(20_000));
  assert.equal(margin.maintenanceUnits, 30 * WHOLE);
});

test('an account is liquidatable exactly from margin balance = maintenance on', () => {
  // Long 10 000 at 0.16 with 100: liq = (WB - qE) / (q mmr - q) = 1500 / 9750 = 0.153846...
  const margin = account({
    walletUnits: (100 * WHOLE) as AssetUnits,
    positionLots: 10_000 as QuantityLots,
    entryPriceUnits: price(16_000),
  });
  margin.setMark(15_384_616 as PriceUnits);
  assert.equal(margin.isLiquidatable, false);
  margin.setMark(15_384_615 as PriceUnits);
  assert.equal(margin.isLiquidatable, true);
  for (const [walletUnits, expected] of [
    [4 * WHOLE, true],
    [4 * WHOLE + 1, false],
  ] as const) {
    // At entry: no profit, maintenance 160 x 2.5 % = 4.
    const exact = account({
      walletUnits: walletUnits as AssetUnits,
      positionLots: 1_000 as QuantityLots,
      entryPriceUnits: price(16_000),
    });
    assert.equal(exact.isLiquidatable, expected);
  }
  assert.equal(account({ walletUnits: 0 as AssetUnits }).isLiquidatable, false, 'no position');
});

test('the insurance fund covers a shortfall only of a closed account, within the fill that closes', () => {
  const margin = account({
    walletUnits: WHOLE as AssetUnits,
    positionLots: 1_000 as QuantityLots,
    entryPriceUnits: price(16_000),
  });
  // 400 x 0.16 x 1.5 % = 0.96 at the mark, and a loss of 400 x 0.001 = 0.4.
  assert.equal(margin.applyLiquidationFill(Side.SELL, 15_900, 400), 96_000_000);
  assert.equal(margin.walletUnits, -36_000_000, 'still open');
  assert.equal(margin.insurancePaidUnits, 0);
  // 600 x 0.16 x 1.5 % = 1.44, less the shortfall of 0.36 + 0.6 + 1.44 = 2.4.
  assert.equal(margin.applyLiquidationFill(Side.SELL, 15_900, 600), 144_000_000 - 240_000_000);
  assert.equal(margin.walletUnits, 0);
  assert.equal(margin.insurancePaidUnits, 240_000_000);
  assert.equal(margin.feesPaidUnits, 240_000_000);
});

test('an account refuses wrong terms', () => {
  assert.throws(() => account({ leverage: 0 }), /leverage/);
  assert.throws(() => account({ brackets: [] }), /start at zero/);
  const [flat] = FLAT_BRACKETS;
  assert.ok(flat);
  assert.throws(() => account({ brackets: [flat, flat] }), /rising floors/);
});

interface Fill {
  readonly side: Side;
  readonly ticks: number;
  readonly lots: number;
  readonly isForced: boolean;
}

/** What a forced fill may be: it closes what is held, or a part of it. */
function closing(fill: Fill, held: number): Fill {
  const side = held > 0 ? Side.SELL : Side.BUY;
  return { ...fill, side, lots: Math.min(fill.lots, Math.abs(held)) };
}

test('wallet + unrealised equals the cash flow of all fills and what each said it cost, to the unit', () => {
  const fill = fc.record({
    side: fc.constantFrom(Side.BUY, Side.SELL),
    ticks: fc.integer({ min: 15_000, max: 17_000 }),
    lots: fc.integer({ min: 1, max: 997 }),
    isForced: fc.boolean(),
  });
  let insured = 0;
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 60, size: 'max' }), (fills) => {
      const margin = account({ instrument: perpInstrument(), walletUnits: WHOLE as AssetUnits });
      margin.setMark(price(16_123));
      let cash = WHOLE;
      let held = 0;
      for (const one of fills) {
        const isForced = one.isForced && held !== 0;
        const { side, ticks, lots } = isForced ? closing(one, held) : one;
        const cost = isForced
          ? margin.applyLiquidationFill(side, ticks, lots)
          : margin.applyFill(side, ticks, lots, false);
        const sign = side === Side.BUY ? 1 : -1;
        cash -= sign * ticks * lots * 1_000 + cost;
        held += sign * lots;
        assert.equal(margin.positionLots, held);
        assert.equal(margin.marginBalanceUnits, cash + held * 16_123 * 1_000);
      }
      insured += margin.insurancePaidUnits;
    }),
    { numRuns: 300, seed: 5 },
  );
  assert.ok(insured > 0, 'the insurance fund had to pay');
});
