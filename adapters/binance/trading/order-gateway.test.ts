/**
 * Goal: whatever the venue answers, each command has an event, and none claims more than is proven.
 * Method: a gateway over a connector whose outcomes the test chooses.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { type ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import {
  clientOrderId,
  type EpochMicros,
  instrumentIndex,
  priceTicks,
  quantityLots,
  rateUnits,
} from '#units/integers.ts';
import { BinanceOrderGateway } from './order-gateway.ts';
import { OrderIdText } from './order-id-text.ts';
import type { OrderRequests } from './order-requests.ts';
import { judge, type RequestOutcome, type WireOutcome } from './request-outcome.ts';
import type { CoreTradeConnector } from './trade-connector.ts';

const INSTRUMENT = bundledInstrument(Market.SPOT, 'DOGEUSDT', {
  index: instrumentIndex(0),
  role: InstrumentRole.QUOTED,
  version: 1,
  makerFeeRate: rateUnits(0),
  takerFeeRate: rateUnits(0),
  feeAsset: '',
  feeAssetDiscountRate: rateUnits(0),
});
const ID = clientOrderId(1, 2);
const OLD = clientOrderId(1, 1);
const NAMES = new OrderIdText('mm');
const ORDER = {
  symbol: 'DOGEUSDT',
  orderId: 11_900_000_001,
  clientOrderId: NAMES.write(ID),
  price: '0.16230000',
  origQty: '2000.00000000',
  executedQty: '500.00000000',
  status: 'PARTIALLY_FILLED',
  side: 'BUY',
  transactTime: 1_795_305_600_130,
};
const CANCELED = {
  ...ORDER,
  status: 'CANCELED',
  clientOrderId: 'x',
  origClientOrderId: NAMES.write(OLD),
};

async function events(
  wire: WireOutcome,
  command: Partial<OrderCommand> | RequestCommand,
): Promise<EngineEvent[]> {
  const outcome: RequestOutcome = judge(Market.SPOT, wire);
  const answer = () => Promise.resolve(outcome);
  const found: EngineEvent[] = [];
  const gateway = new BinanceOrderGateway({
    instrument: () => INSTRUMENT,
    connector: new Proxy({} as CoreTradeConnector, { get: () => answer }),
    requests: new Proxy({} as OrderRequests, { get: () => answer }),
    names: NAMES,
    clock: { nowMicros: () => 1_795_305_600_000_000 as EpochMicros },
    sink: { publish: (event) => found.push(event) },
    onSnapshotRequest: () => undefined,
    onFailure: () => undefined,
    onNote: () => undefined,
  });
  const isRequest = command instanceof RequestCommand;
  gateway.submit(isRequest ? command : Object.assign(new OrderCommand(), BASE, command));
  assert.equal(found.length, 0, 'nothing is published within submit');
  await setImmediate();
  return found;
}

const BASE = {
  instrument: INSTRUMENT.index,
  clientOrderId: ID,
  priceTicks: priceTicks(16_230),
  quantityLots: quantityLots(2_000),
};
const ok = (body: unknown): WireOutcome => ({ kind: 'ANSWER', status: 200, body });
const no = (status: number, code: number, msg: string, data: unknown = null): WireOutcome => ({
  kind: 'ANSWER',
  status,
  body: { code, msg, data },
});

function facts(found: readonly EngineEvent[]): unknown[] {
  return found.map((event) => {
    assert.equal(event.kind, EventKind.EXECUTION_REPORT);
    const { clientOrderId: id, status, reason, channel } = event as ExecutionReport;
    return [id, status, reason, channel];
  });
}
const { RESPONSE, QUERY, LOCAL } = ReportChannel;
const { NONE } = ReportReason;

test('a placed order is accepted, at its price and quantity', async () => {
  const [report] = await events(ok(ORDER), {});
  assert.ok(report?.kind === EventKind.EXECUTION_REPORT);
  assert.deepEqual(facts([report]), [[ID, ReportStatus.ACCEPTED, NONE, RESPONSE]]);
  assert.deepEqual([report.priceTicks, report.quantityLots, report.filledLots], [16_230, 2_000, 0]);
  assert.equal(report.venueOrderIdHigh * 2 ** 32 + report.venueOrderIdLow, 11_900_000_001);
});

test('a proven refusal is a rejection, an unproven one is in doubt', async () => {
  const cross = no(400, -2010, 'Order would immediately match and take.');
  const crossed = [ID, ReportStatus.REJECTED, ReportReason.POST_ONLY_WOULD_CROSS, RESPONSE];
  assert.deepEqual(facts(await events(cross, {})), [crossed]);
  const doubt = [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE];
  const unproven: WireOutcome[] = [
    no(504, -1007, ''),
    no(503, 0, ''),
    { kind: 'LOST', why: 'no answer' },
    ok(null),
    ok({ nonsense: 1 }),
  ];
  for (const wire of unproven) assert.deepEqual(facts(await events(wire, {})), [doubt]);
  const duplicate = [ID, ReportStatus.UNKNOWN, ReportReason.DUPLICATE_ID, RESPONSE];
  assert.deepEqual(facts(await events(no(400, -2010, 'Duplicate order sent.'), {})), [duplicate]);
  const kept = [ID, ReportStatus.REJECTED, ReportReason.NOT_SENT, LOCAL];
  assert.deepEqual(facts(await events({ kind: 'NOT_SENT', why: 'budget' }, {})), [kept]);
});

test('a cancel: done, too late, in doubt', async () => {
  const cancel = { kind: CommandKind.CANCEL_ORDER, clientOrderId: OLD };
  const [done] = await events(ok(CANCELED), cancel);
  assert.ok(done?.kind === EventKind.EXECUTION_REPORT);
  assert.deepEqual(facts([done]), [[OLD, ReportStatus.CANCELED, NONE, RESPONSE]]);
  assert.equal(done.filledLots, 500);
  assert.deepEqual(facts(await events(no(400, -2011, 'Unknown order sent.'), cancel)), [
    [OLD, ReportStatus.CANCEL_REJECTED, ReportReason.UNKNOWN_ORDER, RESPONSE],
  ]);
  assert.deepEqual(facts(await events({ kind: 'LOST', why: '' }, cancel)), [
    [OLD, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
  ]);
});

test('a cancel-replace is told half by half', async () => {
  const replace = { kind: CommandKind.REPLACE_ORDER, targetOrderId: OLD };
  const cross = { code: -2010, msg: 'Order would immediately match and take.' };
  const half = no(409, -2021, 'partially failed', {
    cancelResult: 'SUCCESS',
    newOrderResult: 'FAILURE',
    cancelResponse: CANCELED,
    newOrderResponse: cross,
  });
  assert.deepEqual(facts(await events(half, replace)), [
    [OLD, ReportStatus.CANCELED, NONE, RESPONSE],
    [ID, ReportStatus.REJECTED, ReportReason.POST_ONLY_WOULD_CROSS, RESPONSE],
  ]);
  const none = no(400, -2022, 'failed', {
    cancelResult: 'FAILURE',
    newOrderResult: 'NOT_ATTEMPTED',
    cancelResponse: { code: -2011, msg: 'Unknown order sent.' },
    newOrderResponse: null,
  });
  assert.deepEqual(facts(await events(none, replace)), [
    [OLD, ReportStatus.CANCEL_REJECTED, ReportReason.UNKNOWN_ORDER, RESPONSE],
    [ID, ReportStatus.REJECTED, ReportReason.REPLACE_NOT_ATTEMPTED, RESPONSE],
  ]);
  assert.deepEqual(facts(await events({ kind: 'LOST', why: '' }, replace)), [
    [OLD, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
    [ID, ReportStatus.UNKNOWN, ReportReason.OUTCOME_UNKNOWN, RESPONSE],
  ]);
});

test('a query: found, not found, not answered', async () => {
  const query = { kind: CommandKind.QUERY_ORDER };
  assert.deepEqual(facts(await events(ok(ORDER), query)), [
    [ID, ReportStatus.PARTIALLY_FILLED, NONE, QUERY],
  ]);
  assert.deepEqual(facts(await events(no(400, -2013, 'Order does not exist.'), query)), [
    [ID, ReportStatus.REJECTED, ReportReason.UNKNOWN_ORDER, QUERY],
  ]);
  const [failed] = facts(await events(no(429, -1003, ''), query)) as [unknown[]];
  assert.equal(failed[1], ReportStatus.UNKNOWN);
});

test('open orders end with a completed query, an unreadable answer does not', async () => {
  const request = new RequestCommand();
  request.kind = CommandKind.REQUEST_OPEN_ORDERS;
  request.instrument = INSTRUMENT.index;
  const kinds = (await events(ok([ORDER]), request)).map((event) => event.kind);
  assert.deepEqual(kinds, [EventKind.EXECUTION_REPORT, EventKind.QUERY_COMPLETED]);
  assert.deepEqual(await events(ok({}), request), []);
});
