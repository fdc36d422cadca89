import type { SessionJournal } from '#adapters/journal/journal.ts';
import { type EventSink, Stage, type StageProbe } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Sequence } from '#units/integers.ts';
import type { Engine } from './engine.ts';

/** Told of every applied event, after the engine handled it. Observers never change anything. */
export interface AppliedEventObserver {
  onApplied(event: Readonly<EngineEvent>): void;
}

/** Told of every event once it is journaled, before the engine handles it. Changes nothing either. */
export interface AcceptedEventObserver {
  onAccepted(event: Readonly<EngineEvent>): void;
}

export interface EngineHostOptions {
  readonly engine: Engine;
  readonly journal: SessionJournal;
  readonly probe: StageProbe;
}

/**
 * The door of one running engine: gives each event its sequence, journals it, lets the loop handle
 * it. The only caller of the loop, so journal order is applied order.
 *
 * Hot: every event.
 */
export class EngineHost implements EventSink {
  private readonly engine: Engine;
  private readonly journal: SessionJournal;
  private readonly probe: StageProbe;
  private readonly observers: AppliedEventObserver[] = [];
  private readonly acceptObservers: AcceptedEventObserver[] = [];
  private sequence: number;
  private isHandling = false;
  private isStopped = false;

  constructor(options: EngineHostOptions) {
    this.engine = options.engine;
    this.journal = options.journal;
    this.probe = options.probe;
    this.sequence = options.journal.lastSequence;
  }

  /** Sequence of the last applied event. */
  get lastSequence(): Sequence {
    return this.sequence as Sequence;
  }

  addObserver(observer: AppliedEventObserver): void {
    this.observers.push(observer);
  }

  addAcceptObserver(observer: AcceptedEventObserver): void {
    this.acceptObservers.push(observer);
  }

  /** From now on events are dropped; a turn under way ends without a trace in the journal. */
  stop(): void {
    this.isStopped = true;
  }

  publish(event: EngineEvent): void {
    if (this.isStopped) return;
    // One event, one turn: an edge that publishes from inside a turn would break the order.
    if (this.isHandling) throw new Error('an event was published while another is being handled');
    this.isHandling = true;
    const { engine, journal, probe, observers, acceptObservers } = this;
    this.sequence += 1;
    event.sequence = this.sequence as Sequence;
    probe.begin();
    journal.append(event);
    probe.mark(Stage.JOURNAL);
    for (let index = 0; index < acceptObservers.length; index++) {
      (acceptObservers[index] as AcceptedEventObserver).onAccepted(event);
    }
    engine.handle(event);
    probe.end();
    if (this.isStopped) return;
    for (let index = 0; index < observers.length; index++) {
      (observers[index] as AppliedEventObserver).onApplied(event);
    }
    if (this.isStopped) return;
    if (journal.isCheckpointDue) journal.checkpoint(engine.stateBytes());
    this.isHandling = false;
  }
}
