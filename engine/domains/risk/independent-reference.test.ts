/**
 * Goal: the reference comes from another source than the book it guards, and is missing rather than wrong.
 * Method: markets that jump, go silent or have no hedge beside them, seen through the collar.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RISK_CONFIGURATION } from '#contracts/configuration/risk-configuration.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { instrumentIndex } from '#units/integers.ts';
import { IndependentReference } from './independent-reference.ts';
import { PERP, RiskDesk, SPOT, START_MICROS, testAction } from './risk-desk.test-support.ts';

test('without a hedge market the collar holds against a slow mid of our own', () => {
  const desk = new RiskDesk({}, false).ready({ priceCollarBps: 50 });
  desk.quoted.midHalfTicks = 22_000;
  desk.tick();
  assert.equal(desk.code(testAction({ priceTicks: 11_000 })), RiskCode.PRICE_COLLAR);
  assert.equal(desk.code(testAction({ priceTicks: 10_000 })), RiskCode.APPROVED);
  for (let count = 0; count < 600; count++) desk.tick(100_000);
  assert.equal(desk.code(testAction({ priceTicks: 11_000 })), RiskCode.APPROVED);
});

test('a reference needs live books', () => {
  const desk = new RiskDesk();
  desk.hedge.status = 1;
  desk.ready();
  assert.equal(desk.code(testAction()), RiskCode.NO_REFERENCE);
  desk.hedge.status = 2;
  desk.quoted.spreadTicks = 0;
  desk.tick();
  assert.equal(desk.code(testAction()), RiskCode.NO_REFERENCE);
  // The first plan on two live books takes the first sample itself.
  desk.quoted.spreadTicks = 2;
  assert.equal(desk.code(testAction()), RiskCode.APPROVED);
});

test('the slow ratio forgets a jump of one book only over its time constant', () => {
  const desk = new RiskDesk();
  const table = { count: 2, get: (index: number) => desk.instruments[index] ?? null };
  const reference = new IndependentReference(DEFAULT_RISK_CONFIGURATION, table, desk.markets);
  const spot = instrumentIndex(SPOT);
  const perp = instrumentIndex(PERP);
  assert.equal(reference.priceFor(spot), 0);
  reference.sample(START_MICROS);
  assert.equal(reference.priceFor(spot), 10_000_000);
  desk.quoted.midHalfTicks = 22_000;
  reference.sample(START_MICROS);
  assert.equal(reference.priceFor(spot), 10_000_000);
  // One time constant in one step: half of the way.
  reference.sample(START_MICROS + 60_000_000);
  assert.ok(Math.abs(reference.priceFor(spot) - 10_500_000) < 1e-3);
  assert.ok(Math.abs(reference.priceFor(perp) - 11_000_000 / 1.05) < 1e-3);
});
