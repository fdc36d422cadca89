/** Reads what an order request asks for, and refuses what the venue refuses before any rule of trading. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import { lotsOf, parseUnits, ticksOf } from './amounts.ts';
import {
  type NewOrder,
  SELF_TRADE_WORDS,
  type SelfTradeWord,
  SIDE_WORDS,
  TIME_WORDS,
  type TypeWord,
} from './spot-order.ts';

const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const SELF_TRADE_DEFAULT = 'EXPIRE_MAKER';
const STRATEGY_TYPE_MIN = 1_000_000;
const ALL_TYPES = [
  'LIMIT',
  'LIMIT_MAKER',
  'MARKET',
  'STOP_LOSS',
  'STOP_LOSS_LIMIT',
  'TAKE_PROFIT',
  'TAKE_PROFIT_LIMIT',
] as const;
/** Parameters of orders this exchange does not take: refused aloud rather than ignored. */
const NOT_TAKEN = ['icebergQty', 'pegPriceType', 'pegOffsetType', 'pegOffsetValue'] as const;

/** Reads a new order. `makeClientId` names it when the caller did not. Throws VenueError. */
export function parseNewOrder(
  parameters: CallParameters,
  market: SymbolMarket,
  makeClientId: () => string,
): NewOrder {
  const side = parameters.requiredWord('side', SIDE_WORDS, -1117);
  const type = readType(parameters);
  for (const name of NOT_TAKEN) {
    if (parameters.optional(name) !== undefined) throw unsupported();
  }
  const isMarket = type === 'MARKET';
  if (isMarket || type === 'LIMIT_MAKER') refuseUnneeded(parameters, 'timeInForce');
  if (isMarket) refuseUnneeded(parameters, 'price');
  else refuseUnneeded(parameters, 'quoteOrderQty');
  refuseUnneeded(parameters, 'stopPrice');
  refuseUnneeded(parameters, 'trailingDelta');
  const timeInForce =
    type === 'LIMIT' ? parameters.requiredWord('timeInForce', TIME_WORDS, -1115) : 'GTC';
  return {
    side,
    type,
    timeInForce,
    selfTrade: readSelfTrade(parameters),
    ...readSizes(parameters, market, isMarket),
    clientId: readClientId(parameters, 'newClientOrderId') ?? makeClientId(),
    ...readStrategy(parameters),
  };
}

/** A client id as the venue allows it; undefined when none was sent. Throws -1100. */
export function readClientId(parameters: CallParameters, name: string): string | undefined {
  const text = parameters.optional(name);
  if (text === undefined || CLIENT_ID.test(text)) return text;
  throw new VenueError(
    400,
    -1100,
    `Illegal characters found in parameter '${name}'; legal range is '${CLIENT_ID.source}'.`,
  );
}

/** Quantity in lots. Throws -1111 for too many decimals and -1013 LOT_SIZE off the step. */
export function readLots(
  parameters: CallParameters,
  name: string,
  market: SymbolMarket,
): QuantityLots {
  const units = parseAmount(name, parameters.requiredDecimal(name));
  const lots = lotsOf(market.instrument, units);
  if (lots === null) throw new VenueError(400, -1013, 'Filter failure: LOT_SIZE');
  return lots;
}

function readSizes(
  parameters: CallParameters,
  market: SymbolMarket,
  isMarket: boolean,
): Pick<NewOrder, 'priceTicks' | 'quantityLots' | 'quoteOrderUnits'> {
  const quoteText = parameters.optionalDecimal('quoteOrderQty');
  if (isMarket && quoteText !== undefined) {
    if (parameters.optional('quantity') !== undefined) {
      throw new VenueError(400, -1128, 'Combination of optional parameters invalid.');
    }
    const quoteOrderUnits = parseAmount('quoteOrderQty', quoteText);
    if (quoteOrderUnits === 0) throw illegalZero('quoteOrderQty');
    return { priceTicks: 0 as PriceTicks, quantityLots: 0 as QuantityLots, quoteOrderUnits };
  }
  const quantityLots = readLots(parameters, 'quantity', market);
  if (quantityLots === 0) throw new VenueError(400, -1013, 'Invalid quantity.');
  if (isMarket) return { priceTicks: 0 as PriceTicks, quantityLots, quoteOrderUnits: 0 };
  const units = parseAmount('price', parameters.requiredDecimal('price'));
  if (units === 0) throw new VenueError(400, -1013, 'Invalid price.');
  const priceTicks = ticksOf(market.instrument, units);
  if (priceTicks === null) throw new VenueError(400, -1013, 'Filter failure: PRICE_FILTER');
  return { priceTicks, quantityLots, quoteOrderUnits: 0 };
}

function readType(parameters: CallParameters): TypeWord {
  const type = parameters.requiredWord('type', ALL_TYPES, -1116);
  if (type === 'LIMIT' || type === 'LIMIT_MAKER' || type === 'MARKET') return type;
  throw unsupported();
}

function readSelfTrade(parameters: CallParameters): SelfTradeWord {
  return (
    parameters.optionalWord('selfTradePreventionMode', SELF_TRADE_WORDS, -1013) ??
    SELF_TRADE_DEFAULT
  );
}

function readStrategy(parameters: CallParameters): Pick<NewOrder, 'strategyId' | 'strategyType'> {
  const strategyType = parameters.optionalInteger('strategyType');
  if (strategyType !== undefined && strategyType < STRATEGY_TYPE_MIN) {
    throw new VenueError(400, -1130, "Data sent for parameter 'strategyType' is not valid.");
  }
  return { strategyId: parameters.optionalInteger('strategyId'), strategyType };
}

function parseAmount(name: string, text: string): number {
  const units = parseUnits(text);
  if (units === null) {
    throw new VenueError(400, -1111, `Parameter '${name}' has too much precision.`);
  }
  return units;
}

function refuseUnneeded(parameters: CallParameters, name: string): void {
  if (parameters.optional(name) === undefined) return;
  throw new VenueError(400, -1106, `Parameter '${name}' sent when not required.`);
}

function illegalZero(name: string): VenueError {
  return new VenueError(400, -1013, `Invalid ${name}.`);
}

function unsupported(): VenueError {
  return new VenueError(400, -1020, 'This operation is not supported.');
}
