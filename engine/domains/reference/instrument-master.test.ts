/**
 * Goal: the table gives the newest definition, keeps a bounded past, and never changes a row that a
 * reader holds.
 * Method: definitions in every order, against the outcome that each must have.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Instrument } from '#contracts/instrument.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import {
  DefinitionOutcome,
  INSTRUMENTS_MAX,
  InstrumentMaster,
  VERSIONS_KEPT,
} from './instrument-master.ts';

const { ADOPTED, UNCHANGED, REFUSED } = DefinitionOutcome;
const FIRST = 0 as InstrumentIndex;

const FILTERS = {
  ...{ minPriceTicks: 1, maxPriceTicks: 0, minQuantityLots: 1, maxQuantityLots: 0 },
  ...{
    marketMinQuantityLots: 0,
    marketMaxQuantityLots: 0,
    minNotionalUnits: 5,
    maxNotionalUnits: 0,
  },
  ...{ minNotionalAppliesToMarket: true, maxNotionalAppliesToMarket: false },
  ...{ bidMultiplierUp: 0, bidMultiplierDown: 0, askMultiplierUp: 0, askMultiplierDown: 0 },
  ...{ maxOpenOrders: 200, maxAmendsPerOrder: 10, maxPositionUnits: 0 },
};

function definition(index: number, version: number, feeAsset = ''): Instrument {
  return {
    ...{ index, version, role: 0, market: 0, status: 0, feeAsset },
    ...{ symbol: 'AAABBB', baseAsset: 'AAA', quoteAsset: 'BBB' },
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    ...{ tickLotNumerator: 1000, tickLotDenominator: 1 },
    ...{ baseUnitsPerLot: 100_000_000, priceUnitsPerTick: 1000 },
    filters: FILTERS,
    ...{ makerFeeRate: 100_000, takerFeeRate: 100_000, feeAssetDiscountRate: 0 },
  } as unknown as Instrument;
}

for (const [second, outcome, currentVersion, why] of [
  [definition(0, 6), ADOPTED, 6, 'a newer version'],
  [definition(0, 5), UNCHANGED, 5, 'the same said again'],
  [definition(0, 5, 'CCC'), REFUSED, 5, 'the same version with other content'],
  [definition(0, 4), REFUSED, 5, 'an older version'],
  [definition(1, 1), ADOPTED, 5, 'the next instrument'],
] as const) {
  test(`after version 5, ${why} has outcome ${outcome}`, () => {
    const master = new InstrumentMaster();
    assert.equal(master.define(definition(0, 5)), ADOPTED);
    assert.equal(master.define(second), outcome);
    assert.equal(master.get(FIRST)?.version, currentVersion);
  });
}

test('an unknown index is null, not an error', () => {
  const master = new InstrumentMaster();
  assert.equal(master.get(FIRST), null);
  assert.equal(master.get(-1 as InstrumentIndex), null);
  assert.equal(master.atVersion(FIRST, 1), null);
});

test('indexes come without holes, up to the bound', () => {
  const master = new InstrumentMaster();
  assert.throws(() => master.define(definition(1, 1)), /holes/);
  for (let index = 0; index < INSTRUMENTS_MAX; index++) master.define(definition(index, 1));
  assert.equal(master.count, INSTRUMENTS_MAX);
  assert.throws(() => master.define(definition(INSTRUMENTS_MAX, 1)), /index/);
  assert.throws(() => master.define(definition(0.5, 1)), /index/);
});

test('a held row stays what it was when a newer one comes', () => {
  const master = new InstrumentMaster();
  master.define(definition(0, 1));
  const held = master.get(FIRST);
  const before = structuredClone(held);
  master.define(definition(0, 2, 'CCC'));
  assert.deepEqual(held, before);
  assert.equal(master.atVersion(FIRST, 1), held);
  assert.equal(master.get(FIRST)?.feeAsset, 'CCC');
});

test('of many versions the newest are kept and the current is always one of them', () => {
  const master = new InstrumentMaster();
  for (let version = 10; version <= 10 * (VERSIONS_KEPT + 4); version += 10) {
    master.define(definition(0, version));
    assert.equal(master.atVersion(FIRST, version), master.get(FIRST));
  }
  assert.equal(master.atVersion(FIRST, 40), null);
  assert.equal(master.atVersion(FIRST, 50)?.version, 50);
  assert.equal(master.atVersion(FIRST, 55), null, 'a version that never was');
});

test('whatever is said in whatever order, the current version never falls and a restore changes nothing', () => {
  const wish = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.constantFrom('', 'CCC'));
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 60 }), fc.nat(60), (wishes, cut) => {
      let master = new InstrumentMaster();
      let newest = 0;
      wishes.forEach(([version, feeAsset], position) => {
        if (position === cut) master = restored(master);
        const known = master.get(FIRST);
        const outcome = master.define(definition(0, version, feeAsset));
        if (version > newest) {
          assert.equal(outcome, ADOPTED);
          newest = version;
        } else {
          const isSame = version === newest && known?.feeAsset === feeAsset;
          assert.equal(outcome, isSame ? UNCHANGED : REFUSED);
        }
        assert.equal(master.get(FIRST)?.version, newest);
      });
    }),
  );
});

function restored(master: InstrumentMaster): InstrumentMaster {
  const writer = new StateBytesWriter();
  master.writeState(writer);
  const fresh = new InstrumentMaster();
  // What stood in it before must not survive.
  fresh.define(definition(0, 99));
  const reader = new StateBytesReader(writer.written());
  fresh.readState(reader);
  assert.ok(reader.isAtEnd);
  assert.equal(fresh.count, master.count);
  return fresh;
}
