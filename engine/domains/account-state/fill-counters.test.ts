/**
 * Goal: quoting and hedge fills are counted apart, fees in the asset they were taken in.
 * Method: one fill of each kind.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { StateBytesReader, StateBytesWriter } from '#loop/state-bytes.ts';
import { FillCounters } from './fill-counters.ts';
import { makeReport } from './session-fixture.test-support.ts';

test('each kind of fill lands in its own totals', () => {
  const counters = new FillCounters();
  const fee = { side: Side.BUY, fee: 5, at: 1 } as const;
  counters.addFill(makeReport({ ...fee, feeAsset: CommissionAsset.BASE }), true, 10, 100, 7);
  counters.addFill(
    makeReport({ ...fee, isMaker: false, feeAsset: CommissionAsset.QUOTE }),
    true,
    1,
    9,
    5,
  );
  counters.addFill(makeReport({ ...fee, feeAsset: CommissionAsset.MARGIN }), false, 3, 30, 5);
  counters.addFill(makeReport(fee), false, 3, 30, 0);
  const { quoting, hedge } = counters;
  assert.deepEqual([quoting.count, quoting.makerCount, quoting.takerCount], [2, 1, 1]);
  assert.deepEqual(
    [quoting.baseUnits, quoting.notionalUnits, quoting.makerNotionalUnits],
    [11, 109, 100],
  );
  assert.deepEqual([hedge.count, hedge.makerCount, hedge.notionalUnits], [2, 2, 60]);
  assert.equal(counters.quotingMakerFeesUnits, 7, 'maker fees of quotes alone');
  assert.equal(counters.commissionUnits(CommissionAsset.BASE), 5);
  assert.equal(counters.commissionUnits(CommissionAsset.MARGIN), 5);
  assert.equal(counters.commissionUnits(CommissionAsset.NONE), 0);
});

test('turnover beyond what is counted exactly is kept and comes back from a snapshot', () => {
  const counters = new FillCounters();
  const most = Number.MAX_SAFE_INTEGER;
  for (let fill = 0; fill < 3; fill++)
    counters.addFill(makeReport({ side: Side.SELL, at: fill + 1 }), true, most, most, 0);
  assert.ok(counters.quoting.notionalUnits > 2 * most);
  const writer = new StateBytesWriter();
  counters.writeState(writer);
  const restored = new FillCounters();
  restored.readState(new StateBytesReader(writer.written()));
  assert.deepEqual(restored.quoting, counters.quoting);
});

test('funding adds up', () => {
  const counters = new FillCounters();
  counters.addFunding(-5);
  counters.addFunding(3);
  assert.equal(counters.fundingUnits, -2);
  assert.equal(counters.fundingCount, 2);
});
