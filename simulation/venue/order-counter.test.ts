/**
 * Goal: order counts are limited per clock interval, and fills give spot orders back.
 * Method: each rule by hand, at the edges of an interval.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { OrderCounter } from './order-counter.ts';

const at = (seconds: number): EpochMicros => (seconds * 1_000_000) as EpochMicros;

function countMany(counter: OrderCounter, count: number, seconds: number): number {
  let passed = 0;
  for (let index = 0; index < count; index++) if (counter.tryCount(at(seconds))) passed += 1;
  return passed;
}

test('spot allows a hundred in ten seconds, aligned to the clock', () => {
  const counter = new OrderCounter(Market.SPOT);
  assert.equal(countMany(counter, 150, 1_009.9), 100);
  assert.equal(countMany(counter, 150, 1_010), 100, 'a new window');
});

test('the perpetual allows three hundred in ten seconds and twelve hundred a minute', () => {
  const counter = new OrderCounter(Market.PERPETUAL);
  assert.equal(countMany(counter, 400, 600), 300);
  for (const second of [610, 620, 630]) assert.equal(countMany(counter, 400, second), 300);
  assert.equal(countMany(counter, 400, 640), 0, 'the minute is full');
  assert.equal(countMany(counter, 400, 660), 300);
});

test('a first fill credits spot: one for a taker, five for a maker, never below zero', () => {
  const counter = new OrderCounter(Market.SPOT);
  countMany(counter, 10, 5);
  counter.creditFirstFill(false, at(5));
  assert.equal(counter.countIn(0, at(5)), 9);
  counter.creditFirstFill(true, at(5));
  assert.equal(counter.countIn(0, at(5)), 4);
  counter.creditFirstFill(true, at(5));
  assert.equal(counter.countIn(0, at(5)), 0);
  assert.equal(counter.countIn(1, at(11)), 0, 'the day was credited, too');
});

test('fills credit the interval they land in, and nothing on the perpetual', () => {
  const counter = new OrderCounter(Market.SPOT);
  countMany(counter, 10, 5);
  counter.creditFirstFill(true, at(15));
  assert.equal(counter.countIn(0, at(15)), 0);
  assert.equal(counter.countIn(1, at(15)), 5);
  const perpetual = new OrderCounter(Market.PERPETUAL);
  countMany(perpetual, 10, 5);
  perpetual.creditFirstFill(true, at(5));
  assert.equal(perpetual.countIn(0, at(5)), 10);
});

test('a refused order counts in no interval', () => {
  const rules = [
    { intervalMicros: 1_000_000, limit: 2 },
    { intervalMicros: 10_000_000, limit: 3 },
  ];
  const counter = new OrderCounter(Market.SPOT, rules);
  assert.equal(countMany(counter, 5, 1), 2);
  assert.equal(counter.countIn(1, at(1)), 2);
  assert.equal(countMany(counter, 5, 2), 1);
  assert.equal(counter.countIn(0, at(2)), 1);
});
