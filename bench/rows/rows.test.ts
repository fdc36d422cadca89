/**
 * Goal: each row measures the work that its name says: operations are counted, nothing is empty, the
 * same work comes again. No time is judged.
 * Method: a short synthetic session; every suite once through without warming up, then the workloads
 * of single rows.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { frameLines } from '#adapters/binance/decode.bench.ts';
import { AT, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import { DecodedKind } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { copyEvents, openRecording } from '#bench/recorded-events.ts';
import { summarise } from '#bench/row.ts';
import { SUITES } from '#bench/suites.ts';
import { openSyntheticSession, runToEnd, type Workload } from '#bench/workload.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { LevelColumn } from '#contracts/events.ts';
import { Market } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { bookFlow, countLevels, regroup } from '#domains/market-data/book.bench.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { OrderFlow } from '#simulation/venue/matching.bench.ts';
import { JournalBench } from './journal-rows.ts';
import { EndlessSession } from './memory-rows.ts';
import { replay, replayMarketData, verify } from './replay-rows.ts';

const MARKET_SECONDS = 60;

const scratchDirectory = mkdtempSync(join(tmpdir(), 'bench-rows-test-'));
const workload: Workload = {
  sessionDirectory: join(scratchDirectory, 'session'),
  scratchDirectory,
  origin: 'a short synthetic session',
  isRehearsal: true,
};

before(async () => {
  runToEnd(await openSyntheticSession(workload.sessionDirectory), MARKET_SECONDS);
  // Suites of memory collect garbage themselves; their own process has this flag from its start.
  setFlagsFromString('--expose-gc');
  globalThis.gc = runInNewContext('gc') as NodeJS.GCFunction;
});
after(() => rmSync(scratchDirectory, { recursive: true, force: true }));

for (const suite of SUITES) {
  test(`suite ${suite.name} gives the rows it promises, all of them with numbers`, async () => {
    const { rows } = await suite.load();
    const measured = await rows(workload);
    assert.deepEqual(
      measured.map(({ name }) => name),
      suite.rows,
    );
    for (const row of measured) {
      const { median, peer, secondPeer, floor } = summarise(row, 0);
      const hasPackage = row.name === 'book.apply' || row.name === 'matching.orders';
      if (hasPackage) assert.match(row.peer?.name ?? '', /\(npm\)/);
      const mayBeNegative = row.name.startsWith('memory.');
      assert.ok(mayBeNegative || median > 0, `${row.name}: ${median}`);
      for (const other of [peer, secondPeer, floor]) {
        assert.ok(other === null || other.median > 0, `${row.name} beside ${other?.name}`);
      }
    }
  });
}

test('a replay counts every event of the session, prices, and does the same again', () => {
  const { eventCount } = openRecording(workload.sessionDirectory);
  assert.ok(eventCount > 1_000);
  const first = replay(workload.sessionDirectory);
  assert.equal(first.events, eventCount);
  assert.ok(first.priced > eventCount / 10);
  assert.deepEqual(replay(workload.sessionDirectory), first);
  assert.equal(verify(workload.sessionDirectory), eventCount);
  assert.equal(replayMarketData(workload.sessionDirectory), eventCount);
});

test('the journal rows write the records they count, and as many raw bytes', () => {
  const own = join(scratchDirectory, 'journal-test');
  mkdirSync(own);
  const bench = new JournalBench({ ...workload, scratchDirectory: own });
  const sizeOf = (path: string): number => {
    const found = statSync(path);
    if (!found.isDirectory()) return found.size;
    return readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  };
  const count = bench.writeJournal(0);
  assert.equal(openRecording(join(own, 'journal-1')).eventCount, count);
  assert.equal(bench.writeJournal(1_000), count);
  assert.equal(openRecording(join(own, 'journal-2')).eventCount, count);
  assert.equal(bench.writeRaw(0), count);
  const share = sizeOf(join(own, 'journal-3')) / sizeOf(join(own, 'journal-1'));
  assert.ok(Math.abs(share - 1) < 0.02, `raw bytes are ${share} of the journal's`);
  assert.equal(bench.appendAsText(), count);
  bench.clean();
  assert.deepEqual(readdirSync(own), []);
});

test('events copied for a suite are different objects from the middle of the session', () => {
  const events = copyEvents(openRecording(workload.sessionDirectory), 500);
  assert.equal(new Set(events).size, 500);
  const [first, last] = [events[0], events.at(-1)];
  assert.ok(first !== undefined && last !== undefined);
  assert.equal(last.sequence - first.sequence, 499);
  assert.ok(new Set(events.map(({ kind }) => kind)).size > 2);
});

test('an endless session goes on: later passes are events of the same session, orders are answered', () => {
  const counts = [0, 0].map(() => {
    const session = new EndlessSession(workload.sessionDirectory);
    session.playOnce();
    const afterOne = session.host.lastSequence;
    const answersAfterOne = session.venue.answerCount;
    session.playOnce();
    assert.ok(session.host.lastSequence > afterOne * 1.5);
    assert.ok(session.venue.answerCount > answersAfterOne && answersAfterOne > 0);
    assert.ok(session.venue.openCount < 50);
    return [session.host.lastSequence, session.venue.answerCount];
  });
  assert.deepEqual(counts[0], counts[1]);
});

test('frames of the decode rows decode to the event of their row', () => {
  const { lines, origin } = frameLines();
  assert.match(origin, /recording|self-made/);
  const decoder = new SpotFrameDecoder(testInstrument(Market.SPOT, 'BTCUSDT'));
  for (const [mark, kind] of [
    ['"depthUpdate"', DecodedKind.DEPTH_DELTA],
    ['@bookTicker"', DecodedKind.BOOK_TICKER],
    ['"e":"trade"', DecodedKind.TRADE],
  ] as const) {
    const frames = lines.filter((line) => line.includes(mark)).slice(0, 200);
    assert.equal(frames.length, 200, mark);
    for (const line of frames) {
      const frame = Buffer.from(line);
      assert.equal(decoder.decode(frame, 0, frame.length, AT), kind);
    }
  }
});

test('regrouped frames have twenty levels each, the recorded ones in their order', () => {
  const { events } = bookFlow();
  const deltas = events.filter((event) => event.kind === EventKind.DEPTH_DELTA);
  const twenties = regroup(deltas, 20);
  assert.equal(twenties.length, Math.floor(countLevels(deltas) / 20));
  assert.ok(twenties.length > 1_000);
  for (const { bids, asks } of twenties) assert.equal(bids.count + asks.count, 20);
  const bidsOf = (frames: typeof deltas, most: number): number[] => {
    const all = frames.flatMap(({ bids }) => pricesOf(bids));
    return all.slice(0, most);
  };
  const shown = bidsOf(twenties, 5_000);
  assert.deepEqual(shown, bidsOf(deltas, shown.length));
});

test('the order flow of the matching row is the same for a seed, and one order in seven takes', () => {
  const flow = new OrderFlow(new SeededRandom(11));
  assert.deepEqual(new OrderFlow(new SeededRandom(11)).prices, flow.prices);
  let taking = 0;
  for (let index = 0; index < flow.prices.length; index++) {
    const isBuy = flow.sides[index] === Side.BUY;
    const distance = ((flow.prices[index] as number) - 16_000) * (isBuy ? -1 : 1);
    if (distance < 0) taking += 1;
  }
  assert.ok(Math.abs(taking / flow.prices.length - 1 / 7) < 0.02);
});

function pricesOf(column: LevelColumn): number[] {
  return Array.from(column.pricesTicks.subarray(0, column.count));
}
