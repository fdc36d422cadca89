/** How long the printer takes for a ten-level depth frame and a top of book. */
import { BookTickerEvent, DepthDeltaEvent } from '#contracts/events.ts';
import { spotInstrument } from '#simulation/venue/venue.test-support.ts';
import type { EpochMicros, PriceTicks } from '#units/integers.ts';
import { FrameEncoder } from './wire.ts';

const ROUNDS = 400_000;
const encoder = new FrameEncoder({ instrument: spotInstrument() });
const depth = new DepthDeltaEvent();
depth.venueTimeMicros = 1_795_305_600_123_456 as EpochMicros;
for (let level = 0; level < 10; level++) {
  depth.bids.push(16_233 - level, 47_000 + 91 * level);
  depth.asks.push(16_234 + level, 53_000 + 17 * level);
}
const ticker = new BookTickerEvent();
ticker.bidPriceTicks = 16_233 as PriceTicks;

for (const [name, event] of [
  ['depth, ten levels a side', depth],
  ['top of book', ticker],
] as const) {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5; run++) {
    const from = process.hrtime.bigint();
    let size = 0;
    for (let round = 0; round < ROUNDS; round++) {
      depth.lastUpdateId = 9_000_000_000 + round;
      size += encoder.encode(event);
    }
    const nanos = Number(process.hrtime.bigint() - from) / ROUNDS;
    if (size > 0) best = Math.min(best, nanos);
  }
  process.stdout.write(`${name}: ${best.toFixed(0)} ns a frame\n`);
}
