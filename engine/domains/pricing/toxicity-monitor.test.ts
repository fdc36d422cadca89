/**
 * Goal: each fast signal names the side it endangers, levels are ranks, and a dead market is not toxic.
 * Method: a calm seeded market, then one signal at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { ToxicityLevel } from '#contracts/quote-set.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { PricingScene } from './pricing.test-support.ts';
import { ToxicityMonitor } from './toxicity-monitor.ts';

const VOLATILITY = 2.4;

/** A monitor that has seen 40 calm seconds, and the market it saw. */
function makeCalm(): { monitor: ToxicityMonitor; scene: PricingScene } {
  const scene = new PricingScene();
  const monitor = new ToxicityMonitor();
  const random = new SeededRandom(9);
  for (let step = 0; step < 800; step++) {
    scene.pass(50_000);
    scene.setSpot(16_233, 16_234, random.integer(45_000, 55_000), random.integer(45_000, 55_000));
    if (random.chance(0.3)) {
      const side = random.chance(0.5) ? Side.BUY : Side.SELL;
      scene.trade(side, side === Side.BUY ? 16_234 : 16_233, random.integer(1, 9_000));
    }
    monitor.update(scene.nowMicros, scene.quoted, 16_233.5, VOLATILITY);
  }
  scene.pass(2_000_000);
  scene.setSpot(16_233, 16_234);
  for (let step = 0; step < 12; step++) {
    scene.pass(50_000);
    monitor.update(scene.nowMicros, scene.quoted, 16_233.5, VOLATILITY);
  }
  return { monitor, scene };
}

test('a dead market is not toxic, whatever its ranks are', () => {
  const { monitor } = makeCalm();
  assert.equal(monitor.level, ToxicityLevel.LOW);
});

for (const [direction, endangered] of [
  [1, Side.SELL],
  [-1, Side.BUY],
] as const) {
  const name = direction > 0 ? 'up' : 'down';

  test(`a perpetual that leads ${name} endangers the ${endangered === Side.SELL ? 'asks' : 'bids'}`, () => {
    const { monitor, scene } = makeCalm();
    scene.pass(10_000);
    monitor.update(scene.nowMicros, scene.quoted, 16_233.5 + 8 * direction, VOLATILITY);
    assert.equal(monitor.leadTicks, 8 * direction);
    assert.equal(monitor.endangeredSide, endangered);
    assert.equal(monitor.level, ToxicityLevel.EXTREME);
    scene.setSpot(16_233 + 8 * direction, 16_234 + 8 * direction);
    monitor.update(scene.nowMicros, scene.quoted, 16_233.5 + 8 * direction, VOLATILITY);
    assert.equal(monitor.leadTicks, 0, 'spot caught up');
  });

  test(`a sweep ${name} endangers the same side and is forgotten in seconds`, () => {
    const { monitor, scene } = makeCalm();
    const aggressor = direction > 0 ? Side.BUY : Side.SELL;
    for (let level = 0; level < 4; level++) {
      scene.pass(5_000);
      scene.trade(aggressor, 16_234 + level * direction, 60_000);
      monitor.update(scene.nowMicros, scene.quoted, 16_233.5, VOLATILITY);
    }
    assert.equal(monitor.endangeredSide, endangered);
    assert.equal(monitor.level, ToxicityLevel.EXTREME);
    scene.pass(15_000_000);
    monitor.update(scene.nowMicros, scene.quoted, 16_233.5, VOLATILITY);
    assert.equal(monitor.level, ToxicityLevel.LOW);
  });
}

test('a touch that melts away endangers its side', () => {
  const { monitor, scene } = makeCalm();
  scene.setSpot(16_233, 16_234, 50_000, 100);
  monitor.update(scene.nowMicros, scene.quoted, 16_233.5, VOLATILITY);
  assert.equal(monitor.endangeredSide, Side.SELL);
  assert.ok(monitor.signal > 0.3);
});

test('a gap or an unknown perpetual has no lead', () => {
  const { monitor, scene } = makeCalm();
  monitor.update(scene.nowMicros, scene.quoted, 0, VOLATILITY);
  assert.equal(monitor.leadTicks, 0);
  monitor.skipGap();
  monitor.update(scene.nowMicros, scene.quoted, 17_000, VOLATILITY);
  assert.equal(monitor.leadTicks, 0);
});

test('VPIN exists after fifty buckets and alone never goes beyond MEDIUM', () => {
  const scene = new PricingScene();
  const monitor = new ToxicityMonitor();
  monitor.sizeBuckets(1_000);
  monitor.sizeBuckets(5);
  assert.ok(Number.isNaN(monitor.vpinValue));
  for (let trade = 0; trade < 3_000; trade++) {
    scene.pass(50_000);
    const oneSided = trade > 2_500;
    scene.trade(oneSided || trade % 2 === 0 ? Side.BUY : Side.SELL, 16_233, 100);
    monitor.update(scene.nowMicros, scene.quoted, 0, VOLATILITY);
  }
  assert.ok(monitor.vpinValue > 0.9);
  assert.equal(monitor.level, ToxicityLevel.MEDIUM);
});
