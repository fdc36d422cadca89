/**
 * Goal: only measurements in a row count, each measure by itself.
 * Method: one row of measurements.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_OPS_CONFIGURATION } from '#contracts/configuration/ops-configuration.ts';
import { HostMeasure, HostMeasurementEvent } from '#contracts/events.ts';
import { durationMicros } from '#units/integers.ts';
import { HostWatch } from './host-watch.ts';

test('a good measurement starts the count anew', () => {
  const watch = new HostWatch(DEFAULT_OPS_CONFIGURATION);
  const event = new HostMeasurementEvent();
  event.measure = HostMeasure.CLOCK_OFFSET;
  const counts = [100_000, 100_001, -100_001, 5, 200_000].map((value) => {
    event.valueMicros = durationMicros(value);
    watch.onMeasurement(event);
    return watch.badCount(HostMeasure.CLOCK_OFFSET);
  });
  assert.deepEqual(counts, [0, 1, 2, 0, 1]);
  assert.equal(watch.badCount(HostMeasure.LOOP_P99), 0);
  assert.equal(watch.value(HostMeasure.CLOCK_OFFSET), 200_000);
});
