/**
 * Goal: the runner ends a session in order at its length, on a signal and after a bug, and tells the
 * bug, not what followed from it.
 * Method: paper sessions in this process; signals are raised as the system raises them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { FileStorage, readSession } from '#adapters/journal/journal.ts';
import { LatencyProbe } from '#adapters/probe/probe.ts';
import { openPaper } from '#compose/paper.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import { type RunnerOptions, runSession } from './session-runner.ts';

const folder = mkdtempSync(join(tmpdir(), 'session-runner-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let opened = 0;

async function prepare(change: Partial<RunnerOptions> = {}) {
  opened += 1;
  const directory = join(folder, `session-${opened}`);
  const overrides = [
    { path: 'profile', value: 'naive-touch' },
    { path: 'seed', value: '7' },
  ];
  const loaded = loadConfiguration({ file: null, overrides });
  const probe = new LatencyProbe();
  const session = await openPaper({ loaded, directory, build: 'test', probe });
  const measures = new SessionMeasures(session.engine);
  measures.attach(session.host, session.router);
  const options: RunnerOptions = {
    session,
    measures,
    probe,
    build: 'test',
    worldName: 'paper',
    durationMicros: 10_000_000,
    speed: Number.POSITIVE_INFINITY,
    onProgress: () => undefined,
    ...change,
  };
  return { session, options, directory };
}

/** From this moment of market time on, every applied event is followed by what happens here. */
function onceAfter(session: TradingSession, micros: number, happen: () => void): void {
  let isDone = false;
  session.host.addObserver({
    onApplied: (event) => {
      if (isDone || event.atMicros < session.startMicros + micros) return;
      isDone = true;
      happen();
    },
  });
}

function handlers(): number[] {
  return [process.listenerCount('SIGINT'), process.listenerCount('SIGTERM')];
}

test('a session of given length ends there, with nothing open and its hashes', async () => {
  const before = handlers();
  const { session, options, directory } = await prepare();
  const { summary, interrupted } = await runSession(options);
  assert.equal(interrupted, null);
  assert.equal(summary.orders.openAtEnd, 0);
  assert.ok(session.nowMicros >= session.startMicros + 10_000_000);
  assert.ok(session.nowMicros < session.startMicros + 12_000_000, 'little more than the cancels');
  assert.deepEqual(
    readSession(new FileStorage(directory)).checkpoints.at(-1)?.hashes,
    summary.hashes,
  );
  assert.deepEqual(handlers(), before, 'signals are given back');
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} ends a session that would run for ever, and a later signal changes nothing`, async () => {
    const { session, options, directory } = await prepare({
      durationMicros: Number.POSITIVE_INFINITY,
    });
    onceAfter(session, 5_000_000, () => {
      process.kill(process.pid, signal);
      process.kill(process.pid, 'SIGINT');
      process.kill(process.pid, 'SIGTERM');
    });
    const { summary, interrupted } = await runSession(options);
    assert.ok(interrupted === 'SIGINT' || interrupted === 'SIGTERM');
    assert.equal(summary.orders.openAtEnd, 0);
    assert.ok(readSession(new FileStorage(directory)).isClosed);
  });
}

test('a bug is told after everything was cancelled, and the journal has no closing record', async () => {
  const { session, options, directory } = await prepare();
  onceAfter(session, 5_000_000, () => {
    throw new RangeError('a bug of ours');
  });
  const before = handlers();
  await assert.rejects(runSession(options), /^RangeError: a bug of ours$/);
  assert.equal(session.openOrderCount, 0);
  assert.equal(readSession(new FileStorage(directory)).isClosed, false);
  assert.deepEqual(handlers(), before);
});

test('when the cancels fail too, both are told and the first is the cause', async () => {
  const { session, options } = await prepare();
  onceAfter(session, 5_000_000, () => {
    throw new RangeError('a bug of ours');
  });
  session.abort = () => {
    throw new Error('the venue is gone');
  };
  await assert.rejects(runSession(options), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.match(error.message, /a bug of ours; and cancelling everything failed too/);
    assert.equal(error.errors.length, 2);
    assert.ok(error.cause instanceof RangeError);
    return true;
  });
});
