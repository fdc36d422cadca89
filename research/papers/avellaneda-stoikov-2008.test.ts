/**
 * Goal: the program reproduces the paper's experiment and single quotes, from one seed always the same.
 * Method: the paper's parameters with tolerances of the sampling error; refusals.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { avellanedaStoikovPaper } from './avellaneda-stoikov-2008.ts';
import { runPaper } from './paper-command.ts';

interface Strategy {
  readonly averageSpread: number;
  readonly profitMean: number;
  readonly profitStd: number;
  readonly finalInventoryMean: number;
  readonly finalInventoryStd: number;
}

function run(line: string): Record<string, Strategy & number> {
  const outcome = runPaper(avellanedaStoikovPaper, line.split(' '));
  assert.equal(outcome.exitCode, 0, outcome.stderr);
  return JSON.parse(outcome.stdout);
}

const PAPER = '--paths 1000 --gamma 0.1 --sigma 2 --k 1.5 --A 140 --T 1 --dt 0.005 --seed 1';

function near(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < tolerance, `${actual} for ${expected}`);
}

test('the paper table: the inventory strategy gives up little profit and most of the risk', () => {
  const { inventory, symmetric } = run(PAPER);
  near(inventory?.averageSpread, 1.49, 0.01);
  near(symmetric?.averageSpread, 1.49, 0.01);
  near(inventory?.profitMean, 62.94, 3);
  near(inventory?.profitStd, 5.89, 1);
  near(inventory?.finalInventoryMean, 0, 0.4);
  near(inventory?.finalInventoryStd, 2.8, 0.4);
  near(symmetric?.profitMean, 67.21, 2);
  near(symmetric?.profitStd, 13.43, 1.5);
  near(symmetric?.finalInventoryStd, 8.66, 1);
});

test('one seed gives one answer, another seed another', () => {
  const small = '--paths 20 --seed 5';
  assert.deepEqual(run(small), run(small));
  assert.notDeepEqual(run('--paths 20 --seed 6')['inventory'], run(small)['inventory']);
});

test('a single quote is centred on the reservation price', () => {
  const quote = run('--quote --s 100 --q 3 --gamma 0.1 --sigma 2 --tau 1 --k 1.5');
  near(quote['reservationPrice'], 98.8, 1e-9);
  near(quote['spread'], 1.6907704227514233, 1e-12);
  near(quote['bid'], 98.8 - 1.6907704227514233 / 2, 1e-9);
  near(quote['ask'], 98.8 + 1.6907704227514233 / 2, 1e-9);
});

for (const [line, message] of [
  ['--paths 0', /--paths must be at least 1/],
  ['--dt 2', /--dt must not exceed --T/],
  ['--gamma 0', /--gamma must be above zero/],
  ['--paths 100000000', /take fewer --paths/],
  ['--quote --s 100', /--gamma is missing/],
  ['--quote --s 1 --q 0 --gamma 1 --sigma 1 --k 1 --tau -1', /--tau must be 0 or more/],
  ['--bogus 1', /bogus/],
] as const) {
  test(`"${line}" is refused`, () => {
    const outcome = runPaper(avellanedaStoikovPaper, line.split(' '));
    assert.equal(outcome.exitCode, 2);
    assert.match(outcome.stderr, message);
  });
}
