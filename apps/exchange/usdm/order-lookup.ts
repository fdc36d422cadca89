import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { UsdmDesk } from './usdm-desk.ts';
import { unknownOrder } from './usdm-desk.ts';
import type { UsdmOrder } from './usdm-order.ts';

/** The order that `orderId` or `origClientOrderId` name; the id wins. Undefined: there is none. Throws -1102. */
export function findOrder(
  desk: UsdmDesk,
  accountId: number,
  parameters: CallParameters,
): UsdmOrder | undefined {
  const archive = desk.archive(accountId, parameters.required('symbol'));
  const orderId = parameters.optionalInteger('orderId');
  const clientId = parameters.optional('origClientOrderId');
  if (orderId !== undefined) return archive.byOrderId(orderId);
  if (clientId !== undefined) return archive.byClient(clientId);
  throw new VenueError(
    400,
    -1102,
    "Mandatory parameter 'orderid' or 'origclientorderid' was not sent, was empty/null, or malformed.",
  );
}

/** Throws -2011 unless it is open. */
export function findOpenOrder(
  desk: UsdmDesk,
  accountId: number,
  parameters: CallParameters,
): UsdmOrder {
  const order = findOrder(desk, accountId, parameters);
  if (order === undefined || !order.isOpen) throw unknownOrder();
  return order;
}
