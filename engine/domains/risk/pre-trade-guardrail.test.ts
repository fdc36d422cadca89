/**
 * Goal: each look at an order for itself names the code, the number and the bound that blocks.
 * Method: the guardrail alone, one verdict, and numbers next to their bounds.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RISK_CONFIGURATION } from '#contracts/configuration/risk-configuration.ts';
import { RiskLeaseEvent } from '#contracts/events.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { RiskCode } from '#contracts/risk-verdict.ts';
import { IndependentReference } from './independent-reference.ts';
import { Lease } from './lease.ts';
import { PreTradeGuardrail } from './pre-trade-guardrail.ts';
import {
  GENEROUS,
  RiskDesk,
  START_MICROS,
  testAction,
  testInstrument,
} from './risk-desk.test-support.ts';
import { ActionVerdictBuffer } from './verdict-buffer.ts';

function guardrail() {
  const desk = new RiskDesk();
  const instruments = { count: 2, get: (index: number) => desk.instruments[index] ?? null };
  const reference = new IndependentReference(DEFAULT_RISK_CONFIGURATION, instruments, desk.markets);
  const lease = new Lease();
  lease.apply(Object.assign(new RiskLeaseEvent(), { limits: GENEROUS, version: 1, epoch: 1 }));
  return {
    rail: new PreTradeGuardrail(lease, reference),
    reference,
    verdict: new ActionVerdictBuffer(),
  };
}

test('an instrument that may only be closed takes reduce-only orders and no others', () => {
  const { rail, verdict } = guardrail();
  const closing = testInstrument({ status: InstrumentStatus.CLOSE_ONLY });
  assert.equal(rail.passesStatus(testAction({ reduceOnly: true }), closing, verdict), true);
  assert.equal(rail.passesStatus(testAction(), closing, verdict), false);
  assert.deepEqual(
    [verdict.code, verdict.used, verdict.allowed],
    [RiskCode.INSTRUMENT_NOT_TRADING, InstrumentStatus.CLOSE_ONLY, InstrumentStatus.TRADING],
  );
});

test('an instrument beyond the granted ones is allowed nothing', () => {
  const { rail, verdict } = guardrail();
  const foreign = testInstrument({ index: 7 });
  assert.equal(rail.passesQuantity(testAction(), foreign, verdict), false);
  assert.equal(verdict.allowed, 0);
  assert.equal(rail.passesNotional(testAction(), foreign, 9_990, verdict), false);
  assert.equal(verdict.adviceValue, 0);
  assert.equal(rail.passesOpenOrders(foreign, 0, verdict), false);
});

test('the collar names the distance in basis points on both sides', () => {
  const { rail, reference, verdict } = guardrail();
  const instrument = testInstrument({});
  assert.equal(rail.passesCollar(instrument, 10_000, START_MICROS, verdict), false);
  assert.equal(verdict.code, RiskCode.NO_REFERENCE);
  reference.sample(START_MICROS);
  for (const [priceTicks, passes] of [
    [9_500, true],
    [9_499, false],
    [10_500, true],
    [10_501, false],
  ] as const) {
    assert.equal(rail.passesCollar(instrument, priceTicks, START_MICROS, verdict), passes);
  }
  assert.deepEqual([verdict.code, verdict.allowed], [RiskCode.PRICE_COLLAR, 500]);
  assert.ok(Math.abs(verdict.used - 501) < 1e-6);
});
