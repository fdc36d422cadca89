/**
 * Goal: the process of a fault run dies and comes back as a real one would: after a while, with what its
 * disk kept, with a new epoch, with nothing once people set it up anew; and a bug of the program is
 * never taken for a fault.
 * Method: lives in a small world; an auditor that only writes down what it is told.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSession } from '#adapters/journal/journal.ts';
import { CommandKind } from '#contracts/commands.ts';
import { OperatorAction } from '#contracts/events.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import type { DamageFacts, RecoveryFacts } from '#simulation/auditor/auditor-inputs.ts';
import { SimulatedDisk } from '#simulation/disk/disk.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { ProcessLives } from './process-lives.ts';
import { Surroundings } from './surroundings.test-support.ts';
import type { TradingProcess } from './trading-process.ts';

const RESTART_SECONDS_MAX = 12;

class World {
  readonly around: Surroundings<SimulatedDisk>;
  readonly lives: ProcessLives;
  /** What the auditor was told, in order; events and records are not kept. */
  readonly told: string[] = [];
  readonly recoveries: RecoveryFacts[] = [];
  readonly damages: DamageFacts[] = [];
  readonly epochs: number[] = [];
  readonly bugs: unknown[] = [];
  readonly diskFaults: string[] = [];
  /** Kinds of what the engine emitted, in order. */
  readonly emitted: number[] = [];
  onApplied: (process: TradingProcess) => void = () => undefined;

  constructor(seed = 1) {
    const random = new SeededRandom(seed, 1);
    this.around = new Surroundings(new SimulatedDisk({ random }));
    const { around } = this;
    const { limits, session } = around.loaded.configuration;
    this.lives = new ProcessLives({
      setup: around.setup,
      program: { build: 'test', nodeVersion: '24.0.0' },
      checkpointEvents: session.checkpointEvents,
      leaseExpiryMicros: limits.leaseExpiry,
      leaseRenewalMicros: limits.leaseRenewal,
      clock: around.clock,
      wallClock: { nowMicros: () => around.clock.nowMicros },
      random,
      gateway: { submit: (command) => around.world.venue.submit(command) },
      auditor: this.auditor(),
      instruments: () => around.setup.instruments,
      onBegun: (process) => this.connect(process),
      onOver: () => this.told.push('over'),
      onDiskFault: (name) => this.diskFaults.push(name),
      onBug: (cause) => this.bugs.push(cause),
    });
  }

  begin(): this {
    this.lives.begin();
    this.around.world.start();
    this.around.runFor(5);
    return this;
  }

  /** Long enough for the watchdog. */
  awaitRestart(): void {
    this.around.runFor(RESTART_SECONDS_MAX + 1);
  }

  private connect(process: TradingProcess): void {
    this.epochs.push(process.epoch);
    this.around.relay.bind(process);
    process.host.addObserver({ onApplied: () => this.onApplied(process) });
    this.around.clock.schedule(this.around.clock.nowMicros, {
      run: () => this.around.world.venue.publishAccount(),
    });
  }

  private auditor(): Auditor {
    const note =
      (what: string) =>
      (...values: readonly unknown[]): void => {
        this.told.push([what, ...values.filter((one) => typeof one === 'boolean')].join(' '));
      };
    const quiet = (): void => undefined;
    const told: Partial<Auditor> = {
      onStarted: note('started, fresh'),
      onCrashed: note('crashed'),
      onPaused: note('paused'),
      onResumed: note('resumed'),
      onRearmed: note('rearmed'),
      onRecovered: (facts) => this.recoveries.push({ ...facts }),
      onDamageJudged: (facts) => this.damages.push(facts),
      onAppended: quiet,
      onDelivered: quiet,
      onApplied: quiet,
      onAlert: quiet,
      onEmitted: (command) => this.emitted.push(command.kind),
    };
    return told as Auditor;
  }
}

test('after a crash the process comes back with all it had written and a new epoch', () => {
  const world = new World().begin();
  const appended = world.lives.process?.journal.lastSequence ?? 0;
  world.lives.crash(true);
  assert.equal(world.lives.process, null);
  assert.equal(world.lives.beliefs, null);
  world.around.runFor(0.5);
  assert.equal(world.lives.process, null, 'not at once');
  world.awaitRestart();
  assert.equal(world.lives.count, 2);
  assert.deepEqual(world.told, ['started, fresh true', 'crashed', 'over', 'started, fresh false']);
  assert.equal(new Set(world.epochs).size, 2);
  const [facts] = world.recoveries as [RecoveryFacts];
  assert.equal(facts.appendedSequence, appended);
  assert.ok(facts.durableSequence <= facts.recoveredSequence);
  assert.ok(facts.recoveredSequence <= facts.appendedSequence);
});

test('a power failure keeps what was durable', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const world = new World(seed).begin();
    world.lives.crash(false);
    world.awaitRestart();
    const [facts] = world.recoveries as [RecoveryFacts];
    assert.ok(facts.durableSequence > 0);
    assert.ok(facts.recoveredSequence >= facts.durableSequence, `seed ${seed}`);
    assert.deepEqual(world.bugs, []);
  }
});

test('a pause stops the process and not the world', () => {
  const world = new World().begin();
  const process = world.lives.process as TradingProcess;
  world.lives.pause();
  const before = process.host.lastSequence;
  world.around.relay.bind({ publish: () => undefined });
  world.around.runFor(3);
  assert.equal(process.host.lastSequence, before);
  world.lives.resume();
  world.around.runFor(1);
  assert.ok(process.host.lastSequence > before);
  assert.equal(world.lives.count, 1);
  assert.deepEqual(world.told.slice(1), ['paused', 'resumed']);
});

test('who is not there can neither crash nor be paused, and who is not paused not resumed', () => {
  const world = new World().begin();
  world.lives.resume();
  world.lives.crash(true);
  const told = [...world.told];
  world.lives.crash(true);
  world.lives.pause();
  assert.equal(world.lives.flipBit(), false);
  assert.deepEqual(world.told, told);
});

for (const [what, name, strike] of [
  ['a full disk', 'disk-full', (lives: ProcessLives) => lives.disk.fillUp()],
  ['a lost sync', 'disk-sync-error', (lives: ProcessLives) => lives.disk.failNextSync()],
  [
    'a machine that stops in a write',
    'disk-crash-at-write',
    (lives: ProcessLives) => lives.disk.crashIn(1),
  ],
] as const) {
  test(`${what} ends a life and is no bug; the next one begins when it can`, () => {
    const world = new World().begin();
    strike(world.lives);
    assert.deepEqual(world.diskFaults, [], 'asked for is not happened');
    world.around.runFor(5);
    assert.ok(world.diskFaults.length > 0);
    assert.deepEqual([...new Set(world.diskFaults)], [name]);
    assert.ok(world.told.includes('crashed'));
    world.lives.disk.freeUp();
    world.awaitRestart();
    world.awaitRestart();
    assert.deepEqual(world.bugs, []);
    assert.ok(world.lives.count >= 2);
    assert.notEqual(world.lives.process, null);
  });
}

test('a flipped bit is found: the journal is set aside and a fresh session takes over, with a higher epoch', () => {
  let setAside = 0;
  let judged = 0;
  for (let seed = 1; seed <= 4; seed++) {
    const world = new World(seed).begin();
    world.lives.flipBit();
    for (let life = 0; life < 3; life++) world.awaitRestart();
    assert.deepEqual(world.bugs, []);
    assert.notEqual(world.lives.process, null);
    if (world.told.at(-1) === 'started, fresh true') setAside += 1;
    for (const { file, recordOffset, isLastRecord, refusedAt } of world.damages) {
      judged += 1;
      if (refusedAt === null) assert.ok(isLastRecord);
      else assert.deepEqual(refusedAt, { file, offset: recordOffset });
    }
    assert.deepEqual(world.epochs.toSorted(), world.epochs);
    assert.equal(new Set(world.epochs).size, world.epochs.length);
  }
  assert.ok(setAside > 0 && judged > 0);
});

test('the auditor hears each cancel as the engine emits it, also one that never leaves', () => {
  const world = new World().begin();
  const cancels = (): number =>
    world.emitted.filter(
      (kind) => kind === CommandKind.CANCEL_ORDER || kind === CommandKind.CANCEL_ALL,
    ).length;
  const before = cancels();
  world.lives.process?.operate(OperatorAction.PULL_ALL);
  world.around.runFor(1);
  assert.ok(cancels() > before);
});

test('the epoch of a life is on the disk before the life begins', () => {
  const world = new World().begin();
  assert.equal(world.lives.durableEpoch, world.lives.process?.epoch);
  world.lives.crash(false);
  world.awaitRestart();
  assert.equal(world.lives.durableEpoch, 2);
});

test('after a kill people wait, then set up a fresh session', () => {
  const world = new World().begin();
  world.lives.process?.operate(OperatorAction.STOP);
  world.around.runFor(19);
  assert.deepEqual([world.lives.count, world.lives.killCount], [1, 1]);
  world.around.runFor(3);
  assert.deepEqual([world.lives.count, world.lives.killCount], [2, 1]);
  assert.deepEqual(world.told.slice(1), ['rearmed', 'crashed', 'over', 'started, fresh true']);
});

test('an error that no fault explains is a bug, and nobody begins again', () => {
  const world = new World().begin();
  const bug = new TypeError('a mistake');
  world.onApplied = () => {
    throw bug;
  };
  world.awaitRestart();
  assert.deepEqual(world.bugs, [bug]);
  assert.equal(world.lives.process, null);
  assert.equal(world.lives.count, 1);
});

test('the orderly end closes the journal, and no life follows', () => {
  const world = new World().begin();
  const hashes = world.lives.close();
  assert.match(hashes?.state ?? '', /^[0-9a-f]{64}$/);
  assert.ok(readSession(world.lives.disk.journal).isClosed);
  world.lives.begin();
  world.awaitRestart();
  assert.equal(world.lives.count, 1);
  assert.equal(world.lives.close(), null);
});
