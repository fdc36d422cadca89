/**
 * Goal: a session introduces itself in order, ends with nothing open, and even a broken engine
 * leaves no order at the venue.
 * Method: paper sessions in temporary folders; the break is an observer that throws.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { FileStorage, readSession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { OperatorAction } from '#contracts/events.ts';
import type { EpochMicros } from '#units/integers.ts';
import { openPaper } from './paper.ts';
import type { TradingSession } from './trading-session.ts';

const folder = mkdtempSync(join(tmpdir(), 'trading-session-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let opened = 0;

async function open(settings: Readonly<Record<string, string | number>> = {}) {
  opened += 1;
  const directory = join(folder, `session-${opened}`);
  const overrides = Object.entries({ profile: 'naive-touch', seed: 7, ...settings }).map(
    ([path, value]) => ({ path, value: JSON.stringify(value) }),
  );
  const loaded = loadConfiguration({ file: null, overrides });
  const session = await openPaper({ loaded, directory, build: 'test', probe: new NoProbe() });
  return { session, directory };
}

function runFor(session: TradingSession, seconds: number): void {
  session.runUntil((session.nowMicros + seconds * 1_000_000) as EpochMicros);
}

test('a session says who it is, what it trades, what it may and what it has, before the market', async () => {
  const { session } = await open();
  const kinds: number[] = [];
  session.host.addObserver({ onApplied: (event) => kinds.push(event.kind) });
  session.start();
  assert.deepEqual(kinds.slice(0, 4), [
    EventKind.SESSION_START,
    EventKind.INSTRUMENT_DEFINED,
    EventKind.INSTRUMENT_DEFINED,
    EventKind.RISK_LEASE,
  ]);
  // Balances of the two wallets and the position, in the venue's own order.
  assert.deepEqual(
    kinds.slice(4).sort((left, right) => left - right),
    [...Array(4).fill(EventKind.BALANCE), EventKind.PERP_POSITION],
  );
  assert.equal(session.engine.accountState.position.isReconciled, true);
  session.close();
});

test('shutDown leaves nothing open, however often it is asked', async () => {
  const { session, directory } = await open();
  session.start();
  runFor(session, 30);
  assert.ok(session.openOrderCount > 0, 'it was quoting');
  assert.equal(session.shutDown(), 0);
  const events = session.host.lastSequence;
  assert.equal(session.shutDown(), 0);
  assert.equal(session.engine.execution.openOrders.count, 0);
  const hashes = session.close();
  const recording = readSession(new FileStorage(directory));
  assert.ok(recording.isClosed);
  assert.ok(recording.eventCount >= events);
  assert.deepEqual(recording.checkpoints.at(-1)?.hashes, hashes);
  let shutdowns = 0;
  recording.forEachEvent((event) => {
    if (event.kind === EventKind.OPERATOR && event.action === OperatorAction.SHUTDOWN)
      shutdowns += 1;
  });
  assert.equal(shutdowns, 1, 'said once');
});

test('abort leaves no order at the venue although the engine is dead', async () => {
  const { session, directory } = await open({ 'simulation.entryLatency': '50ms' });
  let isBroken = false;
  session.host.addObserver({
    onApplied: () => {
      if (isBroken) throw new Error('a bug of ours');
    },
  });
  session.start();
  runFor(session, 30);
  isBroken = true;
  assert.throws(() => runFor(session, 1), /a bug of ours/);
  assert.ok(session.openOrderCount > 0, 'orders rest while the engine is dead');
  const events = session.host.lastSequence;
  session.abort();
  assert.equal(session.openOrderCount, 0);
  assert.equal(session.host.lastSequence, events, 'nothing reached the dead engine');
  const recording = readSession(new FileStorage(directory));
  assert.equal(recording.isClosed, false, 'no closing record pretends that all was well');
  assert.equal(recording.eventCount, events);
  assert.equal(recording.tornTail, null);
});

test('a session can be given up before it has started', async () => {
  const { session } = await open();
  session.abort();
  assert.equal(session.openOrderCount, 0);
  assert.equal(session.host.lastSequence, 0);
});

test('settings that the world refuses leave no folder behind', async () => {
  await assert.rejects(open({ symbol: 'NOSUCHUSDT' }), /no start price/);
  assert.ok(!readdirSync(folder).includes(`session-${opened}`));
});

test('a folder that holds a session is refused and stays as it was', async () => {
  const { session, directory } = await open();
  session.start();
  session.close();
  const loaded = loadConfiguration({ file: null, overrides: [] });
  await assert.rejects(openPaper({ loaded, directory, build: 'test', probe: new NoProbe() }), {
    code: 'SESSION_EXISTS',
  });
  assert.ok(readSession(new FileStorage(directory)).isClosed);
});
