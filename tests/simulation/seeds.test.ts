/**
 * Goal: the engine keeps its promises under all faults, and a seed is a proof: the same again gives the
 * same, another gives another.
 * Method: a few fixed seeds of a third of an hour each, judged by the auditor, with a floor under what
 * must have happened; two shorter runs compared; a script with one window taken out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SimulationOptions, simulate } from '#compose/simulated.ts';
import type { SimulationResult } from '#compose/simulation-result.ts';
import { drawScript } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';

/** 15 also replays its last session and runs a twin with another wall clock. */
const SEEDS = [4, 15, 16];
const HOURS = 0.3;
const SHORT_HOURS = 0.15;
const MARKET_EVENTS_PER_HOUR = 100_000;
const OWN_FILLS_PER_HOUR = 200;

function options(seed: number, change: Partial<SimulationOptions> = {}): SimulationOptions {
  return { seed, hours: SHORT_HOURS, faults: FAULT_NAMES, build: 'test', ...change };
}

function told({ violations }: SimulationResult): string[] {
  return violations.map(({ invariant, title, detail }) => `${invariant} ${title}: ${detail}`);
}

/** All of a result but how long it took. */
function withoutTime({ wallSeconds: _, ...rest }: SimulationResult): object {
  return rest;
}

for (const seed of SEEDS) {
  test(`seed ${seed} under all faults breaks nothing, and enough happened for that to mean something`, () => {
    const result = simulate(options(seed, { hours: HOURS }));
    assert.deepEqual(told(result), []);
    assert.equal(result.outcome, 'ok');
    assert.ok(result.events.market >= MARKET_EVENTS_PER_HOUR * HOURS, `${result.events.market}`);
    assert.ok(result.ownFills >= OWN_FILLS_PER_HOUR * HOURS, `${result.ownFills} own fills`);
    assert.ok(result.faultsOnLiveOrders >= 100, `${result.faultsOnLiveOrders} faults met orders`);
    assert.ok(result.lives >= 2, `${result.lives} lives`);
    const evaluated = Object.values(result.checks).filter((count) => count > 0).length;
    assert.ok(evaluated >= 24, `${evaluated} invariants were evaluated`);
    for (const hash of Object.values(result.hashes)) assert.match(hash, /^[0-9a-f]{64}$/);
  });
}

test('the same seed again is the same run to the last byte, and another seed is another run', () => {
  const first = simulate(options(4));
  assert.deepEqual(withoutTime(simulate(options(4))), withoutTime(first));
  const other = simulate(options(5));
  assert.notEqual(other.trace, first.trace);
  for (const name of ['journal', 'state', 'commands'] as const) {
    assert.notEqual(other.hashes[name], first.hashes[name], name);
  }
});

test('the drawn script given by hand is the same run; with a window less it still runs, and differs', () => {
  const script = drawScript({ seed: 4, hours: SHORT_HOURS, names: FAULT_NAMES });
  const drawn = simulate(options(4));
  assert.equal(simulate(options(4, { script })).trace, drawn.trace);
  const left = script.toSpliced(script.length >> 1, 1);
  const shorter = simulate(options(4, { script: left }));
  assert.notEqual(shorter.outcome, 'crash');
  assert.notEqual(shorter.trace, drawn.trace);
  assert.ok(shorter.events.market > 0);
});

test('without faults nothing strikes, nobody dies and all is well', () => {
  const result = simulate(options(4, { faults: [] }));
  assert.deepEqual(told(result), []);
  assert.deepEqual([result.faults, result.lives, result.kills], [{}, 1, 0]);
});
