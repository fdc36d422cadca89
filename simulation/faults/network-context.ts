import type { EngineEvent } from '#contracts/events.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { FrameEncoder } from '#simulation/wire/wire.ts';
import {
  type ClientOrderId,
  type EpochMicros,
  type InstrumentIndex,
  NO_ORDER,
} from '#units/integers.ts';
import type { EventCopies } from './event-copies.ts';
import type { FaultName } from './fault-table.ts';
import type { LiveWindows } from './live-window.ts';
import type { ProcessLink } from './process-link.ts';

/**
 * Told of every effect of a fault on a message, an order or the process, when it happens. `targetOrderId`:
 * the other order of a request about two, or NO_ORDER.
 */
export type FaultObserver = (
  name: FaultName,
  instrument: InstrumentIndex,
  clientOrderId: ClientOrderId,
  targetOrderId: ClientOrderId,
) => void;

/** What all parts of the network share. */
export interface NetworkContext {
  readonly clock: VirtualClock;
  readonly copies: EventCopies;
  readonly live: LiveWindows;
  readonly link: ProcessLink;
  readonly onFault: FaultObserver;
}

/**
 * A fault struck something on its way to the process. It is told only when somebody waits for it: what
 * nobody would have heard anyway was not lost, late or wrong.
 */
export function strike(
  context: NetworkContext,
  name: FaultName,
  instrument: InstrumentIndex,
  clientOrderId: ClientOrderId,
): void {
  if (context.link.isListening) context.onFault(name, instrument, clientOrderId, NO_ORDER);
}

/** An event that comes later than it should. Lost when its process is gone by then. */
export class HeldEvent implements Task {
  readonly event: EngineEvent;
  isDone = false;
  private readonly context: NetworkContext;
  private readonly encoder: FrameEncoder | null;
  private readonly generation: number;
  private readonly onHeard: () => void;

  constructor(
    context: NetworkContext,
    event: EngineEvent,
    encoder: FrameEncoder | null,
    onHeard: () => void,
  ) {
    this.context = context;
    this.onHeard = onHeard;
    this.encoder = encoder;
    this.generation = context.link.generation;
    this.event = context.copies.take(event);
  }

  run(): void {
    this.release();
  }

  /** False once it was delivered or dropped, and when nobody is left who waits for it. */
  get isDue(): boolean {
    const { link } = this.context;
    return !this.isDone && this.generation === link.generation && link.isListening;
  }

  /** Delivers it now, unless that has happened. */
  release(): void {
    if (this.isDone) return;
    const { isDue } = this;
    this.drop();
    const { link, copies } = this.context;
    if (this.generation !== link.generation) return;
    if (isDue) this.onHeard();
    link.deliver(this.event, this.encoder);
    copies.give(this.event);
  }

  /** It never comes. */
  drop(): void {
    this.isDone = true;
  }
}

/** Delivers a copy of an event after so many microseconds. `onHeard` is told right before somebody hears it. */
export function hold(
  context: NetworkContext,
  event: EngineEvent,
  encoder: FrameEncoder | null,
  micros: number,
  onHeard: () => void = () => undefined,
): HeldEvent {
  const held = new HeldEvent(context, event, encoder, onHeard);
  const { clock } = context;
  clock.schedule((clock.nowMicros + Math.max(1, Math.round(micros))) as EpochMicros, held);
  return held;
}
