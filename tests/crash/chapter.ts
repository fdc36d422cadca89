/**
 * One chapter of the campaign: a market and an account that live on, and trading processes on it that are
 * killed one after another. In the middle the journal is damaged, refused and put aside, and a fresh
 * session takes the account over. At the end one process leaves in order, and all must add up.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileStorage, readSession, Verifier, verifySession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { Engine } from '#compose/engine.ts';
import { OperatorAction } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { type ClientOrderId, epochOfOrder, MICROS_PER_SECOND } from '#units/integers.ts';
import { ChildHandle, type TurnEnd } from './child-handle.ts';
import { type CrashSetup, crashSetup } from './crash-setup.ts';
import { MessageKind } from './crash-wire.ts';
import { JournalWitness } from './journal-witness.ts';
import { VenueWorld } from './venue-world.ts';

/** Market time after a start within which everything at the venue is known or cancelled. */
const SETTLE_MICROS = 40 * MICROS_PER_SECOND;
/** Market time nobody trades after a kill, at most. */
const DEAD_MICROS_MAX = 3 * MICROS_PER_SECOND;
/** A snapshot is taken after the first minute of event time. */
const SNAPSHOT_MICROS = 60 * MICROS_PER_SECOND;

/** Of the kills after the first of each kind. */
const SNAPSHOT_SHARE = 0.1;

/** When the kill comes. */
export const KillMoment = {
  /** Before it was let in. */
  CONNECT: 'connect',
  /** While it recovers and introduces itself. */
  START: 'start',
  /** Soon after, before all is reconciled. */
  EARLY: 'early',
  /** Within a turn of a running session. */
  RUNNING: 'running',
  /** While a snapshot is stored. */
  SNAPSHOT: 'snapshot',
} as const;
export type KillMoment = (typeof KillMoment)[keyof typeof KillMoment];

export interface ChapterOptions {
  /** Only we can enter it. */
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
}

/** What a chapter went through; a failed check throws instead. */
export interface ChapterResult {
  readonly seed: number;
  readonly kills: number;
  readonly byMoment: Readonly<Record<KillMoment, number>>;
  /** Processes that found a journal and went on with it. */
  readonly recoveries: number;
  readonly tornTails: number;
  /** Events sent to a process that its journal did not keep. */
  readonly lostEvents: number;
  readonly events: number;
  readonly orders: number;
  /** Orders that rested at the venue when their process died. */
  readonly orphans: number;
  readonly quarantined: number;
  readonly unprovenCommands: number;
  /** Sessions that the engine stopped for good by itself: a limit was broken. */
  readonly stoppedSessions: number;
}

export class Chapter {
  private readonly options: ChapterOptions;
  private readonly crash: CrashSetup;
  private readonly venue: VenueWorld;
  private readonly random: SeededRandom;
  private readonly byMoment = { connect: 0, start: 0, early: 0, running: 0, snapshot: 0 };
  private sessionCount = 0;
  private directory = '';
  private witness: JournalWitness;
  /** Highest sequence any process of this session called durable. */
  private acknowledged = 0;
  /** Orders received up to here are explained by a journal. */
  private explained = 0;
  private lastEpoch = 0;
  private recoveries = 0;
  private tornTails = 0;
  private lostEvents = 0;
  private events = 0;
  private orphans = 0;
  private quarantined = 0;
  private stoppedSessions = 0;

  constructor(options: ChapterOptions) {
    this.options = options;
    this.crash = crashSetup(options.seed);
    this.venue = new VenueWorld(this.crash);
    this.random = new SeededRandom(options.seed, 70);
    mkdirSync(join(options.folder, 'epoch'), { recursive: true });
    this.witness = this.beginSession();
  }

  async run(): Promise<ChapterResult> {
    const { kills, seed } = this.options;
    for (let kill = 1; kill <= kills; kill++) {
      await this.liveAndDie(this.drawMoment(kill));
      if (kill === Math.ceil(kills / 2)) await this.damageJournal();
    }
    const unprovenCommands = await this.liveAndLeave();
    return {
      seed,
      kills,
      byMoment: this.byMoment,
      recoveries: this.recoveries,
      tornTails: this.tornTails,
      lostEvents: this.lostEvents,
      events: this.events + this.witness.sequence,
      orders: this.venue.received.length,
      orphans: this.orphans,
      quarantined: this.quarantined,
      unprovenCommands,
      stoppedSessions: this.stoppedSessions + Number(this.witness.wasKilled),
    };
  }

  private beginSession(): JournalWitness {
    this.sessionCount += 1;
    this.directory = join(this.options.folder, `session-${this.sessionCount}`);
    this.acknowledged = 0;
    this.explained = this.venue.received.length;
    return new JournalWitness(this.directory, this.crash);
  }

  private drawMoment(kill: number): KillMoment {
    // Each kind in every chapter, then by chance, the long one seldom.
    const all = Object.values(KillMoment);
    const isFirstRound = kill <= all.length;
    if (!isFirstRound && this.random.chance(SNAPSHOT_SHARE)) return KillMoment.SNAPSHOT;
    const index = isFirstRound ? all.length - kill : this.random.integer(0, all.length - 2);
    return all[index] as KillMoment;
  }

  private startChild(): ChildHandle {
    const { folder, seed } = this.options;
    const epochDirectory = join(folder, 'epoch');
    const place = { folder, directory: this.directory, epochDirectory, seed };
    return new ChildHandle(place, (command) => this.venue.take(command));
  }

  private async liveAndDie(moment: KillMoment): Promise<void> {
    this.byMoment[moment] += 1;
    const child = this.startChild();
    assert.ok(await child.hello(), 'the process died by itself');
    if (moment === KillMoment.START) {
      const answer = child.welcome(this.venue.clock.nowMicros);
      await pause(this.random.integer(0, 60_000));
      child.kill();
      await answer;
    } else if (moment !== KillMoment.CONNECT) {
      await this.begin(child);
      await this.runUntilKill(child, moment);
    }
    await this.bury(child);
  }

  /** Runs as long as the moment asks, then kills it somewhere in the middle of a turn. */
  private async runUntilKill(child: ChildHandle, moment: KillMoment): Promise<void> {
    const { venue } = this;
    const begunAt = venue.clock.nowMicros;
    if (moment === KillMoment.EARLY) {
      const until = begunAt + this.random.integer(0, MICROS_PER_SECOND);
      assert.ok((await venue.runUntil(until)) !== null || until === begunAt, died(child));
    } else {
      await this.settle(child, begunAt + SETTLE_MICROS);
      const until =
        moment === KillMoment.SNAPSHOT
          ? begunAt + SNAPSHOT_MICROS
          : venue.clock.nowMicros + this.random.integer(0, 10 * MICROS_PER_SECOND);
      await venue.runUntil(until);
    }
    const turns = moment === KillMoment.SNAPSHOT ? this.random.integer(1, 60) : 1;
    for (let turn = 1; turn < turns; turn++) await venue.turn();
    // Much at once: the kill falls while it is at work.
    const last = venue.turn(undefined, this.random.integer(1, MICROS_PER_SECOND / 2));
    await pause(this.random.integer(0, 3_000));
    child.kill();
    await last;
  }

  /** A process begins: what its journal kept is held against all that was sent and promised. */
  private async begin(child: ChildHandle): Promise<TurnEnd> {
    const { venue } = this;
    const before = venue.received.length;
    const end = await child.welcome(venue.clock.nowMicros);
    assert.ok(end !== null && child.recovered !== null, died(child));
    const { epoch, eventCount, life, cutSize } = child.recovered;
    assert.ok(epoch > this.lastEpoch, `epoch ${epoch} after ${this.lastEpoch}`);
    this.lastEpoch = epoch;
    assert.ok(
      eventCount >= this.acknowledged,
      `${this.acknowledged} events were durable, ${eventCount} came back`,
    );
    assert.ok((await child.exchange(MessageKind.SYNC)) !== null, died(child));
    if (eventCount > 0) {
      const taken = this.witness.check(eventCount, venue.sent);
      this.lostEvents += venue.sent.length - taken;
      this.witness.assertResumedState();
      this.recoveries += 1;
      if (cutSize > 0) this.tornTails += 1;
      assert.ok(life > 1);
    } else this.lostEvents += venue.sent.length;
    this.witness.assertExplained(venue.received.slice(this.explained, before));
    this.explained = before;
    venue.attach(child);
    return end;
  }

  /** Runs to that moment; then every order at the venue is one that the engine knows. */
  private async settle(child: ChildHandle, untilMicros: number): Promise<void> {
    const { venue, witness } = this;
    assert.ok((await venue.runUntil(untilMicros)) !== null, died(child));
    await this.witnessAll(child);
    const known = new Set<number>();
    const { openOrders } = witness.engine.execution;
    for (let index = 0; index < openOrders.count; index++) {
      known.add(openOrders.at(index).clientOrderId);
    }
    const open = venue.openOrders().map((order) => order.clientOrderId as number);
    assert.equal(new Set(open).size, open.length, 'an order rests twice');
    for (const id of open) {
      const epoch = epochOfOrder(id as ClientOrderId);
      assert.ok(known.has(id), `order ${id} of epoch ${epoch} rests and nobody knows it`);
    }
  }

  /** Makes the journal durable and replays it to its end. */
  private async witnessAll(child: ChildHandle): Promise<void> {
    const end = await child.exchange(MessageKind.SYNC);
    assert.ok(end !== null, died(child));
    const taken = this.witness.check(end.lastSequence, this.venue.sent);
    assert.equal(taken, this.venue.sent.length, 'what was sent and applied is in the journal');
    this.venue.sent = [];
  }

  /** The process is gone; the market goes on without us for a while. */
  private async bury(child: ChildHandle): Promise<void> {
    const { venue } = this;
    child.kill();
    const { signal, code, errors } = await child.ended;
    assert.equal(signal, 'SIGKILL', `it ended by itself with ${code}: ${errors}`);
    this.acknowledged = Math.max(this.acknowledged, child.acknowledged);
    venue.detach();
    this.orphans += venue.openOrders().length;
    await venue.runUntil(venue.clock.nowMicros + this.random.integer(0, DEAD_MICROS_MAX));
  }

  /** A bit of the journal changes: the process refuses it, and a fresh session takes the account over. */
  private async damageJournal(): Promise<void> {
    const name = join(this.directory, 'segment-000001.journal');
    const bytes = readFileSync(name);
    const offset = this.random.integer(64, bytes.length >> 1);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << this.random.integer(0, 7));
    writeFileSync(name, bytes);
    const child = this.startChild();
    assert.ok(await child.hello());
    assert.equal(await child.welcome(this.venue.clock.nowMicros), null);
    const { code, errors } = await child.ended;
    assert.equal(code, 3);
    assert.match(errors, /^failed JOURNAL_DAMAGED: /);
    assert.ok(readFileSync(name).equals(bytes), 'a damaged journal is not touched');
    this.quarantined += 1;
    this.stoppedSessions += Number(this.witness.wasKilled);
    this.events += this.witness.sequence;
    this.venue.sent = [];
    this.witness = this.beginSession();
  }

  /** The last process settles, pulls everything, leaves in order; returns the unproven commands of all lives. */
  private async liveAndLeave(): Promise<number> {
    const { venue } = this;
    const child = this.startChild();
    assert.ok(await child.hello());
    await this.begin(child);
    await this.settle(child, venue.clock.nowMicros + SETTLE_MICROS);
    assert.ok((await child.exchange(MessageKind.OPERATE, OperatorAction.PULL_ALL)) !== null);
    await this.settle(child, venue.clock.nowMicros + SETTLE_MICROS);
    this.assertQuiet();
    assert.ok((await child.exchange(MessageKind.LEAVE)) !== null, died(child));
    child.hangUp();
    const { code, errors } = await child.ended;
    assert.equal(code, 0, errors);
    return this.verifyAll();
  }

  /** Nothing is under way: what the engine holds is what the venue says, to the last unit. */
  private assertQuiet(): void {
    const { world } = this.venue;
    const { position } = this.witness.engine.accountState;
    const hedge = this.crash.setup.instruments[1] as Instrument;
    const total = (slot: BalanceSlot): number =>
      world.venue.freeUnits(slot) + world.venue.lockedUnits(slot);
    assert.deepEqual(this.venue.openOrders(), []);
    assert.equal(this.witness.engine.execution.openOrders.count, 0);
    assert.equal(position.isReconciled, true);
    assert.deepEqual(
      {
        base: position.spotBaseUnits,
        quote: position.totalQuoteUnits,
        feeAsset: position.feeAssetUnits,
        perpetual: position.perpBaseUnits,
        margin: position.marginWalletUnits,
      },
      {
        base: total(BalanceSlot.SPOT_BASE),
        quote: total(BalanceSlot.SPOT_QUOTE),
        feeAsset: total(BalanceSlot.SPOT_FEE_ASSET),
        perpetual: (world.venue.margin?.positionLots ?? 0) * hedge.baseUnitsPerLot,
        margin: world.venue.freeUnits(BalanceSlot.PERP_MARGIN),
      },
    );
  }

  private verifyAll(): number {
    const recording = readSession(new FileStorage(this.directory));
    assert.ok(recording.isClosed);
    const verifier = new Verifier();
    const { engine: configuration } = this.crash.setup;
    const engine = new Engine({
      configuration,
      output: verifier,
      probe: new NoProbe(),
      model: null,
    });
    const result = verifySession(recording, engine, verifier);
    assert.equal(result.difference, null);
    assert.equal(result.resumeCount, recording.resumes.length);
    return result.unprovenEnds.reduce((sum, { commands }) => sum + commands, 0);
  }
}

function died(child: ChildHandle): string {
  return `the process died by itself: ${child.said}`;
}

/** Waits that many microseconds: the short ones exactly, so that a kill can fall between two writes. */
async function pause(micros: number): Promise<void> {
  const until = performance.now() + micros / 1000;
  if (micros > 2_000) {
    await new Promise((resolve) => {
      setTimeout(resolve, micros / 1000);
    });
  }
  while (performance.now() < until);
}
