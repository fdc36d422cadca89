/**
 * Goal: keys that are fine one by one and wrong together are refused at the key to change.
 * Method: a table with a pair of settings for each relation: one that trips it and its neighbour,
 * which just passes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfiguration } from './config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';

const EXAMPLE_MODEL = fileURLToPath(
  new URL('../../research/models/example-model.ts', import.meta.url),
);

type Settings = Readonly<Record<string, string>>;

function load(set: Settings): void {
  const overrides = Object.entries(set).map(([path, value]) => ({ path, value }));
  loadConfiguration({ file: null, overrides });
}

function onlyProblem(set: Settings): ConfigProblem {
  try {
    load(set);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.problems.length, 1, error.message);
    return error.problems[0] as ConfigProblem;
  }
  return assert.fail('the configuration was accepted');
}

/** A relation between keys: settings that break it, settings that just keep it, the key blamed. */
const RELATIONS: readonly [why: string, trips: Settings, passes: Settings, path: string][] = [
  [
    'a lease is renewed at least twice in its life',
    { 'limits.leaseExpiry': '500ms', 'limits.leaseRenewal': '250ms' },
    { 'limits.leaseExpiry': '500ms', 'limits.leaseRenewal': '249ms' },
    'limits.leaseRenewal',
  ],
  [
    'spot cannot go short',
    { 'inventory.targetNotional': '2999', 'inventory.maxDeviationNotional': '3000' },
    { 'inventory.targetNotional': '3000', 'inventory.maxDeviationNotional': '3000' },
    'inventory.maxDeviationNotional',
  ],
  [
    'the long limit holds what pricing may want',
    { 'limits.maxLongNotional': '22999' },
    { 'limits.maxLongNotional': '23000' },
    'limits.maxLongNotional',
  ],
  [
    'layers share one side',
    { 'pricing.layerShareL0': '0.8', 'pricing.layerShareL1': '0.21' },
    { 'pricing.layerShareL0': '0.75', 'pricing.layerShareL1': '0.25' },
    'pricing.layerShareL1',
  ],
  [
    'a user model has a file',
    { 'pricing.model': 'user' },
    { 'pricing.model': 'user', modelFile: EXAMPLE_MODEL },
    'modelFile',
  ],
  [
    'the start is a date that exists',
    { 'simulation.startTime': '2026-02-30T00:00:00Z' },
    { 'simulation.startTime': '2026-02-28T00:00:00Z' },
    'simulation.startTime',
  ],
  [
    'there is something to quote with',
    { 'account.baseNotional': '"0"', 'account.quote': '"19999"' },
    { 'account.baseNotional': '"0"', 'account.quote': '"20000"' },
    'account.quote',
  ],
  [
    'the soft band lies inside the medium one',
    { 'pricing.softBandRatio': '0.61' },
    { 'pricing.softBandRatio': '0.6' },
    'pricing.softBandRatio',
  ],
  [
    'layers rest outward',
    { 'pricing.maxDistanceL0Bps': '8.1' },
    { 'pricing.maxDistanceL0Bps': '8' },
    'pricing.maxDistanceL0Bps',
  ],
  [
    'some placements are left for quotes',
    { 'limits.reservedForHedges': '50', 'limits.ordersPerTenSeconds': '50' },
    { 'limits.reservedForHedges': '49', 'limits.ordersPerTenSeconds': '50' },
    'limits.reservedForHedges',
  ],
  [
    'the perpetual limit holds the hedge of what pricing may hold',
    { 'limits.maxPerpNotional': '22999' },
    { 'limits.maxPerpNotional': '23000' },
    'limits.maxPerpNotional',
  ],
  [
    'without a hedge the perpetual limit is free',
    { 'limits.maxPerpNotional': '0' },
    { 'limits.maxPerpNotional': '0', hedge: 'none' },
    'limits.maxPerpNotional',
  ],
  [
    'stock and hedge fit the gross limit together',
    { 'limits.maxGrossNotional': '45999' },
    { 'limits.maxGrossNotional': '46000' },
    'limits.maxGrossNotional',
  ],
  [
    'hedging needs hedge orders',
    { 'limits.maxHedgeOpenOrders': '0' },
    { 'limits.maxHedgeOpenOrders': '1' },
    'limits.maxHedgeOpenOrders',
  ],
  [
    'urgency may pay more, never less',
    { 'hedging.slippageAggressiveBps': '51' },
    { 'hedging.slippageAggressiveBps': '50' },
    'hedging.slippageAggressiveBps',
  ],
  [
    'hedging does not end before it began',
    { 'hedging.restRatio': '0.51' },
    { 'hedging.restRatio': '0.5' },
    'hedging.restRatio',
  ],
  [
    'quotes are pulled before the session stops',
    { 'ops.dailyLossPullBps': '201' },
    { 'ops.dailyLossPullBps': '200' },
    'ops.dailyLossPullBps',
  ],
  [
    'a pause starts below its longest',
    { 'execution.queryBackoff': '9s' },
    { 'execution.queryBackoff': '8s' },
    'execution.queryBackoff',
  ],
  [
    'the floor profile keeps its floor',
    { 'pricing.floorEnabled': 'false' },
    { 'pricing.floorEnabled': 'false', profile: 'naive-touch' },
    'pricing.floorEnabled',
  ],
  [
    'a hypothetical fee belongs to the profile that says so',
    { 'pricing.makerFeeOverrideEnabled': 'true' },
    { 'pricing.makerFeeOverrideEnabled': 'true', profile: 'rebate' },
    'pricing.makerFeeOverrideEnabled',
  ],
  [
    'quotes widen before the session stops for margin',
    { 'ops.marginRatioKill': '0.21' },
    { 'ops.marginRatioKill': '0.2' },
    'ops.marginRatioKill',
  ],
  [
    'fees in BNB are paid with BNB that the account holds',
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"' },
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"', 'account.feeAsset': '"1"' },
    'account.feeAsset',
  ],
  [
    'BNB that pays fees has a price',
    { 'fees.tier': 'VIP0+BNB', 'account.feeAsset': '"1"' },
    { 'fees.tier': 'VIP0+BNB', 'accountState.feeAssetPrice': '"850"', 'account.feeAsset': '"1"' },
    'accountState.feeAssetPrice',
  ],
];

for (const [why, trips, passes, path] of RELATIONS) {
  test(`${why}: one value trips it and its neighbour passes`, () => {
    const problem = onlyProblem(trips);
    const place = problem.path === '' ? problem.file.replace('--set ', '') : problem.path;
    assert.equal(place, path);
    assert.doesNotThrow(() => load(passes));
  });
}
