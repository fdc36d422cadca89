/**
 * Goal: the example keeps the contract of a quote model: leans against inventory, widens with
 * toxicity, and goes on after a restore.
 * Method: hand-made inputs.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ModelInput, ModelQuote } from '#contracts/quote-model.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { createModel } from './example-model.ts';

function makeInput(changes: Partial<ModelInput> = {}): ModelInput {
  const base = { nowMicros: 1_000_000, volatilityTicks: 2.5, maxInventoryUnits: 4 };
  return Object.assign(new ModelInput(), base, changes);
}

test('without inventory both sides are 1.2 deviations away; long moves both down', () => {
  const quote = new ModelQuote();
  createModel().quote(makeInput(), quote);
  assert.equal(quote.bidDistanceTicks, 3);
  assert.equal(quote.askDistanceTicks, 3);
  createModel().quote(makeInput({ inventoryUnits: 2 }), quote);
  assert.ok(Math.abs(quote.bidDistanceTicks - 4.2) < 1e-12);
  assert.ok(Math.abs(quote.askDistanceTicks - 1.8) < 1e-12);
  createModel().quote(makeInput({ inventoryUnits: 99 }), quote);
  assert.ok(quote.askDistanceTicks > 0, 'it never wants to cross fair');
});

test('toxic flow widens it by up to half', () => {
  const quote = new ModelQuote();
  createModel().quote(makeInput({ toxicitySignal: 1 }), quote);
  assert.equal(quote.bidDistanceTicks, 4.5);
});

test('a restored model answers as the original would', () => {
  const original = createModel();
  const quote = new ModelQuote();
  original.quote(makeInput(), quote);
  original.quote(makeInput({ nowMicros: 1_500_000, volatilityTicks: 5 }), quote);
  const writer = new StateBytesWriter();
  original.writeState(writer);
  const restored = createModel();
  restored.readState(new StateBytesReader(writer.written()));
  const later = makeInput({ nowMicros: 2_000_000, volatilityTicks: 4 });
  const [left, right] = [new ModelQuote(), new ModelQuote()];
  original.quote(later, left);
  restored.quote(later, right);
  assert.deepEqual(right, left);
  assert.ok(left.bidDistanceTicks > 3 && left.bidDistanceTicks < 6, 'smoothed, not jumped');
});
