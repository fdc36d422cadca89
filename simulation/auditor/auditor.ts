/** The door of the auditor: hands what it is told to the parts that keep books and check. */
import {
  AlertCode,
  type AlertCommand,
  type Command,
  type OrderCommand,
  type RequestCommand,
} from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { AccountEvent, EngineEvent, MarketEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import { type AuditParts, buildAuditParts } from './audit-parts.ts';
import {
  type AuditorOptions,
  type CommandContext,
  type Condition,
  type DamageFacts,
  type EngineView,
  IncidentKind,
  Phase,
  type RecoveryFacts,
  type VenueIncident,
} from './auditor-inputs.ts';
import type { AuditSummary } from './findings.ts';
import { HEDGE } from './situation.ts';
import { TradeUnderWay } from './trade-under-way.ts';

const TABLES_EVERY = 256;
/** The venue's number for a used up count of orders. */
const TOO_MANY_ORDERS = -1015;

/**
 * Keeps its own books from the venue's side and holds the engine against them. Shares no code with it.
 *
 * Order of calls for one event: `onVenueTruth` or `onMarketTruth` as the venue sends it, before any
 * fault; `onDelivered` right before the process journals and handles it (a paused process: when it
 * takes it up); `onCommand` and `onAlert` while it is handled, or later when a gate lets it go;
 * `onApplied` after it was handled. Nothing here throws because of what the engine does.
 *
 * Hot: every call with an event. No allocation while nothing is wrong, but for orders and own trades.
 */
export class Auditor {
  private readonly parts: AuditParts;
  private readonly underWay = new TradeUnderWay();
  private isFirstOfLife = false;
  private appliedCount = 0;

  /** Throws a RangeError for an account of no or of too many instruments. */
  constructor(options: AuditorOptions) {
    this.parts = buildAuditParts(options);
  }

  /** A private event as the venue sent it, before faults. Refusals of its edge (429, overload) too. */
  onVenueTruth(event: Readonly<AccountEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.parts.life.onTruth(event, this.parts.account.onReport(event));
        break;
      case EventKind.BALANCE:
        this.parts.account.onBalance(event, nowMicros);
        break;
      case EventKind.PERP_POSITION:
        this.parts.account.onPosition(event, nowMicros);
        break;
      case EventKind.FUNDING_PAYMENT:
        this.parts.account.onFunding(event);
        break;
      case EventKind.QUERY_COMPLETED:
      case EventKind.PRIVATE_FEED_STATUS:
        break;
    }
  }

  /** A public event as the venue sent it, before faults, from the first of the world on. */
  onMarketTruth(event: Readonly<MarketEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.markets.onTruth(event, nowMicros);
  }

  /** A command leaves the process towards the venue. */
  onCommand(
    command: Readonly<OrderCommand | RequestCommand>,
    context: Readonly<CommandContext>,
  ): void {
    this.advance(context.nowMicros);
    this.parts.sends.onCommand(command, context);
    this.parts.asking.onCommand(command.kind, command.instrument);
  }

  /** A command as the engine emits it, before anything in the process can keep it back. */
  onEmitted(command: Readonly<Command>): void {
    this.parts.sends.onEmitted(command);
  }

  onAlert(alert: Readonly<AlertCommand>, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.alerts.onAlert(alert);
    if (alert.code === AlertCode.KILL) this.parts.kill.onKillAlert();
    if (alert.code === AlertCode.UNKNOWN_ORDER) {
      this.parts.life.onUnknownAlarmed(alert.clientOrderId);
    }
    const isCorrection =
      alert.code === AlertCode.POSITION_MISMATCH || alert.code === AlertCode.BALANCE_MISMATCH;
    if (isCorrection) this.parts.calm.onCorrection();
  }

  onVenueIncident(incident: Readonly<VenueIncident>): void {
    this.advance(incident.nowMicros);
    this.parts.account.onIncident(incident);
    switch (incident.kind) {
      case IncidentKind.RATE_LIMITED:
        this.onRateLimited(incident);
        break;
      case IncidentKind.BANNED:
        this.parts.rate.silence(incident.instrument, incident.nowMicros, incident.untilMicros);
        this.parts.situation.ban(incident.untilMicros);
        break;
      case IncidentKind.INSTRUMENT_CHANGED:
        if (incident.definition !== null) this.onVenueInstrument(incident.definition);
        break;
      case IncidentKind.FOREIGN_ORDER:
        this.parts.life.onForeignOrder(incident.instrument, incident.lots);
        break;
      case IncidentKind.LIQUIDATED:
      case IncidentKind.BALANCE_ADJUSTED:
        this.parts.calm.onCorrection();
        break;
    }
  }

  /** Right before the process journals and handles it. */
  onDelivered(event: Readonly<EngineEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.markets.onDelivered(event, nowMicros);
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.onDeliveredReport(event);
        break;
      case EventKind.QUERY_COMPLETED:
        this.parts.life.onQueryCompleted(event);
        break;
      case EventKind.RISK_LEASE:
        this.parts.granted.grant(event.limits, event.expiresAtMicros);
        break;
      case EventKind.INSTRUMENT_DEFINED:
        if (event.instrument !== null) this.parts.sizes.onInstrument(event.instrument);
        break;
      default:
        break;
    }
  }

  /** After it was handled. `event.sequence` is set. */
  onApplied(event: Readonly<EngineEvent>, view: EngineView, nowMicros: number): void {
    this.advance(nowMicros);
    const { sequence } = event;
    this.underWay.end();
    this.parts.granted.onTurnEnd();
    this.parts.situation.sequence = sequence;
    this.parts.findings.eventSequence = sequence;
    if (this.isFirstOfLife) {
      this.isFirstOfLife = false;
      this.parts.life.adopt(view);
    }
    const isLeaseValid = this.parts.granted.isValidAt(event.atMicros);
    const flags = this.parts.turns.note(sequence, view, isLeaseValid);
    this.parts.kill.onApplied(event, flags);
    this.parts.engineBooks.onApplied(event, view);
    if (event.kind === EventKind.EXECUTION_REPORT) this.parts.life.onApplied(event, view);
    this.parts.markets.onApplied(event, view);
    this.parts.life.lookAtNext(view);
    this.parts.sends.onTurnEnd();
    this.parts.deadlines.onApplied(flags, view);
    this.parts.alerts.poll();
    this.appliedCount += 1;
    if (this.appliedCount % TABLES_EVERY === 0) {
      this.parts.tables.check(view);
      this.checkLimits(view);
    }
    if (event.kind !== EventKind.TIMER) return;
    this.parts.account.poll(nowMicros);
    this.parts.markets.onTimer(flags, nowMicros);
    this.parts.asking.poll();
    this.parts.deadlines.onTimer(flags, view);
    this.parts.calm.onTimer(view);
  }

  /** The record of that sequence was handed to the journal. `rollingHash`: of all records so far, below 2^53. */
  onAppended(sequence: number, rollingHash: number): void {
    this.parts.handedIn.onAppended(sequence, rollingHash);
  }

  /** A process begins its life. `isFresh`: with empty books; false: with what it recovered. */
  onStarted(epoch: number, isFresh: boolean, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.findings.count(22);
    if (epoch <= this.parts.situation.epoch || this.parts.situation.isUp) {
      this.parts.findings.violate(
        22,
        `epoch ${epoch} begins after ${this.parts.situation.epoch}, which ${this.parts.situation.isUp ? 'still lives' : 'is over'}`,
      );
    }
    this.parts.situation.start(epoch);
    if (isFresh) this.rollBack(0);
    this.isFirstOfLife = true;
    this.parts.life.onStarted();
    this.parts.kill.onStarted();
    this.parts.engineBooks.onStarted(isFresh);
    this.parts.asking.onStarted();
    this.parts.rate.onStarted();
    this.parts.granted.onStarted();
    if (isFresh) this.parts.account.onSessionBegun();
    this.parts.alerts.onStarted();
    this.parts.calm.forgetPnl();
    // A session that begins on a position knows its cost only as the venue's rounded price.
    if (isFresh && this.parts.situation.lifeCount > 1) this.parts.calm.onCorrection();
    this.parts.markets.onStarted(isFresh);
  }

  /** The process is shown less of an instrument's book than there is, and nothing tells it so yet. */
  onDistorted(instrument: number): void {
    this.parts.markets.onDistorted(instrument);
  }

  onCrashed(nowMicros: number): void {
    this.advance(nowMicros);
    this.underWay.onCrashed();
    this.parts.situation.stop();
    this.parts.sends.onCrashed();
    this.parts.kill.onCrashed();
  }

  onPaused(nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.situation.pause(true);
  }

  onResumed(nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.situation.pause(false);
  }

  /** After the crash and before `onStarted` of the next life. */
  onRecovered(facts: Readonly<RecoveryFacts>): void {
    this.parts.handedIn.onRecovered(facts);
    this.rollBack(facts.recoveredSequence);
  }

  /** People started the session anew after a kill: the way back. A restart by itself is not. */
  onRearmed(nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.kill.rearm();
  }

  /** State hash of the run and of its replay at a sequence. */
  onReplayed(sequence: number, liveHash: string, replayHash: string): void {
    this.parts.handedIn.onReplayed(sequence, liveHash, replayHash);
  }

  /** A bit of the journal was changed, and the process was begun again on it. */
  onDamageJudged(facts: Readonly<DamageFacts>): void {
    this.parts.handedIn.onDamageJudged(facts);
  }

  /** Hash of the commands of the run and of its twin with a stepped wall clock. */
  onClockTwin(commandsHash: string, twinCommandsHash: string): void {
    this.parts.handedIn.onClockTwin(commandsHash, twinCommandsHash);
  }

  /** State hash after one reconciliation and after another one right behind it. */
  onReconciledTwice(firstHash: string, secondHash: string): void {
    this.parts.handedIn.onReconciledTwice(firstHash, secondHash);
  }

  /** An injector fired: named in the text of later violations. */
  onFault(name: string): void {
    this.parts.findings.noteFault(name);
  }

  /** A part of the world breaks or is whole again. Opened twice, it must be closed twice. */
  onCondition(condition: Condition, instrument: number, isOpen: boolean, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.situation.setCondition(condition, instrument, isOpen);
  }

  onPhase(phase: Phase, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.situation.setPhase(phase);
    this.parts.findings.phaseName = phase === Phase.CALM ? 'calm' : 'storm';
  }

  /** Nothing is under way any more: everything must be equal now. */
  onQuiescence(view: EngineView, nowMicros: number): void {
    this.advance(nowMicros);
    this.parts.account.poll(Number.POSITIVE_INFINITY);
    this.parts.tables.check(view);
    this.parts.reservations.check(view);
    this.checkLimits(view);
    this.checkChannels();
    this.parts.calm.onQuiescence(view);
  }

  /** That invariant broke so far; 'any': one of them did. */
  hasBroken(invariant: number | 'any'): boolean {
    return this.parts.findings.hasBroken(invariant);
  }

  /** Counts and violations so far. */
  summary(): AuditSummary {
    return this.parts.findings.summary();
  }

  private advance(nowMicros: number): void {
    this.parts.situation.advance(nowMicros);
    this.parts.findings.nowMicros = nowMicros;
  }

  private onDeliveredReport(report: Readonly<ExecutionReport>): void {
    const { instrument, tradeId } = report;
    const trade = tradeId < 0 ? null : this.parts.account.trade(instrument, tradeId);
    if (trade !== null && !trade.isDelivered && !this.parts.account.isInOrder(trade)) {
      this.parts.calm.onCorrection();
    }
    if (report.venueCode === TOO_MANY_ORDERS) {
      this.parts.rate.onOrdersRefused(instrument, this.parts.situation.nowMicros);
    }
    this.underWay.begin(trade, report.sequence);
    this.parts.life.onDelivered(report, trade);
  }

  /** 30: what is in force is one version of the limits, not parts of two. */
  private checkLimits(view: EngineView): void {
    const { granted, findings } = this.parts;
    const limits = view.limitsInForce;
    if (limits === null) return;
    findings.count(30);
    if (granted.isOneVersion(limits)) return;
    findings.violate(30, `limits in force are no granted version: ${JSON.stringify(limits)}`);
  }

  /** 32: at rest each trade of the session was told by the stream, or by the answer to a question. */
  private checkChannels(): void {
    const { account, findings } = this.parts;
    findings.count(32);
    for (const { instrument, tradeId, clientOrderId } of account.untoldTrades()) {
      findings.violate(
        32,
        `trade ${tradeId} of instrument ${instrument} was told on no channel`,
        clientOrderId,
      );
    }
  }

  private onRateLimited(incident: Readonly<VenueIncident>): void {
    const { instrument, nowMicros, untilMicros } = incident;
    this.parts.rate.limit(instrument, nowMicros, untilMicros);
    this.parts.situation.ban(untilMicros);
  }

  private onVenueInstrument(definition: Instrument): void {
    if (definition.index !== HEDGE) return;
    this.parts.situation.closeHedge(definition.status !== InstrumentStatus.TRADING);
  }

  /** What was applied after that sequence never happened for the process. */
  private rollBack(sequence: number): void {
    this.parts.account.rollBack(sequence);
    this.parts.turns.rollBack(sequence);
    this.parts.kill.rollBack(sequence);
  }
}
