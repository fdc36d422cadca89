/**
 * Goal: worth in quote currency becomes whole lots and base units at the start price; fees, limits,
 * balances and instruments come from the configuration alone, for any symbol.
 * Method: round prices with the arithmetic written out; custom and listed instruments side by side.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '#adapters/config/config.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import { formatSteps } from '#units/decimal-text.ts';
import type { PriceUnits } from '#units/integers.ts';
import {
  resolveInstruments,
  resolveSession,
  SessionSetupError,
  syntheticStartPrice,
} from './session-setup.ts';

const MADE_UP = fileURLToPath(new URL('../configs/test/made-up.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'session-setup-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

type Settings = Readonly<Record<string, string | number>>;

function load(set: Settings = {}, file: string | null = null) {
  const overrides = Object.entries(set).map(([path, value]) => ({
    path,
    value: JSON.stringify(value),
  }));
  return loadConfiguration({ file, overrides });
}

function resolve(set: Settings = {}, price = 16_000_000, withHedge = true) {
  const loaded = load(set);
  const instruments = resolveInstruments(loaded, withHedge);
  return resolveSession(loaded, instruments, price as PriceUnits, 'synthetic');
}

test('worth becomes stock in whole lots at the start price', () => {
  // 20 000 USDT at 0.16 are 125 000 DOGE, lots of one DOGE.
  const { engine, balances } = resolve({
    'inventory.targetNotional': '20000',
    'inventory.maxDeviationNotional': '3000',
    'account.baseNotional': '1000',
  });
  assert.equal(engine.inventory.targetSpotBaseUnits, 125_000 * 1e8);
  assert.equal(engine.inventory.maxDeviationBaseUnits, 18_750 * 1e8);
  assert.equal(balances.baseUnits, 6_250 * 1e8);
  // 1000 USDT at 0.16003 are 6248.83 DOGE: the part of a lot is left out.
  const odd = resolve({ 'account.baseNotional': '1000' }, 16_003_000);
  assert.equal(odd.balances.baseUnits, 6_248 * 1e8);
});

test('a matched start is short the target on the perpetual; a flat one, or no hedge, has no position', () => {
  const matched = resolve({ 'inventory.targetNotional': '20000' });
  assert.equal(matched.balances.positionLots, -125_000);
  assert.equal(matched.balances.entryPriceUnits, 16_000_000);
  assert.equal(resolve({ 'account.startPosition': 'flat' }).balances.positionLots, undefined);
  assert.equal(resolve({}, 16_000_000, false).balances.positionLots, undefined);
});

test('without a hedge the target stock is the delta that is wanted', () => {
  const hedged = resolve({ 'inventory.targetNotional': '20000' });
  assert.equal(hedged.engine.inventory.targetDeltaBaseUnits, 0);
  assert.equal(hedged.engine.hedging.isEnabled, true);
  const alone = resolve({ 'inventory.targetNotional': '20000' }, 16_000_000, false);
  assert.equal(alone.engine.inventory.targetDeltaBaseUnits, 125_000 * 1e8);
  assert.equal(alone.engine.hasHedge, false);
  assert.equal(alone.engine.hedging.isEnabled, false);
  assert.equal(alone.engine.pricing.requireHedgeMarket, false);
});

test('limits: notional caps stay, lot caps are twice as much at the start price', () => {
  const { limits } = resolve({
    'limits.maxOrderNotional': '2000',
    'limits.maxHedgeOrderNotional': '6000',
    'limits.maxLongNotional': '30000',
    'limits.maxPerpNotional': '40000',
  });
  assert.deepEqual(limits.maxOrderNotionalUnits, [2_000 * 1e8, 6_000 * 1e8]);
  assert.deepEqual(limits.maxOrderLots, [25_000, 75_000]);
  assert.deepEqual(limits.maxLongBaseUnits, [187_500 * 1e8, 250_000 * 1e8]);
  assert.deepEqual(limits.maxShortBaseUnits, [0, 250_000 * 1e8], 'spot cannot be short');
});

test('fees come from the tier, and an explicit fee beats it', () => {
  const [spot, perp] = resolveInstruments(load({ 'fees.tier': 'VIP9' }), true);
  assert.deepEqual([spot?.makerFeeRate, spot?.takerFeeRate], [12_000, 24_000]);
  assert.deepEqual([perp?.makerFeeRate, perp?.takerFeeRate], [0, 17_000]);
  const [own] = resolveInstruments(load({ 'fees.spotMakerBps': -0.25 }), false);
  assert.equal(own?.makerFeeRate, -2_500);
  const bnb = {
    'fees.tier': 'VIP0+BNB',
    'account.feeAsset': '1',
    'accountState.feeAssetPrice': '850',
  };
  const [discounted, perpetual] = resolveInstruments(load(bnb), true);
  assert.equal(discounted?.feeAsset, 'BNB');
  assert.equal(discounted?.makerFeeRate, 100_000, 'the venue takes the discount, fill by fill');
  assert.equal(perpetual?.feeAsset, '');
});

test('margin follows the leverage, rounded against us', () => {
  const { engine } = resolve({ 'account.leverage': 3 });
  assert.equal(engine.risk.initialMarginBps, 3_334);
  assert.equal(engine.hedging.initialMarginRate, 33_333_334);
});

test('the profile and the version reach pricing', () => {
  const setup = resolve({ profile: 'rebate', version: 12 });
  assert.equal(setup.engine.pricing.profile, 'rebate');
  assert.equal(setup.engine.pricing.parameterVersion, 12);
  assert.equal(setup.configVersion, 12);
});

test('instruments: spot is quoted, the perpetual hedges, each with its own rules', () => {
  for (const symbol of ['DOGEUSDT', 'BTCUSDT', 'ETHUSDT']) {
    const [spot, perp] = resolveInstruments(load({ symbol }), true);
    assert.deepEqual(
      [spot?.symbol, spot?.market, spot?.role, spot?.index],
      [symbol, Market.SPOT, InstrumentRole.QUOTED, 0],
    );
    assert.deepEqual(
      [perp?.market, perp?.role, perp?.index],
      [Market.PERPETUAL, InstrumentRole.HEDGE, 1],
    );
    assert.equal(resolveInstruments(load({ symbol }), false).length, 1);
  }
});

test('an instrument written by hand needs nothing but the file', () => {
  const loaded = load({}, MADE_UP);
  const instruments = resolveInstruments(loaded, true);
  const price = syntheticStartPrice(loaded.configuration);
  assert.equal(price, 1_234_500);
  const [spot, perp] = instruments;
  assert.equal(spot?.symbol, 'WOOFUSDT');
  assert.equal(formatSteps(1, spot?.tick ?? { mantissa: 1, decimals: 0 }), '0.000001');
  assert.equal(formatSteps(1, spot?.step ?? { mantissa: 1, decimals: 0 }), '10');
  assert.equal(perp?.baseAsset, 'WOOF');
  const setup = resolveSession(loaded, instruments, price as PriceUnits, 'synthetic');
  const lot = spot?.baseUnitsPerLot ?? 1;
  assert.equal(setup.engine.inventory.targetSpotBaseUnits % lot, 0, 'whole lots of ten');
});

test('a symbol nobody lists is a clear error that names it', () => {
  assert.throws(
    () => resolveInstruments(load({ symbol: 'NOPEUSDT' }), true),
    (error) => error instanceof Error && /NOPEUSDT/.test(error.message),
  );
});

test('rules may come from a file with an answer of the venue', () => {
  const file = join(folder, 'exchange-info.json');
  const answer = {
    symbols: [
      {
        symbol: 'FILEUSDT',
        status: 'TRADING',
        baseAsset: 'FILE',
        quoteAsset: 'USDT',
        baseAssetPrecision: 8,
        quoteAssetPrecision: 8,
        orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
        filters: [
          { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000.00', tickSize: '0.01' },
          { filterType: 'LOT_SIZE', minQty: '0.1', maxQty: '9000.0', stepSize: '0.1' },
          {
            filterType: 'NOTIONAL',
            minNotional: '5',
            applyMinToMarket: true,
            maxNotional: '9000000',
            applyMaxToMarket: false,
            avgPriceMins: 5,
          },
        ],
      },
    ],
  };
  writeFileSync(file, JSON.stringify(answer));
  const loaded = load({ symbol: 'FILEUSDT', 'instruments.spotExchangeInfo': file });
  const [spot] = resolveInstruments(loaded, false);
  assert.equal(spot?.baseAsset, 'FILE');
  assert.equal(spot?.filters.minNotionalUnits, 5 * 1e8);
});

for (const [name, text, reason] of [
  ['no JSON', '{"symbols": [', /this is not JSON/],
  ['no answer of the venue', '{"nothing": 1}', /exchangeInfo/],
] as const) {
  test(`rules from a file that is ${name} are refused by key and file`, () => {
    const file = join(folder, 'bad.json');
    writeFileSync(file, text);
    for (const [key, withHedge] of [
      ['instruments.spotExchangeInfo', false],
      ['instruments.perpetualExchangeInfo', true],
    ] as const) {
      assert.throws(
        () => resolveInstruments(load({ [key]: file }), withHedge),
        (error) => {
          assert.ok(error instanceof SessionSetupError, String(error));
          assert.equal(error.code, 'BAD_CONFIGURATION');
          assert.equal(error.where, `--set ${key}`);
          assert.ok(error.message.includes(file), error.message);
          assert.match(error.message, reason);
          assert.match(error.remedy, /exchangeInfo/);
          return true;
        },
      );
    }
  });
}

test('the setup names the model and the hash of its content; without one it names neither', () => {
  const example = fileURLToPath(new URL('../research/models/example-model.ts', import.meta.url));
  const setup = resolve({ 'pricing.model': 'user', modelFile: example });
  assert.match(setup.modelFile, /research\/models\/example-model\.ts$/);
  assert.match(setup.modelSha256 ?? '', /^[0-9a-f]{64}$/);
  assert.ok(!('modelSha256' in resolve()), 'built-in models leave the journal as it was');
});

test('start prices: bundled, written, or not known', () => {
  const price = (set: Settings) => syntheticStartPrice(load(set).configuration);
  assert.equal(price({}), 16_000_000);
  assert.equal(price({ 'simulation.startPrice': '0.25' }), 25_000_000);
  assert.equal(price({ symbol: 'NOPEUSDT' }), null);
});
