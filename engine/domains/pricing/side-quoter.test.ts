/**
 * Goal: whatever the market, the model and the stock, quotes never cross, stay on ticks and lots,
 * behind each other and outside their floor, and their edge stacks sum up.
 * Method: random configurations and market streams against the invariants.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DEFAULT_PRICING_CONFIGURATION,
  type PricingConfiguration,
  REBATE_PRICING_CONFIGURATION,
} from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import {
  type EdgeStack,
  NoQuoteReason,
  type QuoteSet,
  type QuoteSide,
} from '#contracts/quote-set.ts';
import type { AssetUnits } from '#units/integers.ts';
import { PricingScene, WHOLE } from './pricing.test-support.ts';

const FREE_OF_DANGER: Partial<PricingConfiguration> = {
  pullOnExtremeFlow: false,
  pullOutsideClipBand: false,
  perpLedMoveMaxBps: 0,
};

function lotsOf(side: QuoteSide): number[] {
  return side.levels.map((level) => level.quantityLots);
}

test('quotes never cross, stay behind each other, outside the floor, with edges that sum up', () => {
  const profile = fc.record({
    model: fc.constantFrom('glft', 'glft-exact', 'avellaneda-stoikov', 'touch'),
    fairModel: fc.constantFrom('mid', 'weighted-mid', 'micro-price', 'perp-led'),
    floorEnabled: fc.boolean(),
    joinOnly: fc.boolean(),
    makerFeeOverrideEnabled: fc.boolean(),
    layerStepBps: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  const step = fc.record({
    bid: fc.integer({ min: 16_100, max: 16_300 }),
    spread: fc.integer({ min: 1, max: 12 }),
    perp: fc.integer({ min: 16_100, max: 16_300 }),
    stock: fc.integer({ min: 0, max: 40_000 }),
    lots: fc.integer({ min: 1, max: 100_000 }),
    micros: fc.integer({ min: 0, max: 3_000_000 }),
  });
  fc.assert(
    fc.property(profile, fc.array(step, { minLength: 1, maxLength: 30 }), (changes, steps) => {
      const scene = new PricingScene({
        ...REBATE_PRICING_CONFIGURATION,
        ...FREE_OF_DANGER,
        ...(changes as Partial<PricingConfiguration>),
        maxDistanceL0Bps: 200,
        maxDistanceL1Bps: 200,
        maxDistanceL2Bps: 200,
      }).open();
      for (const { bid, spread, perp, stock, lots, micros } of steps) {
        scene.pass(micros);
        scene.setSpot(bid, bid + spread, lots, 50_000);
        scene.setPerp(perp, perp + 1);
        scene.setStock(stock);
        checkInvariants(scene.quote(), bid, bid + spread, changes.joinOnly, changes.floorEnabled);
      }
    }),
    { numRuns: 150 },
  );
});

function checkInvariants(
  quotes: QuoteSet,
  bestBid: number,
  bestAsk: number,
  joinOnly: boolean,
  floorEnabled: boolean,
): void {
  for (const side of [quotes.bid, quotes.ask]) {
    const [outermost, joined] =
      side.side === Side.BUY ? [bestAsk, bestBid + 1] : [bestBid, bestAsk - 1];
    checkPrices(side, joinOnly ? joined : outermost);
    for (const { edge, priceTicks } of side.levels) {
      if (priceTicks > 0) checkEdge(edge, side.side, priceTicks, quotes.fairTicks, floorEnabled);
    }
    if (side.reason !== NoQuoteReason.NONE) assert.deepEqual(lotsOf(side), [0, 0, 0]);
    else assert.ok(lotsOf(side).some((lots) => lots > 0));
  }
}

/** Whole prices, each strictly farther out than the one before; nothing shown has no price. */
function checkPrices(side: QuoteSide, mustBeBeyond: number): void {
  const sign = side.side === Side.BUY ? -1 : 1;
  let previous = mustBeBeyond;
  for (const { priceTicks, quantityLots } of side.levels) {
    assert.equal(priceTicks === 0, quantityLots === 0);
    if (quantityLots === 0) continue;
    assert.ok(Number.isInteger(priceTicks) && Number.isInteger(quantityLots));
    assert.ok((priceTicks - previous) * sign >= 1, `${priceTicks} against ${previous}`);
    previous = priceTicks;
  }
}

/** The parts sum to the distance, the distance is the price's, and the floor holds. */
function checkEdge(
  edge: EdgeStack,
  side: Side,
  priceTicks: number,
  fairTicks: number,
  floorEnabled: boolean,
): void {
  const distanceTicks = side === Side.BUY ? fairTicks - priceTicks : priceTicks - fairTicks;
  assert.ok(Math.abs((edge.distanceBps * fairTicks) / 10_000 - distanceTicks) < 1e-6);
  const surplus = edge.inventorySkewBps + edge.marginBps;
  const sum =
    edge.makerFeeBps +
    edge.adverseSelectionBps +
    edge.staleCostBps +
    edge.hedgeCostBps +
    edge.fundingBasisBps +
    surplus;
  assert.ok(Math.abs(sum - edge.distanceBps) < 1e-9);
  const least = floorEnabled ? DEFAULT_PRICING_CONFIGURATION.floorMarginBps : -Infinity;
  assert.ok(surplus >= least - 1e-6, `${surplus}`);
}

test('when no layer comes through, the innermost one says why', () => {
  const scene = new PricingScene({
    ...FREE_OF_DANGER,
    capitalQuoteUnits: (40 * WHOLE) as AssetUnits,
    maxDistanceL2Bps: 40,
  }).open();
  const { bid } = scene.quote();
  assert.equal(bid.reason, NoQuoteReason.FEE_FLOOR, 'L2 alone would be under the least order');
  assert.ok(bid.needed > 12);
});
