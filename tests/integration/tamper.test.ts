/**
 * Goal: `replay --verify` believes nothing: any changed byte, a missing part and a changed program
 * are found, named by place, and end with 1.
 * Method: one recorded session, copied and spoiled in one way at a time; then the same session under
 * a copy of this program whose pricing rounds one tick lower.
 */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { before, test } from 'node:test';
import { FileStorage, JournalDamagedError, readSession } from '#adapters/journal/journal.ts';
import { restoreFromSnapshot } from '#compose/replay.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import {
  type ErrorAnswer,
  PROJECT,
  runJson,
  temporaryFolder,
} from './command-line.test-support.ts';

const folder = temporaryFolder();
const original = join(folder, 'original');
const FIRST = 'segment-000001.journal';
const SECOND = 'segment-000002.journal';

/** Kinds of records, as the journal's format numbers them. */
const Kind = {
  TIMER: 1,
  BOOK_TICKER: 12,
  OPERATOR: 33,
  HEADER: 100,
  COMMANDS: 101,
  CHECKPOINT: 102,
  CLOSE: 104,
};

interface Verification {
  readonly ok: boolean;
  readonly closed: boolean;
  readonly tornTail: { readonly segment: string; readonly offset: number } | null;
  readonly events: { readonly total: number };
  readonly provenSequence: number;
  readonly hashes: Readonly<Record<string, string>>;
  readonly difference: {
    readonly kind: string;
    readonly sequence: number;
    readonly recorded: string;
    readonly reproduced: string;
  } | null;
  readonly damage?: {
    readonly segment: string;
    readonly offset: number;
    readonly sequence: number;
  };
  readonly error?: ErrorAnswer['error'];
}

/** One record in a segment file: where it starts, and how long it and its payload are. */
interface Place {
  readonly start: number;
  readonly size: number;
  readonly kind: number;
  readonly payloadSize: number;
  readonly sequence: number;
}

/** Walks the frames by their documented layout: 64 bytes of header, then sizes in front. */
function places(segment: string): Place[] {
  const bytes = readFileSync(join(original, segment));
  const found: Place[] = [];
  for (let start = 64; start < bytes.length; start += bytes.readUInt32LE(start)) {
    found.push({
      start,
      size: bytes.readUInt32LE(start),
      kind: bytes.readUInt32LE(start + 24),
      payloadSize: bytes.readUInt32LE(start + 28),
      sequence: bytes.readDoubleLE(start + 32),
    });
  }
  return found;
}

function segments(): string[] {
  return readdirSync(original).filter((name) => name.endsWith('.journal'));
}

let copies = 0;
/** A copy of the session to spoil. */
function copy(): string {
  copies += 1;
  const directory = join(folder, `copy-${copies}`);
  cpSync(original, directory, { recursive: true });
  return directory;
}

function flip(directory: string, segment: string, offset: number): void {
  const path = join(directory, segment);
  const bytes = readFileSync(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

async function verify(directory: string, root = PROJECT) {
  const { exitCode, answer } = await runJson<Verification>(['replay', directory, '--verify'], root);
  return { exitCode, answer };
}

before(async () => {
  // Small segments and checkpoints, and long enough for three segments of a MiB.
  const settings = ['session.segmentMebibytes=1', 'session.checkpointEvents=2000'];
  const { exitCode } = await runJson([
    ...['run', '--seed', '7', '--duration', '4m', '--speed', 'max', '--no-dashboard'],
    ...settings.flatMap((one) => ['--set', one]),
    ...['--session', original],
  ]);
  assert.equal(exitCode, 0);
});

test('the untouched session is proven to its last event', async () => {
  assert.ok(segments().length >= 3, 'rotation is part of the test');
  const { exitCode, answer } = await verify(original);
  assert.equal(exitCode, 0);
  assert.equal(answer.ok, true);
  assert.equal(answer.closed, true);
  assert.equal(answer.difference, null);
  assert.equal(answer.provenSequence, answer.events.total);
});

/** A byte of each part of a record, in the record of each kind. */
function victims(): [what: string, segment: string, place: Place, offset: number][] {
  const last = segments().at(-1) ?? '';
  const find = (kind: number, segment = FIRST): Place => {
    const place = places(segment).find((one) => one.kind === kind);
    assert.ok(place !== undefined, `no record of kind ${kind}`);
    return place;
  };
  const payload = (place: Place): number => place.start + 48;
  const header = find(Kind.HEADER);
  const padded = find(Kind.OPERATOR, last);
  assert.ok(48 + padded.payloadSize < padded.size, 'one byte of payload leaves padding');
  const event = find(Kind.BOOK_TICKER);
  const timer = find(Kind.TIMER);
  const commands = find(Kind.COMMANDS);
  const checkpoint = find(Kind.CHECKPOINT);
  const later = places(SECOND)[100];
  assert.ok(later !== undefined);
  return [
    ['session header', FIRST, header, payload(header) + 10],
    ['padding', last, padded, padded.start + padded.size - 1],
    ['event', FIRST, event, payload(event) + 3],
    ['wall clock of a timer', FIRST, timer, timer.start + 9],
    ['size of a record', FIRST, event, event.start],
    ['commands', FIRST, commands, payload(commands) + 5],
    ['checkpoint', FIRST, checkpoint, payload(checkpoint) + 30],
    ['later segment', SECOND, later, payload(later) + 1],
  ];
}

test('a flipped byte is found in every kind of record, with segment, offset and sequence', async () => {
  for (const [what, segment, place, offset] of victims()) {
    const directory = copy();
    flip(directory, segment, offset);
    const { exitCode, answer } = await verify(directory);
    assert.equal(exitCode, 1, what);
    assert.equal(answer.ok, false, what);
    assert.equal(answer.error?.code, 'JOURNAL_DAMAGED', what);
    assert.equal(answer.damage?.segment, segment, what);
    assert.equal(answer.damage?.offset, place.start, what);
    // Events carry their own sequence; what stands between them names the next event.
    const expected = place.kind < Kind.HEADER ? place.sequence : place.sequence + 1;
    assert.equal(answer.damage?.sequence, expected, what);
    assert.match(answer.error?.where ?? '', new RegExp(segment), what);
    rmSync(directory, { recursive: true });
  }
});

test('a flipped byte in the header of a segment is found', async () => {
  for (const [segment, offset] of [
    [FIRST, 20],
    [SECOND, 33],
  ] as const) {
    const directory = copy();
    flip(directory, segment, offset);
    const { exitCode, answer } = await verify(directory);
    assert.equal(exitCode, 1);
    assert.deepEqual(answer.damage?.segment, segment);
    assert.equal(answer.damage?.offset, 0);
    rmSync(directory, { recursive: true });
  }
});

test('a damaged closing record is a torn tail: the rest is replayed, and it is not called good', async () => {
  const last = segments().at(-1) ?? '';
  const close = places(last).at(-1);
  assert.ok(close !== undefined && close.kind === Kind.CLOSE);
  const directory = copy();
  flip(directory, last, close.start + 60);
  const { exitCode, answer } = await verify(directory);
  assert.equal(exitCode, 1);
  assert.equal(answer.closed, false);
  assert.equal(answer.tornTail?.segment, last);
  assert.equal(answer.tornTail?.offset, close.start);
  assert.equal(answer.difference, null);
});

test('eighty random flips are never called good', () => {
  const random = new SeededRandom(11);
  const directory = copy();
  const names = segments();
  for (let round = 0; round < 80; round++) {
    const segment = names[random.integer(0, names.length - 1)] ?? '';
    const size = readFileSync(join(directory, segment)).length;
    const offset = random.integer(0, size - 1);
    flip(directory, segment, offset);
    const where = `round ${round}: ${segment} byte ${offset}`;
    try {
      const { isClosed, tornTail } = readSession(new FileStorage(directory));
      assert.ok(!isClosed && tornTail !== null, where);
    } catch (error) {
      assert.ok(error instanceof JournalDamagedError, `${where}: ${String(error)}`);
      assert.equal(error.segment, segment, where);
    }
    flip(directory, segment, offset);
  }
  assert.ok(readSession(new FileStorage(directory)).isClosed, 'all flips were taken back');
});

test('a cut inside a record keeps the prefix and reports the missing end', async () => {
  const last = segments().at(-1) ?? '';
  const records = places(last);
  const torn = records[Math.floor(records.length / 2)];
  assert.ok(torn !== undefined);
  const directory = copy();
  truncateSync(join(directory, last), torn.start + 20);
  const { exitCode, answer } = await verify(directory);
  assert.equal(exitCode, 1);
  assert.equal(answer.ok, false);
  assert.equal(answer.closed, false);
  assert.equal(answer.tornTail?.segment, last);
  assert.equal(answer.tornTail?.offset, torn.start);
  assert.equal(answer.difference, null, 'what is there is what happened');
  assert.ok(answer.provenSequence > 0 && answer.provenSequence <= answer.events.total);
  assert.ok(answer.events.total >= torn.sequence - 1);
});

test('a cut between two records is no torn tail, but the closing record is missing', async () => {
  const last = segments().at(-1) ?? '';
  const close = places(last).at(-1);
  assert.ok(close !== undefined);
  const directory = copy();
  truncateSync(join(directory, last), close.start);
  const { exitCode, answer } = await verify(directory);
  assert.equal(exitCode, 1);
  assert.equal(answer.closed, false);
  assert.equal(answer.tornTail, null);
});

test('a removed, a swapped and a foreign segment are found', async () => {
  const removed = copy();
  rmSync(join(removed, SECOND));
  const swapped = copy();
  renameSync(join(swapped, FIRST), join(swapped, 'kept'));
  renameSync(join(swapped, SECOND), join(swapped, FIRST));
  renameSync(join(swapped, 'kept'), join(swapped, SECOND));
  for (const directory of [removed, swapped]) {
    const { exitCode, answer } = await verify(directory);
    assert.equal(exitCode, 1, basename(directory));
    assert.equal(answer.error?.code, 'JOURNAL_DAMAGED');
    assert.equal(answer.damage?.offset, 0);
  }
  const beheaded = copy();
  const last = segments().at(-1) ?? '';
  rmSync(join(beheaded, last));
  const { exitCode, answer } = await verify(beheaded);
  assert.equal(exitCode, 1, 'without the last segment the end is missing');
  assert.equal(answer.closed, false);
});

test('a damaged snapshot is passed over: a restart takes the one before it and ends in the same state', async () => {
  const silent = { emit: (): void => undefined };
  const directory = copy();
  const whole = await restoreFromSnapshot(directory, silent);
  assert.ok(whole !== null);
  const newest = readdirSync(directory)
    .filter((name) => name.startsWith('snapshot-'))
    .sort()
    .at(-1);
  assert.ok(newest !== undefined);
  flip(directory, newest, 500);
  const older = await restoreFromSnapshot(directory, silent);
  assert.ok(older !== null && older.fromSequence < whole.fromSequence);
  assert.deepEqual(older.engine.stateBytes(), whole.engine.stateBytes());
});

test('an empty folder is no session: the environment’s fault, with a remedy', async () => {
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const { exitCode, answer } = await runJson<ErrorAnswer>(['replay', empty, '--verify']);
  assert.equal(exitCode, 3);
  assert.equal(answer.error.code, 'SESSION_MISSING');
  assert.equal(answer.error.where, empty);
  assert.match(answer.error.remedy, /folder of a recorded session/);
});

test('a program whose pricing rounds one tick lower does not reproduce the session, and is told where', async () => {
  const root = join(folder, 'other-program');
  mkdirSync(root);
  for (const name of ['engine', 'adapters', 'simulation', 'compose', 'research', 'apps']) {
    cpSync(join(PROJECT, name), join(root, name), {
      recursive: true,
      filter: (path) => !['node_modules', 'dist', 'web'].includes(basename(path)),
    });
  }
  cpSync(join(PROJECT, 'package.json'), join(root, 'package.json'));
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  const good = await verify(original, root);
  assert.equal(good.exitCode, 0, 'the copy itself reproduces the session');

  const file = join(root, 'engine/domains/pricing/quote-rounding.ts');
  const source = readFileSync(file, 'utf8');
  const rounding = 'return Math.floor(fairTicks - distanceTicks + ROUNDING_SLACK_TICKS);';
  assert.ok(source.includes(rounding), 'the rounding line has moved: patch it where it is now');
  writeFileSync(file, source.replace(rounding, rounding.replace(');', ') - 1;')));
  const { exitCode, answer } = await verify(original, root);
  assert.equal(exitCode, 1);
  const { difference } = answer;
  assert.ok(difference !== null);
  assert.equal(difference.kind, 'commands');
  assert.ok(difference.sequence > 0 && difference.sequence < answer.events.total);
  for (const command of [difference.recorded, difference.reproduced]) {
    assert.match(command, /PLACE|REPLACE|AMEND/);
  }
  assert.notEqual(difference.recorded, difference.reproduced);
});
