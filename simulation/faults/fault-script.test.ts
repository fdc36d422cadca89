/**
 * Goal: a seed draws one script, of its own mix, in storms and calms, and each fault draws for itself.
 * Method: properties over seeds and names.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { drawConnectionAge, drawCycles, drawScript, type FaultWindow } from './fault-script.ts';
import { FAULT_NAMES, FAULTS, type FaultName, faultOf } from './fault-table.ts';

const MINUTE = 60_000_000;
const seeds = fc.integer({ min: 1, max: 1_000_000 });
const names = [...FAULT_NAMES];

test('equal seeds draw equal scripts, in the order of time', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const script = drawScript({ seed, hours: 1, names });
      assert.deepEqual(drawScript({ seed, hours: 1, names }), script);
      for (let index = 1; index < script.length; index++) {
        assert.ok(
          (script[index - 1] as FaultWindow).fromMicros <=
            (script[index] as FaultWindow).fromMicros,
        );
      }
    }),
    { numRuns: 30 },
  );
});

test('a fault left out changes nothing for the others', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(...names), (seed, left) => {
      const all = drawScript({ seed, hours: 1, names });
      const fewer = drawScript({ seed, hours: 1, names: names.filter((name) => name !== left) });
      assert.deepEqual(
        fewer,
        all.filter(({ name }) => name !== left),
      );
    }),
    { numRuns: 40 },
  );
});

test('every window lies in a storm, within the bounds of its fault', () => {
  fc.assert(
    fc.property(seeds, fc.integer({ min: 1, max: 4 }), (seed, hours) => {
      const cycles = drawCycles(seed, hours);
      for (const window of drawScript({ seed, hours, names })) {
        const to = window.fromMicros + window.lengthMicros;
        const isInStorm = cycles.some(
          ({ stormFromMicros, stormToMicros }) =>
            window.fromMicros >= stormFromMicros && to <= stormToMicros,
        );
        assert.ok(isInStorm, JSON.stringify(window));
        const fault = faultOf(window.name);
        assert.ok(
          window.lengthMicros >= fault.leastMicros && window.lengthMicros <= fault.mostMicros,
        );
        assert.ok(window.strength >= fault.strengthFrom && window.strength <= fault.strengthTo);
        assert.ok(window.probability > 0 && window.probability <= 1);
        if (fault.probability === 1) assert.equal(window.probability, 1);
        assert.ok(Number.isInteger(window.salt) && window.salt >= 0 && window.salt < 2 ** 32);
        assert.ok(window.instrument >= -1 && window.instrument <= 1);
      }
    }),
    { numRuns: 40 },
  );
});

test('storms of about ten minutes, calms of at least three, to the end of the run', () => {
  fc.assert(
    fc.property(seeds, fc.constantFrom(0.2, 0.5, 1, 3, 24), (seed, hours) => {
      const cycles = drawCycles(seed, hours);
      let before = MINUTE;
      for (const { stormFromMicros, stormToMicros, calmToMicros } of cycles) {
        assert.equal(stormFromMicros, before);
        const storm = stormToMicros - stormFromMicros;
        assert.ok(storm >= 2 * MINUTE && storm <= 12 * MINUTE);
        assert.ok(calmToMicros - stormToMicros >= 3 * MINUTE);
        before = calmToMicros;
      }
      assert.equal(before, hours * 60 * MINUTE);
    }),
  );
});

test('too short a run has no room for a storm and a calm', () => {
  assert.throws(() => drawCycles(1, 0.08), RangeError);
});

test('seeds differ in their mix: every fault is absent from some and present in others', () => {
  const present = new Map<FaultName, number>();
  const seedsTried = 60;
  for (let seed = 1; seed <= seedsTried; seed++) {
    const mix = new Set(drawScript({ seed, hours: 2, names }).map(({ name }) => name));
    assert.ok(mix.size > 5 && mix.size < names.length, `${mix.size} faults in seed ${seed}`);
    for (const name of mix) present.set(name, (present.get(name) ?? 0) + 1);
  }
  for (const { name } of FAULTS) {
    const count = present.get(name) ?? 0;
    assert.ok(count > 0 && count < seedsTried, `${name}: ${count} of ${seedsTried}`);
  }
});

test('connections are cut at 24 hours of age, only in runs in which they get that old', () => {
  let cut = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const script = drawScript({ seed, hours: 2, names: ['cut-24h'] });
    const age = drawConnectionAge(seed, 2);
    assert.ok(script.length <= 1);
    if (script.length === 1) {
      cut += 1;
      assert.ok(age + 2 * 60 * MINUTE >= 24 * 60 * MINUTE);
      assert.equal(script[0]?.instrument, -1);
      const at = script[0]?.fromMicros ?? 0;
      assert.equal(at, 24 * 60 * MINUTE - age, 'exactly when they turn 24 hours old');
      assert.ok(
        drawCycles(seed, 2).some((one) => at >= one.stormFromMicros && at < one.stormToMicros),
      );
    }
  }
  assert.ok(cut > 90 && cut < 160, `${cut} of 300`);
});

test('a name that is no fault is refused', () => {
  assert.throws(() => drawScript({ seed: 1, hours: 1, names: ['rain' as FaultName] }), /rain/);
});

test('every fault says what it does and how a client notices it', () => {
  assert.equal(new Set(FAULT_NAMES).size, FAULTS.length);
  for (const fault of FAULTS) {
    assert.ok(fault.does.length > 10 && fault.notice.length > 5, fault.name);
    assert.ok(fault.leastMicros > 0 && fault.leastMicros <= fault.mostMicros);
  }
});
