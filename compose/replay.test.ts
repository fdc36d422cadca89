/**
 * Goal: a session is replayed as it was recorded, up to the moment asked for, and one that this
 * program cannot reproduce is refused instead of compared.
 * Method: short recorded sessions; a journal written by hand with another Node in its header.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SystemClock } from '#adapters/clock/clock.ts';
import { loadConfiguration } from '#adapters/config/config.ts';
import {
  FileStorage,
  InlineCommit,
  JournalError,
  SegmentWriter,
  SessionJournal,
} from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { EpochMicros } from '#units/integers.ts';
import { openPaper } from './paper.ts';
import { openReplay, replayUntil, verifyReplay } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'replay-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const recorded = join(folder, 'recorded');
const SILENT = { emit: (): void => undefined };
let startMicros = 0;

before(async () => {
  const overrides = [{ path: 'profile', value: 'naive-touch' }];
  const loaded = loadConfiguration({ file: null, overrides });
  const session = await openPaper({
    loaded,
    directory: recorded,
    build: 'test',
    probe: new NoProbe(),
  });
  startMicros = session.startMicros;
  session.start();
  session.runUntil((startMicros + 10_000_000) as EpochMicros);
  session.shutDown();
  session.close();
});

test('the engine of a replay is the one of the session: same setup, same commands, same state', async () => {
  const { result, recording, setup } = await verifyReplay(recorded);
  assert.equal(result.difference, null);
  assert.ok(recording.isClosed);
  assert.equal(setup.symbol, recording.header.symbol);
  assert.equal(result.provenSequence, recording.eventCount);
});

test('a replay stops after the last event of the moment asked for', async () => {
  const replay = await openReplay(recorded, SILENT);
  const until = startMicros + 4_000_000;
  const stamps: number[] = [];
  const last = replayUntil(replay, until, (event) => stamps.push(event.atMicros));
  assert.equal(last, stamps.length);
  assert.ok(stamps.every((at) => at <= until));
  const further = await openReplay(recorded, SILENT);
  let next = 0;
  replayUntil(further, Number.POSITIVE_INFINITY, (event) => {
    if (event.sequence === last + 1) next = event.atMicros;
  });
  assert.ok(next > until, 'the next event is later');
});

test('before the first event nothing is replayed', async () => {
  const replay = await openReplay(recorded, SILENT);
  assert.equal(
    replayUntil(replay, startMicros - 1, () => assert.fail('an event')),
    0,
  );
});

test('without a moment the state is looked at before the orderly end, while it still wanted to trade', async () => {
  const whole = replayUntil(await openReplay(recorded, SILENT), Infinity, () => undefined);
  const replay = await openReplay(recorded, SILENT);
  const last = replayUntil(replay, Infinity, () => undefined, true);
  assert.ok(last > 0 && last < whole);
  assert.ok(replay.engine.execution.openOrders.count > 0);
});

test('a session of another Node major is refused: its last bits may differ', async () => {
  const directory = join(folder, 'foreign');
  const storage = new FileStorage(directory);
  const sessionId = '0'.repeat(32);
  const writer = new SegmentWriter({ storage, sessionId });
  const journal = new SessionJournal({
    sink: new InlineCommit({ writer }),
    epoch: 1,
    clock: new SystemClock(),
    header: {
      sessionId,
      world: 'paper',
      symbol: 'AAABBB',
      seed: 1,
      build: 'test',
      nodeVersion: '18.20.0',
      configuration: {},
      checkpointEvents: 100,
    },
  });
  journal.close(new Uint8Array(0));
  await assert.rejects(openReplay(directory, SILENT), (error) => {
    assert.ok(error instanceof JournalError);
    assert.equal(error.code, 'JOURNAL_FORMAT');
    assert.match(error.message, /recorded on Node 18\.20\.0/);
    return true;
  });
});
