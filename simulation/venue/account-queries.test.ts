/**
 * Goal: what is open, what was traded and what is held can be asked for, and every answer says when
 * the venue looked and that it is complete.
 * Method: small worlds, whole answers compared; the trade list against the fills that were told.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CommandKind, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { AccountQuery, type EngineEvent, type QueryCompletedEvent } from '#contracts/events.ts';
import {
  type ExecutionReport,
  isTradeRecord,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { CommissionAsset, OrderType, Side } from '#contracts/order.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { TRADE_PAGE } from './account-queries.ts';
import { ENTRY, PERP, SPOT, START, WHOLE, World } from './venue.test-support.ts';

const { BUY, SELL } = Side;
const MAKER = { type: OrderType.LIMIT_MAKER } as const;

/** Everything the account heard, as plain copies. */
function listen(world: World): EngineEvent[] {
  const heard: EngineEvent[] = [];
  world.onEvent = (event) => heard.push({ ...event } as EngineEvent);
  return heard;
}

function completions(heard: readonly EngineEvent[]): QueryCompletedEvent[] {
  return heard.filter((event) => event.kind === EventKind.QUERY_COMPLETED);
}

function reports(heard: readonly EngineEvent[]): ExecutionReport[] {
  return heard.filter((event) => event.kind === EventKind.EXECUTION_REPORT);
}

function askFills(world: World, fromTradeId: number, instrument: InstrumentIndex = SPOT): void {
  const command = new RequestCommand();
  command.kind = CommandKind.REQUEST_FILLS;
  command.instrument = instrument;
  command.fromTradeId = fromTradeId;
  world.venue.submit(command);
}

test('open orders are listed oldest first, with what is filled of them, and nothing closed', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 15_000, lots: 100, ...MAKER });
  world.send({ id: 2, side: SELL, price: 17_000, lots: 50, ...MAKER });
  world.send({ id: 3, side: BUY, price: 14_000, lots: 100, ...MAKER });
  world.wait();
  world.stranger(SELL, 15_000, 40);
  world.cancel(3);
  world.wait();
  const heard = listen(world);
  const askedAt = world.clock.nowMicros;
  world.request(CommandKind.REQUEST_OPEN_ORDERS);
  world.wait();
  assert.deepEqual(
    reports(heard).map((report) => [
      report.clientOrderId,
      report.status,
      report.channel,
      report.filledLots,
      report.quantityLots,
      report.tradeId,
      report.requestedAtMicros,
    ]),
    [
      [1, ReportStatus.PARTIALLY_FILLED, ReportChannel.QUERY, 40, 100, NO_TRADE, askedAt],
      [2, ReportStatus.ACCEPTED, ReportChannel.QUERY, 0, 50, NO_TRADE, askedAt],
    ],
  );
  assert.equal(heard.length, 3, 'the answer is closed after the orders');
  assert.deepEqual(heard.at(-1), {
    kind: EventKind.QUERY_COMPLETED,
    sequence: 0,
    atMicros: askedAt + 5_000,
    venueTimeMicros: askedAt + ENTRY,
    instrument: SPOT,
    query: AccountQuery.OPEN_ORDERS,
    hasMore: false,
    requestedAtMicros: askedAt,
  });
});

test('with nothing open the answer is the completion alone, of the market asked', () => {
  const world = new World();
  const heard = listen(world);
  world.request(CommandKind.REQUEST_OPEN_ORDERS, PERP);
  world.wait();
  assert.equal(heard.length, 1);
  assert.equal(completions(heard)[0]?.instrument, PERP);
});

test('an account query tells each market and closes each', () => {
  const world = new World();
  world.venue.publishAccount();
  const heard = listen(world);
  world.request(CommandKind.REQUEST_ACCOUNT);
  world.wait();
  assert.deepEqual(
    heard.map(({ kind }) => kind),
    [
      EventKind.BALANCE,
      EventKind.BALANCE,
      EventKind.BALANCE,
      EventKind.QUERY_COMPLETED,
      EventKind.PERP_POSITION,
      EventKind.BALANCE,
      EventKind.QUERY_COMPLETED,
    ],
  );
  assert.deepEqual(
    completions(heard).map(({ instrument, query, requestedAtMicros, venueTimeMicros }) => [
      instrument,
      query,
      requestedAtMicros,
      venueTimeMicros,
    ]),
    [
      [SPOT, AccountQuery.ACCOUNT, START, START + ENTRY],
      [PERP, AccountQuery.ACCOUNT, START, START + ENTRY],
    ],
  );
});

test('a trade record says what was traded and what it cost, and nothing of the order', () => {
  const world = new World();
  world.send({ id: 1, side: SELL, price: 16_000, lots: 100, ...MAKER });
  world.wait();
  world.stranger(BUY, 16_000, 30);
  const tradedAt = world.clock.nowMicros;
  world.wait();
  const heard = listen(world);
  const askedAt = world.clock.nowMicros;
  askFills(world, 0);
  world.wait();
  const record = reports(heard)[0];
  assert.ok(record !== undefined && isTradeRecord(record));
  assert.deepEqual(
    { ...record },
    {
      kind: EventKind.EXECUTION_REPORT,
      sequence: 0,
      atMicros: askedAt + 5_000,
      status: ReportStatus.PARTIALLY_FILLED,
      channel: ReportChannel.QUERY,
      instrument: SPOT,
      clientOrderId: 1,
      replacedOrderId: 0,
      venueOrderIdHigh: 7,
      venueOrderIdLow: 1,
      side: SELL,
      priceTicks: 0,
      quantityLots: 0,
      filledLots: 0,
      lastPriceTicks: 16_000,
      lastQuantityLots: 30,
      tradeId: 1,
      isMaker: true,
      commissionUnits: (30 * 16_000 * 1_000) / 1_000,
      commissionAsset: CommissionAsset.QUOTE,
      reason: 0,
      venueCode: 0,
      venueTimeMicros: tradedAt,
      requestedAtMicros: askedAt,
    },
  );
  assert.equal(completions(heard).length, 1);
});

test('trades are listed from the asked id on, of this market only', () => {
  const world = new World();
  world.mark(16_000);
  world.send({ id: 1, side: SELL, price: 16_000, lots: 100, ...MAKER });
  world.send({ id: 2, side: SELL, price: 16_000, lots: 100, instrument: PERP });
  world.wait();
  for (let count = 0; count < 5; count++) world.stranger(BUY, 16_000, 10);
  world.stranger(BUY, 16_000, 10, PERP);
  world.wait();
  const heard = listen(world);
  askFills(world, 4);
  askFills(world, 0, PERP);
  askFills(world, 99);
  world.wait();
  assert.deepEqual(
    reports(heard).map(({ instrument, tradeId }) => [instrument, tradeId]),
    [
      [SPOT, 4],
      [SPOT, 5],
      [PERP, 1],
    ],
  );
  assert.equal(completions(heard).length, 3);
});

test('a long list comes in pages, and only the last one says that it is the last', () => {
  const world = new World();
  const lots = 2 * TRADE_PAGE + 10;
  world.send({ id: 1, side: SELL, price: 16_000, lots, ...MAKER });
  world.wait();
  for (let count = 0; count < lots; count++) world.stranger(BUY, 16_000, 1);
  world.wait();
  const heard = listen(world);
  const ids: number[] = [];
  const pages: number[] = [];
  for (let from = 0; ; from = (ids.at(-1) ?? 0) + 1) {
    heard.length = 0;
    askFills(world, from);
    world.wait();
    pages.push(reports(heard).length);
    for (const { tradeId } of reports(heard)) ids.push(tradeId);
    if (completions(heard)[0]?.hasMore !== true) break;
  }
  assert.deepEqual(pages, [TRADE_PAGE, TRADE_PAGE, 10]);
  assert.deepEqual(
    ids,
    Array.from({ length: lots }, (_, index) => index + 1),
  );
});

test('the trade list is what the fills told, whatever was traded', () => {
  const order = fc.record({
    side: fc.constantFrom(BUY, SELL),
    lots: fc.integer({ min: 10, max: 200 }),
    strangerLots: fc.integer({ min: 1, max: 250 }),
  });
  fc.assert(
    fc.property(fc.array(order, { minLength: 1, maxLength: 12 }), (orders) => {
      const world = new World();
      const heard = listen(world);
      for (const [index, { side, lots, strangerLots }] of orders.entries()) {
        const price = side === BUY ? 15_990 : 16_010;
        world.send({ id: index + 1, side, price, lots, ...MAKER });
        world.wait();
        world.stranger(side === BUY ? SELL : BUY, price, strangerLots);
        world.wait();
        world.venue.submit(cancelAll());
        world.wait();
      }
      const told = reports(heard).filter(({ tradeId }) => tradeId !== NO_TRADE);
      heard.length = 0;
      askFills(world, 0);
      world.wait();
      assert.deepEqual(reports(heard).map(tradeOf), told.map(tradeOf));
    }),
    { numRuns: 40 },
  );
});

test('the commission of a purchase is listed in the base it was taken from', () => {
  const world = new World();
  world.send({ id: 1, side: BUY, price: 16_000, lots: 1_000, ...MAKER });
  world.wait();
  world.stranger(SELL, 16_000, 1_000);
  world.wait();
  const heard = listen(world);
  askFills(world, 0);
  world.wait();
  assert.equal(reports(heard)[0]?.commissionUnits, WHOLE);
  assert.equal(reports(heard)[0]?.commissionAsset, CommissionAsset.BASE);
});

function cancelAll(): RequestCommand {
  const command = new RequestCommand();
  command.kind = CommandKind.CANCEL_ALL;
  command.instrument = SPOT;
  return command;
}

function tradeOf(report: ExecutionReport): unknown[] {
  return [
    report.clientOrderId,
    report.side,
    report.tradeId,
    report.lastPriceTicks,
    report.lastQuantityLots,
    report.isMaker,
    report.commissionUnits,
    report.commissionAsset,
    report.venueTimeMicros,
  ];
}
