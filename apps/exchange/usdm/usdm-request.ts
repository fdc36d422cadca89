/** Reads what an order request of USD-M asks for, and refuses what the venue refuses before any rule of trading. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { PriceTicks, QuantityLots } from '#units/integers.ts';
import {
  type NewOrder,
  POSITION_SIDES,
  type PositionSide,
  SELF_TRADE_WORDS,
  SIDE_WORDS,
  type SideWord,
  TIME_WORDS,
} from './usdm-order.ts';

const CLIENT_ID = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const ALL_TYPES = [
  'LIMIT',
  'MARKET',
  'STOP',
  'STOP_MARKET',
  'TAKE_PROFIT',
  'TAKE_PROFIT_MARKET',
  'TRAILING_STOP_MARKET',
] as const;
const PRICE_MATCHES = [
  'NONE',
  'OPPONENT',
  'OPPONENT_5',
  'OPPONENT_10',
  'OPPONENT_20',
  'QUEUE',
  'QUEUE_5',
  'QUEUE_10',
  'QUEUE_20',
] as const;
const DECIMALS = 8;
/** A GTD order lives at least ten minutes. */
const GOOD_TILL_MILLIS_MIN = 600_000;
const MILLIS_PER_SECOND = 1_000;

export interface RequestPlace {
  readonly market: SymbolMarket;
  readonly isHedgeMode: boolean;
  readonly nowMillis: number;
  readonly makeClientId: () => string;
}

/** Reads a new order. Throws VenueError. */
export function parseNewOrder(parameters: CallParameters, place: RequestPlace): NewOrder {
  const { market, isHedgeMode, nowMillis, makeClientId } = place;
  const side = parameters.requiredWord('side', SIDE_WORDS, -1117);
  const type = parameters.requiredWord('type', ALL_TYPES, -1116);
  if (type !== 'LIMIT' && type !== 'MARKET') {
    throw new VenueError(
      400,
      -4120,
      'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
    );
  }
  const isMarket = type === 'MARKET';
  if (isMarket) {
    refuseUnneeded(parameters, 'timeInForce');
    refuseUnneeded(parameters, 'price');
  }
  const timeInForce = isMarket ? 'GTC' : parameters.requiredWord('timeInForce', TIME_WORDS, -1115);
  const positionSide = readPositionSide(parameters, isHedgeMode);
  const wantsReduce = parameters.optionalFlag('reduceOnly');
  if (isHedgeMode && wantsReduce !== undefined) {
    throw new VenueError(400, -1106, "Parameter 'reduceonly' sent when not required.");
  }
  const priceMatch = parameters.optionalWord('priceMatch', PRICE_MATCHES, -5037) ?? 'NONE';
  return {
    side,
    type,
    timeInForce,
    selfTrade:
      parameters.optionalWord('selfTradePreventionMode', SELF_TRADE_WORDS, -5038) ?? 'EXPIRE_MAKER',
    positionSide,
    reduceOnly: isHedgeMode ? closes(side, positionSide) : (wantsReduce ?? false),
    priceTicks: isMarket ? (0 as PriceTicks) : readPrice(parameters, market, priceMatch, side),
    quantityLots: readLots(parameters, market.instrument),
    priceMatch,
    goodTillDate: readGoodTill(parameters, timeInForce, nowMillis),
    clientId: readClientId(parameters) ?? makeClientId(),
  };
}

/** In hedge mode an order against its position's direction closes it. */
function closes(side: SideWord, positionSide: PositionSide): boolean {
  return (
    (side === 'SELL' && positionSide === 'LONG') || (side === 'BUY' && positionSide === 'SHORT')
  );
}

function readPositionSide(parameters: CallParameters, isHedgeMode: boolean): PositionSide {
  const asked = parameters.optionalWord('positionSide', POSITION_SIDES, -1102) ?? 'BOTH';
  if (isHedgeMode === (asked !== 'BOTH')) return asked;
  throw new VenueError(400, -4061, "Order's position side does not match user's setting.");
}

export function readClientId(parameters: CallParameters): string | undefined {
  const text = parameters.optional('newClientOrderId');
  if (text === undefined || CLIENT_ID.test(text)) return text;
  const code = text.length > 36 ? -4015 : -1100;
  throw new VenueError(
    400,
    code,
    code === -4015
      ? 'Client order id length should not be more than 36 chars'
      : "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[\\.A-Z\\:/a-z0-9_-]{1,36}$'.",
  );
}

/** Quantity in lots. Throws -1111, -4003. */
export function readLots(parameters: CallParameters, instrument: Instrument): QuantityLots {
  const units = parseUnits('quantity', parameters.requiredDecimal('quantity'));
  if (units === 0) throw new VenueError(400, -4003, 'Quantity less than or equal to zero.');
  if (units % instrument.baseUnitsPerLot !== 0) throw precision();
  return (units / instrument.baseUnitsPerLot) as QuantityLots;
}

/** Price in ticks. Throws -1111, -4014. */
export function readTicks(parameters: CallParameters, instrument: Instrument): PriceTicks {
  const units = parseUnits('price', parameters.requiredDecimal('price'));
  if (units === 0) throw new VenueError(400, -4001, 'Price less than 0.');
  if (units % instrument.priceUnitsPerTick !== 0) {
    throw new VenueError(400, -4014, 'Price not increased by tick size.');
  }
  return (units / instrument.priceUnitsPerTick) as PriceTicks;
}

function readPrice(
  parameters: CallParameters,
  market: SymbolMarket,
  priceMatch: string,
  side: SideWord,
): PriceTicks {
  if (priceMatch === 'NONE') return readTicks(parameters, market.instrument);
  if (parameters.optional('price') !== undefined) {
    throw new VenueError(400, -5037, 'Invalid price match: price must not be sent with it.');
  }
  const [kind, level = '1'] = priceMatch.split('_');
  const { bids, asks } = market.depth(Number(level));
  const isOpponent = kind === 'OPPONENT';
  const rows = (side === 'BUY') === isOpponent ? asks : bids;
  const row = rows.at(-1);
  if (row === undefined) throw new VenueError(400, -5041, 'No depth matches this BBO order.');
  return row[0] as PriceTicks;
}

function readGoodTill(parameters: CallParameters, timeInForce: string, nowMillis: number): number {
  if (timeInForce !== 'GTD') return 0;
  const asked = parameters.requiredInteger('goodTillDate');
  const whole = Math.floor(asked / MILLIS_PER_SECOND) * MILLIS_PER_SECOND;
  if (whole >= nowMillis + GOOD_TILL_MILLIS_MIN) return whole;
  throw new VenueError(400, -5039, 'goodTillDate must be at least 600 s after now.');
}

function parseUnits(name: string, text: string): number {
  const [whole = '', fraction = ''] = text.split('.');
  if (fraction.length > DECIMALS && /[1-9]/.test(fraction.slice(DECIMALS))) throw precision();
  const units = Number(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
  if (!Number.isSafeInteger(units)) {
    throw new VenueError(400, -1100, `Illegal characters found in parameter '${name}'.`);
  }
  return units;
}

function precision(): VenueError {
  return new VenueError(400, -1111, 'Precision is over the maximum defined for this asset.');
}

function refuseUnneeded(parameters: CallParameters, name: string): void {
  if (parameters.optional(name) === undefined) return;
  throw new VenueError(400, -1106, `Parameter '${name}' sent when not required.`);
}
