/**
 * Goal: a bad source is isolated, comes back after its probation, and is never silenced when it is alone.
 * Method: faults by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EpochMicros } from '#units/integers.ts';
import { MultiSourceGovernor } from './source-governor.ts';

const at = (seconds: number): EpochMicros => (seconds * 1e6) as EpochMicros;

test('five faults in ten seconds isolate for 30 s, the next time for 60 s', () => {
  const governor = new MultiSourceGovernor(['A', 'B']);
  governor.onUp(0);
  governor.onUp(1);
  for (let fault = 0; fault < 4; fault++) governor.onFault(0, at(1));
  assert.ok(governor.maySpeak(0, at(1)));
  governor.onFault(0, at(2));
  assert.ok(!governor.maySpeak(0, at(2)));
  assert.ok(governor.quality(at(2))[0]?.isIsolated);
  assert.ok(governor.maySpeak(0, at(32)));
  for (let fault = 0; fault < 5; fault++) governor.onFault(0, at(40));
  assert.ok(!governor.maySpeak(0, at(99)));
  assert.ok(governor.maySpeak(0, at(100)));
});

test('the only source that is left may always speak', () => {
  const governor = new MultiSourceGovernor(['A', 'B']);
  governor.onUp(0);
  governor.onUp(1);
  for (let fault = 0; fault < 5; fault++) governor.onFault(0, at(1));
  governor.onDown(1);
  assert.ok(governor.maySpeak(0, at(2)));
  assert.ok(governor.isAnyUp);
  governor.onDown(0);
  assert.ok(!governor.isAnyUp);
});
