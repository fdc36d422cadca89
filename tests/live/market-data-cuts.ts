/**
 * How fast quotes leave when market data dies, and come back when it lives again: both spot connections
 * are cut and kept away, then let in. Times are taken on the exchange's side, by its own count of our
 * open orders:
 *
 *   npm run market-data-cuts -- --cuts 20
 *
 * Prints one JSON object; exits with 1 when a time is above its limit or quotes do not come back.
 */
import { parseArgs } from 'node:util';
import { openLiveStage } from './live-stage.ts';

/** Limits in milliseconds: quotes gone after the data went, quotes back after it is clean again. */
const PULLED_MAX = 300;
const BACK_MAX = 1_500;
const STREAMS = '/stream?';
const AWAY_MILLIS = 700;

const { values } = parseArgs({
  options: { cuts: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const cuts = Number(values.cuts);
const stage = await openLiveStage({ seed: Number(values.seed) });
const spotStreams = stage.exchange.addresses.spot.streams;
const part = `${spotStreams}${STREAMS}`;
const isQuoting = async (): Promise<boolean> => (await stage.openOrders()).spot > 0;
const pulled: number[] = [];
const back: number[] = [];
const reconnected: number[] = [];
try {
  await stage.until('quotes', isQuoting, 60_000);
  for (let round = 0; round < cuts; round++) {
    await stage.run(1_500);
    await stage.until('quotes before the cut', isQuoting, 60_000);
    stage.sockets.refuse(part);
    stage.sockets.cut(part);
    pulled.push(await stage.until('quotes pulled', async () => !(await isQuoting())));
    await stage.run(AWAY_MILLIS);
    stage.sockets.refuse(null);
    reconnected.push(
      await stage.until('both connections', () => stage.sockets.urls(part).length >= 1, 30_000),
    );
    back.push(await stage.until('quotes back', isQuoting, 30_000));
  }
} finally {
  await stage.close();
}
const answer = {
  ok: Math.max(...pulled) <= PULLED_MAX && Math.max(...back) <= BACK_MAX,
  cuts,
  pulledMillis: spread(pulled),
  reconnectedMillis: spread(reconnected),
  backAfterReconnectMillis: spread(back),
  limits: { pulledMillis: PULLED_MAX, backMillis: BACK_MAX },
};
process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
process.exitCode = answer.ok ? 0 : 1;

function spread(times: readonly number[]) {
  const sorted = [...times].sort((left, right) => left - right).map((time) => Math.round(time));
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return { median: at(0.5), p90: at(0.9), max: at(1), count: sorted.length };
}
