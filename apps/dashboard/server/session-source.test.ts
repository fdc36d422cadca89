/**
 * Goal: the page shows what the engine and the venue really hold, and watching changes nothing.
 * Method: real paper sessions in market time; the same one watched and not watched.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import type { OrderChain } from '#apps/dashboard/protocol.ts';
import { openPaper } from '#compose/paper.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import type { EpochMicros } from '#units/integers.ts';
import { SessionSource } from './session-source.ts';

interface Watched {
  readonly session: TradingSession;
  readonly source: SessionSource;
}

async function open(t: TestContext, isWatched = true, profile = 'naive-touch'): Promise<Watched> {
  const directory = mkdtempSync(join(tmpdir(), 'doge-mm-source-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const loaded = loadConfiguration({
    file: null,
    overrides: [
      { path: 'profile', value: profile },
      { path: 'seed', value: '7' },
    ],
  });
  const probe = new LatencyProbe();
  const session = await openPaper({ loaded, directory, build: 'test', probe });
  const measures = new SessionMeasures(session.engine);
  measures.attach(session.host, session.router);
  const metricsText = async (): Promise<string> => 'text';
  // Each look is ten seconds after the last: nothing is answered from memory.
  let millis = 0;
  const nowMillis = (): number => {
    millis += 10_000;
    return millis;
  };
  const source = new SessionSource({ session, measures, probe, metricsText, nowMillis });
  if (isWatched) source.attach();
  return { session, source };
}

function run(session: TradingSession, seconds: number): void {
  session.runUntil((session.nowMicros + seconds * 1_000_000) as EpochMicros);
}

test('a watched session is the same session, byte for byte', async (t) => {
  const hashes = [];
  for (const isWatched of [true, false]) {
    const { session, source } = await open(t, isWatched);
    if (isWatched) source.state();
    session.start();
    for (let second = 0; second < 20; second++) {
      run(session, 1);
      if (isWatched) {
        source.state();
        source.history();
      }
    }
    session.shutDown();
    hashes.push(session.close());
  }
  assert.deepEqual(hashes[0], hashes[1]);
});

test('before its first event a session shows that it warms up', async (t) => {
  const { session, source } = await open(t);
  const state = source.state();
  assert.equal(state.quotes.bid.reason, 'WARMING_UP');
  assert.equal(state.lease.isValid, false);
  assert.deepEqual(source.history().tape, []);
  session.close();
});

test('the ladder holds exactly the orders that rest at the venue', async (t) => {
  const { session, source } = await open(t);
  session.start();
  run(session, 30);
  const state = source.state();
  const resting = session.world.venue
    .openOrders(session.setup.instruments[0]?.index ?? (0 as never))
    .map((order) => order.clientOrderId as number)
    .sort();
  const shown = state.ladder.own
    .filter((order) => order.state === 'NEW' || order.state === 'PARTIALLY_FILLED')
    .map((order) => order.orderId)
    .sort();
  assert.ok(resting.length > 0);
  assert.deepEqual(shown, resting);
  const [first] = state.ladder.own;
  assert.ok(first !== undefined && first.leavesLots > 0 && first.ageMillis >= 0);
  assert.ok((state.ladder.bidTicks[0] ?? 0) < (state.ladder.askTicks[0] ?? 0));
  session.shutDown();
  session.close();
});

test('PnL parts sum to the net and the chart, tape and quality fill up', async (t) => {
  const { session, source } = await open(t);
  session.start();
  run(session, 90);
  const { pnl, quality, limits, quotes, position } = source.state();
  const parts = [
    pnl.spreadCapture,
    pnl.inventory,
    pnl.hedgeExecution,
    pnl.fees,
    pnl.funding,
    pnl.residual,
  ];
  const units = (text: string): number => Math.round(Number(text) * 1e8);
  assert.equal(
    parts.reduce((sum, part) => sum + units(part), 0),
    units(pnl.total),
  );
  assert.ok(pnl.quotingFills > 0);
  assert.ok(Math.abs((pnl.paidMakerFeeBps ?? 0) - 10) < 0.1);
  assert.ok(quality.markouts.every((row) => row.count > 0));
  assert.ok(limits.length > 5);
  assert.ok(quotes.fairTicks > 0 && quotes.hedgeFairTicks > 0);
  assert.ok(Number(position.bandBase) > 0);
  const { chart, marks, tape } = source.history();
  assert.ok(chart.atMillis.length >= 89);
  assert.ok(marks.some((mark) => mark.kind === 'FILL'));
  assert.ok(tape.some((entry) => entry.kind === 'fill'));
  session.shutDown();
  session.close();
});

/** The first chain of a quote's fill that a hedge has covered. */
function hedgedChain(source: SessionSource): OrderChain | null {
  for (const entry of source.history().tape) {
    if (entry.kind !== 'fill') continue;
    const chain = source.chain(entry.orderId);
    if (chain !== null && chain.hedgeFills.length > 0) return chain;
  }
  return null;
}

test('the chain of a fill leads from the decision to the hedge and its cost', async (t) => {
  const { session, source } = await open(t);
  session.start();
  run(session, 90);
  const chain = hedgedChain(source);
  assert.ok(chain !== null, 'no hedged fill in ninety seconds');
  const { decision, fills, queueAtEntry } = chain;
  assert.ok(decision?.edge != null && decision.fairTicks > 0);
  const { edge } = decision;
  const sum =
    edge.makerFeeBps +
    edge.adverseSelectionBps +
    edge.staleCostBps +
    edge.hedgeCostBps +
    edge.fundingBasisBps +
    edge.inventorySkewBps +
    edge.marginBps;
  assert.ok(Math.abs(sum - edge.distanceBps) < 1e-6);
  assert.ok(queueAtEntry !== null && queueAtEntry.aheadLots <= queueAtEntry.levelLots);
  assert.equal(fills[0]?.orderId, chain.orderId);
  assert.equal(fills[0]?.markouts.length, 5);
  assert.equal(fills[0]?.feeAsset, fills[0]?.side === 'bid' ? 'DOGE' : 'USDT');
  assert.ok(chain.obligationId > 0);
  // At VIP0 a taking hedge pays 5 bp and about half a spread.
  assert.ok((chain.hedgeCostBps ?? 0) > 1 && (chain.hedgeCostBps ?? 0) < 12);
  assert.equal(source.chain(12_345), null);
  session.shutDown();
  session.close();
});

test('a pull is verified order by order, and nothing rests afterwards', async (t) => {
  const { session, source } = await open(t);
  session.start();
  run(session, 20);
  source.operator('PULL_ALL');
  const started = source.state().operator.pull;
  assert.ok(started !== null && started.wanted > 0);
  run(session, 2);
  const { operator, ladder, quotes } = source.state();
  assert.equal(operator.pull?.isComplete, true);
  assert.equal(operator.pull?.verified, started.wanted);
  assert.deepEqual([operator.bidsPulled, operator.asksPulled], [true, true]);
  assert.deepEqual(ladder.own, []);
  assert.equal(quotes.bid.reason, 'PULLED_BY_OPERATOR');
  source.operator('RESUME');
  run(session, 3);
  assert.equal(source.state().operator.bidsPulled, false);
  assert.equal(source.state().operator.pull, null);
  assert.ok(source.state().ladder.own.length > 0);
  session.shutDown();
  session.close();
});

test('pulling one side leaves the other, and STOP ends the quoting', async (t) => {
  const { session, source } = await open(t);
  session.start();
  run(session, 20);
  source.operator('PULL_BIDS');
  run(session, 2);
  const half = source.state();
  assert.deepEqual([half.operator.bidsPulled, half.operator.asksPulled], [true, false]);
  assert.ok(half.ladder.own.every((order) => order.side === 'ask'));
  source.operator('STOP');
  run(session, 2);
  const { operator, health, ladder } = source.state();
  assert.equal(operator.isStopped, true);
  assert.equal(health.status, 'CRITICAL');
  assert.deepEqual(ladder.own, []);
  session.shutDown();
  session.close();
});

test('additions carry each line once', async (t) => {
  const { session, source } = await open(t);
  session.start();
  const cursor = { tapeId: 0, markId: 0, pointMillis: 0 };
  const ids: number[] = [];
  const times: number[] = [];
  for (let step = 0; step < 30; step++) {
    run(session, 1);
    const { tape, points } = source.additions(cursor);
    ids.push(...tape.map((entry) => entry.id));
    times.push(...points.map((point) => point.atMillis));
  }
  const { tape } = source.history();
  assert.deepEqual(
    ids.slice(-tape.length),
    tape.map((entry) => entry.id),
  );
  assert.equal(new Set(times).size, times.length);
  assert.equal(times.length, 120);
  session.shutDown();
  session.close();
});

test('the floor profile says on both sides what it needs and what there is', async (t) => {
  const { session, source } = await open(t, true, 'floor');
  session.start();
  run(session, 10);
  const { quotes } = source.state();
  for (const side of [quotes.bid, quotes.ask]) {
    if (side.layers > 0) assert.ok((side.edge?.distanceBps ?? 0) > 10);
    else assert.notEqual(side.reason, 'NONE');
  }
  assert.equal(await source.metricsText(), 'text');
  session.shutDown();
  session.close();
});
