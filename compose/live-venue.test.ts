/**
 * Goal: beside the engine, and without asking it, it is known what of ours may still be open.
 * Method: commands and reports by hand, in the orders in which a venue can send them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { BalanceEvent } from '#contracts/events.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { AssetUnits, ClientOrderId, InstrumentIndex, QuantityLots } from '#units/integers.ts';
import { LiveVenue } from './live-venue.ts';

const SPOT = 0 as InstrumentIndex;
const PERP = 1 as InstrumentIndex;

function stage() {
  const submitted: [number, CommandKind][] = [];
  const gateways = [SPOT, PERP].map((index) => ({
    submit: (command: Readonly<OrderCommand | RequestCommand>) => {
      submitted.push([index, command.kind]);
    },
  }));
  return { venue: new LiveVenue(gateways), submitted };
}

function place(venue: LiveVenue, id: number, instrument = SPOT): void {
  const command = new OrderCommand();
  command.clientOrderId = id as ClientOrderId;
  command.instrument = instrument;
  venue.submit(command);
}

function report(
  venue: LiveVenue,
  id: number,
  status: ReportStatus,
  change: Partial<ExecutionReport> = {},
): void {
  const event = new ExecutionReport();
  event.clientOrderId = id as ClientOrderId;
  event.instrument = SPOT;
  event.status = status;
  event.quantityLots = 10 as QuantityLots;
  venue.onEvent(Object.assign(event, change));
}

const idsOf = (venue: LiveVenue): number[] =>
  venue.openOrders(SPOT).map((one) => one.clientOrderId);

test('an order may be open from the moment it is sent until its end was told', () => {
  const { venue } = stage();
  place(venue, 1);
  assert.deepEqual(idsOf(venue), [1]);
  report(venue, 1, ReportStatus.ACCEPTED);
  report(venue, 1, ReportStatus.PARTIALLY_FILLED);
  report(venue, 1, ReportStatus.UNKNOWN);
  report(venue, 1, ReportStatus.CANCEL_REJECTED);
  assert.deepEqual(idsOf(venue), [1]);
  report(venue, 1, ReportStatus.CANCELED);
  assert.deepEqual(idsOf(venue), []);
});

test('each end ends it', () => {
  const { FILLED, REJECTED, EXPIRED, EXPIRED_IN_MATCH } = ReportStatus;
  for (const end of [FILLED, REJECTED, EXPIRED, EXPIRED_IN_MATCH]) {
    const { venue } = stage();
    place(venue, 7);
    report(venue, 7, end);
    assert.deepEqual(idsOf(venue), []);
  }
});

test('an order of an earlier life that the venue lists is open, too', () => {
  const { venue } = stage();
  report(venue, 99, ReportStatus.ACCEPTED, { channel: ReportChannel.QUERY });
  assert.deepEqual(idsOf(venue), [99]);
});

test('a line of the trade list says nothing of the order', () => {
  const { venue } = stage();
  place(venue, 3);
  report(venue, 3, ReportStatus.FILLED, {
    channel: ReportChannel.QUERY,
    tradeId: 5,
    quantityLots: 0 as QuantityLots,
  });
  assert.deepEqual(idsOf(venue), [3]);
});

test('commands go to the gateway of their instrument, the account is asked at each', () => {
  const { venue, submitted } = stage();
  place(venue, 1, PERP);
  const ask = new RequestCommand();
  ask.kind = CommandKind.REQUEST_ACCOUNT;
  ask.instrument = SPOT;
  venue.submit(ask);
  assert.deepEqual(submitted, [
    [PERP, CommandKind.PLACE_ORDER],
    [SPOT, CommandKind.REQUEST_ACCOUNT],
    [PERP, CommandKind.REQUEST_ACCOUNT],
  ]);
  const nowhere = new OrderCommand();
  nowhere.instrument = 2 as InstrumentIndex;
  assert.throws(() => venue.submit(nowhere), /no instrument 2/);
});

test('balances are what the venue said last', () => {
  const { venue } = stage();
  const event = new BalanceEvent();
  event.slot = BalanceSlot.SPOT_QUOTE;
  event.freeUnits = 500 as AssetUnits;
  event.lockedUnits = 20 as AssetUnits;
  venue.onEvent(event);
  assert.equal(venue.freeUnits(BalanceSlot.SPOT_QUOTE), 500);
  assert.equal(venue.lockedUnits(BalanceSlot.SPOT_QUOTE), 20);
  assert.equal(venue.freeUnits(BalanceSlot.SPOT_BASE), 0);
});
