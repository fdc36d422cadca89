/**
 * The venue's reading of requests: method and parameters to what the simulated venue is asked. Written
 * apart from the connectors on purpose: a mistake in their texts is not repeated here.
 */
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { parseSteps } from '#units/decimal-text.ts';
import {
  type ClientOrderId,
  clientOrderId,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';

/** Parameters as the wire brought them. */
export type RequestFields = Readonly<Record<string, unknown>>;

/** A request in the venue's refusal: what it says and by which number. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const MALFORMED = -1102;
const TYPES: Readonly<Record<string, OrderType>> = {
  LIMIT_MAKER: OrderType.LIMIT_MAKER,
  LIMIT: OrderType.LIMIT,
  MARKET: OrderType.MARKET,
};
const TIMES: Readonly<Record<string, TimeInForce>> = {
  GTC: TimeInForce.GTC,
  IOC: TimeInForce.IOC,
  FOK: TimeInForce.FOK,
  GTX: TimeInForce.GTX,
};
const SELF_TRADES: Readonly<Record<string, SelfTradeMode>> = {
  NONE: SelfTradeMode.NONE,
  EXPIRE_TAKER: SelfTradeMode.EXPIRE_TAKER,
  EXPIRE_MAKER: SelfTradeMode.EXPIRE_MAKER,
  EXPIRE_BOTH: SelfTradeMode.EXPIRE_BOTH,
  DECREMENT: SelfTradeMode.DECREMENT,
};
/** Name of the instance, epoch and counter in base 36. */
const OUR_NAME = /^[A-Za-z0-9_]+-([0-9a-z]+)-([0-9a-z]+)$/;

/** Remembers which text named which order, so that it is named back in the same letters. */
export class OrderNameBook {
  private readonly texts = new Map<ClientOrderId, string>();

  /** The number behind a name. Throws a BadRequest on one that no client of this world writes. */
  read(text: string): ClientOrderId {
    const match = OUR_NAME.exec(text);
    if (match === null) throw new BadRequest(-1100, `illegal characters in "${text.slice(0, 40)}"`);
    const [, epoch = '', counter = ''] = match;
    const id = clientOrderId(Number.parseInt(epoch, 36), Number.parseInt(counter, 36));
    this.texts.set(id, text);
    return id;
  }

  /** The name of an order; that of somebody else's has no number of ours. */
  write(id: ClientOrderId): string {
    return this.texts.get(id) ?? 'web_foreign';
  }
}

export function textOf(fields: RequestFields, key: string): string {
  const value = fields[key];
  if (typeof value === 'string' && value !== '') return value;
  if (typeof value === 'number') return String(value);
  throw new BadRequest(MALFORMED, `mandatory parameter '${key}' was not sent`);
}

/** A new order, or the new half of a cancel-replace. */
export function readOrder(
  fields: RequestFields,
  instrument: Instrument,
  names: OrderNameBook,
): OrderCommand {
  const command = new OrderCommand();
  command.instrument = instrument.index;
  command.clientOrderId = names.read(textOf(fields, 'newClientOrderId'));
  const side = textOf(fields, 'side');
  command.side = side === 'BUY' ? Side.BUY : Side.SELL;
  if (side !== 'BUY' && side !== 'SELL') throw new BadRequest(-1117, 'invalid side');
  command.type = wordIn(TYPES, textOf(fields, 'type'), 'type');
  const isTimed = command.type === OrderType.LIMIT;
  command.timeInForce = isTimed
    ? wordIn(TIMES, textOf(fields, 'timeInForce'), 'timeInForce')
    : TimeInForce.GTC;
  const { step, tick } = instrument;
  command.quantityLots = parseSteps(textOf(fields, 'quantity'), step) as QuantityLots;
  command.priceTicks = (
    command.type === OrderType.MARKET ? 0 : parseSteps(textOf(fields, 'price'), tick)
  ) as PriceTicks;
  const mode = textOf(fields, 'selfTradePreventionMode');
  command.selfTradeMode = wordIn(SELF_TRADES, mode, 'selfTradePreventionMode');
  command.reduceOnly = fields['reduceOnly'] === 'true' || fields['reduceOnly'] === true;
  return command;
}

/** A request about one order that is there. */
export function aboutOrder(
  kind: CommandKind,
  instrument: Instrument,
  id: ClientOrderId,
): OrderCommand {
  const command = new OrderCommand();
  command.kind = kind;
  command.instrument = instrument.index;
  command.clientOrderId = id;
  return command;
}

/** An amend: the new total. */
export function readAmend(
  fields: RequestFields,
  instrument: Instrument,
  names: OrderNameBook,
): OrderCommand {
  const id = names.read(textOf(fields, 'origClientOrderId'));
  const command = aboutOrder(CommandKind.AMEND_ORDER, instrument, id);
  command.quantityLots = parseSteps(textOf(fields, 'newQty'), instrument.step) as QuantityLots;
  return command;
}

export function aboutAccount(
  kind: CommandKind,
  instrument: Instrument,
  fromTradeId = 0,
): RequestCommand {
  const command = new RequestCommand();
  command.kind = kind;
  command.instrument = instrument.index;
  command.fromTradeId = fromTradeId;
  return command;
}

function wordIn<Value>(table: Readonly<Record<string, Value>>, word: string, key: string): Value {
  const value = table[word];
  if (value === undefined) throw new BadRequest(-1115, `invalid ${key} "${word.slice(0, 40)}"`);
  return value;
}
