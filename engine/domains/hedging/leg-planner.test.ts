/**
 * Goal: the smallest order comes from the venue's filters at the current price.
 * Method: filters changed one at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantityLots } from '#units/integers.ts';
import { HedgingSession } from './hedging-session-fixture.test-support.ts';

test('a venue minimum in lots binds when it is above the notional one', () => {
  const session = new HedgingSession();
  const hedge = session.instruments.rows[1];
  assert.ok(hedge);
  const filters = { ...hedge.filters, minQuantityLots: quantityLots(110) };
  session.instruments.rows[1] = { ...hedge, filters };
  session.setDelta(120);
  assert.equal(session.plan().legs[0]?.quantityLots, 110);
});

test('a minimum that would turn the position around gives no leg', () => {
  const session = new HedgingSession();
  const hedge = session.instruments.rows[1];
  assert.ok(hedge);
  const filters = { ...hedge.filters, minQuantityLots: quantityLots(130) };
  session.instruments.rows[1] = { ...hedge, filters };
  session.setDelta(120);
  assert.equal(session.plan().legCount, 0);
});
