/**
 * Goal: samples on a grid of event time, never more than fit, thinned evenly when they would.
 * Method: timers over short and very long sessions.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import type { PnlAttribution, PositionState } from '#contracts/position-state.ts';
import { markets, quoteSide, report, timer } from './measured-session.test-support.ts';
import { OrderTape } from './order-tape.ts';
import { QuoteSampler } from './quote-sampler.ts';
import { SessionSeries } from './session-series.ts';

const INTERVAL = 500_000;

function series() {
  const both = markets();
  const pnl = {
    totalUnits: -7,
    spreadCaptureUnits: 1,
    inventoryUnits: 2,
    hedgeExecutionUnits: 3,
    feesUnits: -14,
    fundingUnits: 1,
    residualUnits: 0,
  } as PnlAttribution;
  const position = { spotBaseUnits: 11, netDeltaBaseUnits: 12 } as PositionState;
  const made = new SessionSeries({
    markets: both,
    position,
    pnl,
    quotes: new QuoteSampler(both, new OrderTape(), {
      bid: quoteSide(Side.BUY),
      ask: quoteSide(Side.SELL),
    }),
    intervalMicros: INTERVAL,
  });
  return { both, made };
}

test('a sample holds the market, our quotes, the position and the attribution', () => {
  const { made } = series();
  made.onApplied(timer(3));
  assert.deepEqual(made.samples, [
    {
      atMicros: 3,
      midTicks: 10_000.5,
      bidTicks: 10_000,
      askTicks: 10_001,
      ownBidTicks: 0,
      ownAskTicks: 0,
      spotBaseUnits: 11,
      netDeltaBaseUnits: 12,
      totalUnits: -7,
      spreadCaptureUnits: 1,
      inventoryUnits: 2,
      hedgeExecutionUnits: 3,
      feesUnits: -14,
      fundingUnits: 1,
    },
  ]);
});

test('timers nearer than the interval, and other events, are passed over', () => {
  const { made } = series();
  made.onApplied(report(ReportStatus.ACCEPTED, { atMicros: 1 }));
  for (let at = 10; at <= 10 + 4 * INTERVAL; at += 50_000) made.onApplied(timer(at));
  assert.deepEqual(
    made.samples.map((one) => one.atMicros),
    [0, 1, 2, 3, 4].map((step) => 10 + step * INTERVAL),
  );
});

test('the end can be sampled whatever the grid says', () => {
  const { made } = series();
  made.onApplied(timer(10));
  made.sample(11);
  assert.equal(made.samples.at(-1)?.atMicros, 11);
});

test('a long session is thinned to every second sample, start and rhythm kept', () => {
  const { made } = series();
  const steps = 50_000;
  for (let step = 0; step < steps; step++) made.onApplied(timer(10 + step * INTERVAL));
  assert.ok(made.samples.length <= 20_000 && made.samples.length > 10_000);
  assert.equal(made.samples[0]?.atMicros, 10);
  const gaps = new Set(
    made.samples.slice(1).map((one, index) => one.atMicros - (made.samples[index]?.atMicros ?? 0)),
  );
  assert.deepEqual([...gaps], [4 * INTERVAL]);
});
