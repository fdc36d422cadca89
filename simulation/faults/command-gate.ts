/**
 * The process's requests on their way to the venue: lost, refused on arrival, overtaken by a trade,
 * stamped by a wrong clock.
 */
import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import { DoorRefusal } from '#simulation/venue/venue-incidents.ts';
import {
  type InstrumentIndex,
  MICROS_PER_MILLI,
  NO_INSTRUMENT,
  NO_ORDER,
  type PriceTicks,
} from '#units/integers.ts';
import type { FaultName } from './fault-table.ts';
import type { NetworkContext } from './network-context.ts';
import type { PrivateLine } from './private-line.ts';
import type { SentOrders } from './sent-orders.ts';

/** A request stamped later than this ahead of the venue is refused. */
const AHEAD_MICROS_MAX = 1_000 * MICROS_PER_MILLI;
/** What a client waits before it calls an outcome unknown, at least. */
const UNKNOWN_MICROS = 20 * MICROS_PER_MILLI;
/** No stranger sweeps more than this to reach an order of ours. */
const SWEEP_LOTS_MAX = 1_000_000;

type Request = Readonly<OrderCommand | RequestCommand>;

export interface CommandGateOptions {
  readonly context: NetworkContext;
  readonly venue: SimulatedVenue;
  readonly lines: readonly PrivateLine[];
  readonly sent: SentOrders;
  readonly recvWindowMicros: number;
  /** Of the host against the venue. */
  readonly clockOffsetMicros: () => number;
  /** Ticks of the venue in one tick as the process knows it. */
  readonly gridFactor: (instrument: InstrumentIndex) => number;
}

export class CommandGate {
  /** Requests sent after the process was told to be silent and before the release. */
  readonly knowingOffences: number[];
  private readonly options: CommandGateOptions;
  private readonly silentUntilMicros: number[];
  private readonly regridded = new OrderCommand();

  constructor(options: CommandGateOptions) {
    this.options = options;
    this.knowingOffences = options.lines.map(() => 0);
    this.silentUntilMicros = options.lines.map(() => 0);
  }

  /** The process has heard of a refusal: until then it is to be silent. */
  noteTold(instrument: InstrumentIndex, untilMicros: number): void {
    this.silentUntilMicros[instrument] = untilMicros;
  }

  /** Hot: every request. */
  submit(command: Request): void {
    const { venue, context } = this.options;
    if (command.kind === CommandKind.REQUEST_SNAPSHOT) {
      venue.submit(command);
      return;
    }
    const now = context.clock.nowMicros;
    const { sent } = this.options;
    if (isAboutOneOrder(command) && isNew(command)) sent.noteSent(command.clientOrderId, now);
    this.noteOffence(command.instrument);
    const request = this.onVenueGrid(command);
    if (context.live.count === 0 || !this.strike(request)) venue.submit(request);
  }

  private noteOffence(instrument: number): void {
    const now = this.options.context.clock.nowMicros;
    for (let index = 0; index < this.silentUntilMicros.length; index++) {
      // A request about no instrument goes to every market.
      const isAsked = instrument === index || instrument === NO_INSTRUMENT;
      if (!isAsked || now >= (this.silentUntilMicros[index] as number)) continue;
      this.knowingOffences[index] = (this.knowingOffences[index] as number) + 1;
    }
  }

  /** True when the request was dealt with: refused, lost or halved. */
  private strike(command: Request): boolean {
    if (this.refuseStamp(command) || this.loseRequest(command)) return true;
    if (!isAboutOneOrder(command)) return this.losesQuestion(command);
    const { incidents } = this.options.venue;
    switch (command.kind) {
      case CommandKind.CANCEL_ORDER:
        this.race(command, 'cancel-fill-race');
        return false;
      case CommandKind.QUERY_ORDER:
        return this.refusesQuestion(command);
      case CommandKind.AMEND_ORDER:
        this.race(command, 'amend-race');
        break;
      case CommandKind.REPLACE_ORDER:
        if (this.rolls('replace-half-success', command)) {
          incidents.submitHalf(command, this.effectOn('replace-half-success', command));
          return true;
        }
    }
    if (this.rolls('reject-storm', command)) {
      const onEffect = this.effectOn('reject-storm', command);
      incidents.submitRefused(command, DoorRefusal.OVERLOAD, onEffect);
      return true;
    }
    if (isNew(command) && this.rolls('order-count', command)) {
      const onEffect = this.effectOn('order-count', command);
      incidents.submitRefused(command, DoorRefusal.ORDER_COUNT, onEffect);
      return true;
    }
    return false;
  }

  private refuseStamp(command: Request): boolean {
    const offset = this.options.clockOffsetMicros();
    if (offset <= AHEAD_MICROS_MAX && offset >= -this.options.recvWindowMicros) return false;
    const isStep = this.options.context.live.find('clock-step', command.instrument) !== null;
    const onEffect = this.effectOn(isStep ? 'clock-step' : 'clock-drift', command);
    this.options.venue.incidents.submitRefused(command, DoorRefusal.TIME_STAMP, onEffect);
    return true;
  }

  /** Half of the unknown outcomes are requests that never arrived. */
  private loseRequest(command: Request): boolean {
    const { live, clock } = this.options.context;
    const hit = live.roll('unknown-status', command.instrument);
    if (hit === null || hit.draw(1) < 0.5) return false;
    this.effectOn('unknown-status', command)();
    if (!isAboutOneOrder(command)) return true;
    const line = this.options.lines[command.instrument] as PrivateLine;
    line.tellUnknown(command.clientOrderId, clock.nowMicros, UNKNOWN_MICROS);
    if (command.kind === CommandKind.REPLACE_ORDER) {
      line.tellUnknown(command.targetOrderId, clock.nowMicros, UNKNOWN_MICROS);
    }
    return true;
  }

  private refusesQuestion(command: Readonly<OrderCommand>): boolean {
    if (!this.rolls('question-refused', command)) return false;
    const onEffect = this.effectOn('question-refused', command);
    this.options.venue.incidents.submitRefused(command, DoorRefusal.OVERLOAD, onEffect);
    return true;
  }

  private losesQuestion(command: Request): boolean {
    const isLost =
      this.options.context.live.roll('account-question-lost', command.instrument) !== null;
    if (isLost) this.effectOn('account-question-lost', command)();
    return isLost;
  }

  /** While the request is on the way a stranger trades with the order it is about. */
  private race(command: Readonly<OrderCommand>, name: FaultName): void {
    const { context, venue } = this.options;
    const { clientOrderId, instrument } = command;
    const hit = context.live.roll(name, instrument);
    if (hit === null) return;
    const share = hit.draw(1) < 0.5 ? 1 : hit.draw(2);
    context.clock.schedule(context.clock.nowMicros, {
      run: () => {
        const order = venue
          .openOrders(instrument)
          .find((one) => one.clientOrderId === clientOrderId);
        if (order === undefined) return;
        const lots = Math.ceil((order.quantityLots - order.filledLots) * share);
        const traded = venue.incidents.takeOrder(instrument, clientOrderId, lots, SWEEP_LOTS_MAX);
        if (traded > 0) context.onFault(name, instrument, clientOrderId, NO_ORDER);
      },
    });
  }

  private rolls(name: FaultName, command: Readonly<OrderCommand>): boolean {
    return this.options.context.live.roll(name, command.instrument) !== null;
  }

  /** Tells of an effect on a request when it is called: commands are refilled until then. */
  private effectOn(name: FaultName, command: Request): () => void {
    const { onFault } = this.options.context;
    const { instrument } = command;
    const isOne = isAboutOneOrder(command);
    const id = isOne ? command.clientOrderId : NO_ORDER;
    const isPair = isOne && command.kind === CommandKind.REPLACE_ORDER;
    const target = isPair ? command.targetOrderId : NO_ORDER;
    return () => onFault(name, instrument, id, target);
  }

  /** Prices are decimals on the wire: a process that knows the coarse grid means the same money. */
  private onVenueGrid(command: Request): Request {
    if (!isAboutOneOrder(command)) return command;
    const factor = this.options.gridFactor(command.instrument);
    if (factor === 1) return command;
    Object.assign(this.regridded, command);
    this.regridded.priceTicks = (command.priceTicks * factor) as PriceTicks;
    return this.regridded;
  }
}

function isAboutOneOrder(command: Request): command is Readonly<OrderCommand> {
  return command.kind <= CommandKind.REPLACE_ORDER || command.kind === CommandKind.QUERY_ORDER;
}

function isNew(command: Readonly<OrderCommand>): boolean {
  return command.kind === CommandKind.PLACE_ORDER || command.kind === CommandKind.REPLACE_ORDER;
}
