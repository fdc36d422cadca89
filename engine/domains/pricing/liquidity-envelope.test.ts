/**
 * Goal: capital becomes whole lots that sum exactly, inventory shifts sides within 35-65 %, and small
 * price moves change nothing.
 * Method: random capitals, prices and least orders; hand-made edges.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { LiquidityEnvelope } from './liquidity-envelope.ts';
import { makeInstrument } from './pricing.test-support.ts';

const INSTRUMENT = makeInstrument(0);

function makeEnvelope(): LiquidityEnvelope {
  const envelope = new LiquidityEnvelope(DEFAULT_PRICING_CONFIGURATION);
  envelope.reprice(16_233, INSTRUMENT);
  return envelope;
}

test('1000 quote at 0.16233 are 6160 lots, half a side, 60/25/15 by layer', () => {
  const envelope = makeEnvelope();
  assert.equal(envelope.totalLots, 6_160);
  assert.equal(envelope.bidLots(0), 3_080);
  const layers = new Float64Array(3);
  envelope.splitLayers(3_080, 31, layers);
  assert.deepEqual([...layers], [1_848, 770, 462]);
  assert.equal(envelope.unitLots, 1_848);
});

test('inventory shifts sides between 35 and 65 %, in steps', () => {
  const envelope = makeEnvelope();
  assert.equal(envelope.bidLots(1), Math.floor(6_160 * 0.35));
  assert.equal(envelope.bidLots(-1), Math.floor(6_160 * 0.65));
  assert.equal(envelope.bidLots(-9), Math.floor(6_160 * 0.65));
  assert.equal(envelope.bidLots(0.06), envelope.bidLots(0));
  assert.ok(envelope.bidLots(0.07) < envelope.bidLots(0));
});

test('layers always sum to the side or to nothing, and no layer is under the least order', () => {
  const envelope = makeEnvelope();
  const layers = new Float64Array(3);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 10_000 }),
      fc.integer({ min: 1, max: 3_000 }),
      (side, least) => {
        envelope.splitLayers(side, least, layers);
        const sum = layers.reduce((total, lots) => total + lots, 0);
        assert.equal(sum, side >= least ? side : 0);
        for (const lots of layers) assert.ok(lots === 0 || lots >= least);
      },
    ),
  );
});

test('shares that starve L0 put everything into it', () => {
  const envelope = new LiquidityEnvelope({
    ...DEFAULT_PRICING_CONFIGURATION,
    layerShareL0: 0,
    layerShareL1: 0.6,
  });
  const layers = new Float64Array(3);
  envelope.splitLayers(100, 10, layers);
  assert.deepEqual([...layers], [100, 0, 0]);
});

test('lots follow the price only after half a percent', () => {
  const envelope = makeEnvelope();
  assert.equal(envelope.follow(16_300, INSTRUMENT), false);
  assert.equal(envelope.totalLots, 6_160);
  assert.equal(envelope.follow(16_400.4, INSTRUMENT), true);
  assert.equal(envelope.allocationTicks, 16_400);
  const writer = new StateBytesWriter();
  envelope.writeState(writer);
  const restored = new LiquidityEnvelope(DEFAULT_PRICING_CONFIGURATION);
  restored.readState(new StateBytesReader(writer.written()));
  assert.deepEqual(restored, envelope);
});
