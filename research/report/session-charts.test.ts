/**
 * Goal: thinning loses no extreme; markouts and charts show the numbers that were measured.
 * Method: hand-made fills with the sums written out; random series for the thinning.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Side } from '#contracts/order.ts';
import type { FillRecord } from '#research/measure/fill-tape.ts';
import type { SeriesSample } from '#research/measure/session-series.ts';
import { fillMarkoutBps, markoutStatistics } from './markout-statistics.ts';
import { playSession } from './report-session.test-support.ts';
import { sessionCharts } from './session-charts.ts';
import { thinSamples } from './thin-samples.ts';

const played = await playSession(20);
const { instruments } = played.setup;

function fill(own: Partial<FillRecord>): FillRecord {
  return {
    sequence: 1,
    atMicros: 0,
    venueTimeMicros: 0,
    instrument: 0,
    clientOrderId: 1,
    tradeId: 1,
    side: Side.BUY,
    priceTicks: 10_000,
    lots: 1,
    isMaker: true,
    commissionUnits: 0,
    commissionAsset: 0,
    midHalfTicks: 20_001,
    laterMidHalfTicks: new Float64Array(5).fill(20_000),
    ...own,
  };
}

function sample(index: number, value: number): SeriesSample {
  return {
    atMicros: index * 500_000,
    midTicks: 1,
    bidTicks: 1,
    askTicks: 2,
    ownBidTicks: 1,
    ownAskTicks: 2,
    spotBaseUnits: 0,
    netDeltaBaseUnits: 0,
    totalUnits: value,
    spreadCaptureUnits: 0,
    inventoryUnits: 0,
    hedgeExecutionUnits: 0,
    feesUnits: 0,
    fundingUnits: 0,
  };
}

test('markouts are weighted by notional, split by side, and count only spot makers', () => {
  const later = (half: number): Float64Array => new Float64Array(5).fill(half);
  const fills = [
    fill({ lots: 3, laterMidHalfTicks: later(20_004) }),
    fill({ lots: 1, laterMidHalfTicks: later(19_992) }),
    fill({ side: Side.SELL, laterMidHalfTicks: later(20_006) }),
    fill({ isMaker: false, laterMidHalfTicks: later(30_000) }),
    fill({ instrument: 1, laterMidHalfTicks: later(30_000) }),
    fill({ laterMidHalfTicks: later(Number.NaN) }),
  ];
  const [first] = markoutStatistics(fills, instruments);
  const [bought, sold] = first?.sides ?? [];
  // One tick of 10 000 is one bp: (3 x 2 - 1 x 4) / 4 = 0.5; the sale lost 3.
  assert.equal(bought?.count, 2);
  assert.ok(Math.abs((bought?.meanBps ?? 0) - 0.5) < 1e-9);
  assert.ok(Math.abs((sold?.meanBps ?? 0) + 3) < 1e-9);
  assert.ok(Number.isNaN(sold?.marginBps), 'one block has no interval');
  assert.equal(fillMarkoutBps(fills[0] as FillRecord, 0), 2);
});

test('a short series is not thinned', () => {
  const samples = [sample(0, 1), sample(1, 2)];
  assert.equal(thinSamples(samples), samples);
});

test('a thinned series keeps its ends, its order and its extremes', () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 130, maxLength: 400 }), (values) => {
      const samples = values.map((value, index) => sample(index, value));
      const thin = thinSamples(samples, 100);
      assert.ok(thin.length <= 100);
      assert.equal(thin[0], samples[0]);
      assert.equal(thin.at(-1), samples.at(-1));
      const kept = thin.map((one) => one.totalUnits);
      assert.equal(Math.max(...kept), Math.max(...values));
      assert.equal(Math.min(...kept), Math.min(...values));
      for (let index = 1; index < thin.length; index++) {
        assert.ok(
          (thin[index] as SeriesSample).atMicros > (thin[index - 1] as SeriesSample).atMicros,
        );
      }
    }),
  );
});

test('charts end at the net of the summary, and show each spot fill once', () => {
  const { measures, setup, summary } = played;
  const input = { samples: measures.series.samples, fills: measures.fills.fills, setup, summary };
  const charts = sessionCharts(input);
  const [before, net] = charts.equity.series;
  assert.equal(net?.values.at(-1), Number(summary.pnl.total));
  const beforeFees = Number(summary.pnl.total) - Number(summary.pnl.fees);
  assert.ok(Math.abs((before?.values.at(-1) ?? 0) - beforeFees) < 1e-7);
  const marks = charts.quotes.marks.reduce((sum, one) => sum + one.xs.length, 0);
  assert.equal(marks, summary.fills.count);
  assert.equal(charts.marksShown, charts.marksTotal);
  const many = Array.from({ length: 7_000 }, (_, index) => fill({ tradeId: index }));
  const crowded = sessionCharts({ ...input, fills: many });
  assert.deepEqual([crowded.marksShown, crowded.marksTotal], [3_000, 7_000]);
});

test('a missing quote is a gap, not a zero', () => {
  const { measures, setup, summary } = played;
  const samples = [{ ...sample(0, 0), ownBidTicks: 0 }, sample(1, 0)];
  const charts = sessionCharts({ samples, fills: measures.fills.fills, setup, summary });
  assert.equal(charts.quotes.series[1]?.values[0], null);
  assert.equal(charts.distance.series[2]?.values[0], null);
});
