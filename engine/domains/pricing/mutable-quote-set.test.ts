/**
 * Goal: the version rises exactly when a price, a quantity or a reason changed.
 * Method: one change at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import { MutableQuoteSet } from './mutable-quote-set.ts';

test('a fresh set warms up on both sides, and publishing it unchanged is no news', () => {
  const set = new MutableQuoteSet(3);
  set.publish();
  assert.equal(set.version, 0);
  assert.equal(set.bid.reason, NoQuoteReason.WARMING_UP);
  assert.equal(set.parameterVersion, 3);
});

test('price, quantity and reason are news; the numbers behind a reason are not', () => {
  const set = new MutableQuoteSet(1);
  const expectVersion = (version: number): void => {
    set.publish();
    assert.equal(set.version, version);
  };
  set.bid.accept();
  set.bid.level(1).priceTicks = 5 as PriceTicks;
  expectVersion(1);
  set.bid.level(1).quantityLots = 7 as QuantityLots;
  expectVersion(2);
  set.ask.refuse(NoQuoteReason.FEE_FLOOR, 14.2, 0.3);
  expectVersion(3);
  set.ask.refuse(NoQuoteReason.FEE_FLOOR, 14.3, 0.2);
  expectVersion(3);
  assert.deepEqual([set.ask.needed, set.ask.available], [14.3, 0.2]);
});

test('a refused side shows nothing', () => {
  const set = new MutableQuoteSet(1);
  set.bid.level(0).priceTicks = 5 as PriceTicks;
  set.bid.level(0).quantityLots = 5 as QuantityLots;
  set.bid.level(0).edge.distanceBps = 9;
  set.bid.refuse(NoQuoteReason.NO_LEASE, 1, 2);
  const level = set.bid.level(0);
  assert.deepEqual([level.priceTicks, level.quantityLots, level.edge.distanceBps], [0, 0, 0]);
});

test('a restored set is the same set and knows what it published', () => {
  const set = new MutableQuoteSet(1);
  set.bid.accept();
  set.bid.level(2).priceTicks = 5 as PriceTicks;
  set.publish();
  set.ask.level(0).quantityLots = 5 as QuantityLots;
  const writer = new StateBytesWriter();
  set.writeState(writer);
  const restored = new MutableQuoteSet(1);
  restored.readState(new StateBytesReader(writer.written()));
  assert.deepEqual(restored, set);
  restored.publish();
  assert.equal(restored.version, 2);
});
