/** 10 and 11: a kill absorbs, and it completes. */
import { AlertCode } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, OperatorAction } from '#contracts/events.ts';
import { type AlertAudit, codeBit } from './alert-audit.ts';
import type { AuditBounds } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { CleanClock, Deadline, type Situation } from './situation.ts';
import { TurnFlag } from './turn-memory.ts';

const KILL_ALERT = codeBit(AlertCode.KILL);

interface KillAuditOptions {
  readonly bounds: AuditBounds;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly orders: SentOrders;
  readonly alerts: AlertAudit;
}

/**
 * Knows the event that killed and the one that began the orderly end; 0: none. Both outlast a restart
 * when they were durable: only people take them back.
 */
export class KillAudit {
  private killSequence = 0;
  private shutDownSequence = 0;
  /** It came as an operator's word: then nothing new may leave in that very turn either. */
  private isKilledByWord = false;
  /** It alarmed a kill in the turn that is under way. */
  private isAlarmed = false;
  private isEndedByWord = false;
  private readonly options: KillAuditOptions;
  private readonly findings: Findings;
  private readonly deadline: Deadline;

  constructor(options: KillAuditOptions) {
    this.options = options;
    this.findings = options.findings;
    this.deadline = new Deadline(options.situation, CleanClock.CANCELS, 1);
  }

  /** The engine says that it is killed. Whoever says so is held to it, whatever it shows afterwards. */
  onKillAlert(): void {
    this.isAlarmed = true;
  }

  /** The turn under way never came to an end. */
  onCrashed(): void {
    this.isAlarmed = false;
  }

  /** Every applied event. A kill comes by the operator's word, or the engine shows or alarms one of its own. */
  onApplied(event: Readonly<EngineEvent>, flags: number): void {
    let isKill = this.isAlarmed || (flags & TurnFlag.KILLED) !== 0;
    this.isAlarmed = false;
    let isEnd = (flags & TurnFlag.SHUT_DOWN) !== 0;
    if (event.kind === EventKind.OPERATOR) {
      if (event.action === OperatorAction.STOP) isKill = true;
      if (event.action === OperatorAction.SHUTDOWN) isEnd = true;
    }
    if (isEnd && this.shutDownSequence === 0) {
      this.shutDownSequence = event.sequence;
      this.isEndedByWord = event.kind === EventKind.OPERATOR;
      this.begin();
    }
    if (isKill && this.killSequence === 0) {
      this.killSequence = event.sequence;
      this.isKilledByWord = event.kind === EventKind.OPERATOR;
      this.begin();
      // An orderly end needs no alert, and a kill after it is no news.
      if (!isEnd) this.options.alerts.expect(KILL_ALERT, 'a kill', 0, false);
    }
    if (this.deadline.isRunning) this.watch();
  }

  /** An order that left; judged by the event that caused it. */
  checkOrder(order: SentOrder): void {
    const cause = order.causeSequence;
    const isAfterKill = isAfter(cause, this.killSequence, this.isKilledByWord);
    const isAfterEnd = isAfter(cause, this.shutDownSequence, this.isEndedByWord);
    if (!isAfterKill && !isAfterEnd) return;
    this.findings.count(10);
    // Hedges of late fills are allowed after a kill; that they reduce is looked at elsewhere.
    if (order.isHedge && !isAfterEnd) return;
    this.findings.violate(
      10,
      `an order caused by ${cause}, killed at ${this.killSequence}, shut down at ${this.shutDownSequence}`,
      order.id,
    );
  }

  /** Events after that sequence never happened for the process. */
  rollBack(sequence: number): void {
    if (this.killSequence > sequence) this.killSequence = 0;
    if (this.shutDownSequence > sequence) this.shutDownSequence = 0;
    if (this.killSequence === 0 && this.shutDownSequence === 0) this.deadline.stop();
  }

  /** A life begins: what its predecessor could not end is given the whole bound again. */
  onStarted(): void {
    if (this.deadline.isRunning) this.begin();
  }

  /** People take it back, after looking: whatever of ours they still find was never pulled. */
  rearm(): void {
    if (this.deadline.isRunning && !this.options.situation.isUnreachable) this.judgeRearmed();
    this.rollBack(0);
  }

  private judgeRearmed(): void {
    const { bounds, orders } = this.options;
    this.findings.count(11);
    const left = this.leftCount();
    if (left === 0 || !this.deadline.isOver(bounds.rearmMicros)) return;
    this.findings.violate(
      11,
      `${left} orders of ours stand at the venue while people begin anew, killed at ${this.deadline.startedAtMicros}`,
      orders.atVenue[0]?.id ?? 0,
    );
  }

  private begin(): void {
    this.findings.count(10);
    this.deadline.stop();
    this.deadline.start();
  }

  private watch(): void {
    const { orders, bounds } = this.options;
    this.findings.count(11);
    const left = this.leftCount();
    if (left === 0) {
      this.deadline.stop();
      return;
    }
    if (!this.deadline.isOver(bounds.killMicros)) return;
    this.deadline.stop();
    this.findings.violate(
      11,
      `${left} orders of ours still stand at the venue, killed at ${this.deadline.startedAtMicros}`,
      orders.atVenue[0]?.id ?? 0,
    );
  }

  /** At the venue, or on their way there. Hedges sent after the kill are allowed. */
  private leftCount(): number {
    const { bounds, situation, orders } = this.options;
    let count = 0;
    for (let index = 0; index < orders.atVenue.length; index++) {
      const order = orders.atVenue[index] as SentOrder;
      if (!order.isHedge || order.sentAtMicros <= this.deadline.startedAtMicros) count += 1;
    }
    for (let index = 0; index < orders.live.length; index++) {
      const order = orders.live[index] as SentOrder;
      const isUnderWay = !order.isHeard && !order.isVenueEnded && !order.isHedge;
      if (isUnderWay && situation.nowMicros - order.sentAtMicros < bounds.flightMicros) count += 1;
    }
    return count;
  }
}

function isAfter(cause: number, sequence: number, isByWord: boolean): boolean {
  return sequence > 0 && (cause > sequence || (isByWord && cause === sequence));
}
