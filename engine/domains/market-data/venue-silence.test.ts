/**
 * Goal: no snapshot is asked for while the venue listens to nobody.
 * Method: a live book that is thrown away in the middle of a silence.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VenueSilenceEvent } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import {
  delta,
  instrument,
  rig,
  SECOND,
  START,
  snapshot,
  timer,
} from './market-fixture.test-support.ts';

const SPOT = instrument(Market.SPOT);

test('another tick size shortens no silence that the venue asked for', () => {
  const { manager, apply, define, output } = rig([SPOT]);
  apply(snapshot(10, [[100, 5]], [[102, 4]]));
  const silence = new VenueSilenceEvent();
  silence.instrument = SPOT.index;
  silence.untilMicros = (START + 60 * SECOND) as never;
  manager.onVenueSilence(silence);
  define({ ...SPOT, version: 3, tick: { mantissa: 1, decimals: 3 } });
  const { snapshotRequests } = output;
  apply(delta({ first: 90, last: 91, bids: [[1000, 1]], at: START + SECOND }));
  manager.onTimer(timer(START + 59 * SECOND));
  assert.equal(output.snapshotRequests, snapshotRequests);
  manager.onTimer(timer(START + 60 * SECOND));
  assert.equal(output.snapshotRequests, snapshotRequests + 1);
});
