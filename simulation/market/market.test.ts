/**
 * Goal: the market is a function of its seed, both books stay two-sided and uncrossed, the perpetual
 * leads, regimes differ, fine ticks work, and a market without a perpetual does, too.
 * Method: short sessions on matching engines, looked at every 100 ms.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { OWN_ACCOUNT } from '#simulation/venue/venue-book.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { DEFAULT_PERP_CHARACTER, DEFAULT_SPOT_CHARACTER, SyntheticMarket } from './market.ts';

const START = 1_767_250_500_000_000;
const GRID_MICROS = 100_000;

/** Only what the market reads of an instrument. */
function instrument(role: InstrumentRole, priceUnitsPerTick: number, baseUnitsPerLot: number) {
  return { role, priceUnitsPerTick, baseUnitsPerLot } as unknown as Instrument;
}

interface SessionOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly regime?: RegimeName | null;
  readonly withPerp?: boolean;
  readonly startPrice?: number;
  readonly priceUnitsPerTick?: number;
  readonly baseUnitsPerLot?: number;
}

interface Session {
  readonly spotMids: number[];
  readonly perpMids: number[];
  readonly spreads: number[];
  readonly trades: string[];
  readonly owners: Set<number>;
  readonly depth: number[];
  readonly regimes: Set<RegimeName>;
}

function run(options: SessionOptions): Session {
  const { seed, seconds, regime = null, withPerp = true } = options;
  const { startPrice = 0.16, priceUnitsPerTick = 1_000, baseUnitsPerLot = 1e8 } = options;
  const clock = new VirtualClock(START as EpochMicros);
  const spot = new MatchingEngine();
  const perp = new MatchingEngine();
  const session: Session = {
    spotMids: [],
    perpMids: [],
    spreads: [],
    trades: [],
    owners: new Set(),
    depth: [],
    regimes: new Set(),
  };
  spot.addObserver({
    onTrade: (priceTicks, lots, _, taker) => {
      session.trades.push(`${clock.nowMicros}:${priceTicks}:${lots}:${taker.side}`);
      session.owners.add(taker.owner);
    },
    onBookChanged: () => {},
  });
  const market = new SyntheticMarket({
    clock,
    seed,
    quoted: instrument(InstrumentRole.QUOTED, priceUnitsPerTick, baseUnitsPerLot),
    quotedBook: spot,
    hedge: withPerp ? instrument(InstrumentRole.HEDGE, priceUnitsPerTick, baseUnitsPerLot) : null,
    hedgeBook: withPerp ? perp : null,
    startPrice,
    volatilityBps: 1.2,
    regime,
    spotCharacter: DEFAULT_SPOT_CHARACTER,
    perpCharacter: DEFAULT_PERP_CHARACTER,
    basisMeanBps: 1.5,
    basisDeviationBps: 2,
  });
  market.start();
  for (let look = 1; look <= (seconds * 1_000_000) / GRID_MICROS; look++) {
    clock.runUntil((START + look * GRID_MICROS) as EpochMicros);
    assert.ok(spot.bestBidTicks < spot.bestAskTicks || spot.bestAskTicks === 0, 'crossed');
    session.spotMids.push((spot.bestBidTicks + spot.bestAskTicks) / 2);
    session.perpMids.push((perp.bestBidTicks + perp.bestAskTicks) / 2);
    session.spreads.push(spot.bestAskTicks - spot.bestBidTicks);
    session.depth.push(spot.bestBidLots);
    session.regimes.add(market.regimeName);
  }
  return session;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function volatility(mids: readonly number[]): number {
  let squares = 0;
  for (let index = 10; index < mids.length; index += 10) {
    squares += ((mids[index] as number) - (mids[index - 10] as number)) ** 2;
  }
  return Math.sqrt((squares * 10) / mids.length);
}

test('the same seed is the same market, trade by trade; another seed another one', () => {
  const first = run({ seed: 7, seconds: 60 });
  assert.deepEqual(run({ seed: 7, seconds: 60 }), first);
  assert.notDeepEqual(run({ seed: 8, seconds: 60 }).trades, first.trades);
  assert.ok(first.trades.length > 60, `${first.trades.length} trades`);
});

test('a calm market quotes one or two ticks most of the time and both sides always', () => {
  const { spreads, spotMids, owners } = run({ seed: 3, seconds: 300, regime: 'calm' });
  assert.ok(spotMids.every((mid) => mid > 10_000));
  const tight = spreads.filter((spread) => spread <= 2).length / spreads.length;
  assert.ok(tight > 0.9, `tight ${tight}`);
  assert.equal(owners.has(OWN_ACCOUNT), false, 'nobody trades as the account under test');
});

test('spot follows the perpetual within half a second, not the other way round', () => {
  const { spotMids, perpMids } = run({ seed: 5, seconds: 500, regime: 'calm' });
  const moves = (mids: readonly number[]): number[] =>
    mids.slice(1).map((mid, index) => mid - (mids[index] as number));
  const spot = moves(spotMids);
  const perp = moves(perpMids);
  const product = (lag: number): number => {
    let sum = 0;
    for (let index = 10; index < spot.length - 10; index++) {
      sum += (perp[index] as number) * (spot[index + lag] as number);
    }
    return sum;
  };
  const lags = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5];
  const peak = lags.reduce((best, lag) => (product(lag) > product(best) ? lag : best), -4);
  assert.ok(peak >= 1 && peak <= 4, `peak at ${peak * 100} ms`);
});

test('regimes differ in what they are named for', () => {
  const of = (regime: RegimeName) => run({ seed: 7, seconds: 400, regime });
  const calm = of('calm');
  const volatile = of('volatile');
  const crash = of('crash');
  const thin = of('thin');
  const informed = of('informed');
  assert.ok(volatility(volatile.spotMids) > 1.8 * volatility(calm.spotMids));
  assert.ok(volatility(crash.spotMids) > 1.5 * volatility(volatile.spotMids));
  assert.ok(mean(crash.spreads) > 1.5 * mean(calm.spreads));
  assert.ok(mean(thin.depth) < 0.4 * mean(calm.depth));
  assert.ok(thin.trades.length < 0.8 * calm.trades.length);
  assert.ok(informed.trades.length > 1.3 * calm.trades.length);
  assert.deepEqual([...crash.regimes], ['crash']);
});

test('without a fixed regime the mood changes', () => {
  assert.ok(run({ seed: 7, seconds: 1_200 }).regimes.size >= 3);
});

test('a market of fine ticks has spreads and moves of the same basis points', () => {
  const coarse = run({ seed: 7, seconds: 300, regime: 'calm' });
  const fine = run({
    seed: 7,
    seconds: 300,
    regime: 'calm',
    startPrice: 90_000,
    priceUnitsPerTick: 1e6,
    baseUnitsPerLot: 1_000,
  });
  const bps = (session: Session, value: number): number => (value / mean(session.spotMids)) * 1e4;
  const ratio = bps(fine, volatility(fine.spotMids)) / bps(coarse, volatility(coarse.spotMids));
  assert.ok(ratio > 0.7 && ratio < 1.4, `volatility ratio ${ratio}`);
  const spread = bps(fine, mean(fine.spreads));
  assert.ok(spread > 0.05 && spread < 1, `spread ${spread} bp`);
  assert.ok(new Set(fine.spreads).size > 50, 'the tick does not bind');
});

test('a spot market alone follows the efficient price by itself', () => {
  const { spotMids, perpMids, trades } = run({ seed: 7, seconds: 300, withPerp: false });
  assert.ok(volatility(spotMids) > 0.5);
  assert.ok(trades.length > 200);
  assert.ok(perpMids.every((mid) => mid === 0));
});
