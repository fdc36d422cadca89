/** The door of the auditor. */
import type { AlertCommand, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { AccountEvent, EngineEvent, MarketEvent } from '#contracts/events.ts';
import type {
  AuditorOptions,
  CommandContext,
  Condition,
  EngineView,
  Phase,
  RecoveryFacts,
  VenueIncident,
} from './auditor-inputs.ts';
import { type AuditSummary, Findings } from './findings.ts';

/**
 * Keeps its own books from the venue's side and holds the engine against them. Shares no code with it.
 *
 * Order of calls for one event: `onVenueTruth` or `onMarketTruth` as the venue sends it, before any
 * fault; `onDelivered` right before the process journals and handles it (a paused process: when it
 * takes it up); `onCommand` and `onAlert` while it is handled, or later when a gate lets it go;
 * `onApplied` after it was handled. Nothing here throws because of what the engine does.
 */
export class Auditor {
  private readonly findings: Findings;

  constructor(options: AuditorOptions) {
    this.findings = new Findings(options.violationsMax);
  }

  /** A private event as the venue sent it, before faults. Refusals of its edge (429, overload) too. */
  onVenueTruth(_event: Readonly<AccountEvent>, _nowMicros: number): void {}

  /** A public event as the venue sent it, before faults, from the first of the world on. */
  onMarketTruth(_event: Readonly<MarketEvent>, _nowMicros: number): void {}

  /** A command leaves the process towards the venue. */
  onCommand(
    _command: Readonly<OrderCommand | RequestCommand>,
    _context: Readonly<CommandContext>,
  ): void {}

  /** The process itself refuses or throws away a command that the engine emitted. */
  onCommandRefused(_command: Readonly<OrderCommand | RequestCommand>, _nowMicros: number): void {}

  onAlert(_alert: Readonly<AlertCommand>, _nowMicros: number): void {}

  onVenueIncident(_incident: Readonly<VenueIncident>): void {}

  /** Right before the process journals and handles it. */
  onDelivered(_event: Readonly<EngineEvent>, _nowMicros: number): void {}

  /** After it was handled. `event.sequence` is set. */
  onApplied(_event: Readonly<EngineEvent>, _view: EngineView, _nowMicros: number): void {}

  /** The record of that sequence was handed to the journal. `rollingHash`: of all records so far, below 2^53. */
  onAppended(_sequence: number, _rollingHash: number): void {}

  /** A process begins its life. `isFresh`: with empty books; false: with what it recovered. */
  onStarted(_epoch: number, _isFresh: boolean, _nowMicros: number): void {}

  onCrashed(_nowMicros: number): void {}

  onPaused(_nowMicros: number): void {}

  onResumed(_nowMicros: number): void {}

  /** After the crash and before `onStarted` of the next life. */
  onRecovered(_facts: Readonly<RecoveryFacts>): void {}

  /** People started the session anew after a kill: the way back. A restart by itself is not. */
  onRearmed(_nowMicros: number): void {}

  /** State hash of the run and of its replay at a sequence. */
  onReplayed(_sequence: number, _liveHash: string, _replayHash: string): void {}

  /** Hash of the commands of the run and of its twin with a stepped wall clock. */
  onClockTwin(_commandsHash: string, _twinCommandsHash: string): void {}

  /** State hash after one reconciliation and after another one right behind it. */
  onReconciledTwice(_firstHash: string, _secondHash: string): void {}

  /** An injector fired: named in the text of later violations. */
  onFault(_name: string): void {}

  /** A part of the world breaks or is whole again. Opened twice, it must be closed twice. */
  onCondition(
    _condition: Condition,
    _instrument: number,
    _isOpen: boolean,
    _nowMicros: number,
  ): void {}

  onPhase(_phase: Phase, _nowMicros: number): void {}

  /** Nothing is under way any more: everything must be equal now. */
  onQuiescence(_view: EngineView, _nowMicros: number): void {}

  /** Counts and violations so far. */
  summary(): AuditSummary {
    return this.findings.summary();
  }
}
