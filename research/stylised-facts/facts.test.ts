/**
 * Goal: each fact is found where it is and not where it is not.
 * Method: tapes with a known truth written into them: random walks, a late follower, a basis with a
 * half-life, orders with a square-root impact, Poisson orders.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instrument } from '#contracts/instrument.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { depthFacts, impactFacts, markoutFacts, spreadFacts, tradeFacts } from './flow-facts.ts';
import { GRID_MICROS, MarketTape } from './market-tape.ts';
import { basisFacts, leadLagFacts, memoryFacts, returnFacts } from './price-facts.ts';

const START = 1_000_000;
/** A lot at a price of 1 tick is worth 0.001 quote. */
const INSTRUMENT = { tickLotNumerator: 100_000, tickLotDenominator: 1 } as Instrument;

/** A tape with these mids on its grid. */
function tapeOf(spot: ArrayLike<number>, perp: ArrayLike<number> = spot): MarketTape {
  const tape = new MarketTape(START, 1, 1);
  tape.firstSampleMicros = START;
  for (let index = 0; index < spot.length; index++) {
    const mid = spot[index] as number;
    const perpMid = perp[index] as number;
    tape.spot.setTop(mid - 0.5, 10, mid + 0.5, 10);
    tape.perp.setTop(perpMid - 1, 5, perpMid + 1, 5);
    tape.spot.sample();
    tape.perp.sample();
  }
  return tape;
}

function walk(steps: number, seed: number, deviation = 1): Float64Array {
  const random = new SeededRandom(seed);
  let level = 100_000;
  return Float64Array.from({ length: steps }, () => {
    level += deviation * random.normal();
    return level;
  });
}

test('a random walk has its volatility, normal tails and no memory', () => {
  const tape = tapeOf(walk(200_000, 7));
  const one = returnFacts(tape, 1);
  // One tick a grid step of 0.1 s is sqrt(10) ticks a root second, 0.1 bp a tick.
  assert.ok(Math.abs(one.volatilityBps - Math.sqrt(10) / 10) < 0.01, `${one.volatilityBps}`);
  assert.ok(Math.abs(one.kurtosis - 3) < 0.15);
  assert.ok(one.beyondFourDeviations < 0.0005);
  const memory = memoryFacts(tape, 10);
  assert.equal(memory.returns.length, 20);
  const inside = memory.returns.filter((value) => Math.abs(value) < memory.noise).length;
  assert.ok(inside >= 16, `${inside} of 20 inside the noise`);
});

test('clustered sizes are seen as clusters', () => {
  const random = new SeededRandom(5);
  let level = 100_000;
  const mids = Float64Array.from({ length: 200_000 }, (_, index) => {
    // Loud and quiet stretches of 100 s.
    level += (Math.floor(index / 1_000) % 2 === 0 ? 0.3 : 2) * random.normal();
    return level;
  });
  const tape = tapeOf(mids);
  assert.ok((memoryFacts(tape, 10).absoluteReturns[0] as number) > 0.2);
  assert.ok(returnFacts(tape, 1).kurtosis > 4);
});

test('the lag of a late follower is found', () => {
  const perp = walk(20_000, 3);
  const spot = perp.map((_, index) => perp[Math.max(0, index - 3)] as number);
  const { peakMillis, correlations } = leadLagFacts(tapeOf(spot, perp));
  assert.equal(peakMillis, 300);
  assert.ok(Math.max(...correlations) > 0.99);
});

test('mean, deviation and half-life of a basis come out, through the noise of the grid', () => {
  const random = new SeededRandom(11);
  const spot = walk(400_000, 13, 0.1);
  let basis = 2;
  const perp = spot.map((mid) => {
    const reversion = Math.LN2 / 2_000;
    basis += reversion * (2 - basis) + 1.5 * Math.sqrt(2 * reversion) * random.normal();
    return (mid / 2) * (1 + basis / 10_000) + 0.5 * random.normal();
  });
  const facts = basisFacts(tapeOf(spot, perp), 2);
  assert.ok(Math.abs(facts.meanBps - 2) < 0.3, `${facts.meanBps}`);
  assert.ok(Math.abs(facts.deviationBps - 1.8) < 0.3, `${facts.deviationBps}`);
  assert.ok(facts.halfLifeSeconds > 120 && facts.halfLifeSeconds < 300, `${facts.halfLifeSeconds}`);
});

test('spreads fall into buckets, the last of which is open', () => {
  const tape = new MarketTape(START, 1, 1);
  for (const spread of [1, 1, 2, 500]) {
    tape.spot.setTop(1_000, 1, 1_000 + spread, 1);
    tape.spot.sample();
  }
  const facts = spreadFacts(tape, 1);
  assert.deepEqual(facts.shares, [0.5, 0.25, 0, 0, 0, 0, 0, 0, 0, 0.25]);
  assert.equal(facts.meanTicks, 126);
  assert.equal(spreadFacts(tape, 100).shares[0], 0.75);
});

test('depth is in quote currency', () => {
  const tape = tapeOf([1_000, 1_000]);
  tape.spot.depthLots[2] = 40;
  tape.spot.depthSnapshots = 4;
  const facts = depthFacts(tape, INSTRUMENT);
  // 10 lots x 1 000 ticks x 0.001.
  assert.deepEqual(facts.touchQuote, [10, 10, 10]);
  assert.equal(facts.quoteByLevel[2], 10);
});

/** Adds a market order at a moment, at the touch of the mid given. */
function order(tape: MarketTape, atMicros: number, sign: number, lots: number, mid: number): void {
  tape.spot.setTop(mid - 0.5, 10, mid + 0.5, 10);
  tape.spot.tradeMicros.push(atMicros);
  tape.spot.tradePriceTicks.push(mid + sign * 0.5);
  tape.spot.tradeLots.push(lots);
  tape.spot.tradeSigns.push(sign);
  tape.spot.tradeMidTicks.push(mid);
}

test('Poisson orders have no clusters, and fills of one order are one order', () => {
  const random = new SeededRandom(17);
  const tape = tapeOf([100_000, 100_000]);
  let now = START;
  const seconds = 20_000;
  while (now < START + seconds * 1e6) {
    now += Math.round(random.exponential(500_000)) + 1;
    const sign = random.chance(0.5) ? 1 : -1;
    order(tape, now, sign, 1, 100_000);
    order(tape, now, sign, 2, 100_000);
  }
  const facts = tradeFacts(tape, INSTRUMENT, seconds);
  assert.ok(Math.abs(facts.perSecond - 2) < 0.05, `${facts.perSecond}`);
  assert.ok(Math.abs(facts.meanQuote - 300) < 1);
  assert.ok(Math.abs(facts.gapVariation - 1) < 0.03);
  assert.ok(Math.abs(facts.countDispersion - 1) < 0.1);
  assert.ok(Math.abs(facts.signPersistence) < 0.03);
});

/** A market in which an order of q lots moves the mid by sqrt(q) ticks at once and for good. */
function squareRootMarket(): MarketTape {
  const random = new SeededRandom(19);
  const mids: number[] = [];
  const orders: { at: number; sign: number; lots: number; mid: number }[] = [];
  let mid = 100_000;
  for (let step = 0; step < 200_000; step++) {
    if (step % 100 === 50) {
      const lots = 2 ** random.integer(0, 7);
      const sign = random.chance(0.5) ? 1 : -1;
      orders.push({ at: START + step * GRID_MICROS - 1, sign, lots, mid });
      mid += sign * Math.sqrt(lots);
    }
    mids.push(mid);
  }
  const tape = tapeOf(mids);
  for (const one of orders) order(tape, one.at, one.sign, one.lots, one.mid);
  return tape;
}

test('a square-root impact is found as one', () => {
  const { buckets, exponent } = impactFacts(squareRootMarket(), INSTRUMENT);
  assert.ok(buckets.length >= 7);
  assert.ok(Math.abs(exponent - 0.5) < 0.02, `${exponent}`);
});

test('makers lose what orders move, beyond the half spread they earn', () => {
  const { seconds, bps } = markoutFacts(squareRootMarket());
  const at = (second: number): number => bps[seconds.indexOf(second as 0)]?.value ?? Number.NaN;
  // Half a tick of 100 000 is 0.05 bp.
  assert.ok(Math.abs(at(0) - 0.05) < 0.001, `${at(0)}`);
  assert.ok(at(1) < -0.5, `${at(1)}`);
  assert.ok(Math.abs(at(1) - at(3)) < 0.02, 'the move is permanent');
});
