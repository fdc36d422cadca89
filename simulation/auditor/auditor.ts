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
import { AccountBooks } from './account-books.ts';
import { AlertAudit } from './alert-audit.ts';
import { AskingAudit } from './asking-audit.ts';
import {
  type AuditBounds,
  type AuditorOptions,
  type CommandContext,
  type Condition,
  DEFAULT_AUDIT_BOUNDS,
  type EngineView,
  IncidentKind,
  Phase,
  type RecoveryFacts,
  type VenueIncident,
} from './auditor-inputs.ts';
import { CalmAudit } from './calm-audit.ts';
import { DeadlineAudit } from './deadline-audit.ts';
import { EngineBooks } from './engine-books.ts';
import { type AuditSummary, Findings } from './findings.ts';
import { GrantedLimits } from './granted-limits.ts';
import { HandedInAudit } from './handed-in-audit.ts';
import { KillAudit } from './kill-audit.ts';
import { LargestBand } from './largest-band.ts';
import { MarketAudit } from './market-audit.ts';
import { OrderLife } from './order-life.ts';
import { RateAudit } from './rate-audit.ts';
import { ReservationAudit } from './reservation-audit.ts';
import { SendAudit } from './send-audit.ts';
import { SentOrders } from './sent-orders.ts';
import { HEDGE, INSTRUMENTS_MAX, Situation } from './situation.ts';
import { SizeAudit } from './size-audit.ts';
import { TableAudit } from './table-audit.ts';
import { TradeUnderWay } from './trade-under-way.ts';
import { TurnMemory } from './turn-memory.ts';
import { WeightAudit } from './weight-audit.ts';

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
  private readonly findings: Findings;
  private readonly situation: Situation;
  private readonly account: AccountBooks;
  private readonly markets: MarketAudit;
  private readonly granted: GrantedLimits;
  private readonly turns: TurnMemory;
  private readonly orders = new SentOrders();
  private readonly alerts: AlertAudit;
  private readonly engineBooks: EngineBooks;
  private readonly life: OrderLife;
  private readonly rate: RateAudit;
  private readonly sizes: SizeAudit;
  private readonly kill: KillAudit;
  private readonly sends: SendAudit;
  private readonly deadlines: DeadlineAudit;
  private readonly calm: CalmAudit;
  private readonly tables: TableAudit;
  private readonly reservations: ReservationAudit;
  private readonly handedIn: HandedInAudit;
  private readonly asking: AskingAudit;
  private isFirstOfLife = false;
  private readonly underWay = new TradeUnderWay();
  private appliedCount = 0;

  constructor(options: AuditorOptions) {
    const { instruments } = options;
    if (instruments.length < 1 || instruments.length > INSTRUMENTS_MAX) {
      throw new RangeError(`the auditor follows one or two instruments, not ${instruments.length}`);
    }
    const bounds: AuditBounds = { ...DEFAULT_AUDIT_BOUNDS, ...options.bounds };
    const hasHedge = instruments.length > HEDGE;
    const findings = new Findings(options.violationsMax);
    const situation = new Situation(bounds.livenessMicros);
    const { orders } = this;
    this.findings = findings;
    this.situation = situation;
    const account = new AccountBooks(instruments, options.opening, options.feeAsset, findings);
    this.account = account;
    const granted = new GrantedLimits(options.limits);
    this.granted = granted;
    const turns = new TurnMemory(hasHedge);
    this.turns = turns;
    const alerts = new AlertAudit(bounds.alertMicros, situation, findings);
    this.alerts = alerts;
    this.engineBooks = new EngineBooks(account, alerts, situation, findings);
    this.markets = new MarketAudit({ instruments, bounds, findings, situation, account, alerts });
    const { ages, prices, books } = this.markets;
    const shared = { bounds, findings, situation, orders, account, alerts, ages };
    this.life = new OrderLife(shared);
    const weights = new WeightAudit(instruments, orders, findings);
    this.rate = new RateAudit(options.orderRates, weights, findings);
    this.sizes = new SizeAudit({ ...shared, instruments, granted, prices });
    this.kill = new KillAudit(shared);
    this.sends = new SendAudit({
      kill: this.kill,
      ...shared,
      childrenPerLayer: options.childrenPerLayer,
      targetDeltaBaseUnits: options.targetDeltaBaseUnits,
      life: this.life,
      rate: this.rate,
      sizes: this.sizes,
      granted,
      turns,
    });
    const band = new LargestBand(options.bandMaxQuoteUnits, { account, prices, situation });
    this.deadlines = new DeadlineAudit({
      ...shared,
      band,
      hasHedge,
      targetDeltaBaseUnits: options.targetDeltaBaseUnits,
      hardDeltaQuoteUnits: options.hardDeltaQuoteUnits,
      hardDeltaMicros: options.hardDeltaMicros,
      prices,
      sends: this.sends,
    });
    const reservations = new ReservationAudit(shared);
    this.reservations = reservations;
    this.calm = new CalmAudit({
      ...shared,
      instrumentCount: instruments.length,
      books,
      reservations,
    });
    this.tables = new TableAudit(findings, instruments.length);
    this.handedIn = new HandedInAudit(findings);
    const instrumentCount = instruments.length;
    this.asking = new AskingAudit(bounds, instrumentCount, situation, findings);
  }

  /** A private event as the venue sent it, before faults. Refusals of its edge (429, overload) too. */
  onVenueTruth(event: Readonly<AccountEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.life.onTruth(event, this.account.onReport(event));
        break;
      case EventKind.BALANCE:
        this.account.onBalance(event, nowMicros);
        break;
      case EventKind.PERP_POSITION:
        this.account.onPosition(event, nowMicros);
        break;
      case EventKind.FUNDING_PAYMENT:
        this.account.onFunding(event);
        break;
      case EventKind.QUERY_COMPLETED:
      case EventKind.PRIVATE_FEED_STATUS:
        break;
    }
  }

  /** A public event as the venue sent it, before faults, from the first of the world on. */
  onMarketTruth(event: Readonly<MarketEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    this.markets.onTruth(event, nowMicros);
  }

  /** A command leaves the process towards the venue. */
  onCommand(
    command: Readonly<OrderCommand | RequestCommand>,
    context: Readonly<CommandContext>,
  ): void {
    this.advance(context.nowMicros);
    this.sends.onCommand(command, context);
    this.asking.onCommand(command.kind, command.instrument);
  }

  /** A command as the engine emits it, before anything in the process can keep it back. */
  onEmitted(command: Readonly<Command>): void {
    this.sends.onEmitted(command);
  }

  onAlert(alert: Readonly<AlertCommand>, nowMicros: number): void {
    this.advance(nowMicros);
    this.alerts.onAlert(alert);
    if (alert.code === AlertCode.KILL) this.kill.onKillAlert();
    if (alert.code === AlertCode.UNKNOWN_ORDER) this.life.onUnknownAlarmed(alert.clientOrderId);
    const isCorrection =
      alert.code === AlertCode.POSITION_MISMATCH || alert.code === AlertCode.BALANCE_MISMATCH;
    if (isCorrection) this.calm.onCorrection();
  }

  onVenueIncident(incident: Readonly<VenueIncident>): void {
    this.advance(incident.nowMicros);
    this.account.onIncident(incident);
    switch (incident.kind) {
      case IncidentKind.RATE_LIMITED:
        this.onRateLimited(incident);
        break;
      case IncidentKind.BANNED:
        this.rate.silence(incident.instrument, incident.nowMicros, incident.untilMicros);
        this.situation.ban(incident.untilMicros);
        break;
      case IncidentKind.INSTRUMENT_CHANGED:
        if (incident.definition !== null) this.onVenueInstrument(incident.definition);
        break;
      case IncidentKind.FOREIGN_ORDER:
        this.life.onForeignOrder(incident.instrument, incident.lots);
        break;
      case IncidentKind.LIQUIDATED:
      case IncidentKind.BALANCE_ADJUSTED:
        this.calm.onCorrection();
        break;
    }
  }

  /** Right before the process journals and handles it. */
  onDelivered(event: Readonly<EngineEvent>, nowMicros: number): void {
    this.advance(nowMicros);
    this.markets.onDelivered(event, nowMicros);
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.onDeliveredReport(event);
        break;
      case EventKind.QUERY_COMPLETED:
        this.life.onQueryCompleted(event);
        break;
      case EventKind.RISK_LEASE:
        this.granted.grant(event.limits, event.expiresAtMicros);
        break;
      case EventKind.INSTRUMENT_DEFINED:
        if (event.instrument !== null) this.sizes.onInstrument(event.instrument);
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
    this.granted.onTurnEnd();
    this.situation.sequence = sequence;
    this.findings.eventSequence = sequence;
    if (this.isFirstOfLife) {
      this.isFirstOfLife = false;
      this.life.adopt(view);
    }
    const flags = this.turns.note(sequence, view, this.granted.isValidAt(event.atMicros));
    this.kill.onApplied(event, flags);
    this.engineBooks.onApplied(event, view);
    if (event.kind === EventKind.EXECUTION_REPORT) this.life.onApplied(event, view);
    this.markets.onApplied(event, view);
    this.life.lookAtNext(view);
    this.sends.onTurnEnd();
    this.deadlines.onApplied(flags, view);
    this.alerts.poll();
    this.appliedCount += 1;
    if (this.appliedCount % TABLES_EVERY === 0) {
      this.tables.check(view);
    }
    if (event.kind !== EventKind.TIMER) return;
    this.account.poll(nowMicros);
    this.markets.onTimer(flags, nowMicros);
    this.asking.poll();
    this.deadlines.onTimer(flags, view);
    this.calm.onTimer(view);
  }

  /** The record of that sequence was handed to the journal. `rollingHash`: of all records so far, below 2^53. */
  onAppended(sequence: number, rollingHash: number): void {
    this.handedIn.onAppended(sequence, rollingHash);
  }

  /** A process begins its life. `isFresh`: with empty books; false: with what it recovered. */
  onStarted(epoch: number, isFresh: boolean, nowMicros: number): void {
    this.advance(nowMicros);
    this.findings.count(22);
    if (epoch <= this.situation.epoch || this.situation.isUp) {
      this.findings.violate(
        22,
        `epoch ${epoch} begins after ${this.situation.epoch}, which ${this.situation.isUp ? 'still lives' : 'is over'}`,
      );
    }
    this.situation.start(epoch);
    if (isFresh) this.rollBack(0);
    this.isFirstOfLife = true;
    this.life.onStarted();
    this.kill.onStarted();
    this.granted.onStarted();
    this.markets.onStarted(isFresh);
    this.asking.onStarted();
    this.engineBooks.onStarted(isFresh);
    this.rate.onStarted();
    this.alerts.onStarted();
    this.calm.forgetPnl();
    // A session that begins on a position knows its cost only as the venue's rounded price.
    if (isFresh && this.situation.lifeCount > 1) this.calm.onCorrection();
  }

  /** The process is shown less of an instrument's book than there is, and nothing tells it so yet. */
  onDistorted(instrument: number): void {
    this.markets.onDistorted(instrument);
  }

  onCrashed(nowMicros: number): void {
    this.advance(nowMicros);
    this.underWay.onCrashed();
    this.situation.stop();
    this.sends.onCrashed();
    this.kill.onCrashed();
  }

  onPaused(nowMicros: number): void {
    this.advance(nowMicros);
    this.situation.pause(true);
  }

  onResumed(nowMicros: number): void {
    this.advance(nowMicros);
    this.situation.pause(false);
  }

  /** After the crash and before `onStarted` of the next life. */
  onRecovered(facts: Readonly<RecoveryFacts>): void {
    this.handedIn.onRecovered(facts);
    this.rollBack(facts.recoveredSequence);
  }

  /** People started the session anew after a kill: the way back. A restart by itself is not. */
  onRearmed(nowMicros: number): void {
    this.advance(nowMicros);
    this.kill.rearm();
  }

  /** State hash of the run and of its replay at a sequence. */
  onReplayed(sequence: number, liveHash: string, replayHash: string): void {
    this.handedIn.onReplayed(sequence, liveHash, replayHash);
  }

  /** Hash of the commands of the run and of its twin with a stepped wall clock. */
  onClockTwin(commandsHash: string, twinCommandsHash: string): void {
    this.handedIn.onClockTwin(commandsHash, twinCommandsHash);
  }

  /** State hash after one reconciliation and after another one right behind it. */
  onReconciledTwice(firstHash: string, secondHash: string): void {
    this.handedIn.onReconciledTwice(firstHash, secondHash);
  }

  /** An injector fired: named in the text of later violations. */
  onFault(name: string): void {
    this.findings.noteFault(name);
  }

  /** A part of the world breaks or is whole again. Opened twice, it must be closed twice. */
  onCondition(condition: Condition, instrument: number, isOpen: boolean, nowMicros: number): void {
    this.advance(nowMicros);
    this.situation.setCondition(condition, instrument, isOpen);
  }

  onPhase(phase: Phase, nowMicros: number): void {
    this.advance(nowMicros);
    this.situation.setPhase(phase);
    this.findings.phaseName = phase === Phase.CALM ? 'calm' : 'storm';
  }

  /** Nothing is under way any more: everything must be equal now. */
  onQuiescence(view: EngineView, nowMicros: number): void {
    this.advance(nowMicros);
    this.account.poll(Number.POSITIVE_INFINITY);
    this.tables.check(view);
    this.reservations.check(view);
    this.calm.onQuiescence(view);
  }

  /** That invariant broke so far; 'any': one of them did. */
  hasBroken(invariant: number | 'any'): boolean {
    return this.findings.hasBroken(invariant);
  }

  /** Counts and violations so far. */
  summary(): AuditSummary {
    return this.findings.summary();
  }

  private advance(nowMicros: number): void {
    this.situation.advance(nowMicros);
    this.findings.nowMicros = nowMicros;
  }

  private onDeliveredReport(report: Readonly<ExecutionReport>): void {
    const { instrument, tradeId } = report;
    const trade = tradeId < 0 ? null : this.account.trade(instrument, tradeId);
    if (trade !== null && !trade.isDelivered && !this.account.isInOrder(trade)) {
      this.calm.onCorrection();
    }
    if (report.venueCode === TOO_MANY_ORDERS) {
      this.rate.onOrdersRefused(instrument, this.situation.nowMicros);
    }
    this.underWay.begin(trade, report.sequence);
    this.life.onDelivered(report, trade);
  }

  private onRateLimited(incident: Readonly<VenueIncident>): void {
    const { instrument, nowMicros, untilMicros } = incident;
    this.rate.limit(instrument, nowMicros, untilMicros);
    this.situation.ban(untilMicros);
  }

  private onVenueInstrument(definition: Instrument): void {
    if (definition.index !== HEDGE) return;
    this.situation.closeHedge(definition.status !== InstrumentStatus.TRADING);
  }

  /** What was applied after that sequence never happened for the process. */
  private rollBack(sequence: number): void {
    this.account.rollBack(sequence);
    this.turns.rollBack(sequence);
    this.kill.rollBack(sequence);
  }
}
