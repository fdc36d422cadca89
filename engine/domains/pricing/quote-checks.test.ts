/**
 * Goal: a side that may not be quoted says why, with the number that blocks, and comes back at once.
 * Method: for each reason one case that trips it and one that just passes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { OperatorAction } from '#contracts/events.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { BookStatus } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { QuoteModel } from '#contracts/quote-model.ts';
import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { AssetUnits, DurationMicros, EpochMicros, QuantityLots } from '#units/integers.ts';
import { makeInstrument, PricingScene, START_MICROS, WHOLE } from './pricing.test-support.ts';

const FREE_OF_DANGER: Partial<PricingConfiguration> = {
  pullOnExtremeFlow: false,
  pullOutsideClipBand: false,
  perpLedMoveMaxBps: 0,
};

function lotsOf(side: QuoteSide): number[] {
  return side.levels.map((level) => level.quantityLots);
}

/** What trips a reason, and the smallest change that lets the side through again. */
interface ReasonCase {
  readonly reason: NoQuoteReason;
  readonly changes?: Partial<PricingConfiguration>;
  readonly trip: (scene: PricingScene) => void;
  readonly pass: (scene: PricingScene) => void;
  readonly side?: Side;
  readonly needed?: number;
  readonly available?: number;
}

const REASON_CASES: readonly ReasonCase[] = [
  {
    reason: NoQuoteReason.WARMING_UP,
    trip: (scene) => {
      scene.position.isReconciled = false;
      scene.position.version += 1;
    },
    pass: (scene) => {
      scene.position.isReconciled = true;
      scene.position.version += 1;
    },
    needed: 1,
    available: 0,
  },
  {
    reason: NoQuoteReason.NOT_TRADING,
    trip: (scene) => {
      scene.table[0] = makeInstrument(0, { version: 2, status: InstrumentStatus.HALT });
      scene.pass(1);
    },
    pass: (scene) => {
      scene.table[0] = makeInstrument(0, { version: 3 });
      scene.pass(1);
    },
    available: InstrumentStatus.HALT,
  },
  {
    reason: NoQuoteReason.STALE_MARKET,
    trip: (scene) => scene.tickTimer(10_000_001),
    pass: (scene) => {
      scene.pass(0);
      scene.quote();
      scene.tickTimer(10_000_000);
    },
    needed: 10_000_000,
    available: 10_000_001,
  },
  {
    reason: NoQuoteReason.STALE_MARKET,
    trip: (scene) => {
      scene.quoted.status = BookStatus.SYNCING;
      scene.pass(5);
    },
    pass: (scene) => {
      scene.quoted.status = BookStatus.LIVE;
      scene.pass(5);
    },
    available: 0,
  },
  {
    reason: NoQuoteReason.STALE_HEDGE_MARKET,
    trip: (scene) => {
      scene.hedge.isStale = true;
      scene.hedge.version += 1;
    },
    pass: (scene) => {
      scene.hedge.isStale = false;
      scene.hedge.version += 1;
    },
  },
  {
    reason: NoQuoteReason.PULLED_BY_OPERATOR,
    trip: (scene) => scene.operator(OperatorAction.PULL_BIDS),
    pass: (scene) => scene.operator(OperatorAction.RESUME),
  },
  {
    reason: NoQuoteReason.NO_LEASE,
    trip: (scene) => {
      scene.lease(scene.nowMicros + 100);
      scene.tickTimer(100);
    },
    pass: (scene) => scene.lease(scene.nowMicros + 1),
    needed: 1,
    available: 0,
  },
  {
    reason: NoQuoteReason.BLIND_ON_FILLS,
    trip: (scene) => {
      scene.position.quotedBlindSinceMicros = scene.nowMicros as EpochMicros;
      scene.pass(50_000);
    },
    pass: (scene) => {
      scene.position.quotedBlindSinceMicros = 0 as EpochMicros;
      scene.pass(0);
    },
    needed: 0,
    available: 50_000,
  },
  {
    reason: NoQuoteReason.INVENTORY_LIMIT,
    trip: (scene) => scene.setStock(35_000 - 31),
    pass: (scene) => scene.setStock(35_000 - 32),
    side: Side.BUY,
    needed: 15_000,
    available: 14_969,
  },
  {
    reason: NoQuoteReason.NO_BALANCE,
    trip: (scene) => {
      scene.position.totalQuoteUnits = (5.6 * WHOLE) as AssetUnits;
      scene.position.version += 1;
    },
    pass: (scene) => {
      scene.position.totalQuoteUnits = (6 * WHOLE) as AssetUnits;
      scene.position.version += 1;
    },
    side: Side.BUY,
    available: 5.6 * WHOLE,
  },
  {
    reason: NoQuoteReason.OUTSIDE_FITTED_BAND,
    trip: (scene) => scene.setSpot(16_000, 16_000 + 3_600),
    pass: (scene) => scene.setSpot(16_000, 16_000 + 3_000),
  },
  {
    reason: NoQuoteReason.CALENDAR,
    changes: { fundingPullMicros: 60_000_000 as DurationMicros },
    trip: (scene) => {
      scene.hedge.nextFundingMicros = (scene.nowMicros + 60_000_000) as EpochMicros;
      scene.pass(0);
    },
    pass: (scene) => scene.pass(120_000_001),
    needed: 60_000_000,
    available: 60_000_000,
  },
];

for (const { reason, changes, trip, pass, side, needed, available } of REASON_CASES) {
  const name = Object.entries(NoQuoteReason).find(([, code]) => code === reason)?.[0];
  test(`${name} stops a side that was quoted, and lets it through again as soon as it may`, () => {
    const scene = PricingScene.naive(changes).open();
    const pick = (): QuoteSide => (side === Side.SELL ? scene.quote().ask : scene.quote().bid);
    assert.equal(pick().reason, NoQuoteReason.NONE);
    const version = scene.quote().version;
    trip(scene);
    assert.equal(pick().reason, reason);
    assert.deepEqual(lotsOf(pick()), [0, 0, 0]);
    assert.ok(scene.quote().version > version);
    if (needed !== undefined) assert.equal(pick().needed, needed);
    if (available !== undefined) assert.equal(pick().available, available);
    pass(scene);
    assert.equal(pick().reason, NoQuoteReason.NONE);
    assert.ok(lotsOf(pick()).some((lots) => lots > 0));
  });
}

test('the ask needs stock: without it the side says NO_BALANCE in base units', () => {
  const scene = PricingScene.naive().open();
  scene.position.spotBaseUnits = (30 * WHOLE) as AssetUnits;
  scene.position.version += 1;
  const limited = scene.quote().ask;
  assert.equal(limited.reason, NoQuoteReason.INVENTORY_LIMIT);
  const poor = new PricingScene({
    ...FREE_OF_DANGER,
    model: 'touch',
    floorEnabled: false,
    balanceUseShare: 0.001,
  }).open();
  const refused = poor.quote().ask;
  assert.equal(refused.reason, NoQuoteReason.NO_BALANCE);
  assert.equal(refused.needed, 32 * WHOLE);
  assert.equal(refused.available, 20_000 * WHOLE);
});

test('BELOW_MIN_NOTIONAL: capital under the venue minimum quotes nothing, just enough quotes L0 only', () => {
  const tiny = PricingScene.naive({ capitalQuoteUnits: (10 * WHOLE) as AssetUnits })
    .open()
    .quote();
  assert.equal(tiny.bid.reason, NoQuoteReason.BELOW_MIN_NOTIONAL);
  assert.equal(tiny.bid.needed, 5 * WHOLE);
  assert.ok(tiny.bid.available > 4.8 * WHOLE && tiny.bid.available < 5 * WHOLE);
  const enough = PricingScene.naive({ capitalQuoteUnits: (10.6 * WHOLE) as AssetUnits })
    .open()
    .quote();
  assert.deepEqual(lotsOf(enough.bid), [32, 0, 0]);
});

test('FAIR_OUTSIDE_BAND pulls only the side the move would hit', () => {
  const scene = new PricingScene({
    ...FREE_OF_DANGER,
    model: 'touch',
    floorEnabled: false,
    pullOutsideClipBand: true,
    clipMinBps: 0,
    perpWeight: 1,
    maxDistanceL0Bps: 100,
  }).open();
  for (let round = 0; round < 60; round++) {
    scene.pass(100_000);
    scene.setPerp(16_225, 16_226);
    scene.quote();
  }
  assert.equal(scene.quote().ask.reason, NoQuoteReason.NONE);
  scene.setPerp(16_228, 16_229);
  assert.equal(scene.quote().ask.reason, NoQuoteReason.NONE, '3 ticks above the touch are allowed');
  scene.setPerp(16_230, 16_231);
  const quotes = scene.quote();
  assert.equal(quotes.ask.reason, NoQuoteReason.FAIR_OUTSIDE_BAND);
  assert.ok(quotes.ask.available > quotes.ask.needed);
  assert.equal(quotes.ask.needed, 3);
  assert.equal(quotes.bid.reason, NoQuoteReason.NONE);
});

test('PERP_LED_MOVE pulls the bid when the perpetual falls and spot stands still', () => {
  const scene = PricingScene.naive({ perpLedMoveMaxBps: 4 }).open();
  for (let round = 0; round < 40; round++) {
    scene.pass(100_000);
    scene.setPerp(16_225, 16_226);
    scene.quote();
  }
  scene.pass(10_000);
  scene.setPerp(16_219, 16_220);
  assert.equal(scene.quote().bid.reason, NoQuoteReason.NONE, '6 ticks are 3.7 bp');
  scene.setPerp(16_218, 16_219);
  const quotes = scene.quote();
  assert.equal(quotes.bid.reason, NoQuoteReason.PERP_LED_MOVE);
  assert.ok(Math.abs(quotes.bid.available - 7) < 0.01);
  assert.equal(quotes.ask.reason, NoQuoteReason.NONE);
});

test('TOXIC_FLOW pulls the endangered side in an extreme burst and lets it back after', () => {
  const scene = PricingScene.naive({ pullOnExtremeFlow: true }).open();
  const random = new SeededRandom(5);
  for (let round = 0; round < 800; round++) {
    scene.pass(50_000);
    scene.setSpot(16_233, 16_234, random.integer(40_000, 60_000), random.integer(40_000, 60_000));
    scene.quote();
  }
  for (let burst = 0; burst < 6; burst++) {
    scene.pass(2_000);
    scene.trade(Side.BUY, 16_234 + burst, 60_000);
    scene.quote();
  }
  const quotes = scene.quote();
  assert.equal(quotes.ask.reason, NoQuoteReason.TOXIC_FLOW);
  assert.equal(quotes.ask.needed, 0.9);
  assert.ok(quotes.ask.available >= 0.9);
  assert.equal(quotes.bid.reason, NoQuoteReason.NONE);
  scene.pass(10_000_000);
  assert.equal(scene.quote().ask.reason, NoQuoteReason.NONE);
});

test('SELF_CROSS drops the side that adds to inventory', () => {
  // A user model that wants both quotes at the same place: fair.
  const model: QuoteModel = {
    name: 'meets itself',
    quote: (_input, quote) => {
      quote.bidDistanceTicks = -1;
      quote.askDistanceTicks = -1;
      quote.layerStepTicks = 1;
    },
    writeState: () => {},
    readState: () => {},
  };
  const scene = new PricingScene(
    { ...FREE_OF_DANGER, model: 'user', floorEnabled: false, fairModel: 'mid' },
    model,
  ).open();
  scene.setSpot(16_230, 16_240);
  scene.setStock(21_000);
  const long = scene.quote();
  assert.equal(long.bid.reason, NoQuoteReason.SELF_CROSS);
  assert.deepEqual([long.bid.needed, long.bid.available], [16_234, 16_236]);
  assert.equal(long.ask.reason, NoQuoteReason.NONE);
  scene.setStock(19_000);
  const short = scene.quote();
  assert.equal(short.bid.reason, NoQuoteReason.NONE);
  assert.equal(short.ask.reason, NoQuoteReason.SELF_CROSS);
});

test('a stop is not lifted by a session that starts on the state of a crashed one', () => {
  const scene = PricingScene.naive().open();
  scene.operator(OperatorAction.STOP);
  assert.equal(scene.quote().bid.reason, NoQuoteReason.KILLED);
  scene.open();
  assert.equal(scene.quote().bid.reason, NoQuoteReason.KILLED);
});

test('an operator pull outranks a lost lease, and a shutdown stays until a new session', () => {
  const scene = PricingScene.naive().open();
  scene.operator(OperatorAction.PULL_ASKS);
  scene.lease(scene.nowMicros);
  const { bid, ask } = scene.quote();
  assert.equal(ask.reason, NoQuoteReason.PULLED_BY_OPERATOR);
  assert.equal(bid.reason, NoQuoteReason.NO_LEASE);
  scene.lease(scene.nowMicros + 1e12);
  scene.operator(OperatorAction.SHUTDOWN);
  scene.operator(OperatorAction.RESUME);
  assert.equal(scene.quote().bid.reason, NoQuoteReason.KILLED);
  scene.operator(OperatorAction.HEDGE_ONLY);
  assert.equal(scene.quote().bid.reason, NoQuoteReason.PULLED_BY_OPERATOR);
});

test('a lease without limits allows nothing, and its order cap bounds every layer', () => {
  const scene = PricingScene.naive().open();
  scene.lease(START_MICROS + 1e12, 0);
  assert.equal(scene.quote().bid.reason, NoQuoteReason.NO_LEASE);
  scene.lease(START_MICROS + 1e12, 500);
  assert.deepEqual(lotsOf(scene.quote().bid), [500, 500, 461]);
});

test('without a hedge instrument the session quotes only if it was told that it has none', () => {
  const without = PricingScene.naive({ requireHedgeMarket: false }).open();
  without.table[1] = null;
  assert.equal(without.quote().bid.reason, NoQuoteReason.NONE);
  assert.equal(without.quote().bid.levels[0]?.edge.hedgeCostBps, 0);
  const needed = PricingScene.naive().open();
  needed.table[1] = null;
  assert.equal(needed.quote().bid.reason, NoQuoteReason.WARMING_UP);
  const undefinedYet = PricingScene.naive().open();
  undefinedYet.table[0] = null;
  assert.equal(undefinedYet.quote().ask.reason, NoQuoteReason.WARMING_UP);
});

test('before the first message of a market a side is warming up, not stale by the age of the clock', () => {
  for (const market of ['quoted', 'hedge'] as const) {
    const scene = PricingScene.naive().open();
    scene[market].receiveTimeMicros = 0 as EpochMicros;
    scene[market].status = BookStatus.EMPTY;
    scene[market].version += 1;
    const { bid, ask } = scene.quote();
    for (const side of [bid, ask]) {
      assert.deepEqual(
        [side.reason, side.needed, side.available],
        [NoQuoteReason.WARMING_UP, 1, 0],
      );
    }
    scene[market].status = BookStatus.LIVE;
    scene.pass(1);
    assert.equal(scene.quote().bid.reason, NoQuoteReason.NONE, market);
  }
});

test('a one-sided book is no market to quote on', () => {
  const scene = PricingScene.naive().open();
  scene.setSpot(16_233, 16_234);
  scene.quoted.askPriceTicks = 0 as never;
  scene.quoted.askQuantityLots = 0 as QuantityLots;
  assert.equal(scene.quote().bid.reason, NoQuoteReason.STALE_MARKET);
});
