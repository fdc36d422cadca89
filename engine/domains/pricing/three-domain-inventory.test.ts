/**
 * Goal: refill, size and reduction act in their own time scales, with hysteresis, and stop in time.
 * Method: hand-made fills and stocks; the schedule against its ends and its straight limit.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import type { AssetUnits, DurationMicros } from '#units/integers.ts';
import { INVENTORY, WHOLE } from './pricing.test-support.ts';
import { InventoryBand, plannedExcess, ThreeDomainInventory } from './three-domain-inventory.ts';

const CONFIGURATION = {
  ...DEFAULT_PRICING_CONFIGURATION,
  refillCooldownMicros: 200_000 as DurationMicros,
  reductionDwellMicros: 10_000_000 as DurationMicros,
  reductionHorizonSeconds: 100,
};

/** Stock at a ratio of the allowed deviation. */
function stockAt(ratio: number): number {
  return Math.round((20_000 + ratio * 15_000) * WHOLE);
}

test('a fill rests its side one step deeper for the cool-down, a sweep two and longer', () => {
  const inventory = new ThreeDomainInventory(INVENTORY, CONFIGURATION);
  inventory.onFill(Side.BUY, 1_000_000);
  assert.equal(inventory.refillSteps(Side.BUY, 1_199_999), 1);
  assert.equal(inventory.refillSteps(Side.BUY, 1_200_000), 0);
  assert.equal(inventory.refillSteps(Side.SELL, 1_000_000), 0);
  inventory.onFill(Side.BUY, 1_040_000);
  assert.equal(inventory.refillSteps(Side.BUY, 1_240_000), 2);
  assert.equal(inventory.refillSteps(Side.BUY, 1_340_000), 0);
});

test('only the growing side shrinks, outside the soft band, down to nothing at the limit', () => {
  const inventory = new ThreeDomainInventory(INVENTORY, CONFIGURATION);
  for (const [ratio, buy, sell] of [
    [0, 1, 1],
    [0.4, 1, 1],
    [0.72, 0.5, 1],
    [0.99, 0.125, 1],
    [1, 0, 1],
    [1.5, 0, 1],
    [-0.72, 1, 0.5],
  ] as const) {
    inventory.update(1, stockAt(ratio));
    assert.equal(inventory.sizeFactor(Side.BUY), buy, `buy at ${ratio}`);
    assert.equal(inventory.sizeFactor(Side.SELL), sell, `sell at ${ratio}`);
  }
});

test('bands are entered at their thresholds and left at 0.6 of them', () => {
  const inventory = new ThreeDomainInventory(INVENTORY, CONFIGURATION);
  const bandAt = (ratio: number): InventoryBand => {
    inventory.update(1, stockAt(ratio));
    return inventory.band;
  };
  assert.equal(bandAt(0.39), InventoryBand.INSIDE);
  assert.equal(bandAt(0.41), InventoryBand.SOFT);
  assert.equal(bandAt(0.25), InventoryBand.SOFT);
  assert.equal(bandAt(-0.61), InventoryBand.MEDIUM);
  assert.equal(bandAt(-1.01), InventoryBand.HARD);
  assert.equal(bandAt(-0.61), InventoryBand.HARD);
  assert.equal(bandAt(0.23), InventoryBand.INSIDE);
});

test('the reduction waits for its dwell, grows while behind schedule and ends inside the band', () => {
  const inventory = new ThreeDomainInventory(INVENTORY, CONFIGURATION);
  const pressureAt = (seconds: number, ratio: number): number => {
    inventory.update(1_000_000 + seconds * 1_000_000, stockAt(ratio));
    return inventory.reductionPressure(1_000_000 + seconds * 1_000_000);
  };
  assert.equal(pressureAt(0, 0.8), 0);
  assert.equal(pressureAt(9, 0.8), 0);
  assert.equal(pressureAt(10, 0.8), 0, 'it starts on schedule');
  const early = pressureAt(20, 0.8);
  const late = pressureAt(80, 0.8);
  assert.ok(early > 0 && late > early && late < 1);
  assert.equal(pressureAt(110, 0.8), 1);
  assert.ok(pressureAt(110, 0.3) < 0.2);
  assert.equal(inventory.reducingSide, Side.SELL);
  assert.equal(pressureAt(111, 0.1), 0);
});

test('the schedule starts at the excess, ends at zero and is straight without curvature', () => {
  assert.equal(plannedExcess(8, 0, 100, 2), 8);
  assert.equal(plannedExcess(8, 100, 100, 2), 0);
  assert.equal(plannedExcess(8, 200, 100, 2), 0);
  assert.equal(plannedExcess(8, 25, 100, 0), 6);
  assert.ok(plannedExcess(8, 25, 100, 2) < 6);
});

test('room runs out at the limit on each side, and no deviation at all is refused', () => {
  const inventory = new ThreeDomainInventory(INVENTORY, CONFIGURATION);
  assert.equal(inventory.roomBaseUnits(Side.BUY, stockAt(0.5)), 7_500 * WHOLE);
  assert.equal(inventory.roomBaseUnits(Side.SELL, stockAt(0.5)), 22_500 * WHOLE);
  assert.equal(inventory.roomBaseUnits(Side.BUY, stockAt(2)), -15_000 * WHOLE);
  const none = { ...INVENTORY, maxDeviationBaseUnits: 0 as AssetUnits };
  assert.throws(() => new ThreeDomainInventory(none, CONFIGURATION), /must be above zero/);
});
