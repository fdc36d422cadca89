/**
 * Goal: a rank is the share of past values below, fades with time, and is silent at first.
 * Method: uniform and lumped values; fading; state round trip.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { EmpiricalDistribution } from './empirical-distribution.ts';

test('ranks of an even spread of values are their quantiles', () => {
  const distribution = new EmpiricalDistribution(1, 100);
  for (let value = 0; value < 10_000; value++) distribution.add(value / 10_000);
  assert.equal(distribution.rank(0.5), 0, 'nothing before the first refresh');
  distribution.refresh(1);
  for (const value of [0.05, 0.5, 0.95]) {
    assert.ok(Math.abs(distribution.rank(value) - value) < 0.02);
  }
  assert.ok(distribution.rank(99) > 0.98);
});

test('too few values have no rank, and old values fade behind new ones', () => {
  const distribution = new EmpiricalDistribution(10, 100);
  for (let index = 0; index < 99; index++) distribution.add(1);
  distribution.refresh(1);
  assert.equal(distribution.rank(5), 0);
  distribution.add(1);
  distribution.refresh(0.01);
  assert.ok(distribution.rank(5) > 0.99);
  for (let index = 0; index < 99; index++) distribution.add(9);
  distribution.refresh(0.01);
  assert.ok(distribution.rank(5) < 0.02);
});

test('a restored distribution ranks the same', () => {
  const original = new EmpiricalDistribution(10, 10);
  for (let index = 0; index < 50; index++) original.add(index / 7);
  original.refresh(0.9);
  original.add(3);
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = new EmpiricalDistribution(10, 10);
  restored.readState(new StateBytesReader(writer.written()));
  assert.deepEqual(restored, original);
});
