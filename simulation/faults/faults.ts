/**
 * The network between a world and the process that trades in it, and everything that goes wrong on
 * it by a script. Hears the world's events, hands over what the process gets to hear; takes the
 * process's requests, hands over what arrives at the venue. With no window open it passes on.
 */
import type { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent, InstrumentDefinedEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';
import { CommandGate } from './command-gate.ts';
import { EventCopies } from './event-copies.ts';
import type { FaultWindow } from './fault-script.ts';
import { faultOf } from './fault-table.ts';
import { HostClock } from './host-clock.ts';
import { InstrumentChanges } from './instrument-changes.ts';
import { LiveWindow, LiveWindows } from './live-window.ts';
import { MarketLine } from './market-line.ts';
import type { FaultObserver, NetworkContext } from './network-context.ts';
import { PrivateLine } from './private-line.ts';
import { type FrameReceiver, ProcessLink } from './process-link.ts';
import { type OwnerCallback, ProcessTroubles } from './process-troubles.ts';
import { SentOrders } from './sent-orders.ts';
import { type MarketControl, VenueTroubles } from './venue-troubles.ts';
import { RECONNECT_MICROS, WindowActions } from './window-actions.ts';

export interface FaultNetworkOptions {
  readonly clock: VirtualClock;
  readonly instruments: readonly Instrument[];
  readonly script: readonly FaultWindow[];
  /** Every effect on a message, an order or the process. What hit nothing is not told. */
  readonly onFault: FaultObserver;
  readonly onProcess: OwnerCallback;
  readonly onDisk: OwnerCallback;
  /** The process has heard that it must be silent in a market until then (429 and 418). */
  readonly onSilenced?: (instrument: InstrumentIndex, untilMicros: EpochMicros) => void;
  /** Takes market events as bytes. Without it they are handed over as events. */
  readonly frames?: FrameReceiver;
  /** The client's recvWindow. Default 2 s. */
  readonly recvWindowMicros?: number;
}

export interface FaultWorld {
  readonly venue: SimulatedVenue;
  /** Null: a recorded market, whose people cannot be stopped. */
  readonly market: MarketControl | null;
}

const RECV_WINDOW_MICROS = 2 * MICROS_PER_SECOND;

export class FaultNetwork implements EventSink, OrderGateway {
  readonly link: ProcessLink;
  private readonly options: FaultNetworkOptions;
  private readonly context: NetworkContext;
  private readonly live = new LiveWindows();
  private readonly sent = new SentOrders();
  private readonly marketLines: readonly MarketLine[];
  private readonly privateLines: readonly PrivateLine[];
  private readonly hostClock: HostClock;
  private readonly perpetualIndex: number;
  private readonly spotIndex: number;
  private readonly processTroubles: ProcessTroubles;
  private world: FaultWorld | null = null;
  private gate: CommandGate | null = null;
  private changes: InstrumentChanges | null = null;
  private actions: WindowActions | null = null;
  private hasStarted = false;

  constructor(options: FaultNetworkOptions) {
    const { clock, instruments } = options;
    const copies = new EventCopies();
    this.options = options;
    this.link = new ProcessLink(clock, copies, options.frames ?? null, (event) => this.hear(event));
    const { link, live } = this;
    this.context = { clock, copies, live, link, onFault: options.onFault };
    const hasBytes = options.frames !== undefined;
    this.marketLines = instruments.map((one) => new MarketLine(this.context, one, hasBytes));
    this.privateLines = instruments.map(
      (one) => new PrivateLine(this.context, one.index, this.sent),
    );
    this.hostClock = new HostClock(this.context);
    this.processTroubles = new ProcessTroubles(this.context, options.onProcess, () =>
      this.connectAnew.run(),
    );
    this.perpetualIndex = instruments.findIndex((one) => one.market === Market.PERPETUAL);
    this.spotIndex = Math.max(
      0,
      instruments.findIndex((one) => one.market === Market.SPOT),
    );
  }

  /** The world it stands before: once, before anything runs. */
  bind(world: FaultWorld): void {
    if (this.world !== null) throw new Error('a network stands before one world');
    this.world = world;
    const { context, marketLines, privateLines, hostClock, processTroubles } = this;
    const { instruments, onProcess, onDisk } = this.options;
    const { venue } = world;
    const troubles = new VenueTroubles(context, venue, world.market);
    const lines = marketLines;
    const changes = new InstrumentChanges({ context, venue, troubles, instruments, lines });
    this.changes = changes;
    const lined = { context, instruments, marketLines, privateLines, hostClock, processTroubles };
    this.actions = new WindowActions({ ...lined, venue, troubles, changes, onProcess, onDisk });
    this.gate = new CommandGate({
      context,
      venue,
      lines: privateLines,
      sent: this.sent,
      recvWindowMicros: this.options.recvWindowMicros ?? RECV_WINDOW_MICROS,
      clockOffsetMicros: () => this.hostClock.offsetMicros,
      gridFactor: (index) => changes.gridFactor(index),
    });
  }

  /** From now on the script runs: its times count from here. Throws on a name that is no fault. */
  start(): void {
    const { actions } = this;
    if (actions === null || this.hasStarted) throw new Error('bind a world, then start once');
    this.hasStarted = true;
    const { clock, script } = this.options;
    const start = clock.nowMicros;
    for (const window of script) {
      faultOf(window.name);
      const live = new LiveWindow(window);
      const from = (start + window.fromMicros) as EpochMicros;
      const to = (from + window.lengthMicros) as EpochMicros;
      clock.schedule(from, { run: () => actions.open(live) });
      clock.schedule(to, { run: () => actions.close(live) });
    }
  }

  /**
   * A process listens from now on. The first one finds its connections made. Each later one makes
   * them: it is told that they are down as soon as this moment is over, and up 0.3 s later.
   */
  attach(sink: EventSink): void {
    const isFirst = this.link.generation === 0;
    this.link.attach(sink);
    this.changes?.noteAllHeard();
    if (!isFirst) this.options.clock.schedule(this.options.clock.nowMicros, this.connectAnew);
  }

  /** The process is gone. Everything on the way to it is lost, and its connections with it. */
  detach(): void {
    this.link.detach();
    for (const line of this.privateLines) line.forget();
  }

  /** An instrument as the venue has it now: a process that starts is told these. */
  instrument(index: InstrumentIndex): Instrument {
    const first = this.options.instruments[index] as Instrument;
    return this.world?.venue.incidents.instrument(index) ?? first;
  }

  /** When the venue listens again in a market; 0 when it was never closed to us. */
  releaseMicros(index: InstrumentIndex): EpochMicros {
    return this.world?.venue.incidents.releaseMicros(index) ?? (0 as EpochMicros);
  }

  /** True while the process cannot know the true book of an instrument, and nothing told it so yet. */
  isDistorted(instrument: InstrumentIndex): boolean {
    return this.marketLines[instrument]?.isDistorted ?? false;
  }

  /** True when no window is open: what is still under way is only what was held back. */
  get isCalm(): boolean {
    return this.live.count === 0;
  }

  /** Host minus venue, microseconds. */
  get clockOffsetMicros(): number {
    return this.hostClock.offsetMicros;
  }

  /** Requests sent in a market after the process had heard that it must be silent. */
  knowingOffences(instrument: InstrumentIndex): number {
    return this.gate?.knowingOffences[instrument] ?? 0;
  }

  /** Hot: every event of the world. */
  publish(event: EngineEvent): void {
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
      case EventKind.DEPTH_SNAPSHOT:
      case EventKind.BOOK_TICKER:
      case EventKind.TRADE:
      case EventKind.MARK_PRICE:
        this.marketLines[event.instrument]?.onEvent(event);
        return;
      case EventKind.EXECUTION_REPORT:
        this.privateLines[event.instrument]?.onEvent(event, this.isAnswer);
        return;
      case EventKind.QUERY_COMPLETED:
      case EventKind.PERP_POSITION:
      case EventKind.FUNDING_PAYMENT:
        this.privateLines[event.instrument]?.onEvent(event, this.isAnswer);
        return;
      case EventKind.BALANCE: {
        const isMargin = event.slot === BalanceSlot.PERP_MARGIN;
        const index = isMargin ? this.perpetualIndex : this.spotIndex;
        this.privateLines[index]?.onEvent(event, this.isAnswer);
        return;
      }
      default:
        this.link.deliver(event, null);
    }
  }

  /** Hot: every request of the process. */
  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    if (this.gate === null) throw new Error('a request before a world was bound');
    this.gate.submit(command);
  }

  private get isAnswer(): boolean {
    return this.world?.venue.isDeliveringAnswer ?? false;
  }

  private readonly connectAnew = {
    run: (): void => {
      for (const line of this.marketLines) line.connectAnew(RECONNECT_MICROS);
      for (const line of this.privateLines) line.connectAnew(RECONNECT_MICROS);
    },
  };

  private hear(event: Readonly<ExecutionReport | InstrumentDefinedEvent>): void {
    if (event.kind === EventKind.INSTRUMENT_DEFINED) {
      if (event.instrument !== null) this.changes?.noteHeard(event.instrument);
      return;
    }
    const { instrument } = event;
    const until = this.world?.venue.incidents.releaseMicros(instrument) ?? (0 as EpochMicros);
    if (until <= this.options.clock.nowMicros) return;
    this.gate?.noteTold(instrument, until);
    this.options.onSilenced?.(instrument, until);
  }
}
