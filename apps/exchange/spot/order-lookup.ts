import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { type SpotDesk, unknownOrder } from './spot-desk.ts';
import type { SpotOrder } from './spot-order.ts';

/** Names of the two parameters that name an order. */
export interface LookupNames {
  readonly orderId: string;
  readonly clientId: string;
}

export const ORDER_NAMES: LookupNames = { orderId: 'orderId', clientId: 'origClientOrderId' };
export const CANCEL_NAMES: LookupNames = {
  orderId: 'cancelOrderId',
  clientId: 'cancelOrigClientOrderId',
};

/**
 * The order that the parameters name, open or not; undefined when there is none. With both names the id
 * is looked up and the client id must be its own. Throws -1102 without either and -2039 for two that differ.
 */
export function findOrder(
  desk: SpotDesk,
  accountId: number,
  parameters: CallParameters,
  names: LookupNames,
): SpotOrder | undefined {
  const archive = desk.archive(accountId, parameters.required('symbol'));
  const orderId = parameters.optionalInteger(names.orderId);
  const clientId = parameters.optional(names.clientId);
  if (orderId === undefined) {
    if (clientId === undefined) {
      throw new VenueError(
        400,
        -1102,
        `Param '${names.clientId}' or '${names.orderId}' must be sent, but both were empty/null!`,
      );
    }
    return archive.findByClientId(clientId);
  }
  const order = archive.find(orderId);
  if (order !== undefined && clientId !== undefined && !order.clientIds.includes(clientId)) {
    throw new VenueError(400, -2039, 'Client order ID is not correct for this order ID.');
  }
  return order;
}

/** The open order to cancel or amend. Throws -2011 when it is not open. */
export function findOpenOrder(
  desk: SpotDesk,
  accountId: number,
  parameters: CallParameters,
  names: LookupNames,
): SpotOrder {
  const order = findOrder(desk, accountId, parameters, names);
  if (order === undefined || !order.isOpen) throw unknownOrder();
  return order;
}

const RESTRICTIONS = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'] as const;

/** Throws -1145 for a bad `cancelRestrictions` and -2011 when the order's state breaks it. */
export function checkCancelRestrictions(order: SpotOrder, parameters: CallParameters): void {
  const restriction = readCancelRestrictions(parameters);
  const isBroken =
    (restriction === 'ONLY_NEW' && order.status !== 'NEW') ||
    (restriction === 'ONLY_PARTIALLY_FILLED' && order.status !== 'PARTIALLY_FILLED');
  if (isBroken) {
    throw new VenueError(400, -2011, 'Order was not canceled due to cancel restrictions.');
  }
}

export function readCancelRestrictions(
  parameters: CallParameters,
): (typeof RESTRICTIONS)[number] | undefined {
  const text = parameters.optional('cancelRestrictions');
  if (text === undefined) return undefined;
  const found = RESTRICTIONS.find((each) => each === text);
  if (found === undefined) {
    throw new VenueError(
      400,
      -1145,
      `Invalid cancelRestrictions. Please use one of: '${RESTRICTIONS.join("', '")}'.`,
    );
  }
  return found;
}
