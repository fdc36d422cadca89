import type { EngineEvent } from '#contracts/events.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { FrameEncoder } from '#simulation/wire/wire.ts';
import type { ClientOrderId, EpochMicros, InstrumentIndex } from '#units/integers.ts';
import type { EventCopies } from './event-copies.ts';
import type { FaultName } from './fault-table.ts';
import type { LiveWindows } from './live-window.ts';
import type { ProcessLink } from './process-link.ts';

/** Told of every effect of a fault on a message, an order or the process. */
export type FaultObserver = (
  name: FaultName,
  instrument: InstrumentIndex,
  clientOrderId: ClientOrderId,
) => void;

/** What all parts of the network share. */
export interface NetworkContext {
  readonly clock: VirtualClock;
  readonly copies: EventCopies;
  readonly live: LiveWindows;
  readonly link: ProcessLink;
  readonly onFault: FaultObserver;
}

/** An event that comes later than it should. Lost when its process is gone by then. */
export class HeldEvent implements Task {
  readonly event: EngineEvent;
  isDone = false;
  private readonly context: NetworkContext;
  private readonly encoder: FrameEncoder | null;
  private readonly generation: number;

  constructor(context: NetworkContext, event: EngineEvent, encoder: FrameEncoder | null) {
    this.context = context;
    this.encoder = encoder;
    this.generation = context.link.generation;
    this.event = context.copies.take(event);
  }

  run(): void {
    this.release();
  }

  /** Delivers it now, unless that has happened. */
  release(): void {
    if (this.isDone) return;
    this.drop();
    const { link, copies } = this.context;
    if (this.generation !== link.generation) return;
    link.deliver(this.event, this.encoder);
    copies.give(this.event);
  }

  /** It never comes. */
  drop(): void {
    this.isDone = true;
  }
}

/** Delivers a copy of an event after so many microseconds. */
export function hold(
  context: NetworkContext,
  event: EngineEvent,
  encoder: FrameEncoder | null,
  micros: number,
): HeldEvent {
  const held = new HeldEvent(context, event, encoder);
  const { clock } = context;
  clock.schedule((clock.nowMicros + Math.max(1, Math.round(micros))) as EpochMicros, held);
  return held;
}
