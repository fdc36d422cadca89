import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import type { Refusal } from './venue-rules.ts';

/** What becomes of a request on its way. */
export const Fate = {
  HANDLED: 0,
  /** Refused at the door by `Arrival.refusal`. */
  REFUSED: 1,
  ANSWER_LOST: 2,
  REQUEST_LOST: 3,
  /** A cancel-replace of which only the cancel works. */
  HALF: 4,
} as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** One request on its way to the venue. */
export class Arrival implements Task {
  readonly command = new OrderCommand();
  requestedAtMicros = 0 as EpochMicros;
  fromTradeId = 0;
  fate: Fate = Fate.HANDLED;
  refusal: Refusal | null = null;
  /** Told once, when `refusal` or HALF really decided what became of it. */
  onEffect: () => void = () => undefined;
  private readonly handle: (arrival: Arrival) => void;

  constructor(handle: (arrival: Arrival) => void) {
    this.handle = handle;
  }

  /** Copies a command: it is valid during the call only. */
  fill(command: Readonly<OrderCommand | RequestCommand>): void {
    if (isAboutOneOrder(command)) {
      copyOrder(command, this.command);
      return;
    }
    this.command.kind = command.kind;
    this.command.instrument = command.instrument;
    this.fromTradeId = command.fromTradeId;
  }

  run(): void {
    this.handle(this);
  }
}

/** True when the command names one order, false when it asks about the account or a market. */
export function isAboutOneOrder(
  command: Readonly<OrderCommand | RequestCommand>,
): command is Readonly<OrderCommand> {
  return command.kind <= CommandKind.REPLACE_ORDER || command.kind === CommandKind.QUERY_ORDER;
}

function copyOrder(from: Readonly<OrderCommand>, to: OrderCommand): void {
  to.kind = from.kind;
  to.instrument = from.instrument;
  to.clientOrderId = from.clientOrderId;
  to.targetOrderId = from.targetOrderId;
  to.side = from.side;
  to.priceTicks = from.priceTicks;
  to.quantityLots = from.quantityLots;
  to.type = from.type;
  to.timeInForce = from.timeInForce;
  to.layer = from.layer;
  to.ttlMicros = from.ttlMicros;
  to.reduceOnly = from.reduceOnly;
  to.reducesRisk = from.reducesRisk;
  to.selfTradeMode = from.selfTradeMode;
  to.reason = from.reason;
}
