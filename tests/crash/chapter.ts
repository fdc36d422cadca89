/**
 * One chapter of the campaign: a market and an account that live on, and trading processes on it that are
 * killed one after another. In the middle the journal is damaged, refused and put aside, and a fresh
 * session takes the account over. At the end one process leaves in order, and all must add up.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileStorage, readSession } from '#adapters/journal/journal.ts';
import { OperatorAction } from '#contracts/events.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { type ClientOrderId, epochOfOrder, MICROS_PER_SECOND } from '#units/integers.ts';
import { disquiet, unsettled, verifyLives } from './account-checks.ts';
import { ChildHandle, type TurnEnd } from './child-handle.ts';
import { type CrashSetup, crashSetup } from './crash-setup.ts';
import { MessageKind } from './crash-wire.ts';
import { dieAtHedge, dieAtPromise, dieAtWork, killWithin } from './deaths.ts';
import { JournalWitness } from './journal-witness.ts';
import { drawMoment, KillMoment } from './kill-moment.ts';
import { VenueWorld } from './venue-world.ts';

/** Market time nobody trades after a kill, at most. */
const DEAD_MICROS_MAX = 3 * MICROS_PER_SECOND;
/** A snapshot is taken after the first minute of event time. */
const SNAPSHOT_MICROS = 60 * MICROS_PER_SECOND;
/** Market time a settled process goes on before its end comes near, at most. */
const RUNNING_MICROS_MAX = 10 * MICROS_PER_SECOND;
/** Market time between two looks at a process that is waited for. */
const LOOK_MICROS = MICROS_PER_SECOND / 2;
/** A start whose length is not known yet, in real milliseconds. */
const START_MILLISECONDS = 60;

export interface ChapterOptions {
  /** Only we can enter it. */
  readonly folder: string;
  readonly seed: number;
  readonly kills: number;
  /** Aborted: the chapter ends its process and throws the reason. */
  readonly signal: AbortSignal;
}

/** What a chapter went through; a failed check throws instead. */
export interface ChapterResult {
  readonly seed: number;
  readonly kills: number;
  readonly byMoment: Readonly<Record<KillMoment, number>>;
  /** Processes that found a journal and went on with it. */
  readonly recoveries: number;
  /** Of these, from a snapshot and what the journal holds behind it. */
  readonly fromSnapshots: number;
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
  private readonly byMoment = {
    connect: 0,
    start: 0,
    early: 0,
    running: 0,
    promise: 0,
    hedge: 0,
    snapshot: 0,
  };
  private sessionCount = 0;
  private directory = '';
  private witness: JournalWitness;
  /** Highest sequence any process of this session called durable. */
  private acknowledged = 0;
  /** Orders received up to here are explained by a journal. */
  private explained = 0;
  private lastEpoch = 0;
  private recoveries = 0;
  private fromSnapshots = 0;
  private tornTails = 0;
  private lostEvents = 0;
  private events = 0;
  private orphans = 0;
  private quarantined = 0;
  private stoppedSessions = 0;
  /** Real time the last start took, from its welcome on. */
  private startMilliseconds = START_MILLISECONDS;
  private child: ChildHandle | null = null;
  /** What it is at, for whoever reads that it failed. */
  private at = '';

  constructor(options: ChapterOptions) {
    this.options = options;
    this.crash = crashSetup(options.seed);
    this.venue = new VenueWorld(this.crash);
    this.random = new SeededRandom(options.seed, 70);
    mkdirSync(join(options.folder, 'epoch'), { recursive: true });
    this.witness = this.beginSession();
  }

  /** Throws what a check throws, with the kill it was at; its process is gone in any case. */
  async run(): Promise<ChapterResult> {
    try {
      return await this.live();
    } catch (cause) {
      if (this.options.signal.aborted) throw cause;
      const what = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${this.at}, session ${this.sessionCount}: ${what}`, { cause });
    } finally {
      await this.child?.end();
    }
  }

  private async live(): Promise<ChapterResult> {
    const { kills, seed } = this.options;
    for (let kill = 1; kill <= kills; kill++) {
      const moment = drawMoment(this.random, kill);
      this.at = `kill ${kill} of ${kills} (${moment})`;
      await this.liveAndDie(moment);
      if (kill === Math.ceil(kills / 2)) await this.damageJournal();
    }
    const unprovenCommands = await this.liveAndLeave();
    return {
      seed,
      kills,
      byMoment: this.byMoment,
      recoveries: this.recoveries,
      fromSnapshots: this.fromSnapshots,
      tornTails: this.tornTails,
      lostEvents: this.lostEvents,
      events: this.events + this.witness.sequence,
      orders: this.venue.orders.received.length,
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
    this.explained = this.venue.orders.received.length;
    return new JournalWitness(this.directory, this.crash);
  }

  private startChild(): ChildHandle {
    const { folder, seed, signal } = this.options;
    const epochDirectory = join(folder, 'epoch');
    const place = { folder, directory: this.directory, epochDirectory, seed };
    this.child = new ChildHandle({
      place,
      onCommand: (command) => this.venue.take(command),
      signal,
    });
    return this.child;
  }

  private async liveAndDie(moment: KillMoment): Promise<void> {
    this.byMoment[moment] += 1;
    const child = this.startChild();
    assert.ok(await child.hello(), died(child));
    if (moment === KillMoment.START) {
      const answer = child.welcome(this.venue.clock.nowMicros);
      await killWithin(child, this.random, this.startMilliseconds);
      await answer;
    } else if (moment !== KillMoment.CONNECT) {
      await this.begin(child);
      await this.runUntilKill(child, moment);
    }
    await this.bury(child);
  }

  /** Runs as long as the moment asks, then kills it somewhere in the middle of its work. */
  private async runUntilKill(child: ChildHandle, moment: KillMoment): Promise<void> {
    const { venue, random } = this;
    if (moment === KillMoment.EARLY) {
      await this.runTo(child, venue.clock.nowMicros + random.integer(0, MICROS_PER_SECOND));
    } else {
      const snapshotMicros = venue.clock.nowMicros + SNAPSHOT_MICROS;
      await this.settle(child);
      await this.runTo(child, this.ripeMicros(moment, snapshotMicros));
      await this.witnessAll(child);
    }
    const victim = { child, venue, random };
    if (moment === KillMoment.PROMISE) await dieAtPromise(victim);
    else if (moment === KillMoment.HEDGE) await dieAtHedge(victim);
    else await dieAtWork(victim);
  }

  /** Market time at which the end comes near. The first process of a chapter leaves a snapshot. */
  private ripeMicros(moment: KillMoment, snapshotMicros: number): number {
    if (moment === KillMoment.SNAPSHOT) return snapshotMicros;
    const isFirst = this.recoveries === 0;
    const from = isFirst ? snapshotMicros + MICROS_PER_SECOND : this.venue.clock.nowMicros;
    return from + this.random.integer(0, RUNNING_MICROS_MAX);
  }

  /** A process begins: what its journal kept is held against all that was sent and promised. */
  private async begin(child: ChildHandle): Promise<TurnEnd> {
    const { venue } = this;
    const before = venue.orders.received.length;
    const begunAt = performance.now();
    const end = await child.welcome(venue.clock.nowMicros);
    this.startMilliseconds = performance.now() - begunAt;
    assert.ok(end !== null && child.recovered !== null, died(child));
    const { epoch, eventCount, life, cutSize, snapshotSequence } = child.recovered;
    assert.ok(epoch > this.lastEpoch, `epoch ${epoch} after ${this.lastEpoch}`);
    this.lastEpoch = epoch;
    assert.ok((await child.exchange(MessageKind.SYNC)) !== null, died(child));
    this.checkJournal(eventCount, before);
    if (eventCount > 0) {
      this.witness.assertResumedState();
      this.recoveries += 1;
      if (snapshotSequence > 0) this.fromSnapshots += 1;
      if (cutSize > 0) this.tornTails += 1;
      assert.ok(life > 1);
    }
    venue.orders.onBegin(this.witness.openOrders());
    venue.attach(child);
    return end;
  }

  /**
   * The journal that the dead left: everything called durable is in it, it is a prefix of what was sent, and
   * it explains the orders up to that one.
   */
  private checkJournal(eventCount: number, ordersEnd: number): void {
    const { venue, witness } = this;
    assert.ok(
      eventCount >= this.acknowledged,
      `${this.acknowledged} events were durable, ${eventCount} came back`,
    );
    const taken = eventCount === 0 ? 0 : witness.check(eventCount, venue.sent);
    this.lostEvents += venue.sent.length - taken;
    venue.sent = [];
    witness.assertExplained(venue.orders.received.slice(this.explained, ordersEnd));
    this.explained = ordersEnd;
  }

  private async runTo(child: ChildHandle, untilMicros: number): Promise<void> {
    const { venue } = this;
    const end = await venue.runUntil(untilMicros);
    assert.ok(end !== null || !child.isOver, died(child));
  }

  /** Every order at the venue is known soon, and in the time of a proof nothing is in doubt any more. */
  private async settle(child: ChildHandle): Promise<void> {
    const { crash, venue } = this;
    await this.runTo(child, venue.clock.nowMicros + crash.adoptionMicros);
    await this.waitUntil(child, () => unsettled(this.witness));
  }

  /** Runs until there is nothing left to complain of; throws the complaint when the time of a proof is over. */
  private async waitUntil(child: ChildHandle, complaint: () => string | null): Promise<void> {
    const { crash, venue } = this;
    const untilMicros = venue.clock.nowMicros + crash.settleMicrosMax;
    await this.witnessAll(child);
    for (let text = complaint(); text !== null; text = complaint()) {
      const seconds = crash.settleMicrosMax / MICROS_PER_SECOND;
      assert.ok(venue.clock.nowMicros < untilMicros, `after ${seconds} s of market time: ${text}`);
      await this.runTo(child, venue.clock.nowMicros + LOOK_MICROS);
      await this.witnessAll(child);
    }
  }

  /** Makes the journal durable, replays it to its end, and looks whether every order at the venue is known. */
  private async witnessAll(child: ChildHandle): Promise<void> {
    const { venue, witness } = this;
    const end = await child.exchange(MessageKind.SYNC);
    assert.ok(end !== null, died(child));
    const taken = witness.check(end.lastSequence, venue.sent);
    assert.equal(taken, venue.sent.length, 'what was sent and applied is in the journal');
    venue.sent = [];
    const known = new Set(witness.openOrders().map(({ clientOrderId }) => clientOrderId));
    for (const { clientOrderId } of venue.openOrders()) {
      const epoch = epochOfOrder(clientOrderId as ClientOrderId);
      const complaint = `order ${clientOrderId} of epoch ${epoch} rests and nobody knows it`;
      assert.ok(known.has(clientOrderId), complaint);
    }
  }

  /** The process is gone; the market goes on without us for a while. */
  private async bury(child: ChildHandle): Promise<void> {
    const { venue } = this;
    child.kill();
    const { signal, code, errors } = await child.ended();
    assert.equal(signal, 'SIGKILL', `it ended by itself with ${code ?? signal}: ${errors}`);
    this.acknowledged = Math.max(this.acknowledged, child.acknowledged);
    venue.detach();
    this.orphans += venue.openOrders().length;
    await venue.runUntil(venue.clock.nowMicros + this.random.integer(0, DEAD_MICROS_MAX));
  }

  /** A bit of the journal changes: the process refuses it, and a fresh session takes the account over. */
  private async damageJournal(): Promise<void> {
    this.at = 'the damaged journal';
    const { venue } = this;
    const { eventCount } = readSession(new FileStorage(this.directory));
    this.checkJournal(eventCount, venue.orders.received.length);
    const name = join(this.directory, 'segment-000001.journal');
    const bytes = readFileSync(name);
    const offset = this.random.integer(64, bytes.length >> 1);
    bytes[offset] = (bytes[offset] ?? 0) ^ (1 << this.random.integer(0, 7));
    writeFileSync(name, bytes);
    const child = this.startChild();
    assert.ok(await child.hello(), died(child));
    assert.equal(await child.welcome(venue.clock.nowMicros), null);
    const { code, errors } = await child.ended();
    assert.equal(code, 3);
    assert.match(errors, /^failed JOURNAL_DAMAGED: /);
    assert.ok(readFileSync(name).equals(bytes), 'a damaged journal is not touched');
    this.quarantined += 1;
    this.stoppedSessions += Number(this.witness.wasKilled);
    this.events += this.witness.sequence;
    this.witness = this.beginSession();
  }

  /** The last process settles, pulls everything, leaves in order; returns the unproven commands of all lives. */
  private async liveAndLeave(): Promise<number> {
    this.at = 'the orderly end';
    const { venue, crash, witness } = this;
    const child = this.startChild();
    assert.ok(await child.hello(), died(child));
    await this.begin(child);
    await this.settle(child);
    const pulled = await child.exchange(MessageKind.OPERATE, OperatorAction.PULL_ALL);
    assert.ok(pulled !== null, died(child));
    await this.waitUntil(child, () => disquiet(venue, witness, crash));
    assert.ok((await child.exchange(MessageKind.LEAVE)) !== null, died(child));
    child.hangUp();
    const { code, errors } = await child.ended();
    assert.equal(code, 0, errors);
    witness.assertExplained(venue.orders.received.slice(this.explained));
    return verifyLives(this.directory, crash);
  }
}

function died(child: ChildHandle): string {
  return `the process died by itself: ${child.said}`;
}
