/**
 * Goal: a session restored from its newest snapshot and the events behind it is the session itself.
 * Method: a recorded paper session of two minutes; full replay against restored state, byte for byte.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import type { EpochMicros } from '#units/integers.ts';
import { openPaper } from './paper.ts';
import { restoreFromSnapshot, verifyReplay } from './replay.ts';

const root = mkdtempSync(join(tmpdir(), 'snapshot-keeper-'));
after(() => rmSync(root, { recursive: true, force: true }));

async function record(name: string, seconds: number): Promise<string> {
  const directory = join(root, name);
  const overrides = [{ path: 'profile', value: 'naive-touch' }];
  const loaded = loadConfiguration({ file: null, overrides });
  const session = await openPaper({ loaded, directory, build: 'test', probe: new NoProbe() });
  session.start();
  session.runUntil((session.startMicros + seconds * 1_000_000) as EpochMicros);
  session.shutDown();
  session.close();
  return directory;
}

const SILENT = { emit: (): void => undefined };

test('snapshot and journal tail give the state of the whole replay, byte for byte', async () => {
  const directory = await record('two-minutes', 130);
  const files = readdirSync(directory).filter((name) => name.startsWith('snapshot-'));
  assert.equal(files.length, 2);
  const whole = await verifyReplay(directory);
  assert.equal(whole.result.difference, null);
  assert.deepEqual(whole.snapshots, { noted: 2, equal: 2, checked: 2, damaged: [], unknown: [] });
  const restored = await restoreFromSnapshot(directory, SILENT);
  assert.ok(restored !== null && restored.fromSequence > 1_000);
  assert.deepEqual(restored.engine.stateBytes(), whole.engine.stateBytes());
});

test('a session shorter than the interval holds no snapshot', async () => {
  const directory = await record('short', 5);
  assert.equal(await restoreFromSnapshot(directory, SILENT), null);
  const { snapshots } = await verifyReplay(directory);
  assert.deepEqual(snapshots, { noted: 0, equal: 0, checked: 0, damaged: [], unknown: [] });
});

test('snapshot files are hashed: a changed one and a foreign one are named, a missing old one is fine', async () => {
  const directory = join(root, 'two-minutes');
  const [older, newer] = readdirSync(directory)
    .filter((name) => name.startsWith('snapshot-'))
    .sort();
  assert.ok(older !== undefined && newer !== undefined);
  const bytes = readFileSync(join(directory, newer));
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(join(directory, newer), bytes);
  rmSync(join(directory, older));
  const foreign = 'snapshot-0000000000000009.state';
  writeFileSync(join(directory, foreign), bytes);
  const { snapshots, result } = await verifyReplay(directory);
  assert.equal(result.difference, null);
  const expected = { noted: 2, equal: 1, checked: 1, damaged: [newer], unknown: [foreign] };
  assert.deepEqual(snapshots, expected);
});
