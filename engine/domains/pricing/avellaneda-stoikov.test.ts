/**
 * Goal: reservation price and spread of Avellaneda and Stoikov (2008), with their limits and units.
 * Method: the paper's parameters by hand; scaling; gamma to zero.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { averageOptimalSpread, optimalSpread, reservationPrice } from './avellaneda-stoikov.ts';

test('at the parameters of the paper the spread averages 1.49 and the reservation price leans 0.4 a unit', () => {
  assert.ok(Math.abs(averageOptimalSpread(0.1, 2, 1.5, 1) - 1.4908) < 1e-4);
  assert.ok(Math.abs(optimalSpread(0.1, 2, 1.5, 1) - (0.4 + 20 * Math.log(1 + 0.1 / 1.5))) < 1e-12);
  assert.ok(Math.abs(reservationPrice(100, 3, 0.1, 2, 1) - 98.8) < 1e-12);
  assert.equal(reservationPrice(100, 0, 0.1, 2, 1), 100);
  assert.equal(reservationPrice(100, 7, 0.1, 2, 0), 100);
});

test('without risk aversion the spread is 2 / k', () => {
  assert.ok(Math.abs(optimalSpread(1e-12, 2, 1.5, 1) - 2 / 1.5) < 1e-9);
  assert.ok(Math.abs(optimalSpread(1e-6, 2, 1.5, 0) - 2 / 1.5) < 1e-5);
});

test('spread and lean are prices: in finer ticks they are as many times larger', () => {
  const scale = 1e5;
  const inTicks = optimalSpread(0.1 / scale, 2 * scale, 1.5 / scale, 1);
  assert.ok(Math.abs(inTicks / scale - optimalSpread(0.1, 2, 1.5, 1)) < 1e-9);
  const lean = reservationPrice(100 * scale, 3, 0.1 / scale, 2 * scale, 1);
  assert.ok(Math.abs(lean / scale - 98.8) < 1e-9);
});
