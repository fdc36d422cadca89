/**
 * Goal: each fair model gives its price, the basis is learned, frozen and re-learned as its guards
 * say, the perpetual's weight dies with age, and fair stays in the clip band.
 * Method: hand-moved books.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_PRICING_CONFIGURATION,
  type FairModelName,
} from '#contracts/configuration/pricing-configuration.ts';
import { FairValue, FairValueInput } from './fair-value.ts';
import { PricingScene } from './pricing.test-support.ts';

/** A fair value, its books and the clock. */
class FairScene {
  readonly books = new PricingScene();
  readonly input = new FairValueInput();
  readonly fair: FairValue;

  constructor(fairModel: FairModelName, clipSpreads = 3, clipMinBps = 0) {
    const clip = { clipSpreads, clipMinBps };
    this.fair = new FairValue({ ...DEFAULT_PRICING_CONFIGURATION, fairModel, ...clip });
    this.input.isHedgeUsable = true;
    this.books.setPerp(16_225, 16_226);
  }

  step(micros: number): FairValue {
    this.input.nowMicros = this.books.nowMicros + micros;
    this.books.nowMicros = this.input.nowMicros;
    this.fair.update(this.input, this.books.quoted, this.books.hedge);
    return this.fair;
  }

  settle(steps: number): this {
    for (let step = 0; step < steps; step++) {
      this.books.setPerp(this.books.hedge.bidPriceTicks, this.books.hedge.askPriceTicks);
      this.step(100_000);
      this.books.setPerp(this.books.hedge.bidPriceTicks, this.books.hedge.askPriceTicks);
    }
    return this;
  }
}

test('where a spread is next to nothing the clip band is a share of the price', () => {
  const coarse = new FairScene('mid', 3, 3);
  coarse.books.setSpot(1_000, 1_001);
  coarse.step(1);
  assert.equal(coarse.fair.clipRoomTicks, 3);
  const fine = new FairScene('mid', 3, 3);
  fine.books.setSpot(6_000_000, 6_000_001);
  fine.step(1);
  assert.ok(Math.abs(fine.fair.clipRoomTicks - 1_800.00015) < 1e-6);
});

test('mid and weighted mid are what they say', () => {
  const mid = new FairScene('mid');
  mid.books.setSpot(16_233, 16_235, 3_000, 1_000);
  assert.equal(mid.step(1).fairTicks, 16_234);
  const weighted = new FairScene('weighted-mid');
  weighted.books.setSpot(16_233, 16_235, 3_000, 1_000);
  assert.equal(weighted.step(1).fairTicks, 16_234.5);
});

test('a constant basis is learned exactly and the perpetual then leads fair', () => {
  const scene = new FairScene('perp-led').settle(40);
  assert.ok(Math.abs(scene.fair.hedgeImpliedTicks - 16_233.5) < 1e-6);
  assert.ok(Math.abs(scene.fair.basis - Math.log(16_233.5 / 16_225.5)) < 1e-12);
  scene.books.setPerp(16_227, 16_228);
  const fair = scene.step(0).fairTicks;
  assert.ok(Math.abs(fair - (16_233.5 + 0.7 * 2)) < 0.01, `${fair}`);
});

test('before three seconds of basis the perpetual does not lead', () => {
  const scene = new FairScene('perp-led').settle(10);
  scene.books.setPerp(16_229, 16_230);
  assert.equal(scene.step(0).fairTicks, 16_233.5);
});

test('the weight of the perpetual dies with its age', () => {
  const scene = new FairScene('perp-led').settle(40);
  scene.books.setPerp(16_227, 16_228);
  scene.books.setSpot(16_233, 16_234);
  const weightAt = (micros: number): number => (scene.step(micros).fairTicks - 16_233.5) / 2;
  const fresh = weightAt(0);
  const old = weightAt(1_000_000);
  assert.ok(Math.abs(old / fresh - Math.exp(-1)) < 0.01);
  scene.input.isHedgeUsable = false;
  assert.equal(scene.step(0).hedgeImpliedTicks, 0);
  assert.equal(scene.fair.fairTicks, 16_233.5);
});

test('a jump of the basis freezes it, and is accepted when it stays for thirty seconds', () => {
  const scene = new FairScene('perp-led', 100).settle(100);
  const before = scene.fair.basis;
  scene.books.setPerp(16_325, 16_326);
  scene.settle(298);
  assert.equal(scene.fair.basis, before);
  scene.settle(5);
  assert.ok(Math.abs(scene.fair.basis - Math.log(16_233.5 / 16_325.5)) < 1e-9);
});

test('around a funding instant the basis stands still', () => {
  const scene = new FairScene('perp-led').settle(40);
  const before = scene.fair.basis;
  scene.input.fundingDistanceMicros = 2_000_000;
  scene.books.setPerp(16_226, 16_227);
  scene.settle(50);
  assert.equal(scene.fair.basis, before);
  scene.input.fundingDistanceMicros = 2_000_001;
  scene.settle(50);
  assert.ok(scene.fair.basis < before);
});

test('fair is clipped to the band, and how far outside it wanted is kept with its sign', () => {
  const scene = new FairScene('perp-led', 2).settle(40);
  scene.books.setPerp(16_245, 16_246);
  const up = scene.step(0);
  assert.equal(up.fairTicks, 16_236);
  assert.ok(Math.abs(up.outsideBandTicks - (16_233.5 + 0.7 * 20 - 16_236)) < 0.1);
  scene.books.setPerp(16_205, 16_206);
  const down = scene.step(0);
  assert.equal(down.fairTicks, 16_231);
  assert.ok(down.outsideBandTicks < 0);
  scene.fair.skipGap();
  assert.equal(scene.fair.fairTicks, 0);
});
