import type { EventSink, Journal, StageProbe } from '#contracts/edge-ports.ts';
import { Stage } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';
import type { Sequence } from '#units/integers.ts';
import type { Engine } from './engine.ts';

/** Told of every applied event, after the engine handled it. Observers never change anything. */
export interface AppliedEventObserver {
  onApplied(event: Readonly<EngineEvent>): void;
}

/** Takes the state's canonical bytes every so many events and at the end. */
export interface CheckpointSink {
  checkpoint(sequence: Sequence): void;
}

export interface EngineHostOptions {
  readonly engine: Engine;
  readonly journal: Journal;
  readonly probe: StageProbe;
  readonly checkpoints: CheckpointSink;
  /** Events between two checkpoints. Above zero. */
  readonly checkpointEvents: number;
  readonly observers: readonly AppliedEventObserver[];
}

/**
 * The door of one running engine: gives each event its sequence, journals it, lets the loop handle
 * it. The only caller of the loop, so journal order is applied order.
 *
 * Hot: every event.
 */
export class EngineHost implements EventSink {
  private readonly options: EngineHostOptions;
  private sequence = 0;
  private untilCheckpoint: number;
  private handling = false;

  constructor(options: EngineHostOptions) {
    this.options = options;
    this.untilCheckpoint = options.checkpointEvents;
  }

  /** Sequence of the last applied event. */
  get lastSequence(): Sequence {
    return this.sequence as Sequence;
  }

  publish(event: EngineEvent): void {
    // One event, one turn: an edge that publishes from inside a turn would break the order.
    if (this.handling) throw new Error('an event was published while another is being handled');
    this.handling = true;
    const { engine, journal, probe, observers } = this.options;
    this.sequence += 1;
    event.sequence = this.sequence as Sequence;
    probe.begin();
    journal.append(event);
    probe.mark(Stage.JOURNAL);
    engine.handle(event);
    probe.end();
    for (let index = 0; index < observers.length; index++) {
      (observers[index] as AppliedEventObserver).onApplied(event);
    }
    this.handling = false;
    this.untilCheckpoint -= 1;
    if (this.untilCheckpoint === 0) {
      this.untilCheckpoint = this.options.checkpointEvents;
      this.options.checkpoints.checkpoint(this.sequence as Sequence);
    }
  }
}
