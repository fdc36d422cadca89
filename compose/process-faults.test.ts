/**
 * Goal: on a disk that fails in every way it knows, a process dies rather than lie, and the next one goes
 * on with all that was called durable.
 * Method: many lives of real processes on simulated disks, each ended by a crash in the middle of an
 * operation, a lost sync, a full disk or a plain kill, with and without power; what they applied is
 * kept beside them and held against what comes back.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter, writePayload } from '#adapters/journal/codec/codec.ts';
import { JournalError, readSession, type SessionJournal } from '#adapters/journal/journal.ts';
import { CommandKind } from '#contracts/commands.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { DiskFaultError, SimulatedDisk } from '#simulation/disk/disk.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { Surroundings } from './surroundings.test-support.ts';
import type { TradingProcess } from './trading-process.ts';

const SEEDS = 12;
const LIVES = 8;
const writer = new ByteWriter(new ArrayBuffer(1024 * 1024));

function bytesOf(event: Readonly<EngineEvent>): string {
  writer.position = 0;
  writePayload(writer, event);
  const payload = Buffer.from(writer.bytes.subarray(0, writer.position)).toString('base64');
  return `${event.kind} ${event.atMicros} ${payload}`;
}

/** Several lives on one disk, and what is known of them outside of it. */
class Lives {
  readonly disk: SimulatedDisk;
  readonly around: Surroundings<SimulatedDisk>;
  readonly random: SeededRandom;
  readonly deaths: string[] = [];
  private readonly applied: string[] = [];
  private readonly epochs = new Set<number>();
  private acknowledged = 0;
  private isBegun = false;

  constructor(seed: number) {
    this.random = new SeededRandom(seed, 1);
    this.disk = new SimulatedDisk({ random: new SeededRandom(seed, 2) });
    this.around = new Surroundings(this.disk);
  }

  /** One life with one fault; false when it could not even begin. */
  live(): boolean {
    let process: TradingProcess | null = null;
    this.armFault(() => process?.crash());
    try {
      process = this.around.open({
        resume: true,
        writeAhead: 'flush',
        onDeath: (cause) => this.noteDeath(cause),
      });
    } catch (error) {
      this.noteDeath(error);
      return false;
    }
    assert.ok(!this.epochs.has(process.epoch), `epoch ${process.epoch} came twice`);
    this.epochs.add(process.epoch);
    this.assertKept(process);
    this.watch(process.journal);
    process.start();
    if (!this.isBegun) this.around.world.start();
    this.isBegun = true;
    this.around.world.venue.publishAccount();
    this.runOn(process);
    return true;
  }

  /** The life is over, one way or the other; the disk shows what is left. */
  end(process: TradingProcess | null = null): void {
    process?.crash();
    this.disk.disarm();
    this.disk.freeUp();
    if (this.random.chance(0.7)) this.disk.losePower();
    else this.disk.killProgram();
  }

  /** Keeps what is appended, also of the turn that a process dies in. */
  private watch(journal: SessionJournal): void {
    const append = journal.append.bind(journal);
    journal.append = (event) => {
      this.applied[event.sequence] = bytesOf(event);
      append(event);
    };
  }

  private runOn(process: TradingProcess): void {
    const steps = this.random.integer(2, 30);
    for (let step = 0; step < steps && !process.isDown; step++) {
      this.around.runFor(0.3);
      this.sync(process);
    }
    this.end(process);
  }

  private sync(process: TradingProcess): void {
    if (process.isDown) return;
    try {
      process.makeDurable();
      this.acknowledged = process.journal.durableSequence;
    } catch (error) {
      this.noteDeath(error);
      process.crash();
    }
  }

  private armFault(onCrash: () => void): void {
    const draw = this.random.integer(0, 4);
    if (draw <= 1) this.disk.crashIn(this.random.integer(1, 60), onCrash);
    else if (draw === 2) this.disk.failSyncs();
    else if (draw === 3) this.disk.fillUp();
  }

  private noteDeath(cause: unknown): void {
    const known = cause instanceof DiskFaultError || cause instanceof JournalError;
    if (!known) throw cause;
    this.deaths.push(cause.code);
  }

  private assertKept(process: TradingProcess): void {
    const count = process.recovery?.eventCount ?? 0;
    assert.ok(count >= this.acknowledged, `${this.acknowledged} were durable, ${count} are there`);
    if (count > 0) {
      readSession(this.disk).forEachEvent((event) => {
        if (event.sequence > count) return;
        assert.equal(bytesOf(event), this.applied[event.sequence], `event ${event.sequence}`);
      });
    }
    this.applied.length = count + 1;
  }
}

test('through lives that end in every fault of a disk, all that was durable is kept and one proof covers it', () => {
  const deaths = new Map<string, number>();
  let resumes = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const lives = new Lives(seed);
    for (let life = 1; life <= LIVES; life++) if (!lives.live()) lives.end();
    lives.disk.killProgram();
    const last = lives.around.open({ resume: true });
    last.close();
    const result = lives.around.verify();
    assert.equal(result.difference, null);
    resumes += result.resumeCount;
    for (const code of lives.deaths) deaths.set(code, (deaths.get(code) ?? 0) + 1);
  }
  assert.ok(resumes > SEEDS * 2, `only ${resumes} lives went on`);
  for (const code of ['EIO', 'ENOSPC', 'CRASH', 'JOURNAL_WRITE_FAILED']) {
    assert.ok((deaths.get(code) ?? 0) > 0, `no death by ${code}: ${[...deaths]}`);
  }
});

test('the power fails in the moment in which a hedge leaves: the next life knows why it was sent', () => {
  const disk = new SimulatedDisk({ random: new SeededRandom(1, 2) });
  const around = new Surroundings(disk);
  around.world.start();
  let hedges = 0;
  for (let life = 1; life <= 40 && hedges < 5; life++) {
    const process = around.open({ resume: true, writeAhead: 'flush' });
    let cause = 0;
    around.onSubmit = (command) => {
      if (command.kind !== CommandKind.PLACE_ORDER || command.instrument !== 1) return;
      cause = process.host.lastSequence;
      hedges += 1;
      process.crash();
    };
    process.start();
    around.runFor(30);
    process.crash();
    disk.losePower();
    const recovered = around.open({ resume: true });
    assert.ok((recovered.recovery?.eventCount ?? 0) >= cause, 'its cause is forgotten');
    recovered.crash();
    disk.losePower();
  }
  assert.equal(hedges, 5, 'hedges left');
});
