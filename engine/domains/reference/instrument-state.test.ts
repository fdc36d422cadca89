/**
 * Goal: an instrument comes back from its bytes with every field, and any changed field is a
 * difference.
 * Method: every field, filters and steps included, is given its own value and changed alone.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instrument } from '#contracts/instrument.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { isSameInstrument, readInstrument, writeInstrument } from './instrument-state.ts';

/** An instrument of plain numbers: the compiler still asks for every field. */
type Plain<Value> = {
  readonly [Name in keyof Value]: Value[Name] extends number
    ? number
    : Value[Name] extends object
      ? Plain<Value[Name]>
      : Value[Name];
};

/** Every number is another one, so that two swapped fields cannot hide. */
const PLAIN: Plain<Instrument> = {
  index: 1,
  version: 7,
  role: 1,
  market: 1,
  symbol: 'AAABBB',
  baseAsset: 'AAA',
  quoteAsset: 'BBB',
  status: 2,
  tick: { mantissa: 5, decimals: 4 },
  step: { mantissa: 25, decimals: 3 },
  tickLotNumerator: 1001,
  tickLotDenominator: 3,
  baseUnitsPerLot: 1002,
  priceUnitsPerTick: 1003,
  filters: {
    minPriceTicks: 11,
    maxPriceTicks: 12,
    minQuantityLots: 13,
    maxQuantityLots: 14,
    marketMinQuantityLots: 15,
    marketMaxQuantityLots: 16,
    minNotionalUnits: 17,
    maxNotionalUnits: 2 ** 53 - 1,
    minNotionalAppliesToMarket: true,
    maxNotionalAppliesToMarket: false,
    bidMultiplierUp: 18,
    bidMultiplierDown: 19,
    askMultiplierUp: 20,
    askMultiplierDown: 21,
    maxOpenOrders: 22,
    maxAmendsPerOrder: 23,
    maxPositionUnits: 24,
  },
  makerFeeRate: -50_000,
  takerFeeRate: 100_000,
  feeAsset: 'ĆÇ',
  feeAssetDiscountRate: 25_000_000,
};
const WHOLE = PLAIN as Instrument;

function bytesOf(instrument: Instrument): Uint8Array {
  const writer = new StateBytesWriter();
  writeInstrument(writer, instrument);
  return writer.written().slice();
}

type Fields = Record<string, unknown>;

/** Paths of all plain values: "tick.mantissa". */
function paths(value: Fields, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) =>
    typeof inner === 'object' && inner !== null
      ? paths(inner as Fields, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

/** A copy with one plain value changed. */
function changed(path: string): Instrument {
  const copy = structuredClone(WHOLE) as unknown as Fields;
  const names = path.split('.');
  const last = names.pop() ?? '';
  let holder = copy;
  for (const name of names) holder = holder[name] as Fields;
  const value = holder[last];
  holder[last] =
    typeof value === 'number' ? value - 1 : typeof value === 'boolean' ? !value : `${value}X`;
  return copy as unknown as Instrument;
}

const ALL_PATHS = paths(WHOLE as unknown as Fields);

test('an instrument survives its bytes whole', () => {
  const reader = new StateBytesReader(bytesOf(WHOLE));
  assert.deepEqual(readInstrument(reader), WHOLE);
  assert.ok(reader.isAtEnd);
});

test('no field is left out: each one changes the bytes and the comparison', () => {
  assert.ok(ALL_PATHS.length >= 37);
  for (const path of ALL_PATHS) {
    const other = changed(path);
    assert.notDeepEqual(bytesOf(other), bytesOf(WHOLE), path);
    assert.equal(isSameInstrument(WHOLE, other), false, path);
    assert.equal(isSameInstrument(other, WHOLE), false, path);
    assert.deepEqual(readInstrument(new StateBytesReader(bytesOf(other))), other, path);
  }
});

test('the order of fields is no difference, a missing or an additional field is one', () => {
  const reversed = Object.fromEntries(Object.entries(WHOLE).reverse()) as unknown as Instrument;
  assert.equal(isSameInstrument(WHOLE, reversed), true);
  assert.deepEqual(bytesOf(reversed), bytesOf(WHOLE));
  const { feeAsset: _, ...without } = WHOLE;
  assert.equal(isSameInstrument(WHOLE, without as Instrument), false);
  assert.equal(isSameInstrument({ ...WHOLE, more: 1 } as Instrument, WHOLE), false);
  const flat = { ...WHOLE, tick: 5 } as unknown as Instrument;
  assert.equal(isSameInstrument(WHOLE, flat), false);
  assert.equal(isSameInstrument(flat, WHOLE), false);
});

test('bytes that end too early are refused', () => {
  const bytes = bytesOf(WHOLE);
  for (const size of [0, 8, 100, bytes.length - 1]) {
    assert.throws(() => readInstrument(new StateBytesReader(bytes.subarray(0, size))), RangeError);
  }
});
