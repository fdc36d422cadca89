/**
 * Goal: no window of ten seconds ever holds more placements than allowed, and waiting as told helps.
 * Method: random streams against a count over all windows of the accepted stamps.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { PLACEMENTS_MAX, RATE_WINDOW_MICROS, TokenBucketLimiter } from './token-bucket-limiter.ts';

test('no window ever holds more than the limit, whatever the stream', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 4_000_000 }), { maxLength: 120 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 12 }), (stream, limit) => {
      const limiter = new TokenBucketLimiter();
      const accepted: number[] = [];
      let now = 1;
      for (const gap of stream) {
        now += gap;
        if (!limiter.allows(now, limit)) continue;
        limiter.take(now);
        accepted.push(now);
      }
      for (const start of accepted) {
        const inWindow = accepted.filter((at) => at >= start && at < start + RATE_WINDOW_MICROS);
        assert.ok(inWindow.length <= limit);
      }
      if (limit > 0 && stream.length > 0) assert.ok(accepted.length > 0);
    }),
  );
});

test('waiting as long as told is enough and not a microsecond too long', () => {
  const limiter = new TokenBucketLimiter();
  for (const at of [100, 200, 300]) limiter.take(at);
  const wait = limiter.waitMicros(400, 2);
  assert.equal(limiter.allows(400 + wait - 1, 2), false);
  assert.equal(limiter.allows(400 + wait, 2), true);
  assert.equal(limiter.waitMicros(400 + wait, 2), 0);
  assert.equal(new TokenBucketLimiter().waitMicros(1, 0), RATE_WINDOW_MICROS);
});

test('the ring is never overrun: a larger grant counts as the ring', () => {
  const limiter = new TokenBucketLimiter();
  for (let count = 0; count < PLACEMENTS_MAX; count++) limiter.take(5);
  assert.equal(limiter.allows(5, 1e9), false);
  assert.throws(() => limiter.take(5), RangeError);
});

test('a restored limiter remembers what was placed', () => {
  const limiter = new TokenBucketLimiter();
  for (const at of [1, 20_000_000, 20_000_001]) {
    limiter.used(at);
    limiter.take(at);
  }
  const writer = new StateBytesWriter();
  limiter.writeState(writer);
  const restored = new TokenBucketLimiter();
  restored.readState(new StateBytesReader(writer.written().slice()));
  assert.equal(restored.used(20_000_002), 2);
  assert.equal(restored.waitMicros(20_000_002, 1), limiter.waitMicros(20_000_002, 1));
});
