/**
 * Goal: tiers are found by name, the BNB discount touches spot only, and rates are exact.
 * Method: the list against its own rules.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FEE_TIERS, findFeeTier, REPRICING_TIERS, rateFromBps } from './fee-tiers.ts';

test('VIP0 is 10 / 10 bp on spot and 2 / 5 bp on the perpetual', () => {
  const tier = findFeeTier('VIP0');
  assert.deepEqual(
    [tier?.spotMakerBps, tier?.spotTakerBps, tier?.perpMakerBps, tier?.perpTakerBps],
    [10, 10, 2, 5],
  );
});

test('names are found in any case, and nothing else is', () => {
  assert.equal(findFeeTier('vip9')?.name, 'VIP9');
  for (const wrong of ['VIP10', 'VIP0+ETH', '', 'BNB', 'VIP']) {
    assert.equal(findFeeTier(wrong), null, wrong);
  }
});

test('fees in BNB cost three quarters on spot and the same on the perpetual', () => {
  const tier = findFeeTier('VIP0+BNB');
  assert.equal(tier?.name, 'VIP0+BNB');
  assert.deepEqual([tier?.spotMakerBps, tier?.spotTakerBps, tier?.perpMakerBps], [7.5, 7.5, 2]);
  assert.match(tier?.note ?? '', /BNB/);
});

test('higher VIP tiers never pay more', () => {
  const vips = FEE_TIERS.filter((tier) => tier.name.startsWith('VIP'));
  for (const [index, tier] of vips.entries()) {
    const before = vips[index - 1];
    if (before === undefined) continue;
    assert.ok(tier.spotMakerBps <= before.spotMakerBps, tier.name);
    assert.ok(tier.perpTakerBps <= before.perpTakerBps, tier.name);
  }
});

test('every tier that results are re-priced at exists, and hypothetical ones say so', () => {
  for (const name of REPRICING_TIERS) assert.ok(findFeeTier(name) !== null, name);
  for (const name of ['ZERO', 'REBATE']) {
    assert.match(findFeeTier(name)?.note ?? '', /^hypothetical/);
  }
});

test('basis points become whole rate units', () => {
  assert.equal(rateFromBps(10), 100_000);
  assert.equal(rateFromBps(-0.5), -5_000);
  assert.equal(rateFromBps(4.2), 42_000);
});
