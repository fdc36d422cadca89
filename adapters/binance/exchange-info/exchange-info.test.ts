/**
 * Goal: filters reach the engine exactly, and what cannot be right is refused with the field's name.
 * Method: the bundled rows against values worked out by hand, altered rows, made-up instruments, and
 * random steps against BigInt.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InstrumentRole, InstrumentStatus, Market } from '#contracts/instrument.ts';
import { type InstrumentIndex, rateUnits } from '#units/integers.ts';
import {
  bundledExchangeInfo,
  bundledInstrument,
  defineInstrument,
  InstrumentError,
  type InstrumentErrorCode,
  type InstrumentSpecification,
  type InstrumentTerms,
  instrumentFromExchangeInfo,
  symbolsOf,
} from './exchange-info.ts';
import { nearNames } from './near-names.ts';

const TERMS: InstrumentTerms = {
  index: 1 as InstrumentIndex,
  role: InstrumentRole.HEDGE,
  version: 4,
  makerFeeRate: rateUnits(20_000),
  takerFeeRate: rateUnits(50_000),
  feeAsset: 'BNB',
  feeAssetDiscountRate: rateUnits(0),
};
const SPECIFICATION: InstrumentSpecification = {
  market: Market.SPOT,
  symbol: 'FOOBAR',
  baseAsset: 'FOO',
  quoteAsset: 'BAR',
  tickSize: '0.0005',
  stepSize: '0.00025',
};

type Row = Record<string, unknown> & { filters: Record<string, unknown>[] };

/** The DOGEUSDT row of a market, changed, as an exchangeInfo of one symbol. */
function altered(market: Market, change: (row: Row) => void): unknown {
  const info = structuredClone(bundledExchangeInfo(market)) as { symbols: Row[] };
  const row = info.symbols.find((candidate) => candidate['symbol'] === 'DOGEUSDT');
  assert.ok(row);
  change(row);
  return { symbols: [row] };
}

function filterOf(row: Row, name: string): Record<string, unknown> {
  const filter = row.filters.find((candidate) => candidate['filterType'] === name);
  assert.ok(filter, name);
  return filter;
}

function build(market: Market, change: (row: Row) => void) {
  return instrumentFromExchangeInfo(altered(market, change), market, 'DOGEUSDT', TERMS);
}

function refuses(code: InstrumentErrorCode, where: RegExp, action: () => unknown): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof InstrumentError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, where);
    assert.ok(error.remedy.length > 10);
    return true;
  });
}

test('the bundled spot rules of DOGEUSDT become exact units', () => {
  const instrument = bundledInstrument(Market.SPOT, 'DOGEUSDT', TERMS);
  assert.deepEqual(instrument, {
    index: 1,
    version: 4,
    role: InstrumentRole.HEDGE,
    market: Market.SPOT,
    symbol: 'DOGEUSDT',
    baseAsset: 'DOGE',
    quoteAsset: 'USDT',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1_000,
    tickLotDenominator: 1,
    baseUnitsPerLot: 100_000_000,
    priceUnitsPerTick: 1_000,
    filters: {
      minPriceTicks: 1,
      maxPriceTicks: 100_000_000,
      minQuantityLots: 1,
      maxQuantityLots: 9_000_000,
      marketMinQuantityLots: 0,
      marketMaxQuantityLots: 3_000_000,
      minNotionalUnits: 100_000_000,
      maxNotionalUnits: 900_000_000_000_000,
      minNotionalAppliesToMarket: true,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: 500_000_000,
      bidMultiplierDown: 20_000_000,
      askMultiplierUp: 500_000_000,
      askMultiplierDown: 20_000_000,
      maxOpenOrders: 200,
      maxAmendsPerOrder: 10,
      maxPositionUnits: 0,
    },
    makerFeeRate: 20_000,
    takerFeeRate: 50_000,
    feeAsset: 'BNB',
    feeAssetDiscountRate: rateUnits(0),
  });
});

test('the bundled perpetual bounds buys from above and sells from below, and offers no amend', () => {
  const { filters, market } = bundledInstrument(Market.PERPETUAL, 'DOGEUSDT', TERMS);
  assert.equal(market, Market.PERPETUAL);
  assert.deepEqual(
    [filters.bidMultiplierUp, filters.bidMultiplierDown, filters.askMultiplierUp],
    [105_000_000, 0, 0],
  );
  assert.equal(filters.askMultiplierDown, 95_000_000);
  assert.equal(filters.minNotionalUnits, 500_000_000);
  assert.equal(filters.maxAmendsPerOrder, 0);
  assert.equal(filters.minPriceTicks, 244);
});

test('every bundled symbol is there on both markets with the grid of its market', () => {
  for (const [market, symbol, tick, step] of [
    [Market.SPOT, 'BTCUSDT', 1_000_000, 1_000],
    [Market.SPOT, 'ETHUSDT', 1_000_000, 10_000],
    [Market.PERPETUAL, 'BTCUSDT', 10_000_000, 100_000],
    [Market.PERPETUAL, 'ETHUSDT', 1_000_000, 100_000],
  ] as const) {
    const instrument = bundledInstrument(market, symbol, TERMS);
    assert.equal(instrument.priceUnitsPerTick, tick, symbol);
    assert.equal(instrument.baseUnitsPerLot, step, symbol);
  }
  assert.deepEqual(symbolsOf(bundledExchangeInfo(Market.SPOT)), ['DOGEUSDT', 'BTCUSDT', 'ETHUSDT']);
});

test('an unknown symbol names the nearest ones', () => {
  refuses('UNKNOWN_SYMBOL', /DOGUSDT.*3 spot symbols; did you mean DOGEUSDT/, () =>
    bundledInstrument(Market.SPOT, 'DOGUSDT', TERMS),
  );
  refuses('UNKNOWN_SYMBOL', /no name is near/, () =>
    instrumentFromExchangeInfo({ symbols: [] }, Market.SPOT, 'X', TERMS),
  );
  assert.deepEqual(nearNames('btcusd', ['ETHUSDT', 'BTCUSDT', 'XYZ']), ['BTCUSDT', 'ETHUSDT']);
  assert.deepEqual(nearNames('QQQ', ['XYZ']), []);
});

test('statuses fold into four, and a word not known is a halt', () => {
  for (const [market, word, expected] of [
    [Market.SPOT, 'TRADING', InstrumentStatus.TRADING],
    [Market.SPOT, 'CANCEL_ONLY', InstrumentStatus.CANCEL_ONLY],
    [Market.SPOT, 'BREAK', InstrumentStatus.HALT],
    [Market.SPOT, 'END_OF_DAY', InstrumentStatus.HALT],
    [Market.SPOT, 'TOMORROW', InstrumentStatus.HALT],
    [Market.PERPETUAL, 'TRADING', InstrumentStatus.TRADING],
    [Market.PERPETUAL, 'PRE_DELIVERING', InstrumentStatus.CLOSE_ONLY],
    [Market.PERPETUAL, 'PRE_SETTLE', InstrumentStatus.CLOSE_ONLY],
    [Market.PERPETUAL, 'PENDING_TRADING', InstrumentStatus.HALT],
    [Market.PERPETUAL, 'CLOSE', InstrumentStatus.HALT],
  ] as const) {
    const instrument = build(market, (row) => {
      row['status'] = word;
    });
    assert.equal(instrument.status, expected, word);
  }
  const forbidden = build(Market.SPOT, (row) => {
    row['isSpotTradingAllowed'] = false;
  });
  assert.equal(forbidden.status, InstrumentStatus.HALT);
});

test('bounds off the step are cut to what can pass, and giant ones to 2^53 - 1', () => {
  const { filters } = build(Market.SPOT, (row) => {
    filterOf(row, 'MARKET_LOT_SIZE')['maxQty'] = '119.43215083';
    filterOf(row, 'LOT_SIZE')['minQty'] = '0.50000000';
    filterOf(row, 'LOT_SIZE')['maxQty'] = '92141578902.00000000';
    filterOf(row, 'PRICE_FILTER')['maxPrice'] = '0.00001999';
    row.filters.push({ filterType: 'MAX_POSITION', maxPosition: '100000000000.0' });
  });
  assert.equal(filters.marketMaxQuantityLots, 119);
  assert.equal(filters.minQuantityLots, 1);
  assert.equal(filters.maxQuantityLots, 92_141_578_902);
  assert.equal(filters.maxPriceTicks, 1);
  assert.equal(filters.maxPositionUnits, Number.MAX_SAFE_INTEGER);
});

test('older filters and missing ones are read for what they say', () => {
  const { filters } = build(Market.SPOT, (row) => {
    row['amendAllowed'] = false;
    row.filters = row.filters.filter((filter) =>
      ['PRICE_FILTER', 'LOT_SIZE'].includes(String(filter['filterType'])),
    );
    row.filters.push(
      { filterType: 'MIN_NOTIONAL', minNotional: '10.0', applyToMarket: true },
      { filterType: 'PERCENT_PRICE', multiplierUp: '2', multiplierDown: '0.5' },
    );
  });
  assert.equal(filters.minNotionalUnits, 1_000_000_000);
  assert.equal(filters.minNotionalAppliesToMarket, true);
  assert.equal(filters.maxNotionalUnits, 0);
  assert.deepEqual([filters.bidMultiplierUp, filters.askMultiplierDown], [200_000_000, 50_000_000]);
  assert.equal(filters.maxAmendsPerOrder, 0);
  assert.equal(filters.maxOpenOrders, 0);
  assert.equal(filters.marketMaxQuantityLots, 0);
});

test('an answer that is no exchangeInfo is refused with the field', () => {
  refuses('BAD_EXCHANGE_INFO', /exchangeInfo symbols/, () =>
    instrumentFromExchangeInfo({}, Market.SPOT, 'DOGEUSDT', TERMS),
  );
  refuses('BAD_EXCHANGE_INFO', /tickSize/, () =>
    build(Market.SPOT, (row) => {
      filterOf(row, 'PRICE_FILTER')['tickSize'] = 0.00001;
    }),
  );
  for (const name of ['PRICE_FILTER', 'LOT_SIZE']) {
    refuses('BAD_EXCHANGE_INFO', new RegExp(`no ${name}`), () =>
      build(Market.SPOT, (row) => {
        row.filters = row.filters.filter((filter) => filter['filterType'] !== name);
      }),
    );
  }
});

test('instruments that cannot be quoted or hedged are refused', () => {
  refuses('UNSUPPORTED_INSTRUMENT', /LIMIT_MAKER/, () =>
    build(Market.SPOT, (row) => {
      row['orderTypes'] = ['LIMIT'];
    }),
  );
  refuses('UNSUPPORTED_INSTRUMENT', /market orders step by 10/, () =>
    build(Market.PERPETUAL, (row) => {
      filterOf(row, 'MARKET_LOT_SIZE')['stepSize'] = '10';
    }),
  );
  for (const [field, value, where] of [
    ['contractType', 'CURRENT_QUARTER', /not a perpetual/],
    ['marginAsset', 'DOGE', /margin in DOGE/],
    ['timeInForce', ['GTC'], /GTX/],
  ] as const) {
    refuses('UNSUPPORTED_INSTRUMENT', where, () =>
      build(Market.PERPETUAL, (row) => {
        row[field] = value;
      }),
    );
  }
});

test('a made-up instrument has exact fractions and no bounds it was not given', () => {
  const instrument = defineInstrument(SPECIFICATION, TERMS);
  assert.deepEqual(instrument.tick, { mantissa: 5, decimals: 4 });
  assert.deepEqual(instrument.step, { mantissa: 25, decimals: 5 });
  // 0.0005 x 0.00025 = 0.000000125 = 12.5 units.
  assert.deepEqual([instrument.tickLotNumerator, instrument.tickLotDenominator], [25, 2]);
  assert.deepEqual([instrument.priceUnitsPerTick, instrument.baseUnitsPerLot], [50_000, 25_000]);
  assert.equal(instrument.status, InstrumentStatus.TRADING);
  assert.equal(instrument.filters.maxQuantityLots, 0);
});

test('a specification that cannot be right is refused with its field', () => {
  for (const [change, where] of [
    [{ tickSize: '0' }, /FOOBAR tickSize.*above zero/],
    [{ tickSize: 'x' }, /FOOBAR tickSize/],
    [{ tickSize: '0.000000001' }, /FOOBAR tickSize.*finer/],
    [{ tickSize: '99999999999' }, /FOOBAR tickSize.*too large/],
    [{ tickSize: '90000000', stepSize: '90000000' }, /tick x step/],
    [{ stepSize: '' }, /FOOBAR stepSize.*not empty/],
    [{ baseAsset: '' }, /FOOBAR baseAsset/],
    [{ minPrice: '-1' }, /FOOBAR minPrice/],
    [{ minPrice: '2', maxPrice: '1' }, /minPrice is above maxPrice/],
    [{ minNotional: '0.000000001' }, /FOOBAR minNotional.*8 decimals/],
    [{ minNotional: '99999999999' }, /FOOBAR minNotional.*too large/],
    [{ maxQuantity: '0.0001' }, /FOOBAR maxQuantity.*below one step/],
    [{ maxOpenOrders: -1 }, /FOOBAR maxOpenOrders/],
  ] as const) {
    refuses('BAD_SPECIFICATION', where, () =>
      defineInstrument({ ...SPECIFICATION, ...change }, TERMS),
    );
  }
});

test('tick x lot is exact for any tick and step', () => {
  const decimal = fc
    .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 8 }))
    .map(([mantissa, places]) => ({ mantissa, places }));
  fc.assert(
    fc.property(decimal, decimal, (tick, step) => {
      const text = ({ mantissa, places }: typeof tick) =>
        places === 0
          ? String(mantissa)
          : String(mantissa)
              .padStart(places + 1, '0')
              .replace(new RegExp(`(\\d{${places}})$`), '.$1');
      const instrument = defineInstrument(
        { ...SPECIFICATION, tickSize: text(tick), stepSize: text(step) },
        TERMS,
      );
      // numerator / denominator = tick x step x 10^8, without a fraction anywhere.
      const left = BigInt(instrument.tickLotNumerator) * 10n ** BigInt(tick.places + step.places);
      const product = BigInt(tick.mantissa) * BigInt(step.mantissa) * 100_000_000n;
      assert.equal(left, product * BigInt(instrument.tickLotDenominator));
    }),
  );
});
