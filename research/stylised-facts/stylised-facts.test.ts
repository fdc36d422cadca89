/**
 * Goal: the program measures a session, draws it, says the same twice, and refuses flags that make
 * no sense; the market shows the facts it is built for.
 * Method: short runs; the bounds are wide, the document has the long runs.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { MarketFacts, RegimeFacts } from './facts.ts';
import { recordMarket } from './recorded-market.ts';
import { runStylisedFacts } from './stylised-facts.ts';

interface Answer {
  readonly evidence: string;
  readonly facts: MarketFacts;
  readonly regimes: readonly RegimeFacts[];
}

function answer(...args: string[]): Answer {
  const { exitCode, stdout } = runStylisedFacts([...args, '--json']);
  assert.equal(exitCode, 0);
  return JSON.parse(stdout) as Answer;
}

test('half an hour already shows the facts, and says that it is no evidence', () => {
  const { evidence, facts, regimes } = answer('--hours', '0.5', '--seed', '7');
  assert.equal(evidence, 'synthetic: not evidence');
  assert.ok((facts.returns[0]?.kurtosis ?? 0) > 5);
  assert.ok(facts.leadLag.peakMillis >= 100 && facts.leadLag.peakMillis <= 400);
  assert.ok(facts.trades.gapVariation > 1.3);
  assert.ok(facts.impact.exponent > 0 && facts.impact.exponent < 0.8);
  assert.ok((facts.spread.shares[0] ?? 0) + (facts.spread.shares[1] ?? 0) > 0.6);
  assert.deepEqual(
    regimes.map((one) => one.regime),
    ['calm', 'trending', 'volatile', 'informed', 'crash', 'thin'],
  );
  for (const one of regimes) {
    const fills = one.facts.markout.bps;
    assert.ok((fills[0]?.value ?? 0) > 0, `${one.regime}: a maker earns the half spread at first`);
    assert.ok((fills[3]?.value ?? 1) < 0.1, `${one.regime}: and has lost it a second later`);
  }
});

test('pictures and text are written, the same ones for the same flags', () => {
  const folders = ['a', 'b'].map(() => mkdtempSync(join(tmpdir(), 'stylised-')));
  const args = ['--hours', '0.25', '--seed', '3', '--regime', 'calm', '--out'];
  const texts = folders.map((folder) => runStylisedFacts([...args, folder]).stdout);
  const [first = '', second = ''] = folders;
  assert.match(texts[0] ?? '', /^DOGEUSDT, seed 3, calm, 0\.25 h\. synthetic: not evidence/);
  assert.equal(texts[0], texts[1]);
  const names = readdirSync(first).sort();
  assert.equal(names.length, 9);
  for (const name of names) {
    const svg = readFileSync(join(first, name), 'utf8');
    assert.equal(svg, readFileSync(join(second, name), 'utf8'), name);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, name);
  }
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('a symbol of fine ticks is measured in its own steps', () => {
  const { facts } = answer('--hours', '0.25', '--symbol', 'BTCUSDT', '--regime', 'calm');
  assert.ok(facts.spread.bucketTicks > 100);
  assert.ok((facts.returns[1]?.volatilityBps ?? 0) > 0.5);
});

for (const [args, reason] of [
  [['--hours', '0.1'], /--hours must lie between 0\.25 and 240, not "0\.1"/],
  [['--hours', 'six'], /--hours must lie/],
  [['--seed', '1.5'], /--seed must be a whole number/],
  [['--symbol', 'PEPEUSDT'], /--symbol must be DOGEUSDT/],
  [['--regime', 'happy'], /--regime must be one of calm/],
  [['--colour'], /Unknown option '--colour'/],
] as const) {
  test(`${args.join(' ')} is refused with the reason and the flags`, () => {
    const { exitCode, stdout, stderr } = runStylisedFacts(args);
    assert.equal(exitCode, 2);
    assert.equal(stdout, '');
    assert.match(stderr, reason);
    assert.match(stderr, /--hours N/);
  });
}

test('--help shows the flags', () => {
  const { exitCode, stdout } = runStylisedFacts(['--help']);
  assert.equal(exitCode, 0);
  assert.match(stdout, /--regime NAME/);
});

test('a symbol without a start price is refused before anything runs', () => {
  assert.throws(
    () => recordMarket({ symbol: 'PEPEUSDT', seed: 1, hours: 1, regime: null }),
    /no start price for PEPEUSDT/,
  );
});
