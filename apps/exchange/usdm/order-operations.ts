/** Operations of USD-M that change orders. */
import { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { Countdowns } from './countdowns.ts';
import { findOpenOrder } from './order-lookup.ts';
import { orderAnswer } from './order-rows.ts';
import type { UsdmDesk } from './usdm-desk.ts';
import { SIDE_WORDS } from './usdm-order.ts';
import { parseNewOrder, readLots, readTicks } from './usdm-request.ts';

const BATCH_MAX = 5;
const CANCEL_BATCH_MAX = 10;
const COUNTDOWN_WEIGHT = 10;
const BATCH_WEIGHT = 5;

const CHANGE = {
  security: 'SIGNED',
  readOnly: false,
  freeWhenDone: false,
  weight: () => 1,
  orders: () => 0,
  socketMethod: null,
} as const;

/** The table of them. */
export function orderOperations(desk: UsdmDesk, countdowns: Countdowns): readonly Operation[] {
  return [
    {
      ...CHANGE,
      rest: { method: 'POST', path: '/fapi/v1/order' },
      socketMethod: 'order.place',
      weight: () => 0,
      orders: () => 1,
      run: (call) => place(desk, call),
      note: 'LIMIT and MARKET; GTC, IOC, FOK, GTX, GTD; priceMatch; others are -4120',
    },
    {
      ...CHANGE,
      rest: { method: 'POST', path: '/fapi/v1/order/test' },
      run: (call) => testOrder(desk, call),
      note: 'checked, not placed',
    },
    {
      ...CHANGE,
      rest: { method: 'PUT', path: '/fapi/v1/order' },
      socketMethod: 'order.modify',
      weight: () => 0,
      orders: () => 1,
      run: (call) => modify(desk, call),
      note: 'goes to the back of its queue; may cancel',
    },
    {
      ...CHANGE,
      rest: { method: 'DELETE', path: '/fapi/v1/order' },
      socketMethod: 'order.cancel',
      run: (call) => cancel(desk, call),
      note: 'by id or client id',
    },
    {
      ...CHANGE,
      rest: { method: 'POST', path: '/fapi/v1/batchOrders' },
      weight: () => BATCH_WEIGHT,
      orders: (parameters) => rowsIn(parameters, 'batchOrders').length,
      run: (call) => batch(call, (one) => place(desk, one)),
      note: 'up to five, each with an answer of its own',
    },
    {
      ...CHANGE,
      rest: { method: 'PUT', path: '/fapi/v1/batchOrders' },
      weight: () => BATCH_WEIGHT,
      orders: (parameters) => rowsIn(parameters, 'batchOrders').length,
      run: (call) => batch(call, (one) => modify(desk, one)),
      note: 'up to five modifies',
    },
    {
      ...CHANGE,
      rest: { method: 'DELETE', path: '/fapi/v1/batchOrders' },
      run: (call) => cancelBatch(desk, call),
      note: 'up to ten, by orderIdList or origClientOrderIdList',
    },
    {
      ...CHANGE,
      rest: { method: 'DELETE', path: '/fapi/v1/allOpenOrders' },
      run: (call) => cancelAll(desk, call),
      note: 'also when nothing is open',
    },
    {
      ...CHANGE,
      rest: { method: 'POST', path: '/fapi/v1/countdownCancelAll' },
      weight: () => COUNTDOWN_WEIGHT,
      run: ({ accountId, parameters }) => countdowns.arm(accountId, parameters),
      note: "the dead man's switch of a symbol",
    },
  ];
}

function place(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const market = desk.market(parameters.required('symbol'));
  const asked = parseNewOrder(parameters, placeOf(desk, accountId, market));
  parameters.optionalWord('newOrderRespType', ['ACK', 'RESULT'], -1102);
  const request = desk.check(accountId, market, asked);
  const order = desk.place(accountId, market, request);
  // An ACK is sent before anything matched; a RESULT waits for the end of what matches at once.
  const isResult = parameters.optional('newOrderRespType') === 'RESULT';
  const answer = orderAnswer(order);
  if (isResult) return answer;
  const none = String(answer['executedQty']).replace(/[1-9]/g, '0');
  return { ...answer, status: 'NEW', executedQty: trimmed(none), cumQty: trimmed(none) };
}

/** "0000" -> "0". */
function trimmed(zeros: string): string {
  return zeros.replace(/^0+(?=0)/, '');
}

function testOrder(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const market = desk.market(parameters.required('symbol'));
  desk.check(accountId, market, parseNewOrder(parameters, placeOf(desk, accountId, market)));
  return {};
}

function placeOf(desk: UsdmDesk, accountId: number, market: ReturnType<UsdmDesk['market']>) {
  return {
    market,
    isHedgeMode: desk.account(accountId).isHedgeMode,
    nowMillis: desk.nowMillis,
    makeClientId: () => desk.makeClientId(),
  };
}

function modify(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const order = findOpenOrder(desk, accountId, parameters);
  const side = parameters.requiredWord('side', SIDE_WORDS, -1117);
  if (order.request.type !== 'LIMIT') {
    throw new VenueError(400, -5025, 'Only limit order is supported.');
  }
  if (side !== order.request.side) {
    throw new VenueError(400, -1102, "Order's side does not match.");
  }
  if (parameters.optionalFlag('reduceOnly') === true && !order.reduceOnly) {
    throw new VenueError(400, -5047, 'Cannot modify a non-reduce-only order to reduce only.');
  }
  const { instrument } = order.market;
  const lots = readLots(parameters, instrument);
  desk.modify(order, readTicks(parameters, instrument), lots, parameters.optional('modifyId'));
  return orderAnswer(order);
}

function cancel(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const order = findOpenOrder(desk, accountId, parameters);
  desk.cancel(order);
  return orderAnswer(order);
}

function cancelAll(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const symbol = parameters.required('symbol');
  desk.market(symbol);
  for (const order of desk.openOrders(accountId, symbol)) desk.cancel(order);
  return { code: 200, msg: 'The operation of cancel all open order is done.' };
}

/** Each element is an order or a refusal; the whole is never refused for one of them. */
function batch(call: Call, run: (one: Call) => Json): Json {
  return rowsIn(call.parameters, 'batchOrders').map((row) => {
    try {
      return run({ ...call, parameters: new CallParameters(row) });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      return { code: error.code, msg: error.message };
    }
  });
}

function cancelBatch(desk: UsdmDesk, call: Call): Json {
  const { accountId, parameters } = call;
  const symbol = parameters.required('symbol');
  const isById = parameters.has('orderIdList');
  const names = listIn(parameters, isById ? 'orderIdList' : 'origClientOrderIdList');
  if (names.length > CANCEL_BATCH_MAX) throw tooLarge();
  return names.map((name) => {
    const field = isById ? 'orderId' : 'origClientOrderId';
    const one = new CallParameters(
      new Map([
        ['symbol', symbol],
        [field, String(name)],
      ]),
    );
    try {
      return cancel(desk, { ...call, accountId, parameters: one });
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      return { code: error.code, msg: error.message };
    }
  });
}

/** The orders of a batch as parameters. Throws -4082, -1100. */
function rowsIn(parameters: CallParameters, name: string): readonly Map<string, string>[] {
  const rows = listIn(parameters, name);
  if (rows.length === 0 || rows.length > BATCH_MAX) throw tooLarge();
  return rows.map((row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) throw notAList(name);
    return new Map(Object.entries(row).map(([key, value]) => [key, String(value)]));
  });
}

function listIn(parameters: CallParameters, name: string): readonly unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(parameters.required(name));
  } catch (error) {
    if (error instanceof SyntaxError) throw notAList(name);
    throw error;
  }
  if (!Array.isArray(list)) throw notAList(name);
  return list as readonly unknown[];
}

function notAList(name: string): VenueError {
  return new VenueError(400, -1130, `The data sent for parameter '${name}' is not valid.`);
}

function tooLarge(): VenueError {
  return new VenueError(400, -4082, 'Invalid number of batch place orders.');
}
