/**
 * Goal: latencies are what each model says, reproducible from the seed, slower when it hurts, and
 * never overtake on one connection.
 * Method: tables for the exact models, statistics over many draws for the stochastic one.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SeededRandom } from '#simulation/random/random.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import {
  ConstantLatency,
  FifoConnection,
  InterpolatedLatency,
  ScaledLatency,
  StochasticLatency,
  type StochasticLatencyOptions,
  TYPICAL_STOCHASTIC,
} from './latency.ts';

const ONE = 0 as InstrumentIndex;
const OTHER = 1 as InstrumentIndex;
const at = (micros: number): EpochMicros => micros as EpochMicros;

function stochastic(
  seed: number,
  changes: Partial<StochasticLatencyOptions> = {},
): StochasticLatency {
  return new StochasticLatency({
    ...TYPICAL_STOCHASTIC,
    random: new SeededRandom(seed),
    ...changes,
  });
}

/** No bursts within any test. */
const CALM = { burstPauseMicros: 1e18 } as const;

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function correlation(x: number[], y: number[]): number {
  const mean = (values: number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (const [index, one] of x.entries()) {
    const other = (y[index] ?? 0) - my;
    xy += (one - mx) * other;
    xx += (one - mx) ** 2;
    yy += other ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

test('constant is constant, and refuses what is no span', () => {
  const model = new ConstantLatency(1, 2, 3);
  assert.deepEqual(
    [model.entryMicros(), model.responseMicros(), model.feedMicros(), model.isBurst()],
    [1, 2, 3, false],
  );
  model.observe();
  assert.equal(model.isRefusing(), false);
  assert.throws(() => new ConstantLatency(-1, 0, 0), /not a latency/);
  assert.throws(() => new ConstantLatency(0.5, 0, 0), /not a latency/);
});

const ROWS = [
  { requestMicros: 1_000, exchangeMicros: 1_100, responseMicros: 1_300 },
  { requestMicros: 2_000, exchangeMicros: 2_300, responseMicros: 2_700 },
  { requestMicros: 3_000, exchangeMicros: 0, responseMicros: 3_900 },
  { requestMicros: 4_000, exchangeMicros: 4_101, responseMicros: 4_300 },
];

for (const [now, entry] of [
  [0, 100],
  [1_000, 100],
  [1_500, 200],
  [2_000, 300],
  [3_000, 200],
  [3_007, 199],
  [9_000, 101],
] as const) {
  test(`interpolated entry at ${now} is ${entry}`, () => {
    assert.equal(new InterpolatedLatency(ROWS, 7).entryMicros(at(now)), entry);
  });
}

test('interpolated response runs on the exchange time, and a refused row is an overload', () => {
  const model = new InterpolatedLatency(ROWS, 7);
  assert.equal(model.responseMicros(at(1_700)), 300);
  assert.equal(model.responseMicros(at(50_000)), 199);
  assert.equal(model.feedMicros(), 7);
  model.observe();
  assert.equal(model.isRefusing(at(3_000)), true);
  assert.deepEqual(
    [0, 2_999, 3_000, 3_999, 4_000].map((now) => model.isBurst(at(now))),
    [false, false, true, true, false],
  );
});

test('interpolated refuses rows that cannot be', () => {
  const [first, second] = ROWS;
  assert.ok(first && second);
  assert.throws(() => new InterpolatedLatency([], 0), /no latency row was processed/);
  assert.throws(() => new InterpolatedLatency([second, first], 0), /row 2 is not sorted/);
  assert.throws(
    () => new InterpolatedLatency([{ ...first, exchangeMicros: 900 }], 0),
    /row 1 runs backwards/,
  );
});

test('scaled multiplies every leg and passes the rest on', () => {
  const inner = stochastic(3);
  const scaled = new ScaledLatency(stochastic(3), 5);
  for (const now of [1, 10_000, 20_000]) {
    inner.observe(at(now), ONE, 100 + now / 100);
    scaled.observe(at(now), ONE, 100 + now / 100);
    assert.equal(scaled.entryMicros(at(now)), inner.entryMicros(at(now)) * 5);
    assert.equal(scaled.responseMicros(at(now)), inner.responseMicros(at(now)) * 5);
    assert.equal(scaled.feedMicros(at(now)), inner.feedMicros(at(now)) * 5);
    assert.equal(scaled.isBurst(at(now)), inner.isBurst(at(now)));
    assert.equal(scaled.isRefusing(at(now)), inner.isRefusing());
  }
  assert.throws(() => new ScaledLatency(inner, 0), /above zero/);
});

test('stochastic is the same run for the same seed, and another for another', () => {
  const draw = (seed: number): number[] => {
    const model = stochastic(seed);
    return Array.from({ length: 50 }, (_, index) => model.entryMicros(at(index * 1_000)));
  };
  assert.deepEqual(draw(1), draw(1));
  assert.notDeepEqual(draw(1), draw(2));
});

test('stochastic has its median, its spread, and legs that move together', () => {
  const model = stochastic(5, CALM);
  const entries: number[] = [];
  const responses: number[] = [];
  for (let index = 0; index < 20_000; index++) {
    const now = at(index * 2_000_000);
    entries.push(Math.log(model.entryMicros(now)));
    responses.push(Math.log(model.responseMicros(now)));
  }
  const joint = correlation(entries, responses);
  assert.ok(Math.abs(joint - 0.5) < 0.05, `correlation ${joint}`);
  const centre = median(entries);
  assert.ok(Math.abs(centre - Math.log(2_500)) < 0.02, `median ${Math.exp(centre)}`);
  const deviation = Math.sqrt(
    entries.reduce((sum, one) => sum + (one - centre) ** 2, 0) / entries.length,
  );
  assert.ok(Math.abs(deviation - 0.35) < 0.02, `sigma ${deviation}`);
});

test('stochastic slows down when the price runs and messages pour in, and calms down again', () => {
  const medianAfter = (observe: (model: StochasticLatency) => void, at0: number): number => {
    const draws = Array.from({ length: 2_001 }, (_, seed) => {
      const model = stochastic(seed, CALM);
      observe(model);
      return model.feedMicros(at(at0));
    });
    return median(draws);
  };
  const calm = medianAfter(() => undefined, 1_000);
  const moving = medianAfter((model) => {
    model.observe(at(0), ONE, 10_000);
    model.observe(at(500), ONE, 10_005);
  }, 1_000);
  const busy = medianAfter((model) => {
    for (let index = 0; index < 300; index++) model.observe(at(index), ONE, 0);
  }, 1_000);
  const twoMarkets = medianAfter((model) => {
    for (let index = 0; index < 10; index++) {
      model.observe(at(index), ONE, 10_000);
      model.observe(at(index), OTHER, 10_100);
    }
  }, 1_000);
  assert.ok(twoMarkets < calm * 1.1, 'a basis between two instruments is no return');
  assert.ok(moving > calm * 1.5, `${moving} against ${calm}`);
  assert.ok(busy > calm * 1.5, `${busy} against ${calm}`);
  const later = medianAfter((model) => {
    model.observe(at(0), ONE, 10_000);
    model.observe(at(500), ONE, 10_500);
  }, 20_000_000);
  assert.ok(later < calm * 1.1, `${later} against ${calm}`);
});

test('bursts come at their rate, last their length, and multiply the legs', () => {
  const model = stochastic(9, { burstPauseMicros: 1_000_000, burstLengthMicros: 250_000 });
  const inside: number[] = [];
  const outside: number[] = [];
  for (let index = 0; index < 40_000; index++) {
    const now = at(index * 10_000);
    (model.isBurst(now) ? inside : outside).push(model.entryMicros(now));
  }
  const share = inside.length / (inside.length + outside.length);
  assert.ok(Math.abs(share - 0.2) < 0.05, `share ${share}`);
  const ratio = median(inside) / median(outside);
  assert.ok(ratio > 5 && ratio < 7, `ratio ${ratio}`);
});

test('stochastic refuses senseless terms', () => {
  assert.throws(() => stochastic(1, { sharedPart: 1.1 }), /sharedPart/);
  assert.throws(() => stochastic(1, { memoryMicros: 0 }), /memoryMicros/);
});

test('a connection delivers in the order of sending, never before the latency', () => {
  const sends = fc.array(fc.record({ pause: fc.nat(500), latency: fc.nat(2_000) }), {
    minLength: 1,
  });
  fc.assert(
    fc.property(sends, (list) => {
      const connection = new FifoConnection();
      let sent = 0;
      let before = 0;
      for (const { pause, latency } of list) {
        sent += pause;
        const arrival = connection.arrivalMicros(at(sent), latency);
        assert.equal(arrival, Math.max(before, sent + latency));
        before = arrival;
      }
    }),
    { seed: 4 },
  );
});
