/**
 * Goal: the program prints exact and closed-form distances for every inventory, and the constants.
 * Method: symmetry and ends of the table, closeness in the middle, the limit xi = 0, refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { glftPaper } from './glft-2013.ts';
import { runPaper } from './paper-command.ts';

interface Distances {
  readonly bid: number | null;
  readonly ask: number | null;
}

interface Output {
  readonly c1: number;
  readonly c2: number;
  readonly halfSpread: number;
  readonly skew: number;
  readonly inventories: readonly {
    readonly q: number;
    readonly exact: Distances;
    readonly closedForm: Distances;
  }[];
}

function run(line: string): Output {
  const outcome = runPaper(glftPaper, line.split(' '));
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout) as Output;
}

const BASE = '--A 0.9 --k 0.3 --sigma 0.3 --gamma 0.01 --delta 1 --Q 30';

test('every inventory from -Q to Q is there, mirrored, without a bid at Q or an ask at -Q', () => {
  const { inventories } = run(`${BASE} --xi 0.01`);
  assert.deepEqual(
    inventories.map(({ q }) => q),
    Array.from({ length: 61 }, (_, index) => index - 30),
  );
  assert.equal(inventories[60]?.exact.bid, null);
  assert.equal(inventories[0]?.exact.ask, null);
  for (const [index, row] of inventories.entries()) {
    assert.equal(row.exact.bid, inventories[60 - index]?.exact.ask);
  }
  const flat = inventories[30];
  assert.ok(Math.abs((flat?.exact.bid ?? 0) - (flat?.closedForm.bid ?? 9)) < 0.01);
});

test('the constants are those of the formulas, xi defaults to gamma and 0 is the limit', () => {
  const output = run(BASE);
  assert.ok(Math.abs(output.c1 - Math.log(1 + 1 / 30) / 0.01) < 1e-12);
  assert.ok(Math.abs(output.skew - 0.3 * output.c2) < 1e-12);
  assert.ok(Math.abs(output.halfSpread - output.c1 - output.skew / 2) < 1e-12);
  assert.deepEqual(run(`${BASE} --xi 0.01`), output);
  assert.ok(Math.abs(run(`${BASE} --xi 0`).c1 - 1 / 0.3) < 1e-12);
});

test('a fee widens both sides by more than itself when there is inventory risk', () => {
  const [free, dear] = [run(BASE), run(`${BASE} --fee 1`)];
  assert.ok(dear.halfSpread - free.halfSpread > 1);
  const middle = (output: Output): number => output.inventories[30]?.exact.bid ?? 0;
  assert.ok(middle(dear) - middle(free) > 1);
});

for (const [line, message] of [
  ['--A 1', /--k is missing/],
  [`${BASE.replace('--Q 30', '--Q 0')}`, /--Q must be 1 to/],
  [`${BASE} --xi -1`, /--xi must be 0 or more/],
  [`${BASE.replace('--sigma 0.3', '--sigma x')}`, /--sigma must be a number/],
] as const) {
  test(`"${line}" is refused`, () => {
    const outcome = runPaper(glftPaper, line.split(' '));
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
