/**
 * Goal: a market can be halted, made busy and moved to a finer tick while it runs, and goes on as a
 * market.
 * Method: two books with their people, watched through the incident and after it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LevelColumn } from '#contracts/events.ts';
import { type Instrument, InstrumentRole } from '#contracts/instrument.ts';
import { MatchingEngine } from '#simulation/venue/matching-engine.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { DEFAULT_PERP_CHARACTER, DEFAULT_SPOT_CHARACTER, SyntheticMarket } from './market.ts';

const SPOT = 0 as InstrumentIndex;
const PERP = 1 as InstrumentIndex;
const SECOND = 1_000_000;

/** Only what the market reads of an instrument. */
function instrument(index: number, role: InstrumentRole): Instrument {
  const grid = { priceUnitsPerTick: 1_000, baseUnitsPerLot: 1e8 };
  return { index, role, ...grid } as unknown as Instrument;
}

class Town {
  readonly clock = new VirtualClock(1_767_250_500_000_000 as EpochMicros);
  readonly spot = new MatchingEngine();
  readonly perp = new MatchingEngine();
  readonly market = new SyntheticMarket({
    clock: this.clock,
    seed: 7,
    quoted: instrument(0, InstrumentRole.QUOTED),
    quotedBook: this.spot,
    hedge: instrument(1, InstrumentRole.HEDGE),
    hedgeBook: this.perp,
    startPrice: 0.16,
    volatilityBps: 1.2,
    regime: 'calm',
    spotCharacter: DEFAULT_SPOT_CHARACTER,
    perpCharacter: DEFAULT_PERP_CHARACTER,
    basisMeanBps: -5,
    basisDeviationBps: 2,
  });

  constructor() {
    this.market.start();
    this.run(5);
  }

  /** Runs so many seconds and returns how many level changes the spot and the perpetual saw. */
  run(seconds: number): [number, number] {
    const before = [this.spot.lastUpdateId, this.perp.lastUpdateId] as const;
    this.clock.runUntil((this.clock.nowMicros + seconds * SECOND) as EpochMicros);
    return [this.spot.lastUpdateId - before[0], this.perp.lastUpdateId - before[1]];
  }
}

test('in a halted market nobody acts and everything rests; the other market goes on', () => {
  const town = new Town();
  town.market.setPaused(SPOT, true);
  const resting = town.spot.restingCount;
  const [spotChanges, perpChanges] = town.run(10);
  assert.equal(spotChanges, 0);
  assert.equal(town.spot.restingCount, resting);
  assert.ok(perpChanges > 50);
  town.market.setPaused(SPOT, false);
  assert.ok(town.run(10)[0] > 50, 'it comes back to life');
  assert.ok(town.spot.bestBidTicks < town.spot.bestAskTicks);
});

test('ten times the activity brings several times the messages, and ends', () => {
  const town = new Town();
  const [calm] = town.run(30);
  town.market.setActivity(10);
  const [busy] = town.run(30);
  town.market.setActivity(1);
  town.run(5);
  const [after] = town.run(30);
  assert.ok(busy > 3 * calm, `${busy} against ${calm}`);
  assert.ok(after < busy / 2, `${after} after ${busy}`);
  assert.throws(() => town.market.setActivity(0), RangeError);
});

test('a finer tick: people leave, count anew, and quote the same money', () => {
  const town = new Town();
  const midBefore = (town.spot.bestBidTicks + town.spot.bestAskTicks) / 2;
  assert.throws(() => town.market.withdrawAll(SPOT), /paused/);
  assert.throws(() => town.market.refineTick(SPOT, 10), /empty/);
  town.market.setPaused(SPOT, true);
  town.market.withdrawAll(SPOT);
  assert.equal(town.spot.restingCount, 0);
  town.spot.drainChanges(new LevelColumn(), new LevelColumn());
  town.market.refineTick(SPOT, 10);
  town.market.setPaused(SPOT, false);
  town.run(3);
  const midAfter = (town.spot.bestBidTicks + town.spot.bestAskTicks) / 20;
  assert.ok(Math.abs(midAfter / midBefore - 1) < 0.01, `${midBefore} and ${midAfter}`);
  assert.ok(town.spot.bestBidTicks < town.spot.bestAskTicks);
  assert.ok(town.spot.restingCount > 20);
  town.run(60);
  assert.ok(town.spot.lastTradeId > 0);
});

test('the perpetual, which leads, can change its tick, too', () => {
  const town = new Town();
  town.market.setPaused(PERP, true);
  town.market.withdrawAll(PERP);
  town.market.refineTick(PERP, 2);
  town.market.setPaused(PERP, false);
  const spotMid = (town.spot.bestBidTicks + town.spot.bestAskTicks) / 2;
  town.run(10);
  const mid = (town.perp.bestBidTicks + town.perp.bestAskTicks) / 4;
  assert.ok(Math.abs(mid / spotMid - 1) < 0.01);
});

test('an instrument without people is refused', () => {
  assert.throws(() => new Town().market.setPaused(5 as InstrumentIndex, true), RangeError);
});
