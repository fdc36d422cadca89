/**
 * Goal: each profile and model quotes where it should, prices only when something moved, and goes on
 * bit for bit after a restore.
 * Method: small markets by hand; a random stream cut in two by a snapshot.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type PricingConfiguration,
  REBATE_PRICING_CONFIGURATION,
} from '#contracts/configuration/pricing-configuration.ts';
import { Side } from '#contracts/order.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import { NoQuoteReason, type QuoteSet, type QuoteSide } from '#contracts/quote-set.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { AssetUnits, DurationMicros } from '#units/integers.ts';
import { makeInstrument, PricingScene, WHOLE } from './pricing.test-support.ts';

const FREE_OF_DANGER: Partial<PricingConfiguration> = {
  pullOnExtremeFlow: false,
  pullOutsideClipBand: false,
  perpLedMoveMaxBps: 0,
};

function pricesOf(side: QuoteSide): number[] {
  return side.levels.map((level) => level.priceTicks);
}

function lotsOf(side: QuoteSide): number[] {
  return side.levels.map((level) => level.quantityLots);
}

function stateOf(scene: PricingScene): Uint8Array {
  const writer = new StateBytesWriter();
  scene.manager.writeState(writer);
  return writer.written().slice();
}

test('the naive profile joins best bid and ask with the other layers right behind', () => {
  const quotes = PricingScene.naive().open().quote();
  assert.deepEqual(pricesOf(quotes.bid), [16_233, 16_232, 16_231]);
  assert.deepEqual(pricesOf(quotes.ask), [16_234, 16_235, 16_236]);
  assert.equal(quotes.bid.reason, NoQuoteReason.NONE);
  assert.equal(quotes.ask.reason, NoQuoteReason.NONE);
  const lots = [...lotsOf(quotes.bid), ...lotsOf(quotes.ask)].reduce((sum, next) => sum + next, 0);
  // 1000 quote at 16233.5 -> 16234 ticks x 1000 units a lot.
  assert.equal(lots, Math.floor((1_000 * WHOLE) / (16_234 * 1_000)));
});

test('the naive profile keeps joining a touch of any width and on any tick parity', () => {
  const scene = PricingScene.naive().open();
  for (const [bid, ask] of [
    [16_200, 16_203],
    [16_201, 16_205],
    [16_100, 16_140],
  ] as const) {
    scene.setSpot(bid, ask, 10, 90_000);
    const quotes = scene.quote();
    assert.equal(quotes.bid.levels[0]?.priceTicks, bid);
    assert.equal(quotes.ask.levels[0]?.priceTicks, ask);
  }
});

test('the floor refuses near the touch and names needed and achievable basis points', () => {
  const { bid, ask } = new PricingScene({ maxDistanceL2Bps: 12 }).open().quote();
  for (const side of [bid, ask]) {
    assert.equal(side.reason, NoQuoteReason.FEE_FLOOR);
    assert.deepEqual(lotsOf(side), [0, 0, 0]);
    assert.ok(side.needed > 12 && side.needed < 18, `needed ${side.needed}`);
    assert.ok(Math.abs(side.available - 0.308) < 0.001, `achievable ${side.available}`);
  }
});

test('a far enough deep layer rests at the floor and not nearer, while L0 says why it does not', () => {
  const { bid, fairTicks } = new PricingScene({ maxDistanceL2Bps: 40 }).open().quote();
  assert.equal(bid.reason, NoQuoteReason.NONE);
  assert.deepEqual(lotsOf(bid).slice(0, 2), [0, 0]);
  const deep = bid.levels[2];
  assert.ok(deep !== undefined && deep.quantityLots > 0);
  const distanceBps = ((fairTicks - deep.priceTicks) / fairTicks) * 10_000;
  assert.ok(distanceBps >= bid.needed && distanceBps < bid.needed + 0.62, `${distanceBps}`);
  assert.ok(deep.edge.marginBps >= 0.5 - 1e-9);
});

test('the floor refuses instead of moving out when told so', () => {
  const scene = new PricingScene({
    maxDistanceL0Bps: 40,
    maxDistanceL1Bps: 40,
    maxDistanceL2Bps: 40,
    floorBehaviour: 'refuse',
  }).open();
  assert.equal(scene.quote().bid.reason, NoQuoteReason.FEE_FLOOR);
});

for (const model of ['glft', 'glft-exact', 'avellaneda-stoikov'] as const) {
  test(`${model} quotes both sides, and moves both down when long and up when short`, () => {
    const make = (stock: number): QuoteSet => {
      const scene = new PricingScene({
        ...REBATE_PRICING_CONFIGURATION,
        ...FREE_OF_DANGER,
        floorEnabled: false,
        skewMultiplier: 1,
        horizonSeconds: 5,
        maxDistanceL0Bps: 40,
        model,
      }).open();
      scene.setStock(stock);
      return scene.quote();
    };
    const [short, flat, long] = [make(12_000), make(20_000), make(28_000)];
    const top = (side: QuoteSide): number => side.levels[0]?.priceTicks ?? 0;
    assert.ok(top(long.bid) < top(flat.bid) && top(flat.bid) < top(short.bid));
    assert.ok(top(long.ask) < top(flat.ask) && top(flat.ask) < top(short.ask));
    assert.ok(long.skewTicks > 0 && short.skewTicks < 0 && flat.skewTicks === 0);
    assert.ok(long.inventoryRatio > 0.5 && long.inventoryRatio < 0.54);
  });
}

test('a user model that answers NaN is a bug and throws; a missing one is refused at start', () => {
  const model: QuoteModel = {
    name: 'broken',
    quote: (_input, quote) => {
      quote.bidDistanceTicks = Number.NaN;
    },
    writeState: () => {},
    readState: () => {},
  };
  assert.throws(() => new PricingScene({ model: 'user' }, model).open().quote(), /not a number/);
  assert.throws(() => new PricingScene({ model: 'user' }), /no model was loaded/);
});

test('nothing is priced when nothing moved, and a timer prices again without a new version', () => {
  const scene = PricingScene.naive().open();
  scene.quote();
  const { pricedCount } = scene.manager;
  const { version } = scene.quote();
  scene.quote();
  assert.equal(scene.manager.pricedCount, pricedCount);
  scene.tickTimer(50_000);
  assert.equal(scene.quote().version, version);
  assert.equal(scene.manager.pricedCount, pricedCount + 1);
  scene.setSpot(16_234, 16_235);
  assert.equal(scene.quote().version, version + 1);
});

test('own fills count once, rest deeper for the cool-down and make the growing side smaller', () => {
  const scene = PricingScene.naive({ refillCooldownMicros: 200_000 as DurationMicros }).open();
  scene.quote();
  scene.fill(Side.BUY, 16_233, 1_000, 77);
  assert.deepEqual(pricesOf(scene.quote().bid), [16_232, 16_231, 16_230]);
  assert.deepEqual(pricesOf(scene.quote().ask), [16_234, 16_235, 16_236]);
  scene.tickTimer(200_000);
  assert.deepEqual(pricesOf(scene.quote().bid), [16_233, 16_232, 16_231]);
  scene.fill(Side.BUY, 16_233, 0, 78);
  scene.fill(Side.BUY, 16_233, 1, 77);
  assert.deepEqual(pricesOf(scene.quote().bid), [16_233, 16_232, 16_231], 'same trade id again');
  scene.setStock(32_000);
  const total = lotsOf(scene.quote().bid).reduce((sum, lots) => sum + lots, 0);
  assert.ok(total < 1_400, `${total}`);
});

test('long outside the band for too long presses the ask to the touch, never through it', () => {
  const scene = new PricingScene({
    ...FREE_OF_DANGER,
    floorEnabled: false,
    fairModel: 'mid',
    skewMultiplier: 0,
    reductionDwellMicros: 1_000_000 as DurationMicros,
    reductionHorizonSeconds: 10,
  }).open();
  scene.setStock(30_000);
  const before = scene.quote().ask.levels[0]?.priceTicks ?? 0;
  for (let second = 0; second < 20; second++) {
    scene.pass(1_000_000);
    scene.quote();
  }
  const quotes = scene.quote();
  assert.ok(before > 16_234);
  assert.equal(quotes.ask.levels[0]?.priceTicks, 16_234);
  assert.ok((quotes.bid.levels[0]?.priceTicks ?? 0) < 16_233);
});

test('a changed tick size starts every tick figure anew', () => {
  const scene = PricingScene.naive().open();
  scene.quote();
  scene.table[0] = makeInstrument(0, {
    version: 2,
    tickLotNumerator: 100,
    priceUnitsPerTick: 100,
  });
  scene.setSpot(162_330, 162_331);
  const quotes = scene.quote();
  assert.equal(quotes.bid.levels[0]?.priceTicks, 162_330);
  assert.ok(quotes.volatilityTicks > 20 && quotes.volatilityTicks < 30);
});

/** One pseudo-random step of a market with trades, fills, timers and gaps. */
function drive(scene: PricingScene, random: SeededRandom, round: number): void {
  scene.pass(random.integer(1, 180_000));
  const bid = 16_233 + Math.round(8 * Math.sin(round / 40)) + random.integer(-1, 1);
  scene.setSpot(
    bid,
    bid + random.integer(1, 3),
    random.integer(1, 90_000),
    random.integer(1, 90_000),
  );
  if (random.chance(0.5)) scene.setPerp(bid - 8, bid - 7);
  if (random.chance(0.4)) {
    const side = random.chance(0.5) ? Side.BUY : Side.SELL;
    const depth = Math.floor(random.exponential(6));
    const price = side === Side.BUY ? scene.quoted.askPriceTicks + depth : bid - depth;
    scene.trade(side, price, random.integer(1, 200_000));
  }
  if (random.chance(0.02)) {
    const side = random.chance(0.5) ? Side.BUY : Side.SELL;
    scene.fill(side, bid, random.integer(1, 900), round);
  }
  if (random.chance(0.1)) scene.tickTimer(random.integer(0, 50_000));
  scene.quoted.isStale = random.chance(0.004);
}

for (const model of ['glft', 'glft-exact', 'avellaneda-stoikov', 'touch'] as const) {
  test(`a restored manager with ${model} goes on exactly as the original`, () => {
    const changes: Partial<PricingConfiguration> = {
      ...REBATE_PRICING_CONFIGURATION,
      model,
      vpinBucketQuoteUnits: (2_000 * WHOLE) as AssetUnits,
      reductionDwellMicros: 2_000_000 as DurationMicros,
    };
    const original = new PricingScene(changes).open();
    const random = new SeededRandom(11);
    for (let round = 0; round < 4_000; round++) {
      drive(original, random, round);
      original.quote();
    }
    assert.ok(original.quote().toxicitySignal > 0, 'the estimators are warm');
    const restored = new PricingScene(changes);
    const bytes = stateOf(original);
    const reader = new StateBytesReader(bytes);
    restored.manager.readState(reader);
    assert.ok(reader.isAtEnd);
    assert.deepEqual(stateOf(restored), bytes);
    Object.assign(restored.quoted, original.quoted);
    Object.assign(restored.hedge, original.hedge);
    Object.assign(restored.position, original.position);
    restored.nowMicros = original.nowMicros;
    const [left, right] = [new SeededRandom(12), new SeededRandom(12)];
    for (let round = 4_000; round < 8_000; round++) {
      drive(original, left, round);
      drive(restored, right, round);
      assert.deepEqual(restored.quote(), original.quote(), `round ${round}`);
    }
    assert.deepEqual(stateOf(restored), stateOf(original));
    assert.ok(original.manager.qualityScore > 0);
  });
}
