/**
 * Goal: costs are counted as ECONOMICS says, the floor is their sum plus the margin, and a stack's
 * parts sum to its distance.
 * Method: hand-computed fees and carries; the stale cost against numerical integration.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { EdgeCosts, EdgeInput, staleQuoteCost } from './edge-stack.ts';
import { MutableEdgeStack } from './mutable-quote-set.ts';

function near(actual: number, expected: number, tolerance = 1e-9): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

function makeInput(): EdgeInput {
  const input = new EdgeInput();
  input.makerFeeRate = 100_000;
  input.hasHedge = true;
  input.hedgeMakerFeeRate = 20_000;
  input.hedgeTakerFeeRate = 50_000;
  input.hedgeHalfSpreadBps = 0.3;
  input.bidAdverseBps = 0.8;
  input.askAdverseBps = 1.2;
  input.volatilityBps = 1.5;
  input.modelHalfSpreadBps = 0.3;
  return input;
}

test('the stale cost is the mean overshoot of a normal move beyond the quote', () => {
  // E[(s Z - d)+] by brute force over a fine grid.
  for (const distance of [0, 0.1, 0.4, 1]) {
    const deviation = 1.5 * Math.sqrt(0.02);
    let expected = 0;
    for (let z = -8; z < 8; z += 1e-4) {
      const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
      expected += Math.max(0, deviation * z - distance) * density * 1e-4;
    }
    near(staleQuoteCost(distance, 1.5, 0.02), expected, 1e-6);
  }
  near(staleQuoteCost(0, 2, 0.25), 1 / Math.sqrt(2 * Math.PI), 1e-6);
  assert.equal(staleQuoteCost(5, 1.5, 0.02), 0);
  assert.equal(staleQuoteCost(1, 1.5, 0), 0);
  assert.ok(staleQuoteCost(-1, 1.5, 0.02) > 1 - 1e-6);
});

test('at a 10 bp maker fee and a partly passive hedge the floor is the sum of its parts', () => {
  const shares = { hedgeNettingShare: 0.5, hedgePassiveShare: 0.3 };
  const costs = new EdgeCosts({ ...DEFAULT_PRICING_CONFIGURATION, ...shares });
  costs.refresh(makeInput());
  const hedge = 0.5 * (0.3 * 2 + 0.7 * 5.3);
  near(costs.hedgeCostBps, hedge);
  near(costs.floorBps(Side.BUY), 10 + 0.8 + hedge + 2 + costs.staleCostBps);
  near(costs.floorBps(Side.SELL) - costs.floorBps(Side.BUY), 0.4);
});

test('without a hedge there is no hedge cost and no carry', () => {
  const costs = new EdgeCosts(DEFAULT_PRICING_CONFIGURATION);
  const input = makeInput();
  input.hasHedge = false;
  input.fundingRate = 10_000;
  input.secondsToFunding = 1;
  costs.refresh(input);
  assert.equal(costs.hedgeCostBps, 0);
  near(costs.floorBps(Side.BUY), 10 + 0.8 + 2 + costs.staleCostBps);
});

test('positive funding soon makes buying cheaper and selling dearer by the same amount', () => {
  const costs = new EdgeCosts(DEFAULT_PRICING_CONFIGURATION);
  const input = makeInput();
  costs.refresh(input);
  const [bid, ask] = [costs.floorBps(Side.BUY), costs.floorBps(Side.SELL)];
  input.fundingRate = 10_000;
  input.secondsToFunding = 150;
  costs.refresh(input);
  near(costs.floorBps(Side.BUY), bid - 0.75);
  near(costs.floorBps(Side.SELL), ask + 0.75);
  input.secondsToFunding = 601;
  costs.refresh(input);
  near(costs.floorBps(Side.BUY), bid);
});

test('the margin is what is left: at the touch it is deep in the red', () => {
  const costs = new EdgeCosts({ ...DEFAULT_PRICING_CONFIGURATION, floorEnabled: false });
  costs.refresh(makeInput());
  const edge = new MutableEdgeStack();
  costs.fill(edge, Side.BUY, 0.31, 0.2);
  assert.ok(edge.marginBps < -12);
  const parts =
    edge.makerFeeBps +
    edge.adverseSelectionBps +
    edge.staleCostBps +
    edge.hedgeCostBps +
    edge.fundingBasisBps +
    edge.inventorySkewBps +
    edge.marginBps;
  near(parts, 0.31);
  assert.equal(edge.distanceBps, 0.31);
});

test('restored costs are the same costs', () => {
  const costs = new EdgeCosts(DEFAULT_PRICING_CONFIGURATION);
  costs.refresh(makeInput());
  const writer = new StateBytesWriter();
  costs.writeState(writer);
  const restored = new EdgeCosts(DEFAULT_PRICING_CONFIGURATION);
  restored.readState(new StateBytesReader(writer.written()));
  assert.deepEqual(restored, costs);
});
