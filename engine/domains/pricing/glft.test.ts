/**
 * Goal: the GLFT formulas have the paper's values, limits, units and directions, and the exact table
 * is the ground state of its matrix.
 * Method: hand-computed values; an independent inverse iteration; monotonicity and scaling properties.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { GlftExactTable, type GlftParameters, glftC1, glftC2, glftClosedForm } from './glft.ts';

const BASE: GlftParameters = {
  intensity: 0.9,
  decay: 0.3,
  sigma: 0.3,
  gamma: 0.01,
  xi: 0.01,
  delta: 1,
};

function near(actual: number, expected: number, relative = 1e-9): void {
  assert.ok(
    Math.abs(actual - expected) <= relative * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

/** Positive ground state by inverse iteration with dense elimination: slow and obvious. */
function groundState(parameters: GlftParameters, bound: number): number[] {
  const { intensity, decay, sigma, gamma, xi, delta } = parameters;
  const alpha = 0.5 * decay * gamma * sigma ** 2 * delta;
  const eta = intensity * (1 + (xi * delta) / decay) ** -(1 + decay / (xi * delta));
  const size = 2 * bound + 1;
  // M + 2 eta is positive definite; a hair more keeps the solve away from singular at alpha = 0.
  const diagonal = Array.from(
    { length: size },
    (_, row) => alpha * (row - bound) ** 2 + 2 * eta * (1 + 1e-12),
  );
  let vector: number[] = diagonal.map(() => 1);
  for (let round = 0; round < 4_000; round++) {
    const solved = solveTridiagonal(diagonal, eta, vector);
    const total = solved.reduce((sum, value) => sum + value, 0);
    vector = solved.map((value) => value / total);
  }
  return vector;
}

/** Thomas algorithm for a symmetric matrix with off-diagonals -eta. */
function solveTridiagonal(diagonal: number[], eta: number, right: number[]): number[] {
  const upper: number[] = [];
  const solved: number[] = [];
  for (const [row, entry] of diagonal.entries()) {
    const scale = entry + eta * (upper[row - 1] ?? 0);
    upper.push(-eta / scale);
    solved.push(((right[row] ?? 0) + eta * (solved[row - 1] ?? 0)) / scale);
  }
  for (let row = diagonal.length - 2; row >= 0; row--) {
    solved[row] = (solved[row] ?? 0) - (upper[row] ?? 0) * (solved[row + 1] ?? 0);
  }
  return solved;
}

test('c1 and c2 have the values of the formulas and reach their limits at xi = 0', () => {
  near(glftC1(0.3, 0.01, 1), Math.log(1 + 0.01 / 0.3) / 0.01);
  near(glftC2(BASE), Math.sqrt((0.01 / (2 * 0.9 * 0.3)) * (1 + 0.01 / 0.3) ** (0.3 / 0.01 + 1)));
  near(glftC1(0.3, 0, 1), 1 / 0.3);
  near(glftC2({ ...BASE, xi: 0 }), Math.sqrt((Math.E * 0.01) / (2 * 0.9 * 0.3)));
  near(glftC1(0.3, 1e-9, 1), glftC1(0.3, 0, 1), 1e-7);
  near(glftC2({ ...BASE, xi: 1e-7 }), glftC2({ ...BASE, xi: 0 }), 1e-6);
});

test('the closed form puts half the skew into the half spread, and fee and impact on top', () => {
  const form = glftClosedForm(BASE);
  near(form.skew, BASE.sigma * form.c2);
  near(form.halfSpread, form.c1 + form.skew / 2);
  const fee = glftClosedForm(BASE, 0.5);
  near(fee.c2, form.c2 * Math.exp((0.3 * 0.5) / 2));
  near(fee.halfSpread, form.c1 + fee.skew / 2 + 0.5);
  near(glftClosedForm({ ...BASE, intensity: 0.9 * Math.exp(-0.3 * 0.5) }).c2, fee.c2);
  const impact = glftClosedForm(BASE, 0, 0.4);
  near(impact.skew, form.skew * Math.exp((0.3 * 0.4) / 4));
  near(impact.halfSpread, form.c1 + impact.skew / 2 + 0.2);
});

test('the exact table is the ground state of its matrix', () => {
  for (const bound of [1, 2, 5, 12]) {
    const table = new GlftExactTable(20);
    table.compute(BASE, bound);
    const state = groundState(BASE, bound);
    for (let q = -bound; q < bound; q++) {
      const ratio = (state[q + bound] ?? 0) / (state[q + 1 + bound] ?? 1);
      near(table.bidDistance(q), glftC1(0.3, 0.01, 1) + Math.log(ratio) / 0.3, 1e-6);
    }
  }
});

test('there is no bid at Q and no ask at -Q, and the ask mirrors the bid', () => {
  const table = new GlftExactTable(50);
  table.compute(BASE, 30);
  assert.equal(table.bidDistance(30), Number.POSITIVE_INFINITY);
  assert.equal(table.askDistance(-30), Number.POSITIVE_INFINITY);
  for (let q = -29; q <= 29; q++) assert.equal(table.askDistance(q), table.bidDistance(-q));
  for (let q = -29; q < 29; q++) assert.ok(table.bidDistance(q + 1) > table.bidDistance(q));
});

test('near q = 0 the closed form is within half a percent of the exact quotes', () => {
  const table = new GlftExactTable(60);
  table.compute(BASE, 60);
  const form = glftClosedForm(BASE);
  for (let q = -3; q <= 3; q++) near(form.halfSpread + form.skew * q, table.bidDistance(q), 5e-3);
});

test('a strong inventory penalty over a wide bound neither underflows nor loses order', () => {
  const table = new GlftExactTable(100);
  table.compute({ ...BASE, gamma: 5, sigma: 10 }, 100);
  for (let q = -99; q < 99; q++) {
    assert.ok(Number.isFinite(table.bidDistance(q)));
    assert.ok(table.bidDistance(q + 1) > table.bidDistance(q));
  }
});

test('a bound the table does not hold is refused', () => {
  const table = new GlftExactTable(10);
  assert.throws(() => table.compute(BASE, 11), RangeError);
  assert.throws(() => table.compute(BASE, 0), RangeError);
  assert.throws(() => table.compute(BASE, 1.5), RangeError);
});

const anyParameters = fc.record({
  intensity: fc.double({ min: 0.01, max: 100, noNaN: true }),
  decay: fc.double({ min: 0.05, max: 5, noNaN: true }),
  sigma: fc.double({ min: 0.01, max: 10, noNaN: true }),
  gamma: fc.double({ min: 1e-4, max: 1, noNaN: true }),
  xi: fc.double({ min: 0, max: 1, noNaN: true }),
  delta: fc.double({ min: 0.1, max: 10, noNaN: true }),
});

test('the spread grows with volatility and falls with A and with k; the skew grows with gamma and sigma', () => {
  fc.assert(
    fc.property(anyParameters, fc.double({ min: 1.01, max: 3, noNaN: true }), (base, factor) => {
      const form = glftClosedForm(base);
      const more = (changes: Partial<GlftParameters>) => glftClosedForm({ ...base, ...changes });
      assert.ok(more({ sigma: base.sigma * factor }).halfSpread > form.halfSpread);
      assert.ok(more({ intensity: base.intensity * factor }).halfSpread < form.halfSpread);
      assert.ok(more({ decay: base.decay * factor }).halfSpread < form.halfSpread);
      assert.ok(more({ gamma: base.gamma * factor }).skew > form.skew);
      assert.ok(more({ sigma: base.sigma * factor }).skew > form.skew);
    }),
  );
});

test('distances are prices: in finer ticks they are as many times larger', () => {
  fc.assert(
    fc.property(anyParameters, fc.double({ min: 0.01, max: 100, noNaN: true }), (base, scale) => {
      const scaled: GlftParameters = {
        ...base,
        decay: base.decay / scale,
        sigma: base.sigma * scale,
        gamma: base.gamma / scale,
        xi: base.xi / scale,
      };
      near(glftClosedForm(scaled).halfSpread / scale, glftClosedForm(base).halfSpread, 1e-6);
      near(glftClosedForm(scaled).skew / scale, glftClosedForm(base).skew, 1e-6);
    }),
  );
});
