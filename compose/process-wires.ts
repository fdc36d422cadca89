/**
 * What connects each life of the process with the world of a fault run: the bytes of the public feeds,
 * the events of its account, its requests; and the count of what came through.
 */
import type { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, VenueSilenceEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Auditor } from '#simulation/auditor/auditor.ts';
import { CommandContext } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultNetwork } from '#simulation/faults/faults.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { MarketFrames } from './market-frames.ts';
import type { SocketWorld } from './socket-world.ts';
import type { TradingProcess } from './trading-process.ts';

export interface ProcessWiresOptions {
  readonly instruments: readonly Instrument[];
  readonly clock: VirtualClock;
  readonly network: FaultNetwork;
  readonly auditor: Auditor;
  /** With each timer event of the process that lives. */
  readonly onTimer: () => void;
  /** The connectors and the venue's doors between process and network; null: none are in between. */
  readonly sockets: SocketWorld | null;
}

export class ProcessWires {
  /** Events applied in all lives. */
  marketEvents = 0;
  privateEvents = 0;
  timerEvents = 0;
  private readonly options: ProcessWiresOptions;
  private readonly context = new CommandContext();
  private process: TradingProcess | null = null;
  private frames: MarketFrames | null = null;
  private badFramesBefore = 0;
  /** Per instrument: what the present life was told last. */
  private silentUntil: number[] = [];

  constructor(options: ProcessWiresOptions) {
    this.options = options;
  }

  /** Public messages that could not be read, in all lives. */
  get badFrames(): number {
    return this.badFramesBefore + (this.frames?.badCount ?? 0);
  }

  /** A life begins: from now on it hears the world. `durableEpoch`: the highest one on its disk. */
  connect(process: TradingProcess, durableEpoch: number): void {
    this.context.durableEpoch = durableEpoch;
    const { instruments, network } = this.options;
    const frames = new MarketFrames(
      instruments.map(({ index }) => network.instrument(index)),
      process,
    );
    this.process = process;
    this.frames = frames;
    this.silentUntil = [];
    process.host.addObserver({ onApplied: (event) => this.count(event) });
    process.host.addAcceptObserver({ onAccepted: (event) => this.noteDistortion(event) });
    const { sockets } = this.options;
    sockets?.begin(process);
    const edge: EventSink = {
      publish: (event) => {
        if (event.kind === EventKind.INSTRUMENT_DEFINED && event.instrument !== null) {
          frames.define(event.instrument);
          sockets?.define(event.instrument);
        }
        if (sockets?.takes(event) !== true) process.publish(event);
      },
    };
    network.attach(edge);
  }

  /** The life is over. */
  disconnect(): void {
    this.badFramesBefore += this.frames?.badCount ?? 0;
    this.frames = null;
    this.process = null;
    this.options.sockets?.end();
    this.options.network.detach();
  }

  /** One public message as the socket brings it. Nobody reads it between two lives. */
  receive(
    instrument: InstrumentIndex,
    bytes: Uint8Array,
    length: number,
    atMicros: EpochMicros,
  ): void {
    this.frames?.receive(instrument, bytes, length, atMicros);
  }

  /** What leaves the process is shown to the auditor before the network gets it. */
  gateway(): OrderGateway {
    const { auditor, network, clock, sockets } = this.options;
    const { context } = this;
    return {
      submit: (command: Readonly<OrderCommand | RequestCommand>): void => {
        const { process } = this;
        context.nowMicros = clock.nowMicros;
        context.causeSequence = process?.host.lastSequence ?? 0;
        context.durableSequence = process?.journal.durableSequence ?? 0;
        context.epoch = process?.epoch ?? 0;
        auditor.onCommand(command, context);
        (sockets ?? network).submit(command);
      },
    };
  }

  /** The edge has read in a refusal when the venue listens again, and says so before the refusal. */
  silence(instrument: InstrumentIndex, untilMicros: EpochMicros): void {
    // With sockets in between the connectors say it.
    if (this.options.sockets !== null) return;
    if (this.silentUntil[instrument] === untilMicros) return;
    this.silentUntil[instrument] = untilMicros;
    const event = new VenueSilenceEvent();
    event.atMicros = this.options.clock.nowMicros;
    event.instrument = instrument;
    event.untilMicros = untilMicros;
    this.process?.publish(event);
  }

  private noteDistortion(event: Readonly<EngineEvent>): void {
    if (event.kind !== EventKind.DEPTH_DELTA && event.kind !== EventKind.DEPTH_SNAPSHOT) return;
    const { network, auditor } = this.options;
    if (network.isDistorted(event.instrument)) auditor.onDistorted(event.instrument);
  }

  private count(event: Readonly<EngineEvent>): void {
    if (event.kind === EventKind.TIMER) {
      this.timerEvents += 1;
      this.options.onTimer();
    } else if (event.kind < EventKind.EXECUTION_REPORT) this.marketEvents += 1;
    else if (event.kind < EventKind.SESSION_START) this.privateEvents += 1;
  }
}
