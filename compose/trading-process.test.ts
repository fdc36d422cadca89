/**
 * Goal: one life of the process stands on what it is given and ends without a trace when it crashes.
 * Method: a process over a disk in memory and a clock of its own, with a gateway that writes down what
 * arrives; crashes between events, inside a turn, and by a disk that refuses.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { JournalError, MemoryStorage, readSession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceUnits } from '#units/integers.ts';
import { EventRelay } from './event-relay.ts';
import { buildLatency } from './latency-model.ts';
import { resolveInstruments, resolveSession } from './session-setup.ts';
import { SyntheticWorld } from './synthetic-world.ts';
import { TradingProcess, type TradingProcessOptions } from './trading-process.ts';

const START = 1_767_225_600_000_000 as EpochMicros;
const PRICE = 12_000_000 as PriceUnits;

/** A world that outlives its processes, and what each of them is made of. */
class Surroundings {
  readonly loaded = loadConfiguration({
    file: null,
    overrides: [{ path: 'profile', value: 'naive-touch' }],
  });
  readonly setup = resolveSession(
    this.loaded,
    resolveInstruments(this.loaded, true),
    PRICE,
    'synthetic',
  );
  readonly clock = new VirtualClock(START);
  readonly relay = new EventRelay();
  readonly world = new SyntheticWorld({
    configuration: this.loaded.configuration,
    setup: this.setup,
    clock: this.clock,
    latency: buildLatency(this.loaded.configuration, null),
    sink: this.relay,
  });
  readonly storage = new MemoryStorage();
  readonly sent: number[] = [];
  onSubmit: () => void = () => undefined;

  open(extra: Partial<TradingProcessOptions> = {}): TradingProcess {
    const { limits, session } = this.loaded.configuration;
    const process = new TradingProcess({
      setup: this.setup,
      model: null,
      worldName: 'test',
      program: { build: 'test', nodeVersion: '24.0.0' },
      checkpointEvents: session.checkpointEvents,
      leaseExpiryMicros: limits.leaseExpiry,
      leaseRenewalMicros: limits.leaseRenewal,
      ownOrdersInBook: true,
      clock: this.clock,
      wallClock: { nowMicros: () => this.clock.nowMicros },
      storage: this.storage,
      gateway: {
        submit: (command: Readonly<OrderCommand | RequestCommand>) => {
          this.onSubmit();
          this.sent.push(command.kind);
          this.world.venue.submit(command);
        },
      },
      probe: new NoProbe(),
      ...extra,
    });
    this.relay.bind(process);
    return process;
  }

  begin(process: TradingProcess): void {
    process.start();
    this.world.venue.publishAccount();
    this.world.start();
  }

  runFor(seconds: number): void {
    this.clock.runUntil((this.clock.nowMicros + seconds * 1_000_000) as EpochMicros);
  }
}

test('a process introduces itself, trades by its own timers and leases, and closes with hashes', () => {
  const around = new Surroundings();
  const process = around.open();
  around.begin(process);
  around.runFor(20);
  assert.ok(around.sent.includes(CommandKind.PLACE_ORDER), 'it quotes');
  const hashes = process.close();
  const recording = readSession(around.storage);
  assert.ok(recording.isClosed);
  assert.deepEqual(recording.checkpoints.at(-1)?.hashes, hashes);
  const counts = new Map<number, number>();
  recording.forEachEvent(({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
  assert.equal(counts.get(EventKind.TIMER), 400, '50 ms');
  assert.equal(counts.get(EventKind.SESSION_START), 1);
  const applied = process.host.lastSequence;
  around.runFor(1);
  assert.equal(process.host.lastSequence, applied, 'nothing after the close');
});

test('a crash stops everything at once: no event, no record, no order, no flush', () => {
  const around = new Surroundings();
  const process = around.open();
  around.begin(process);
  around.runFor(10);
  process.makeDurable();
  const durable = readSession(around.storage).eventCount;
  around.runFor(1);
  const sent = around.sent.length;
  const applied = process.host.lastSequence;
  assert.ok(applied > durable);
  process.crash();
  assert.equal(process.isDown, true);
  around.runFor(5);
  assert.equal(process.host.lastSequence, applied);
  assert.equal(around.sent.length, sent);
  const [quoted] = around.setup.instruments;
  assert.ok(quoted !== undefined && around.world.venue.openOrders(quoted.index).length > 0);
  around.storage.losePower();
  assert.equal(readSession(around.storage).eventCount, durable);
});

test('a crash inside a turn lets nothing of the turn out', () => {
  const around = new Surroundings();
  const process = around.open();
  around.begin(process);
  let submits = 0;
  around.onSubmit = () => {
    submits += 1;
    if (submits === 5) process.crash();
  };
  around.runFor(30);
  assert.equal(submits, 5);
  assert.equal(process.isDown, true);
});

test('who asks for it is told of the death once, and others get the error', () => {
  const around = new Surroundings();
  const causes: unknown[] = [];
  const process = around.open({ onDeath: (cause) => causes.push(cause) });
  around.begin(process);
  around.runFor(2);
  const failure = new JournalError('JOURNAL_WRITE_FAILED', 'the disk is gone');
  around.onSubmit = () => {
    throw failure;
  };
  around.runFor(30);
  assert.deepEqual(causes, [failure]);
  assert.equal(process.isDown, true);

  const other = new Surroundings();
  const unheard = other.open();
  other.begin(unheard);
  other.runFor(2);
  other.onSubmit = around.onSubmit;
  assert.throws(() => other.runFor(30), failure);
});

test('the epoch lives where it is told to, and rises for a session in a new place', () => {
  const epochStorage = new MemoryStorage();
  const first = new Surroundings().open({ epochStorage });
  const second = new Surroundings().open({ epochStorage });
  assert.deepEqual([first.epoch, second.epoch], [1, 2]);
  const around = new Surroundings();
  const third = around.open();
  assert.equal(third.epoch, 1);
  third.makeDurable();
  assert.throws(() => around.open(), { code: 'SESSION_EXISTS' });
});
