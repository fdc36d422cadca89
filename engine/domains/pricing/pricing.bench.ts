/**
 * What one pricing costs: every call sees a moved book, so every call prices. Rows for the bench
 * runner; a sample is the mean of a batch, because one call is shorter than the clock can see.
 */
import { performance } from 'node:perf_hooks';
import { REBATE_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { PricingScene } from './pricing.test-support.ts';

const BATCH = 1_000;
const BATCHES = 300;
const WARM_UP_BATCHES = 100;
const MICROS_PER_MILLI = 1_000;

/** One row of the bench: microseconds per call, one sample per batch. */
export interface BenchRow {
  readonly name: string;
  readonly unit: string;
  readonly samples: readonly number[];
}

function measure(scene: PricingScene, move: (round: number) => void): number[] {
  const samples: number[] = [];
  for (let batch = 0; batch < WARM_UP_BATCHES + BATCHES; batch++) {
    const startMillis = performance.now();
    for (let round = 0; round < BATCH; round++) {
      move(round);
      scene.quote();
    }
    const micros = (performance.now() - startMillis) * MICROS_PER_MILLI;
    if (batch >= WARM_UP_BATCHES) samples.push(micros / BATCH);
  }
  return samples;
}

/** `pricing.quote`: GLFT with all estimators, every event priced. `pricing.quote_unchanged`: nothing moved. */
export async function rows(): Promise<readonly BenchRow[]> {
  const moving = new PricingScene(REBATE_PRICING_CONFIGURATION).open();
  const still = new PricingScene(REBATE_PRICING_CONFIGURATION).open();
  return [
    {
      name: 'pricing.quote',
      unit: 'µs',
      samples: measure(moving, (round) => {
        moving.pass(1_000);
        const bid = 16_233 + (round % 3);
        moving.setSpot(bid, bid + 1, 10_000 + round * 7, 60_000 - round * 7);
        if (round % 2 === 0) moving.setPerp(bid - 8, bid - 7);
      }),
    },
    { name: 'pricing.quote_unchanged', unit: 'µs', samples: measure(still, () => {}) },
  ];
}
