/**
 * Goal: `replay` and `why` tell people the truth about a session: proven, cut, damaged, and why a
 * side was not quoted at a moment.
 * Method: one recorded session, read whole, then spoiled.
 */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, mock, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { FileStorage } from '#adapters/journal/journal.ts';
import { CliError, ExitCode } from '#apps/cli/cli-error.ts';
import { Surroundings } from '#compose/surroundings.test-support.ts';
import { listen, quietRun, temporaryFolder } from './commands.test-support.ts';
import { runReplay } from './replay.ts';
import { runSessionCommand } from './run.ts';
import { runWhy } from './why.ts';

const folder = temporaryFolder();
const session = join(folder, 'recorded');

before(async () => {
  const options = quietRun(session, { profile: 'floor', duration: '30s' });
  const { result } = await listen(() => runSessionCommand(options));
  assert.equal(result, ExitCode.OK);
});

function copy(name: string): string {
  const directory = join(folder, name);
  cpSync(session, directory, { recursive: true });
  return directory;
}

test('a whole session is proven at its checkpoints', async () => {
  const { result, words } = await listen(() => runReplay(session, { verify: true }));
  assert.equal(result, ExitCode.OK);
  assert.match(words, /same commands and state at all [1-9]\d* checkpoints, up to event \d+/);
  assert.match(words, /commands [0-9a-f]{64}/);
});

test('without --verify it says how far it got, and stops where it is told', async () => {
  const whole = await listen(() => runReplay(session, {}));
  assert.equal(whole.result, ExitCode.OK);
  const events = (words: string): number => Number(/ (\d+) events replayed/.exec(words)?.[1]);
  const part = await listen(() => runReplay(session, { until: '2026-01-05T07:55:10Z' }));
  assert.ok(events(part.words) < events(whole.words));
  assert.match(part.words, /up to 2026-01-05T07:55:(10\.000|09\.\d+)Z/);
  await assert.rejects(
    runReplay(session, { until: 'noon' }),
    (error) => error instanceof CliError && error.where === '--until',
  );
});

test('a cut session is replayed as far as it goes and is not called good', async () => {
  const directory = copy('cut');
  const segment = join(directory, 'segment-000001.journal');
  truncateSync(segment, readFileSync(segment).length - 70);
  const { result, words } = await listen(() => runReplay(directory, { verify: true }));
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /closing record is missing/);
  assert.match(words, /torn tail in segment-000001\.journal at byte \d+/);
});

/** Runs `replay --verify --json` and returns its one object. */
async function verifyJson(directory: string) {
  let text = '';
  const write = mock.method(process.stdout, 'write', (chunk: string | Uint8Array) => {
    text += String(chunk);
    return true;
  });
  try {
    const result = await runReplay(directory, { verify: true, json: true });
    return { result, answer: JSON.parse(text) };
  } finally {
    write.mock.restore();
  }
}

/** Where each record of the first segment starts, with its kind: 48 bytes of frame, sizes in front. */
function records(directory: string): { start: number; kind: number; sequence: number }[] {
  const bytes = readFileSync(join(directory, 'segment-000001.journal'));
  const found: { start: number; kind: number; sequence: number }[] = [];
  for (let start = 64; start < bytes.length; start += bytes.readUInt32LE(start)) {
    const sequence = bytes.readDoubleLE(start + 32);
    found.push({ start, kind: bytes.readUInt32LE(start + 24), sequence });
  }
  return found;
}

test('bytes behind the closing record are damage with their place', async () => {
  const directory = copy('appended');
  const segment = join(directory, 'segment-000001.journal');
  const { length } = readFileSync(segment);
  appendFileSync(segment, new Uint8Array(64));
  const { result, answer } = await verifyJson(directory);
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.equal(answer.ok, false);
  assert.equal(answer.error.code, 'JOURNAL_DAMAGED');
  const sequence = (records(session).at(-1)?.sequence ?? 0) + 1;
  const damage = { segment: 'segment-000001.journal', offset: length, sequence };
  assert.deepEqual(answer.damage, damage);
});

test('a session cut inside its first headers is damaged at that place', async () => {
  for (const [size, offset] of [
    [10, 0],
    [60, 0],
    [100, 64],
  ] as const) {
    const directory = copy(`header-${size}`);
    truncateSync(join(directory, 'segment-000001.journal'), size);
    const { result, answer } = await verifyJson(directory);
    assert.equal(result, ExitCode.FOUND_BAD);
    const damage = { segment: 'segment-000001.journal', offset, sequence: 1 };
    assert.deepEqual(answer.damage, damage);
  }
});

test('a session without checkpoint and close says what was compared and how much is unproven', async () => {
  const ends = records(session).filter(({ kind }) => kind === 102 || kind === 104);
  assert.deepEqual(
    ends.map(({ kind }) => kind),
    [104],
    'the close is the only checkpoint',
  );
  const chunks = records(session).filter(({ kind }) => kind === 101);
  const [compared, cut] = chunks.slice(-2);
  assert.ok(compared !== undefined && cut !== undefined, 'at least two chunks of commands');
  const directory = copy('killed');
  truncateSync(join(directory, 'segment-000001.journal'), cut.start);
  const { result, answer } = await verifyJson(directory);
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.deepEqual([answer.checkpoints, answer.provenSequence, answer.hashes], [0, 0, null]);
  assert.equal(answer.difference, null);
  assert.equal(answer.comparedSequence, compared.sequence);
  assert.ok(answer.comparedCommands > 0);
  assert.equal(answer.unprovenEvents, answer.events.total - compared.sequence);
  const { words } = await listen(() => runReplay(directory, { verify: true }));
  assert.match(words, /same \d+ commands up to event \d+/);
  assert.match(words, new RegExp(`UNPROVEN: the last ${answer.unprovenEvents} events`));
  assert.doesNotMatch(words, /checkpoints/);
});

test('a session that crashed before any command was written is said to be unproven as a whole', async () => {
  const [first] = records(session).filter(({ kind }) => kind === 101);
  assert.ok(first !== undefined);
  const directory = copy('killed-early');
  truncateSync(join(directory, 'segment-000001.journal'), first.start);
  const { result, answer } = await verifyJson(directory);
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.ok(answer.events.total > 0);
  assert.equal(answer.ok, false);
  assert.deepEqual([answer.comparedSequence, answer.unprovenEvents], [0, answer.events.total]);
  const { words } = await listen(() => runReplay(directory, { verify: true }));
  assert.match(words, new RegExp(`UNPROVEN: all ${answer.events.total} events`));
  const plain = await listen(() => runReplay(directory, {}));
  assert.match(plain.words, /closing record is missing/);
});

test('a journal of format 1 is refused in words that name both versions', async () => {
  const directory = copy('format-1');
  const segment = join(directory, 'segment-000001.journal');
  const bytes = readFileSync(segment);
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 60)), 60);
  writeFileSync(segment, bytes);
  await assert.rejects(
    runReplay(directory, { verify: true }),
    (error) =>
      error instanceof CliError &&
      error.exitCode === ExitCode.FOUND_BAD &&
      error.code === 'JOURNAL_FORMAT' &&
      /format 1 of an older program, this one reads 2/.test(error.message),
  );
});

test('a changed snapshot file is named, a missing one is not held against the session', async () => {
  const directory = join(folder, 'with-snapshot');
  await listen(() => runSessionCommand(quietRun(directory, { profile: 'floor' })));
  const [name] = readdirSync(directory).filter((one) => one.startsWith('snapshot-'));
  assert.ok(name !== undefined);
  const whole = await verifyJson(directory);
  assert.equal(whole.result, ExitCode.OK);
  const good = { noted: 1, equal: 1, checked: 1, damaged: [], unknown: [] };
  assert.deepEqual(whole.answer.snapshots, good);
  const path = join(directory, name);
  const bytes = readFileSync(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const bad = await verifyJson(directory);
  assert.equal(bad.result, ExitCode.FOUND_BAD);
  assert.equal(bad.answer.ok, false);
  assert.deepEqual(bad.answer.snapshots, { ...good, equal: 0, damaged: [name] });
  const { words } = await listen(() => runReplay(directory, { verify: true }));
  assert.match(words, new RegExp(`DAMAGED: ${name}: its bytes are not`));
  assert.doesNotMatch(words, /DIFFERENT/);
  rmSync(path);
  const gone = await verifyJson(directory);
  assert.equal(gone.result, ExitCode.OK);
  assert.deepEqual(gone.answer.snapshots, { ...good, checked: 0 });
});

test('a damaged session is named with segment, offset and event', async () => {
  const directory = copy('damaged');
  const segment = join(directory, 'segment-000001.journal');
  const bytes = readFileSync(segment);
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(segment, bytes);
  const { result, words } = await listen(() => runReplay(directory, { verify: true }));
  assert.equal(result, ExitCode.FOUND_BAD);
  assert.match(words, /DAMAGED/);
  assert.match(words, /segment segment-000001\.journal, offset \d+, event \d+/);
  await assert.rejects(
    runWhy(directory, {}),
    (error) =>
      error instanceof CliError &&
      error.exitCode === ExitCode.FOUND_BAD &&
      error.code === 'JOURNAL_DAMAGED' &&
      error.where === directory,
  );
});

test('why names each side with the number that blocks it or the price it stands at', async () => {
  const { result, words } = await listen(() => runWhy(session, {}));
  assert.equal(result, ExitCode.OK);
  assert.match(words, /DOGEUSDT, profile floor, at 2026-01-05T07:55:/);
  for (const side of ['bid', 'ask']) {
    assert.match(words, new RegExp(` ${side}: (quoted at L\\d|not quoted)`));
  }
  assert.match(words, /from fair: fee 10\.00 \+ adverse selection/);
});

test('why of one side and one moment speaks of nothing else', async () => {
  // The very first moment: the session has started, the market has not been seen.
  const at = '2026-01-05T07:55:00.000Z';
  const { words } = await listen(() => runWhy(session, { side: 'bid', at }));
  assert.match(words, / bid: not quoted/);
  assert.doesNotMatch(words, / ask: /);
  assert.match(words, /[A-Z_]{5,}: \S/, 'a reason with its words');
});

test('a session of two lives is proven over both, and says what its crash left unproven', async () => {
  const directory = join(folder, 'two-lives');
  const around = new Surroundings(new FileStorage(directory));
  const first = around.open();
  around.begin(first);
  around.runFor(5);
  first.makeDurable();
  first.crash();
  const second = around.open({
    resume: true,
    program: { build: 'test', nodeVersion: process.versions.node },
  });
  second.start();
  around.runFor(5);
  second.close();
  const { result, answer } = await verifyJson(directory);
  assert.equal(result, ExitCode.OK);
  assert.equal(answer.lives, 2);
  assert.equal(answer.unprovenEvents, 0);
  const [end] = answer.unprovenEnds;
  assert.equal(end.life, 1);
  assert.equal(end.toSequence, second.recovery?.eventCount);
  const { words } = await listen(() => runReplay(directory, { verify: true }));
  assert.match(words, /2 lives: each began with the state that the events before it give/);
  assert.match(words, /UNPROVEN: life 1 crashed; whether it sent the \d+ commands of events/);
});
