/** Questions about orders and trades. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { orderRow, preventedRow, tradeRow } from './order-answers.ts';
import { findOrder, ORDER_NAMES } from './order-lookup.ts';
import type { SpotDesk } from './spot-desk.ts';
import type { SpotOrder } from './spot-order.ts';

const LIMIT_DEFAULT = 500;
const LIMIT_MAX = 1_000;
const DAY_MILLIS = 86_400_000;
/** Time stamps above this are microseconds already. */
const MICROS_FROM = 100_000_000_000_000;

const SIGNED_READ = {
  security: 'SIGNED',
  readOnly: true,
  freeWhenDone: false,
  orders: () => 0,
} as const;

export function orderQueries(desk: SpotDesk): readonly Operation[] {
  return [
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/order' },
      socketMethod: 'order.status',
      weight: () => 4,
      run: (call) => orderRow(oneOrder(desk, call)),
      note: 'by id or any client id it has had',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/openOrders' },
      socketMethod: 'openOrders.status',
      weight: (parameters) => (parameters.has('symbol') ? 6 : 80),
      run: (call) => openOrders(desk, call),
      note: 'of one symbol or of all',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/allOrders' },
      socketMethod: 'allOrders',
      weight: () => 20,
      run: (call) => allOrders(desk, call),
      note: 'from an id, in a time of at most a day, or the latest',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/myTrades' },
      socketMethod: 'myTrades',
      weight: (parameters) => (parameters.has('orderId') ? 5 : 20),
      run: (call) => myTrades(desk, call),
      note: 'of an order, from an id, in a time of at most a day, or the latest',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/myPreventedMatches' },
      socketMethod: 'myPreventedMatches',
      weight: (parameters) => (parameters.has('preventedMatchId') ? 2 : 20),
      run: (call) => preventedMatches(desk, call),
      note: 'by match, by order, or from a match on',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/order/amendments' },
      socketMethod: 'order.amendments',
      weight: () => 4,
      run: (call) => amendments(desk, call),
      note: 'the history of amend keep priority',
    },
  ];
}

function oneOrder(desk: SpotDesk, call: Call): SpotOrder {
  const order = findOrder(desk, call.accountId, call.parameters, ORDER_NAMES);
  if (order === undefined || isHidden(order, call)) {
    throw new VenueError(400, -2013, 'Order does not exist.');
  }
  return order;
}

function openOrders(desk: SpotDesk, call: Call): Json {
  const symbol = call.parameters.optional('symbol');
  const symbols = symbol === undefined ? desk.symbolNames : [symbol];
  return symbols.flatMap((name) =>
    [...desk.archive(call.accountId, name).open.values()]
      .filter((order) => !isHidden(order, call))
      .map(orderRow),
  );
}

function allOrders(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const limit = readLimit(parameters);
  const range = readTimes(parameters);
  const fromId = parameters.optionalInteger('orderId');
  const { all } = desk.archive(call.accountId, parameters.required('symbol'));
  const isShown = (order: SpotOrder): boolean =>
    !isHidden(order, call) &&
    (fromId === undefined || order.venueOrderId >= fromId) &&
    range.holds(order.createdMillis);
  const isFromStart = fromId !== undefined || range.isFromStart;
  return page(all, isShown, limit, isFromStart).map(orderRow);
}

function myTrades(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const limit = readLimit(parameters);
  const range = readTimes(parameters);
  const fromId = parameters.optionalInteger('fromId');
  const orderId = parameters.optionalInteger('orderId');
  if (fromId !== undefined && range.isGiven) {
    throw new VenueError(400, -1128, 'Combination of optional parameters invalid.');
  }
  const { trades } = desk.archive(call.accountId, parameters.required('symbol'));
  const isFromStart = fromId !== undefined || orderId !== undefined || range.isFromStart;
  return page(
    trades,
    (trade) =>
      (fromId === undefined || trade.tradeId >= fromId) &&
      (orderId === undefined || trade.order.venueOrderId === orderId) &&
      range.holds(trade.timeMillis),
    limit,
    isFromStart,
  ).map(tradeRow);
}

function preventedMatches(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const limit = readLimit(parameters);
  const matchId = parameters.optionalInteger('preventedMatchId');
  const orderId = parameters.optionalInteger('orderId');
  const fromId = parameters.optionalInteger('fromPreventedMatchId') ?? 0;
  if (matchId === undefined && orderId === undefined) {
    throw new VenueError(400, -1128, 'Combination of optional parameters invalid.');
  }
  const { prevented } = desk.archive(call.accountId, parameters.required('symbol'));
  return page(
    prevented,
    (match) =>
      (matchId === undefined || match.id === matchId) &&
      (orderId === undefined ||
        match.taker.venueOrderId === orderId ||
        match.maker.venueOrderId === orderId) &&
      match.id >= fromId,
    limit,
    true,
  ).map(preventedRow);
}

function amendments(desk: SpotDesk, call: Call): Json {
  const { parameters } = call;
  const limit = readLimit(parameters);
  const fromId = parameters.optionalInteger('fromExecutionId') ?? 0;
  const archive = desk.archive(call.accountId, parameters.required('symbol'));
  const order = archive.find(parameters.requiredInteger('orderId'));
  if (order === undefined) throw new VenueError(400, -2013, 'Order does not exist.');
  return order.amendments.filter((row) => row.executionId >= fromId).slice(0, limit);
}

/** The first `limit` that fit, or the last ones; oldest first. */
function page<Item>(
  items: readonly Item[],
  fits: (item: Item) => boolean,
  limit: number,
  isFromStart: boolean,
): readonly Item[] {
  const found: Item[] = [];
  if (isFromStart) {
    for (const item of items) {
      if (fits(item)) found.push(item);
      if (found.length === limit) break;
    }
    return found;
  }
  for (let index = items.length - 1; index >= 0 && found.length < limit; index--) {
    const item = items[index] as Item;
    if (fits(item)) found.push(item);
  }
  return found.reverse();
}

function readLimit(parameters: CallParameters): number {
  const limit = parameters.optionalInteger('limit') ?? LIMIT_DEFAULT;
  if (limit < 1) throw new VenueError(400, -1130, "Data sent for parameter 'limit' is not valid.");
  return Math.min(limit, LIMIT_MAX);
}

interface TimeRange {
  readonly isGiven: boolean;
  readonly isFromStart: boolean;
  holds(millis: number): boolean;
}

/** `startTime` and `endTime`, in milliseconds or microseconds. Throws -1127 beyond a day. */
function readTimes(parameters: CallParameters): TimeRange {
  const read = (name: string): number | undefined => {
    const value = parameters.optionalInteger(name);
    return value === undefined || value < MICROS_FROM ? value : Math.floor(value / 1_000);
  };
  const start = read('startTime');
  const end = read('endTime');
  if (start !== undefined && end !== undefined && end - start > DAY_MILLIS) {
    throw new VenueError(400, -1127, 'More than 24 hours between startTime and endTime.');
  }
  const last = end ?? (start === undefined ? undefined : start + DAY_MILLIS);
  return {
    isGiven: start !== undefined || end !== undefined,
    isFromStart: start !== undefined,
    holds: (millis) =>
      (start === undefined || millis >= start) && (last === undefined || millis <= last),
  };
}

/** Right after it was placed a fault may hide an order from every question. */
function isHidden(order: SpotOrder, call: Call): boolean {
  return order.hiddenUntilMillis > 0 && call.nowMicros < order.hiddenUntilMillis * 1_000;
}
