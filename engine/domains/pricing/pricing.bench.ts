/**
 * What one pricing costs: every call sees a moved book, so every call prices. A run is a batch,
 * because one call is shorter than the clock can see.
 */
import { measureTurns } from '#bench/alternate.ts';
import type { MeasuredRow } from '#bench/row.ts';
import { roundsOf, type Workload } from '#bench/workload.ts';
import { REBATE_PRICING_CONFIGURATION } from '#contracts/configuration/pricing-configuration.ts';
import { PricingScene } from './pricing.test-support.ts';

const BATCH = 5_000;
const ROUNDS = 60;
const WARM_UP_ROUNDS = 20;
const LAYERS = 6;

/** Quotes `BATCH` times, the book moved before each by `move`. */
function quoteBatch(scene: PricingScene, move: (round: number) => void): number {
  for (let round = 0; round < BATCH; round++) {
    move(round);
    scene.quote();
  }
  return BATCH;
}

/** `pricing.quote`: GLFT with all estimators, every event priced. `pricing.quote_unchanged`: nothing moved. */
export async function rows(workload: Workload): Promise<MeasuredRow[]> {
  const moving = new PricingScene(REBATE_PRICING_CONFIGURATION).open();
  const still = new PricingScene(REBATE_PRICING_CONFIGURATION).open();
  const turns = { unit: 'µs', ...roundsOf(workload, WARM_UP_ROUNDS, ROUNDS) };
  const move = (round: number): void => {
    moving.pass(1_000);
    const bid = 16_233 + (round % 3);
    moving.setSpot(bid, bid + 1, 10_000 + round * 7, 60_000 - round * 7);
    if (round % 2 === 0) moving.setPerp(bid - 8, bid - 7);
  };
  return [
    await measureTurns({
      ...turns,
      name: 'pricing.quote',
      note: `profile rebate, ${LAYERS} layers, moving the scene included`,
      own: () => quoteBatch(moving, move),
    }),
    await measureTurns({
      ...turns,
      name: 'pricing.quote_unchanged',
      own: () => quoteBatch(still, () => undefined),
    }),
  ];
}
