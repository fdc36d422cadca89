/**
 * Goal: the score is the sum of its four parts and feedback stays within its bounds.
 * Method: constant samples over many seconds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  QUALITY_FACTOR_MAX,
  QUALITY_FACTOR_MIN,
  QualitySample,
  QuoteQuality,
} from './quote-quality.ts';

function run(quality: QuoteQuality, changes: Partial<QualitySample>, fillsPerSecond: number): void {
  const sample = new QualitySample();
  const perfect = {
    isTwoSided: true,
    marketHalfTicks: 0.5,
    ownHalfTicks: 0.5,
    expectedFillRate: 1,
    adverseBps: 0,
    halfSpreadBps: 2,
    inventoryRatio: 0,
  };
  Object.assign(sample, perfect, changes);
  for (let second = 1; second <= 3_000; second++) {
    for (let fill = 0; fill < fillsPerSecond; fill++) quality.onFill();
    assert.ok(quality.isDue(second * 1_000_000));
    quality.observe(second * 1_000_000, sample);
    assert.equal(quality.isDue(second * 1_000_000 + 999_999), false);
  }
}

test('quotes at the touch that fill, keep their spread and hold no inventory score 100', () => {
  const quality = new QuoteQuality();
  run(quality, {}, 1);
  assert.ok(quality.score > 99.9);
  assert.ok(quality.uptime > 0.999);
});

test('each part alone takes its 25 points', () => {
  for (const changes of [
    { ownHalfTicks: 1e9 },
    { adverseBps: 99 },
    { inventoryRatio: -3 },
    { expectedFillRate: 1e9 },
  ]) {
    const quality = new QuoteQuality();
    run(quality, changes, 1);
    assert.ok(Math.abs(quality.score - 75) < 0.5, `${JSON.stringify(changes)} ${quality.score}`);
  }
});

test('fills that cost their spread widen up to the bound, quotes nobody takes narrow down to it', () => {
  const costly = new QuoteQuality();
  run(costly, { adverseBps: 3 }, 1);
  assert.equal(costly.factor, QUALITY_FACTOR_MAX);
  const idle = new QuoteQuality();
  run(idle, {}, 0);
  assert.equal(idle.factor, QUALITY_FACTOR_MIN);
  const away = new QuoteQuality();
  run(away, { isTwoSided: false }, 0);
  assert.equal(away.factor, 1);
});
