/** Operations that change orders. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { FIRST_ACCOUNT_OWNER } from '#apps/exchange/market/symbol-market.ts';
import { OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { OWN_ACCOUNT, type VenueOrder } from '#simulation/venue/venue-book.ts';
import type { QuantityLots } from '#units/integers.ts';
import { cancelReplace } from './cancel-replace.ts';
import { commissionRates } from './commission-answer.ts';
import { lotsThrough } from './market-sweep.ts';
import { amendedAnswer, canceledAnswer, placedAnswer, type ResponseType } from './order-answers.ts';
import { checkCancelRestrictions, findOpenOrder, ORDER_NAMES } from './order-lookup.ts';
import { parseNewOrder, readClientId, readLots } from './order-request.ts';
import { type SpotDesk, unknownOrder } from './spot-desk.ts';
import type { SpotOrder } from './spot-order.ts';

const RESPONSE_TYPES = ['ACK', 'RESULT', 'FULL'] as const;
const COMPUTED_RATES_WEIGHT = 20;
const AMEND_WEIGHT = 4;
/** Nobody's account: the counterparty of a fill that a fault makes happen. */
const FAULT_OWNER = FIRST_ACCOUNT_OWNER - 1;

const SIGNED_CHANGE = {
  security: 'SIGNED',
  readOnly: false,
  weight: () => 1,
  freeWhenDone: true,
  orders: () => 0,
} as const;

export function orderOperations(desk: SpotDesk): readonly Operation[] {
  return [
    {
      ...SIGNED_CHANGE,
      rest: { method: 'POST', path: '/api/v3/order' },
      socketMethod: 'order.place',
      orders: () => 1,
      run: (call) => place(desk, call),
      note: 'LIMIT, LIMIT_MAKER, MARKET; GTC, IOC, FOK; no stop, iceberg or pegged orders (-1020)',
    },
    {
      ...SIGNED_CHANGE,
      rest: { method: 'POST', path: '/api/v3/order/test' },
      socketMethod: 'order.test',
      weight: (parameters) => (wantsRates(parameters) ? COMPUTED_RATES_WEIGHT : 1),
      freeWhenDone: false,
      run: (call) => testOrder(desk, call),
      note: 'checks parameters and filters; with computeCommissionRates the rates that would apply',
    },
    {
      ...SIGNED_CHANGE,
      rest: { method: 'DELETE', path: '/api/v3/order' },
      socketMethod: 'order.cancel',
      run: (call) => cancel(desk, call),
      note: 'by id or client id, with cancelRestrictions',
    },
    {
      ...SIGNED_CHANGE,
      rest: { method: 'DELETE', path: '/api/v3/openOrders' },
      socketMethod: 'openOrders.cancelAll',
      run: (call) => cancelAll(desk, call),
      note: 'all open orders of a symbol; -2011 when there is none',
    },
    {
      ...SIGNED_CHANGE,
      rest: { method: 'POST', path: '/api/v3/order/cancelReplace' },
      socketMethod: 'order.cancelReplace',
      run: (call) => cancelReplace(desk, call, responseType(call)),
      note: 'both modes, both modes of an exceeded order count',
    },
    {
      ...SIGNED_CHANGE,
      rest: { method: 'PUT', path: '/api/v3/order/amend/keepPriority' },
      socketMethod: 'order.amend.keepPriority',
      weight: () => AMEND_WEIGHT,
      freeWhenDone: false,
      run: (call) => amend(desk, call),
      note: 'shrinks in place; the queue place stays',
    },
  ];
}

function place(desk: SpotDesk, call: Call): Json {
  const { parameters, accountId } = call;
  const market = desk.market(parameters.required('symbol'));
  const request = parseNewOrder(parameters, market, () => desk.makeClientId());
  const type = responseType(call);
  desk.strikeAccount(accountId, market);
  desk.check(accountId, market, request);
  return placedAnswer(desk.place(accountId, market, request), type);
}

function testOrder(desk: SpotDesk, call: Call): Json {
  const { parameters, accountId } = call;
  const market = desk.market(parameters.required('symbol'));
  const request = parseNewOrder(parameters, market, () => desk.makeClientId());
  responseType(call);
  desk.check(accountId, market, request);
  if (!wantsRates(parameters)) return {};
  const rates = commissionRates(desk.accounts.account(accountId), market.instrument);
  return {
    standardCommissionForOrder: rates.standard,
    specialCommissionForOrder: rates.none,
    taxCommissionForOrder: rates.none,
    discount: rates.discount,
  };
}

function cancel(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const order = findOpenOrder(desk, call.accountId, parameters, ORDER_NAMES);
  checkCancelRestrictions(order, parameters);
  const cancelId = readClientId(parameters, 'newClientOrderId') ?? desk.makeClientId();
  if (desk.faults.strikes('CANCEL_RACE')) fillFirst(desk, order);
  if (!order.isOpen) throw unknownOrder();
  const before = order.clientId;
  desk.cancel(order, cancelId);
  return canceledAnswer(order, before);
}

function cancelAll(desk: SpotDesk, call: Call): Json {
  const symbol = call.parameters.required('symbol');
  const open = [...desk.archive(call.accountId, symbol).open.values()];
  if (open.length === 0) throw unknownOrder();
  return open.map((order) => {
    const before = order.clientId;
    desk.cancel(order, desk.makeClientId());
    return canceledAnswer(order, before);
  });
}

function amend(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const order = findOpenOrder(desk, call.accountId, parameters, ORDER_NAMES);
  const newLots = readLots(parameters, 'newQty', order.market);
  if (newLots === 0) throw new VenueError(400, -1013, 'Invalid newQty.');
  const clientId = readClientId(parameters, 'newClientOrderId') ?? desk.makeClientId();
  const before = order.clientId;
  const executionId = desk.amend(order, newLots, clientId);
  return amendedAnswer(order, before, executionId);
}

/** Somebody takes the order just before its cancel arrives. */
function fillFirst(desk: SpotDesk, order: SpotOrder): void {
  const lots = lotsThrough(order.market, order.isBuy, order.priceTicks);
  if (lots === 0) return;
  const taker: VenueOrder = {
    venueOrderId: OWN_ACCOUNT,
    owner: FAULT_OWNER,
    clientOrderId: 0,
    side: order.isBuy ? Side.SELL : Side.BUY,
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.IOC,
    selfTradeMode: SelfTradeMode.NONE,
    reduceOnly: false,
    priceTicks: order.priceTicks,
    quantityLots: lots as QuantityLots,
    filledLots: 0 as QuantityLots,
    preventedLots: 0 as QuantityLots,
  };
  order.market.book.place(taker, desk.markets.workingMicros);
}

function wantsRates(parameters: CallParameters): boolean {
  return parameters.optional('computeCommissionRates')?.toLowerCase() === 'true';
}

/** What was asked for; without a wish LIMIT and MARKET are answered in full, LIMIT_MAKER with an ACK. */
function responseType(call: Call): ResponseType {
  const asked = call.parameters.optionalWord('newOrderRespType', RESPONSE_TYPES);
  return asked ?? (call.parameters.optional('type') === 'LIMIT_MAKER' ? 'ACK' : 'FULL');
}
