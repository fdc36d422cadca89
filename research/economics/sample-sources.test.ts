/**
 * Goal: the synthetic sample is decided by its seed; recordings are measured as they are, whatever
 * the order of their files' kinds.
 * Method: two minutes of the synthetic market twice; the real recordings where they are at hand.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from '#adapters/config/config.ts';
import { resolveInstruments, resolveSession } from '#compose/session-setup.ts';
import type { PriceUnits } from '#units/integers.ts';
import { sampleRecordings, sampleSynthetic } from './sample-sources.ts';

const DATA =
  // biome-ignore lint/style/noProcessEnv: where recordings lie is a matter of the machine.
  process.env['DOGE_MM_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const SPOT = join(DATA, 'binance', 'spot-btcusdt-20240808.gz');
const PERPETUAL = join(DATA, 'binance', 'usdm-btcusdt-20240808.gz');
const RECORDED = existsSync(SPOT) && existsSync(PERPETUAL) ? {} : { skip: 'recordings not found' };

function prepare(set: Readonly<Record<string, string>>) {
  const overrides = Object.entries(set).map(([path, value]) => ({ path, value }));
  const loaded = loadConfiguration({ file: null, overrides });
  const instruments = resolveInstruments(loaded, true);
  const setup = resolveSession(loaded, instruments, 16_000_000 as PriceUnits, 'synthetic');
  return { configuration: loaded.configuration, setup };
}

test('a synthetic sample is decided by its seed', () => {
  const seven = prepare({ seed: '7' });
  const first = sampleSynthetic(seven.configuration, seven.setup, 120);
  const again = sampleSynthetic(seven.configuration, seven.setup, 120);
  assert.deepEqual(
    { ...first, reach: 0, fittedPerHour: 0 },
    { ...again, reach: 0, fittedPerHour: 0 },
  );
  const eight = prepare({ seed: '8' });
  const other = sampleSynthetic(eight.configuration, eight.setup, 120);
  assert.notEqual(other.volatilityBps, first.volatilityBps);
  assert.ok(first.seconds > 115);
  assert.ok(first.marketOrdersPerSecond > 0.5);
  assert.ok(first.spreadTicks >= 1);
  assert.equal(first.reach(0.1).count >= first.reach(1).count, true);
});

test('the recordings measure as the recordings are', RECORDED, async () => {
  const { setup } = prepare({ symbol: 'BTCUSDT' });
  const sample = await sampleRecordings(setup, [[SPOT], [PERPETUAL]]);
  assert.ok(sample.seconds > 330 && sample.seconds < 350, String(sample.seconds));
  // 61 000 to 63 000 USDT with a tick of a cent.
  assert.ok(sample.priceTicks > 6_100_000 && sample.priceTicks < 6_300_000);
  assert.ok(sample.oneTickShare > 0.9, 'a large spot market is one tick wide');
  assert.ok(sample.intensity.fitCount > 0);
  assert.ok((sample.markouts[1]?.adverseBps ?? 0) > 0, 'takers know more than makers');
  assert.ok(sample.basisMeanBps < 0, 'the perpetual stood below spot that evening');
  assert.ok(Number.isNaN(sample.fundingRate), 'no mark prices were recorded');
  const alone = await sampleRecordings(setup, [[SPOT]]);
  assert.equal(alone.marketOrdersPerSecond, sample.marketOrdersPerSecond);
  assert.ok(Number.isNaN(alone.hedgeHalfSpreadBps));
});
