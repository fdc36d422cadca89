/** Cancel and place in one request, in both modes, with the venue's table of outcomes. */
import type { Call } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import type { SymbolMarket } from '#apps/exchange/market/symbol-market.ts';
import { canceledAnswer, placedAnswer, type ResponseType } from './order-answers.ts';
import {
  CANCEL_NAMES,
  checkCancelRestrictions,
  findOpenOrder,
  readCancelRestrictions,
} from './order-lookup.ts';
import { parseNewOrder, readClientId } from './order-request.ts';
import type { SpotDesk } from './spot-desk.ts';
import type { NewOrder } from './spot-order.ts';

const MODES = ['STOP_ON_FAILURE', 'ALLOW_FAILURE'] as const;
const LIMIT_MODES = ['DO_NOTHING', 'CANCEL_ONLY'] as const;
const PARTLY = -2021;
const WHOLLY = -2022;

/** How one half went: its answer, or its refusal. */
type Half = { readonly answer: Json } | { readonly error: VenueError };

/** Runs it. Throws VenueError: a plain one when nothing was tried, else one with the four fields as data. */
export function cancelReplace(desk: SpotDesk, call: Call, responseType: ResponseType): Json {
  const { parameters, accountId } = call;
  const market = desk.market(parameters.required('symbol'));
  const mode = parameters.requiredWord('cancelReplaceMode', MODES);
  const limitMode = parameters.optionalWord('orderRateLimitExceededMode', LIMIT_MODES);
  const request = parseNewOrder(parameters, market, () => desk.makeClientId());
  readCancelRestrictions(parameters);
  const cancelId = readClientId(parameters, 'cancelNewClientOrderId') ?? desk.makeClientId();
  desk.check(accountId, market, request);
  const limitError = orderLimitError(desk, call);
  if (limitError !== null && limitMode !== 'CANCEL_ONLY') throw limitError;

  const cancel = attempt(() => cancelOld(desk, call, cancelId));
  const isStopped = mode === 'STOP_ON_FAILURE' && 'error' in cancel;
  if (isStopped) {
    // The leg that was not attempted counts all the same.
    desk.counters.add(accountId, 1, call.nowMicros);
    throw outcome(limitError === null ? 400 : 429, cancel, null);
  }
  const replace =
    limitError === null
      ? attempt(() => placeNew(desk, call, market, request, responseType, !('error' in cancel)))
      : { error: limitError };
  if ('error' in cancel && 'error' in replace) throw outcome(400, cancel, replace);
  if ('error' in cancel || 'error' in replace) {
    const isLimited = limitError !== null && mode === 'STOP_ON_FAILURE';
    throw outcome(isLimited ? 429 : 409, cancel, replace);
  }
  return fields(cancel, replace);
}

/** Null: one more order fits. */
function orderLimitError(desk: SpotDesk, call: Call): VenueError | null {
  const row = desk.counters.exceeded(call.accountId, 1, call.nowMicros);
  if (row === undefined) return null;
  return new VenueError(
    429,
    -1015,
    `Too many new orders; current limit is ${row.limit} orders per ${row.intervalNum} ${row.interval}.`,
  );
}

function cancelOld(desk: SpotDesk, call: Call, cancelId: string): Json {
  const order = findOpenOrder(desk, call.accountId, call.parameters, CANCEL_NAMES);
  checkCancelRestrictions(order, call.parameters);
  const before = order.clientId;
  desk.cancel(order, cancelId);
  return canceledAnswer(order, before);
}

function placeNew(
  desk: SpotDesk,
  call: Call,
  market: SymbolMarket,
  request: NewOrder,
  responseType: ResponseType,
  isCanceled: boolean,
): Json {
  try {
    const order = desk.place(call.accountId, market, request);
    desk.counters.add(call.accountId, 1, call.nowMicros);
    return placedAnswer(order, responseType);
  } catch (error) {
    if (error instanceof VenueError && isCanceled) {
      desk.reject(call.accountId, market, request, rejectReason(error));
    }
    throw error;
  }
}

function rejectReason(error: VenueError): string {
  if (error.message.includes('insufficient balance')) return 'INSUFFICIENT_BALANCES';
  if (error.message.includes('immediately match')) return 'WOULD_MATCH_IMMEDIATELY';
  return 'NONE';
}

function attempt(task: () => Json): Half {
  try {
    return { answer: task() };
  } catch (error) {
    if (!(error instanceof VenueError)) throw error;
    return { error };
  }
}

function outcome(status: number, cancel: Half, replace: Half | null): VenueError {
  const isPartly = !('error' in cancel) || (replace !== null && !('error' in replace));
  return new VenueError(
    status,
    isPartly ? PARTLY : WHOLLY,
    isPartly ? 'Order cancel-replace partially failed.' : 'Order cancel-replace failed.',
    fields(cancel, replace),
  );
}

/** The four fields of the answer, or of the error's data. */
function fields(cancel: Half, replace: Half | null): Json {
  return {
    cancelResult: 'error' in cancel ? 'FAILURE' : 'SUCCESS',
    newOrderResult: replace === null ? 'NOT_ATTEMPTED' : 'error' in replace ? 'FAILURE' : 'SUCCESS',
    cancelResponse: half(cancel),
    newOrderResponse: replace === null ? null : half(replace),
  };
}

function half(result: Half): Json {
  if (!('error' in result)) return result.answer;
  return { code: result.error.code, msg: result.error.message };
}
