/**
 * Goal: the network passes on untouched what no fault strikes, repeats itself by its script, and keeps
 * the faults of one window apart from those of another.
 * Method: a whole small world with a trader in the place of the process, run twice, run with windows
 * taken out, run with nothing.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { EventKind } from '#contracts/event-kind.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { drawScript, type FaultWindow } from './fault-script.ts';
import { FAULT_NAMES, type FaultName } from './fault-table.ts';
import { FaultTown, PERP, SECOND, SPOT, windowOf } from './faults.test-support.ts';

const OWNED: readonly FaultName[] = ['process-crash', 'process-hang'];
const names = FAULT_NAMES.filter((name) => !OWNED.includes(name));

/** A stormy script for minutes instead of hours: every window starts within the first two. */
function shortScript(seed: number): FaultWindow[] {
  return drawScript({ seed, hours: 0.5, names })
    .map((window) => ({
      ...window,
      fromMicros: Math.floor(window.fromMicros / 15),
      lengthMicros: Math.min(window.lengthMicros, 20 * SECOND),
    }))
    .sort((a, b) => a.fromMicros - b.fromMicros);
}

function run(script: readonly FaultWindow[], seed: number, seconds: number): FaultTown {
  const town = new FaultTown(script, { seed });
  town.trade(seed);
  return town.runTo(seconds);
}

test('without a script the process hears exactly what the venue says', () => {
  const town = run([], 5, 60);
  assert.ok(town.said.length > 1_000);
  assert.deepEqual(town.heard, town.said);
  assert.deepEqual(town.effects, []);
  assert.equal(town.network.isCalm, true);
});

test('one script is one run: the same events and the same effects', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (seed) => {
      const script = shortScript(seed);
      const [one, two] = [run(script, seed, 60), run(script, seed, 60)];
      assert.deepEqual(one.effects, two.effects);
      assert.deepEqual(one.heard, two.heard);
      assert.deepEqual(one.owner, two.owner);
    }),
    { numRuns: 6 },
  );
});

test('a window taken out leaves everything before it as it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.nat(), (seed, which) => {
      const script = shortScript(seed);
      const at = which % script.length;
      const out = script[at] as FaultWindow;
      const whole = run(script, seed, 60);
      const less = run(
        script.filter((_, index) => index !== at),
        seed,
        60,
      );
      const before = (effects: typeof whole.effects) =>
        effects.filter(({ atMicros }) => atMicros < out.fromMicros);
      assert.deepEqual(before(less.effects), before(whole.effects));
    }),
    { numRuns: 6 },
  );
});

test('a window on the other market changes no draw of this one', () => {
  const here = windowOf('market-gap', {
    probability: 0.2,
    instrument: 0,
    lengthMicros: 10 * SECOND,
  });
  const there = windowOf('market-gap', { probability: 0.2, instrument: 1, salt: 99 });
  const alone = run([here], 4, 15).effects;
  const both = run([here, there], 4, 15).effects.filter(({ instrument }) => instrument === 0);
  assert.ok(alone.length > 5);
  assert.deepEqual(both, alone);
});

test('storms end: after the last window the process hears what the venue says again', () => {
  for (const seed of [1, 2, 3, 4]) {
    const town = run(shortScript(seed), seed, 240);
    assert.equal(town.network.isCalm, true);
    assert.equal(town.network.link.isPaused, false);
    const from = town.clock.nowMicros - 20 * SECOND;
    const after = (events: typeof town.heard) => events.filter(({ atMicros }) => atMicros > from);
    assert.ok(after(town.said).length > 100);
    assert.deepEqual(after(town.heard), after(town.said), `seed ${seed}`);
    for (const instrument of [SPOT, PERP]) {
      assert.equal(town.network.instrument(instrument).status, InstrumentStatus.TRADING);
    }
  }
});

test('a process that is gone hears nothing; the next one is told that its connections are made anew', () => {
  const town = new FaultTown([]).runTo(5);
  town.network.detach();
  town.heard.length = 0;
  town.runTo(10);
  assert.equal(town.heard.length, 0);
  town.attach();
  town.runTo(11);
  const statuses = town.heard.filter(
    ({ kind }) => kind === EventKind.FEED_STATUS || kind === EventKind.PRIVATE_FEED_STATUS,
  );
  assert.deepEqual(
    statuses.map((event) => ('state' in event ? event.state : -1)),
    [1, 1, 1, 1, 0, 0, 0, 0],
  );
  const first = town.heard.findIndex(({ kind }) => kind === EventKind.BOOK_TICKER);
  assert.ok(first > 4, 'nothing public before the connection stands');
});

test('two processes at once, two worlds and an unbound start are our bugs', () => {
  const town = new FaultTown([]);
  assert.throws(() => town.attach(), /attached already/);
  assert.throws(() => town.network.bind({ venue: town.venue, market: null }), /one world/);
  assert.throws(() => town.network.start(), /start once/);
});

test('a script with a name that is no fault is refused at the start', () => {
  assert.throws(() => new FaultTown([windowOf('rain' as FaultName)]), /rain/);
});
