/**
 * What can leave the engine. Commands are refilled objects, valid during `emit`; the edge copies.
 * The kinds are part of the commands hash: never renumber, only add.
 */
import {
  type ClientOrderId,
  type DurationMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  NO_ORDER,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';
import { Layer, OrderType, SelfTradeMode, Side, TimeInForce } from './order.ts';
import { ActionReason } from './order-plan.ts';

export const CommandKind = {
  PLACE_ORDER: 1,
  CANCEL_ORDER: 2,
  AMEND_ORDER: 3,
  REPLACE_ORDER: 4,
  CANCEL_ALL: 5,
  QUERY_ORDER: 6,
  REQUEST_SNAPSHOT: 7,
  REQUEST_ACCOUNT: 8,
  RAISE_ALERT: 9,
  REQUEST_OPEN_ORDERS: 10,
  REQUEST_FILLS: 11,
} as const;
export type CommandKind = (typeof CommandKind)[keyof typeof CommandKind];

/**
 * PLACE, CANCEL, AMEND, REPLACE and QUERY of one order, in one flat shape.
 *
 * PLACE: every order field counts. CANCEL, QUERY: `clientOrderId` and `instrument` count.
 * AMEND: `clientOrderId` and the new total `quantityLots`. REPLACE: cancels `targetOrderId`, then
 * places `clientOrderId` only if the cancel worked (STOP_ON_FAILURE).
 */
export class OrderCommand {
  kind: CommandKind = CommandKind.PLACE_ORDER;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  clientOrderId: ClientOrderId = NO_ORDER;
  targetOrderId: ClientOrderId = NO_ORDER;
  side: Side = Side.BUY;
  /** 0 for MARKET. */
  priceTicks = 0 as PriceTicks;
  quantityLots = 0 as QuantityLots;
  type: OrderType = OrderType.LIMIT_MAKER;
  timeInForce: TimeInForce = TimeInForce.GTC;
  layer: Layer = Layer.NONE;
  ttlMicros = 0 as DurationMicros;
  reduceOnly = false;
  reducesRisk = false;
  selfTradeMode: SelfTradeMode = SelfTradeMode.EXPIRE_MAKER;
  reason: ActionReason = ActionReason.NONE;
}

/**
 * CANCEL_ALL, REQUEST_SNAPSHOT, REQUEST_OPEN_ORDERS and REQUEST_FILLS of one instrument,
 * REQUEST_ACCOUNT. The last three are answered by reports and a closing QueryCompletedEvent.
 */
export class RequestCommand {
  kind: CommandKind = CommandKind.REQUEST_SNAPSHOT;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  /** REQUEST_FILLS: own trades of this id and above. */
  fromTradeId = 0;
}

export const AlertCode = {
  BOOK_GAP: 1,
  BOOK_CROSSED: 2,
  STALE_MARKET: 3,
  ILLEGAL_TRANSITION: 4,
  UNKNOWN_ORDER: 5,
  LATE_FILL: 6,
  BALANCE_MISMATCH: 7,
  POSITION_MISMATCH: 8,
  HEDGE_OVERDUE: 9,
  HARD_BAND: 10,
  KILL: 11,
  MARGIN_LOW: 12,
  FEE_ASSET_LOW: 13,
  MODEL_CLAMPED: 14,
  RISK_REJECTED: 15,
  LEASE_LOST: 16,
  DUPLICATE_FILL: 17,
  REJECT_STORM: 18,
  FOREIGN_ORDER: 19,
  /** An instrument definition did not replace the current one (measured: its version, limit: the current). */
  INSTRUMENT_REFUSED: 20,
} as const;
export type AlertCode = (typeof AlertCode)[keyof typeof AlertCode];

export const AlertSeverity = { NOTICE: 0, WARNING: 1, WAKE: 2 } as const;
export type AlertSeverity = (typeof AlertSeverity)[keyof typeof AlertSeverity];

/** Something a person or a metric must hear of. Two numbers; text is made at the edge. */
export class AlertCommand {
  readonly kind = CommandKind.RAISE_ALERT;
  code: AlertCode = AlertCode.BOOK_GAP;
  severity: AlertSeverity = AlertSeverity.NOTICE;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  clientOrderId: ClientOrderId = NO_ORDER;
  measured = 0;
  limit = 0;
}

export type Command = OrderCommand | RequestCommand | AlertCommand;

/** True for what goes to people, false for what goes to the venue. */
export function isAlert(command: Readonly<Command>): command is Readonly<AlertCommand> {
  return command.kind === CommandKind.RAISE_ALERT;
}

/** The one output of the engine. Returns nothing: every outcome comes back as an event. */
export interface CommandSink {
  emit(command: Readonly<Command>): void;
}
