/**
 * Holds the journal of a session against what its processes were sent and promised, and its engine's
 * state against a replay of its own, event by event, across all lives.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ByteWriter, writePayload } from '#adapters/journal/codec/codec.ts';
import { FileStorage, readSession, type SessionRecording } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { Engine } from '#compose/engine.ts';
import {
  AlertCode,
  type Command,
  CommandKind,
  isAlert,
  type OrderCommand,
} from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type ExecutionReport, isTradeRecord, ReportStatus } from '#contracts/execution-report.ts';
import type { CrashSetup } from './crash-setup.ts';
import type { ReceivedOrder } from './order-witness.ts';

/** Events that the process makes itself. */
const OWN_KINDS: ReadonlySet<number> = new Set([
  EventKind.TIMER,
  EventKind.SESSION_START,
  EventKind.INSTRUMENT_DEFINED,
  EventKind.RISK_LEASE,
  EventKind.OPERATOR,
]);
const ALIVE: ReadonlySet<number> = new Set([
  ReportStatus.ACCEPTED,
  ReportStatus.PARTIALLY_FILLED,
  ReportStatus.AMENDED,
]);
/** Message header, kind and stamp stand before an event's payload in what was sent. */
const SENT_PAYLOAD_OFFSET = 8;

export class JournalWitness {
  /** The journal up to the last check, replayed. */
  readonly engine: Engine;
  private readonly directory: string;
  /** Orders that the replay placed. */
  private readonly replayedOrders = new Set<number>();
  private readonly writer = new ByteWriter(new ArrayBuffer(1024 * 1024));
  private checkedSequence = 0;
  /** The engine stopped this session by itself: a limit was broken. */
  wasKilled = false;

  constructor(directory: string, { setup }: CrashSetup) {
    this.directory = directory;
    const output = { emit: (command: Readonly<Command>) => this.note(command) };
    const probe = new NoProbe();
    this.engine = new Engine({ configuration: setup.engine, output, probe, model: null });
  }

  /** Events checked and replayed so far. */
  get sequence(): number {
    return this.checkedSequence;
  }

  /**
   * Checks the journal up to `untilSequence`: of what was sent to the life that ended it holds a prefix,
   * byte for byte and without a hole. Returns how many of the sent events are in it.
   */
  check(untilSequence: number, sent: readonly Buffer[]): number {
    const recording = readSession(new FileStorage(this.directory));
    assert.ok(
      recording.eventCount >= untilSequence,
      `the journal has ${recording.eventCount} of ${untilSequence} events`,
    );
    let taken = 0;
    const from = this.checkedSequence + 1;
    recording.walk(
      {
        get isDone() {
          return false;
        },
        onEvent: (event) => {
          if (event.sequence > untilSequence) return;
          if (!OWN_KINDS.has(event.kind)) {
            this.assertSent(event, sent[taken]);
            taken += 1;
          }
          this.engine.handle(event);
          this.checkedSequence = event.sequence;
          if (event.kind === EventKind.EXECUTION_REPORT) this.assertTakenUp(event);
        },
        onCommands: () => undefined,
        onCheckpoint: () => undefined,
      },
      from,
    );
    return taken;
  }

  /** The life that began behind the checked events began with the replay's state. */
  assertResumedState(): SessionRecording {
    const recording = readSession(new FileStorage(this.directory));
    const resume = recording.resumes.findLast(({ sequence }) => sequence === this.checkedSequence);
    assert.ok(resume !== undefined, `no life begins behind event ${this.checkedSequence}`);
    const state = createHash('sha256').update(this.engine.stateBytes()).digest('hex');
    assert.equal(resume.hashes.state, state, 'the recovered state is not that of a replay');
    return recording;
  }

  /** Write-ahead: an order that may take liquidity is one that the journal explains. */
  assertExplained(orders: readonly ReceivedOrder[]): void {
    for (const { clientOrderId, isPostOnlyQuote } of orders) {
      if (isPostOnlyQuote) continue;
      const complaint = `order ${clientOrderId} was sent, and its cause is not in the journal`;
      assert.ok(this.knows(clientOrderId), complaint);
    }
  }

  /** What a replay of the journal holds for open. */
  openOrders() {
    const { openOrders } = this.engine.execution;
    return Array.from({ length: openOrders.count }, (_, index) => openOrders.at(index));
  }

  /** True when a replay of the journal has placed that order. */
  knows(clientOrderId: number): boolean {
    return this.replayedOrders.has(clientOrderId);
  }

  /** An order that the venue calls alive is one that the engine takes for its own, wherever it came from. */
  private assertTakenUp(report: Readonly<ExecutionReport>): void {
    const { clientOrderId, status, sequence } = report;
    // A line of the list of trades says nothing of the order's life.
    if (clientOrderId <= 0 || !ALIVE.has(status) || isTradeRecord(report)) return;
    const isKnown = this.engine.execution.stateOf(clientOrderId) !== -1;
    assert.ok(isKnown, `event ${sequence} names order ${clientOrderId}, and it is not taken up`);
  }

  private assertSent(event: Readonly<EngineEvent>, sent: Buffer | undefined): void {
    assert.ok(sent !== undefined, `event ${event.sequence} was never sent`);
    const { writer } = this;
    writer.position = 0;
    writer.integer(event.kind);
    writer.integer(event.atMicros);
    writePayload(writer, event);
    writer.align();
    const found = Buffer.from(writer.bytes.buffer, 0, writer.position);
    const isEqual = found.equals(sent.subarray(SENT_PAYLOAD_OFFSET));
    assert.ok(isEqual, `event ${event.sequence} is not the one that was sent`);
  }

  private note(command: Readonly<Command>): void {
    if (isAlert(command) && command.code === AlertCode.KILL) this.wasKilled = true;
    const isNew =
      command.kind === CommandKind.PLACE_ORDER || command.kind === CommandKind.REPLACE_ORDER;
    if (isNew) this.replayedOrders.add((command as OrderCommand).clientOrderId);
  }
}
