/**
 * Goal: the hidden price has the volatility it was given, a volatility that strays and comes back,
 * fat tails from jumps, no drift of its own, and a memory that is exact.
 * Method: long paths without the rest of the market.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { EfficientPrice } from './efficient-price.ts';
import { REGIMES, RegimeSwitch } from './regimes.ts';

const STEP_SECONDS = 0.02;
const OPTIONS = { startPrice: 0.16, volatilityBps: 1.2, stepSeconds: STEP_SECONDS };

function priceOf(seed: number, regime: RegimeName): EfficientPrice {
  const regimes = new RegimeSwitch(new SeededRandom(seed, 1), regime);
  return new EfficientPrice(new SeededRandom(seed, 2), regimes, OPTIONS);
}

/** Log returns in basis points over whole seconds. */
function secondReturns(price: EfficientPrice, seconds: number): Float64Array {
  const returns = new Float64Array(seconds);
  let before = Math.log(price.price());
  for (let second = 0; second < seconds; second++) {
    for (let step = 0; step < 50; step++) price.step();
    const after = Math.log(price.price());
    returns[second] = (after - before) * 10_000;
    before = after;
  }
  return returns;
}

test('the mean square of the volatility is what the regime says', () => {
  let squares = 0;
  const looks = 400;
  for (let seed = 0; seed < looks; seed++) {
    squares += priceOf(seed, 'calm').volatilityNowBps ** 2 / looks;
  }
  const expected = (1.2 * REGIMES.calm.volatility) ** 2;
  assert.ok(Math.abs(squares / expected - 1) < 0.25, `${squares}, not ${expected}`);
});

test('log volatility strays and comes back: it is stationary', () => {
  const logs = (steps: number): number[] =>
    Array.from({ length: 60 }, (_, seed) => {
      const price = priceOf(seed, 'calm');
      for (let step = 0; step < steps; step++) price.step();
      return Math.log(price.volatilityNowBps);
    });
  const deviation = (values: readonly number[]): number => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  };
  const expected = Math.sqrt(2) * 0.35;
  for (const steps of [0, 30_000]) {
    const actual = deviation(logs(steps));
    assert.ok(Math.abs(actual - expected) < 0.15, `${actual} after ${steps} steps`);
  }
});

test('returns have fat tails, sizes that cluster and no linear memory', () => {
  const returns = secondReturns(priceOf(7, 'calm'), 20_000);
  const variance = returns.reduce((sum, one) => sum + one * one, 0) / returns.length;
  const fourth = returns.reduce((sum, one) => sum + one ** 4, 0) / returns.length;
  assert.ok(fourth / variance ** 2 > 5, `kurtosis ${fourth / variance ** 2}`);
  const correlation = (values: Float64Array, lag: number): number => {
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    let product = 0;
    let square = 0;
    for (let index = 0; index < values.length; index++) {
      const one = (values[index] as number) - mean;
      square += one * one;
      if (index >= lag) product += one * ((values[index - lag] as number) - mean);
    }
    return product / square;
  };
  assert.ok(Math.abs(correlation(returns, 1)) < 0.04);
  const sizes = returns.map(Math.abs);
  for (const lag of [1, 10, 60]) {
    assert.ok(correlation(sizes, lag) > 0.02, `size at lag ${lag}: ${correlation(sizes, lag)}`);
  }
});

test('jumps make the volatility of a crash exceed its diffusion, and it falls', () => {
  const price = priceOf(3, 'crash');
  const returns = secondReturns(price, 20);
  assert.ok(returns.reduce((sum, one) => sum + one, 0) < 0);
  assert.ok(Math.max(...returns.map(Math.abs)) > 10);
});

test('the past is remembered exactly, as far back as there is one', () => {
  const price = priceOf(5, 'calm');
  const path = [price.price()];
  for (let step = 0; step < 400; step++) {
    price.step();
    path.push(price.price());
  }
  for (const lag of [0, 1, 7, 50, 399, 400]) {
    assert.equal(price.price(lag * STEP_SECONDS), path[400 - lag]);
  }
  assert.equal(price.price(3_600), path[0], 'before the start there is only the start');
});

test('a push moves the price from the next step on, by its basis points', () => {
  const pushed = priceOf(9, 'calm');
  const plain = priceOf(9, 'calm');
  pushed.push(25);
  assert.equal(pushed.price(), plain.price());
  pushed.step();
  plain.step();
  assert.ok(Math.abs(Math.log(pushed.price() / plain.price()) * 10_000 - 25) < 1e-9);
});

test('the same seed gives the same path, another seed another', () => {
  assert.deepEqual(secondReturns(priceOf(7, 'calm'), 20), secondReturns(priceOf(7, 'calm'), 20));
  assert.notDeepEqual(secondReturns(priceOf(7, 'calm'), 20), secondReturns(priceOf(8, 'calm'), 20));
});
