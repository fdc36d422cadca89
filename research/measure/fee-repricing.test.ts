/**
 * Goal: the same fills at other fees move the result by exactly the fee difference times the
 * notional, class by class.
 * Method: random fills and rates against BigInt arithmetic; the roles and the rounding by example.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Instrument } from '#contracts/instrument.ts';
import { CommissionAsset } from '#contracts/order.ts';
import { rateUnits } from '#units/integers.ts';
import { type FeeRates, repriceNet, savedByFeeAsset, turnoverByFee } from './fee-repricing.ts';
import { fill, instruments } from './measured-session.test-support.ts';

const BOTH = instruments('DOGEUSDT', 100_000);
const VIP0: FeeRates = {
  spotMaker: 100_000,
  spotTaker: 100_000,
  perpMaker: 20_000,
  perpTaker: 50_000,
};

test('turnover is sorted by market and by liquidity', () => {
  const turnover = turnoverByFee(
    [
      fill({ priceTicks: 16_000, lots: 100 }),
      fill({ priceTicks: 16_000, lots: 50, isMaker: false }),
      fill({ priceTicks: 16_010, lots: 30, instrument: 1 }),
      fill({ priceTicks: 16_010, lots: 20, instrument: 1, isMaker: false }),
    ],
    BOTH,
  );
  // One tick x lot is 0.00001 USDT: 1 000 units.
  const { spotMaker, spotTaker, perpMaker, perpTaker } = turnover;
  assert.deepEqual(
    { spotMaker, spotTaker, perpMaker, perpTaker },
    {
      spotMaker: 16_000 * 100 * 1_000,
      spotTaker: 16_000 * 50 * 1_000,
      perpMaker: 16_010 * 30 * 1_000,
      perpTaker: 16_010 * 20 * 1_000,
    },
  );
});

test('a zero-fee pair gives the paid maker fees back, a rebate more', () => {
  const turnover = turnoverByFee([fill({ priceTicks: 16_000, lots: 10_000 })], BOTH);
  const notional = 1_600 * 1e8;
  assert.equal(turnover.spotMaker, notional);
  assert.equal(
    repriceNet(-500, turnover, VIP0, { ...VIP0, spotMaker: 0 }),
    -500 + notional / 1_000,
  );
  assert.equal(
    repriceNet(-500, turnover, VIP0, { ...VIP0, spotMaker: -5_000 }),
    -500 + (notional * 105) / 100_000,
  );
});

test('only fills paid in the fee asset saved the discount', () => {
  const discounted = BOTH.map((one) => ({ ...one, feeAssetDiscountRate: rateUnits(25_000_000) }));
  const paidInAsset = fill({
    priceTicks: 16_000,
    lots: 10_000,
    commissionAsset: CommissionAsset.FEE_ASSET,
  });
  const paidInFull = fill({ priceTicks: 16_000, lots: 10_000 });
  // 1 600 quote at 10 bp are 1.6; a quarter of it is 0.4.
  assert.equal(savedByFeeAsset([paidInAsset, paidInFull], discounted), 0.4 * 1e8);
  assert.equal(savedByFeeAsset([paidInFull], discounted), 0);
  assert.throws(() => savedByFeeAsset([{ ...paidInAsset, instrument: 7 }], discounted), RangeError);
});

test('equal rates change nothing', () => {
  const turnover = turnoverByFee([fill(), fill({ instrument: 1, isMaker: false })], BOTH);
  assert.equal(repriceNet(12_345, turnover, VIP0, VIP0), 12_345);
});

test('no fills: no fee matters', () => {
  const nothing = turnoverByFee([], BOTH);
  assert.equal(repriceNet(7, nothing, VIP0, { ...VIP0, spotMaker: 0, perpTaker: 0 }), 7);
});

test('a fill of an instrument that is not in the session is our bug', () => {
  assert.throws(() => turnoverByFee([fill({ instrument: 2 })], BOTH), RangeError);
});

const rate = fc.integer({ min: -50_000, max: 200_000 });
const rates = fc.record({ spotMaker: rate, spotTaker: rate, perpMaker: rate, perpTaker: rate });
const CLASSES = ['spotMaker', 'spotTaker', 'perpMaker', 'perpTaker'] as const;

interface DrawnFill {
  readonly instrument: number;
  readonly isMaker: boolean;
  readonly priceTicks: number;
  readonly lots: number;
}

/** The notional of one class, added up without any limit. */
function bigNotional(
  drawn: readonly DrawnFill[],
  both: readonly Instrument[],
  feeClass: (typeof CLASSES)[number],
): bigint {
  let sum = 0n;
  for (const one of drawn) {
    const name = `${one.instrument === 0 ? 'spot' : 'perp'}${one.isMaker ? 'Maker' : 'Taker'}`;
    const instrument = both[one.instrument];
    if (instrument === undefined || name !== feeClass) continue;
    const { tickLotNumerator, tickLotDenominator } = instrument;
    const ticksLots = BigInt(one.priceTicks) * BigInt(one.lots);
    sum += (ticksLots * BigInt(tickLotNumerator)) / BigInt(tickLotDenominator);
  }
  return sum;
}

for (const symbol of ['DOGEUSDT', 'BTCUSDT'] as const) {
  test(`any ${symbol} fills at any rates move by exactly fee difference x notional`, () => {
    const both = instruments(symbol, 100_000);
    const fills = fc.array(
      fc.record({
        instrument: fc.constantFrom(0, 1),
        isMaker: fc.boolean(),
        priceTicks: fc.integer({ min: 1, max: 1_000_000 }),
        lots: fc.integer({ min: 1, max: 800_000 }),
      }),
      { maxLength: 30 },
    );
    const start = fc.integer({ min: -1e14, max: 1e14 });
    fc.assert(
      fc.property(fills, rates, rates, start, (drawn, paid, wanted, net) => {
        const turnover = turnoverByFee(
          drawn.map((one) => fill(one)),
          both,
        );
        let expected = BigInt(net);
        for (const feeClass of CLASSES) {
          const notional = bigNotional(drawn, both, feeClass);
          assert.equal(turnover[feeClass], Number(notional));
          expected -= halfAway(notional * BigInt(wanted[feeClass] - paid[feeClass]), 10n ** 8n);
        }
        assert.equal(BigInt(repriceNet(net, turnover, paid, wanted)), expected);
      }),
    );
  });
}

test('a turnover beyond what a double counts exactly is still priced to the unit', () => {
  // 3 000 fills of 160 000 quote: 4.8e16 units, past 2^53.
  const many = Array.from({ length: 3_000 }, () => fill({ priceTicks: 16_000, lots: 1_000_000 }));
  const turnover = turnoverByFee([...many, fill({ priceTicks: 1, lots: 100 })], BOTH);
  const notional = 3_000n * 16_000n * 1_000_000n * 1_000n + 100_000n;
  assert.ok(notional > 2n ** 53n);
  assert.equal(
    BigInt(repriceNet(0, turnover, VIP0, { ...VIP0, spotMaker: 99_000 })),
    notional / 100_000n,
  );
});

function halfAway(numerator: bigint, denominator: bigint): bigint {
  const sign = numerator < 0n ? -1n : 1n;
  return sign * ((2n * numerator * sign + denominator) / (2n * denominator));
}
