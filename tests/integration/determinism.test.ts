/**
 * Goal: a session is a function of its configuration and its seed. Speed, a replay, and a restart
 * from a snapshot in the middle change nothing, to the last bit.
 * Method: whole paper sessions compared by their hashes; then recorded sessions replayed with a
 * fresh engine put in at random places.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import {
  CommandRecorder,
  FileStorage,
  readSession,
  type SessionHashes,
  type SessionRecording,
} from '#adapters/journal/journal.ts';
import { LatencyProbe, NoProbe } from '#adapters/probe/probe.ts';
import { runSession } from '#apps/cli/session-runner.ts';
import { Engine } from '#compose/engine.ts';
import { openPaper } from '#compose/paper.ts';
import { openRecorded } from '#compose/recorded.ts';
import { verifyReplay } from '#compose/replay.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import { SessionMeasures } from '#research/measure/session-measures.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { configured, type Settings } from '#tests/scenarios/story.test-support.ts';
import { temporaryFolder } from './command-line.test-support.ts';
import { needsRecordings, recording } from './recordings.test-support.ts';

const folder = temporaryFolder();
let sessions = 0;

interface Recorded {
  readonly directory: string;
  readonly hashes: SessionHashes;
}

/** Runs a session to its end through the runner of the command line. */
async function record(
  open: (directory: string) => Promise<TradingSession>,
  seconds: number,
  speed = Number.POSITIVE_INFINITY,
): Promise<Recorded> {
  sessions += 1;
  const directory = join(folder, `session-${sessions}`);
  const session = await open(directory);
  const measures = new SessionMeasures(session.engine);
  measures.attach(session.host, session.router);
  const { summary } = await runSession({
    session,
    measures,
    probe: new LatencyProbe(),
    build: 'test',
    worldName: 'paper',
    durationMicros: seconds * 1_000_000,
    speed,
    onProgress: () => undefined,
  });
  assert.ok(summary.hashes !== null);
  assert.equal(summary.orders.openAtEnd, 0);
  return { directory, hashes: summary.hashes };
}

function paper(settings: Settings): (directory: string) => Promise<TradingSession> {
  const loaded: LoadedConfiguration = configured(settings);
  return (directory) => openPaper({ loaded, directory, build: 'test', probe: new NoProbe() });
}

function backtest(settings: Settings): (directory: string) => Promise<TradingSession> {
  return (directory) =>
    openRecorded({
      worldName: 'backtest',
      loaded: configured({ symbol: 'ETHUSDT', ...settings }),
      quotedFiles: [recording('spot', 'ETHUSDT')],
      hedgeFiles: [recording('usdm', 'ETHUSDT')],
      queueModel: null,
      latency: null,
      fromMicros: 0,
      // The first minute of the recordings.
      toMicros: Date.parse('2024-08-08T23:55:20Z') * 1_000,
      directory,
      build: 'test',
      probe: new NoProbe(),
    });
}

const TOUCH = { profile: 'naive-touch', seed: 7 };

test('the same seed gives the same three hashes, another seed gives three others', async () => {
  const first = await record(paper(TOUCH), 60);
  const second = await record(paper(TOUCH), 60);
  const other = await record(paper({ ...TOUCH, seed: 8 }), 60);
  assert.deepEqual(second.hashes, first.hashes);
  for (const name of ['journal', 'state', 'commands'] as const) {
    assert.match(first.hashes[name], /^[0-9a-f]{64}$/);
    assert.notEqual(other.hashes[name], first.hashes[name], name);
  }
});

test('a paced session gives the hashes of one at full speed', async () => {
  const paced = await record(paper(TOUCH), 20, 25);
  const fast = await record(paper(TOUCH), 20);
  assert.deepEqual(paced.hashes, fast.hashes);
});

test('checkpoints, segments and the thread that writes them decide nothing', async () => {
  const usual = await record(paper(TOUCH), 30);
  const often = { ...TOUCH, 'session.checkpointEvents': 100, 'session.segmentMebibytes': 1 };
  for (const durability of ['inline', 'worker']) {
    const { hashes } = await record(paper({ ...often, 'session.durability': durability }), 30);
    assert.deepEqual(hashes, usual.hashes, durability);
  }
});

/** What an engine emits and becomes over a part of a recording. */
class Replica {
  readonly engine: Engine;
  private readonly recorder = new CommandRecorder();

  constructor(recorded: SessionRecording) {
    const setup = recorded.header.configuration as SessionSetup;
    this.engine = new Engine({
      configuration: setup.engine,
      output: this.recorder,
      probe: new NoProbe(),
      model: null,
    });
  }

  /** Applies events from one sequence to another, both included; the commands as bytes. */
  apply(recorded: SessionRecording, from: number, to: number): Buffer {
    const parts: Uint8Array[] = [];
    recorded.forEachEvent((event) => {
      if (event.sequence > to) return;
      this.recorder.causeSequence = event.sequence;
      this.engine.handle(event);
      parts.push(this.recorder.drain().slice());
    }, from);
    return Buffer.concat(parts);
  }

  state(): Buffer {
    return Buffer.from(this.engine.stateBytes());
  }
}

/** Restarts from snapshots at random places and compares what follows with the unbroken replay. */
function provesRestarts(directory: string, cuts: number): void {
  const recorded = readSession(new FileStorage(directory));
  const last = recorded.eventCount;
  assert.ok(last > 5_000, `${last} events`);
  const random = new SeededRandom(5);
  const whole = new Replica(recorded);
  whole.apply(recorded, 1, last);
  const end = whole.state();
  for (let round = 0; round < cuts; round++) {
    const cut = random.integer(10, last - 10);
    const unbroken = new Replica(recorded);
    unbroken.apply(recorded, 1, cut);
    const snapshot = unbroken.state();
    const restarted = new Replica(recorded);
    restarted.engine.restore(snapshot);
    assert.ok(restarted.state().equals(snapshot), `cut ${cut}: restored state is the snapshot`);
    const expected = unbroken.apply(recorded, cut + 1, last);
    const actual = restarted.apply(recorded, cut + 1, last);
    assert.ok(actual.equals(expected), `cut ${cut} of ${last}: the same commands`);
    assert.ok(restarted.state().equals(end), `cut ${cut} of ${last}: the same state at the end`);
  }
}

for (const profile of ['naive-touch', 'floor'] as const) {
  test(`a ${profile} paper session replays bit for bit and restarts from a snapshot anywhere`, async () => {
    const { directory, hashes } = await record(paper({ profile, seed: 3 }), 120);
    const { result, recording: recorded } = await verifyReplay(directory);
    assert.equal(result.difference, null);
    assert.ok(recorded.isClosed);
    assert.deepEqual(result.hashes, hashes);
    provesRestarts(directory, 4);
  });

  test(
    `a ${profile} backtest replays bit for bit and restarts from a snapshot anywhere`,
    needsRecordings,
    async () => {
      const { directory, hashes } = await record(backtest({ profile }), Number.POSITIVE_INFINITY);
      const { result } = await verifyReplay(directory);
      assert.equal(result.difference, null);
      assert.deepEqual(result.hashes, hashes);
      provesRestarts(directory, 2);
    },
  );
}

test('a snapshot of another configuration is refused, not half taken', async () => {
  const { directory } = await record(paper(TOUCH), 5);
  const recorded = readSession(new FileStorage(directory));
  const replica = new Replica(recorded);
  replica.apply(recorded, 1, recorded.eventCount);
  const bytes = replica.state();
  const longer = Buffer.concat([bytes, Buffer.alloc(8)]);
  assert.throws(() => new Replica(recorded).engine.restore(longer), /more state than this engine/);
  assert.throws(() => new Replica(recorded).engine.restore(bytes.subarray(0, 100)), RangeError);
});
