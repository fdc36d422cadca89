/** What the network adds to an event when no window is open. */
import { BookTickerEvent } from '#contracts/events.ts';
import { FaultTown, SPOT } from './faults.test-support.ts';

const ROUNDS = 5_000_000;
const town = new FaultTown([]);
town.network.detach();
let heard = 0;
town.network.attach({
  publish: (event) => {
    heard += event.atMicros > 0 ? 1 : 0;
  },
});
const event = new BookTickerEvent();
event.instrument = SPOT;
let best = Number.POSITIVE_INFINITY;
for (let run = 0; run < 5; run++) {
  const from = process.hrtime.bigint();
  for (let round = 0; round < ROUNDS; round++) town.network.publish(event);
  best = Math.min(best, Number(process.hrtime.bigint() - from) / ROUNDS);
}
process.stdout.write(`${best.toFixed(1)} ns an event, ${heard} heard\n`);
