/** Questions about orders and trades of USD-M. */
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { findOrder } from './order-lookup.ts';
import { amendmentRows, orderRow, tradeRow } from './order-rows.ts';
import type { UsdmDesk } from './usdm-desk.ts';

const ROWS_MAX = 1_000;
const ROWS_DEFAULT = 500;
const ALL_SYMBOLS_WEIGHT = 40;

const QUESTION = {
  security: 'SIGNED',
  readOnly: true,
  freeWhenDone: false,
  weight: () => 1,
  orders: () => 0,
  socketMethod: null,
} as const;

export function orderQueries(desk: UsdmDesk): readonly Operation[] {
  const get = (name: string) => ({ method: 'GET', path: `/fapi/v1/${name}` }) as const;
  return [
    {
      ...QUESTION,
      rest: get('order'),
      socketMethod: 'order.status',
      run: (call) => query(desk, call),
      note: '-2013 when unknown, or not yet known',
    },
    {
      ...QUESTION,
      rest: get('openOrder'),
      run: (call) => openOrder(desk, call),
      note: 'only while it is open',
    },
    {
      ...QUESTION,
      rest: get('openOrders'),
      weight: (parameters) => (parameters.has('symbol') ? 1 : ALL_SYMBOLS_WEIGHT),
      run: ({ accountId, parameters }) =>
        desk.openOrders(accountId, parameters.optional('symbol')).map(orderRow),
      note: 'of a symbol or of all',
    },
    {
      ...QUESTION,
      rest: get('allOrders'),
      weight: () => 5,
      run: (call) => allOrders(desk, call),
      note: 'orderId, startTime, endTime, limit',
    },
    {
      ...QUESTION,
      rest: get('userTrades'),
      weight: () => 5,
      run: (call) => trades(desk, call),
      note: 'fromId, orderId, startTime, endTime, limit',
    },
    {
      ...QUESTION,
      rest: get('orderAmendment'),
      run: (call) => {
        const order = findOrder(desk, call.accountId, call.parameters);
        return order === undefined ? [] : amendmentRows(order);
      },
      note: 'modifies of an order',
    },
    {
      ...QUESTION,
      rest: get('rateLimit/order'),
      run: ({ accountId, nowMicros }) =>
        desk.counters.counts(accountId, nowMicros).map((row) => ({ ...row })),
      note: 'orders counted now',
    },
  ];
}

function query(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const order = findOrder(desk, accountId, parameters);
  if (order === undefined || desk.nowMillis < order.hiddenUntilMillis) throw noSuchOrder();
  return orderRow(order);
}

function openOrder(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const order = findOrder(desk, accountId, parameters);
  if (order === undefined || !order.isOpen) throw noSuchOrder();
  return orderRow(order);
}

function allOrders(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const from = parameters.optionalInteger('orderId') ?? 0;
  const start = parameters.optionalInteger('startTime') ?? 0;
  const end = parameters.optionalInteger('endTime') ?? Number.POSITIVE_INFINITY;
  const { orders } = desk.archive(accountId, parameters.required('symbol'));
  const rows = orders.filter(
    (order) =>
      order.venueOrderId >= from && order.createdMillis >= start && order.createdMillis <= end,
  );
  const limit = rowLimit(parameters.optionalInteger('limit'));
  return (from > 0 ? rows.slice(0, limit) : rows.slice(-limit)).map(orderRow);
}

function trades(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const fromId = parameters.optionalInteger('fromId');
  const orderId = parameters.optionalInteger('orderId');
  const start = parameters.optionalInteger('startTime') ?? 0;
  const end = parameters.optionalInteger('endTime') ?? Number.POSITIVE_INFINITY;
  const { trades: all } = desk.archive(accountId, parameters.required('symbol'));
  const rows = all.filter(
    ({ tradeId, order, timeMillis }) =>
      (fromId === undefined || tradeId >= fromId) &&
      (orderId === undefined || order.venueOrderId === orderId) &&
      timeMillis >= start &&
      timeMillis <= end,
  );
  const limit = rowLimit(parameters.optionalInteger('limit'));
  return (fromId === undefined ? rows.slice(-limit) : rows.slice(0, limit)).map(tradeRow);
}

function rowLimit(asked: number | undefined): number {
  return Math.max(1, Math.min(asked ?? ROWS_DEFAULT, ROWS_MAX));
}

function noSuchOrder(): VenueError {
  return new VenueError(400, -2013, 'Order does not exist.');
}
