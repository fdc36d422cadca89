/**
 * Goal: histograms are within 1/32 of the truth everywhere, and the probe gives each stage its own
 * time while stamping one event in 64.
 * Method: random values against sorting; a clock moved by hand.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Stage } from '#contracts/edge-ports.ts';
import { Histogram, LatencyProbe, NoProbe } from './probe.ts';

test('every share read from a histogram is the sorted value or at most 1/32 above it', () => {
  const value = fc.oneof(fc.nat(100), fc.nat(1_000_000), fc.integer({ min: 0, max: 2 ** 42 - 1 }));
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const histogram = new Histogram();
        for (const each of values) histogram.record(each);
        const sorted = [...values].sort((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil(share * values.length)) - 1] as number;
        const found = histogram.valueAt(share);
        assert.ok(found >= exact && found <= exact * (1 + 1 / 32), `${found} for ${exact}`);
        assert.equal(histogram.summary().max, sorted.at(-1));
        assert.equal(histogram.count, values.length);
      },
    ),
  );
});

test('an empty histogram reads as zero, and what is out of range is kept at the ends', () => {
  const histogram = new Histogram();
  assert.deepEqual(histogram.summary(), { count: 0, p50: 0, p99: 0, p999: 0, max: 0 });
  histogram.record(-5);
  assert.equal(histogram.valueAt(1), 0);
  histogram.record(2 ** 50);
  assert.equal(histogram.summary().max, 2 ** 50);
  assert.equal(histogram.valueAt(1), 2 ** 42 - 1);
  histogram.reset();
  assert.equal(histogram.count, 0);
  assert.equal(histogram.valueAt(0.5), 0);
});

test('adding histograms is recording everything in one', () => {
  const [left, right, both] = [new Histogram(), new Histogram(), new Histogram()];
  for (let value = 1; value < 5_000; value += 7) {
    (value % 2 === 0 ? left : right).record(value);
    both.record(value);
  }
  left.add(right);
  assert.deepEqual(left.summary(), both.summary());
});

test('each stage gets the time since the mark before it, and LOOP the whole event', () => {
  let millis = 1_000;
  const probe = new LatencyProbe(() => millis, 1);
  probe.begin();
  millis += 0.003;
  probe.mark(Stage.BOOK);
  millis += 0.001;
  probe.mark(Stage.PRICING);
  millis += 0.002;
  probe.end();
  const near = (found: number, nanos: number) =>
    assert.ok(Math.abs(found - nanos) <= 1, `${found}`);
  near(probe.latencyOf(Stage.BOOK).max, 3_000);
  near(probe.latencyOf(Stage.PRICING).max, 1_000);
  near(probe.latencyOf(Stage.LOOP).max, 6_000);
  assert.equal(probe.latencyOf(Stage.RISK).count, 0);
  const names = probe.latencies().map(({ stage }) => stage);
  assert.deepEqual([names[0], names[3], names.at(-1)], ['receive', 'book', 'loop']);
  probe.reset();
  assert.equal(probe.latencyOf(Stage.LOOP).count, 0);
});

test('one event in 64 is stamped; the others read no clock at all', () => {
  let reads = 0;
  const probe = new LatencyProbe(() => {
    reads += 1;
    return reads;
  });
  for (let event = 0; event < 6_400; event++) {
    probe.begin();
    probe.mark(Stage.BOOK);
    probe.end();
  }
  assert.equal(probe.latencyOf(Stage.LOOP).count, 100);
  assert.equal(reads, 300);
});

test('a sampling rate that is no power of two is refused', () => {
  assert.throws(() => new LatencyProbe(undefined, 48), RangeError);
});

test('the host clock gives plausible numbers, and NoProbe does nothing', () => {
  const probe = new LatencyProbe(undefined, 1);
  probe.begin();
  probe.end();
  assert.equal(probe.latencyOf(Stage.LOOP).count, 1);
  const nothing = new NoProbe();
  nothing.begin();
  nothing.mark();
  nothing.end();
});
