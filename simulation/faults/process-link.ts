import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent, InstrumentDefinedEvent, MarketEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { DAMAGE_SIZE_MAX, damageFrame } from '#simulation/wire/damage.ts';
import type { FrameEncoder } from '#simulation/wire/wire.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import type { EventCopies } from './event-copies.ts';

/** Takes one public message as it came from the socket. The bytes are valid during the call. */
export type FrameReceiver = (
  instrument: InstrumentIndex,
  bytes: Uint8Array,
  length: number,
  receivedAtMicros: EpochMicros,
) => void;

/** What a socket buffers for a process that does not read: beyond it the venue cuts the connection. */
const QUEUE_MAX = 50_000;
/** The venue's number for a client that is to be silent. */
export const TOO_MANY_REQUESTS = -1003;

/** An event that waits for a paused process, with the printer of its time. */
interface Waiting {
  readonly event: EngineEvent;
  readonly encoder: FrameEncoder | null;
}

/**
 * The last step to the process: up or down, awake or standing still. Stamps what it hands over, and
 * prints market events as bytes when the process reads bytes.
 */
export class ProcessLink {
  /** Rises when a process comes or goes: what was on the way to the one before is lost. */
  generation = 0;
  isPaused = false;
  /** The venue has cut the connections of a process that stood still for too long. */
  isBroken = false;
  deliveredCount = 0;
  private sink: EventSink | null = null;
  private readonly clock: VirtualClock;
  private readonly copies: EventCopies;
  private readonly frames: FrameReceiver | null;
  private readonly waiting: Waiting[] = [];
  private damaged = new Uint8Array(16_384);
  private eventsToCrash = 0;
  private onCrash: () => void = () => undefined;
  private readonly onHeard: (event: Readonly<ExecutionReport | InstrumentDefinedEvent>) => void;

  /** `onHeard`: a refusal for too many requests or a definition reached the process. */
  constructor(
    clock: VirtualClock,
    copies: EventCopies,
    frames: FrameReceiver | null,
    onHeard: (event: Readonly<ExecutionReport | InstrumentDefinedEvent>) => void,
  ) {
    this.onHeard = onHeard;
    this.clock = clock;
    this.copies = copies;
    this.frames = frames;
  }

  get isUp(): boolean {
    return this.sink !== null;
  }

  /** Something that is delivered now will be heard, at once or after a pause. */
  get isListening(): boolean {
    return this.sink !== null && !this.isBroken;
  }

  attach(sink: EventSink): void {
    if (this.sink !== null) throw new Error('a process is attached already');
    this.sink = sink;
    this.generation += 1;
  }

  /** The process is gone, and everything on the way to it. */
  detach(): void {
    this.sink = null;
    this.generation += 1;
    this.isPaused = false;
    this.isBroken = false;
    this.eventsToCrash = 0;
    this.waiting.length = 0;
  }

  /** `onCrash` is called in place of the delivery that is `events` from now (1: the next one). */
  crashIn(events: number, onCrash: () => void): void {
    this.eventsToCrash = events;
    this.onCrash = onCrash;
  }

  /** Hands an event over, or keeps it for a process that stands still. Hot: every event. */
  deliver(event: EngineEvent, encoder: FrameEncoder | null): void {
    if (this.sink === null) return;
    if (this.isPaused) {
      this.keep(event, encoder);
      return;
    }
    if (this.eventsToCrash > 0 && this.isCrashNow()) return;
    this.hand(event, encoder);
  }

  /**
   * Hands a market event over as damaged bytes; without bytes it is lost. False: it was not touched,
   * because who sleeps reads no bytes.
   */
  deliverDamaged(event: MarketEvent, encoder: FrameEncoder, kind: number, place: number): boolean {
    const { frames } = this;
    if (this.sink === null || this.isPaused) return false;
    if (frames === null) return true;
    const length = encoder.encode(event);
    if (this.damaged.length < length + DAMAGE_SIZE_MAX) {
      this.damaged = new Uint8Array(2 * length + DAMAGE_SIZE_MAX);
    }
    const size = damageFrame(encoder.bytes, length, kind, place, this.damaged);
    this.deliveredCount += 1;
    frames(event.instrument, this.damaged, size, this.clock.nowMicros);
    return true;
  }

  /** The notice that a server goes away: a message without an event. */
  deliverShutdown(instrument: InstrumentIndex, encoder: FrameEncoder): void {
    if (this.frames === null || this.sink === null || this.isPaused) return;
    const length = encoder.encodeShutdown(this.clock.nowMicros);
    this.frames(instrument, encoder.bytes, length, this.clock.nowMicros);
  }

  /** Awake again: everything kept is handed over now, in its order. */
  resume(): void {
    this.isPaused = false;
    const { generation } = this;
    const kept = this.waiting.splice(0);
    for (const { event, encoder } of kept) {
      // What is handed over may crash the process.
      if (generation === this.generation) this.deliver(event, encoder);
      this.copies.give(event);
    }
  }

  private keep(event: EngineEvent, encoder: FrameEncoder | null): void {
    if (this.isBroken) return;
    if (this.waiting.length >= QUEUE_MAX) {
      this.isBroken = true;
      return;
    }
    this.waiting.push({ event: this.copies.take(event), encoder });
  }

  private hand(event: EngineEvent, encoder: FrameEncoder | null): void {
    this.deliveredCount += 1;
    const now = this.clock.nowMicros;
    if (encoder !== null && this.frames !== null) {
      const market = event as MarketEvent;
      const length = encoder.encode(market);
      if (length > 0) {
        this.frames(market.instrument, encoder.bytes, length, now);
        return;
      }
    }
    event.atMicros = now;
    if (event.kind === EventKind.EXECUTION_REPORT) {
      if (event.venueCode === TOO_MANY_REQUESTS) this.onHeard(event);
    } else if (event.kind === EventKind.INSTRUMENT_DEFINED) {
      this.onHeard(event);
    }
    this.sink?.publish(event);
  }

  private isCrashNow(): boolean {
    this.eventsToCrash -= 1;
    if (this.eventsToCrash > 0) return false;
    this.onCrash();
    return true;
  }
}
