/**
 * Goal: what the venue answers about the account reaches the engine in full, dated no later than the
 * venue can have looked; an answer that is missing, refused or garbage completes nothing.
 * Method: answers in the venue's shapes, spot and USD-M, through the gateway.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { AccountQuery, type EngineEvent } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { counterOfOrder, NO_ORDER } from '#units/integers.ts';
import {
  facts,
  GatewayScene,
  ID,
  LOST,
  NAMES,
  NOW,
  no,
  OLD,
  ok,
  reportsOf,
  UNSENT,
} from './gateway.test-support.ts';
import type { WireOutcome } from './request-outcome.ts';

/** The venue's clock is 2.345 ms ahead; the millisecond of the question is left out. */
const ASKED = NOW + 1_999;

function completed(found: readonly EngineEvent[]) {
  return found.filter((event) => event.kind === EventKind.QUERY_COMPLETED);
}

const SPOT_TRADE = {
  symbol: 'DOGEUSDT',
  id: 1_200_000_055,
  orderId: 11_900_000_001,
  orderListId: -1,
  price: '0.16230000',
  qty: '800.00000000',
  quoteQty: '129.84000000',
  commission: '0.80000000',
  commissionAsset: 'DOGE',
  time: 1_795_305_604_411,
  isBuyer: true,
  isMaker: true,
  isBestMatch: true,
};
const SPOT_ORDER = {
  symbol: 'DOGEUSDT',
  orderId: 11_900_000_001,
  clientOrderId: NAMES.write(ID),
  price: '0.16230000',
  origQty: '2000.00000000',
  executedQty: '800.00000000',
  status: 'PARTIALLY_FILLED',
  side: 'BUY',
  time: 1_795_305_600_130,
  updateTime: 1_795_305_604_411,
};

test('spot balances: known, unknown to the account, and dated by its last change', async () => {
  const scene = new GatewayScene(Market.SPOT, () =>
    ok({
      makerCommission: 10,
      canTrade: true,
      updateTime: 1_795_305_599_000,
      balances: [
        { asset: 'USDT', free: '9675.40000000', locked: '194.76000000' },
        { asset: 'DOGE', free: '50799.20000000', locked: '0.00000000' },
        { asset: 'XYZ', free: '1.00000000', locked: '0.00000000' },
      ],
    }),
  );
  const found = await scene.request(CommandKind.REQUEST_ACCOUNT);
  const balances = found.filter((event) => event.kind === EventKind.BALANCE);
  assert.deepEqual(
    balances.map((one) => [one.slot, one.freeUnits, one.lockedUnits, one.venueTimeMicros]),
    [
      [BalanceSlot.SPOT_BASE, 5_079_920_000_000, 0, 1_795_305_599_000_000],
      [BalanceSlot.SPOT_QUOTE, 967_540_000_000, 19_476_000_000, 1_795_305_599_000_000],
      [BalanceSlot.SPOT_FEE_ASSET, 0, 0, 1_795_305_599_000_000],
    ],
  );
  const [end] = completed(found);
  assert.equal(end?.query, AccountQuery.ACCOUNT);
  assert.equal(end?.requestedAtMicros, NOW);
});

test('the account of the perpetual: wallet and position, each with its own time', async () => {
  const position = {
    symbol: 'DOGEUSDT',
    positionSide: 'BOTH',
    positionAmt: '-800',
    entryPrice: '0.16231',
    updateTime: 1_795_305_590_000,
  };
  const account = {
    totalWalletBalance: '10000.12345678',
    assets: [
      {
        asset: 'USDT',
        walletBalance: '10000.12345678',
        initialMargin: '26.00000000',
        updateTime: 1_795_305_591_000,
      },
    ],
    positions: [],
  };
  const scene = new GatewayScene(Market.PERPETUAL, ({ path }) =>
    ok(path.endsWith('positionRisk') ? [position] : account),
  );
  const found = await scene.request(CommandKind.REQUEST_ACCOUNT);
  const [held, wallet, end] = found;
  assert.ok(held?.kind === EventKind.PERP_POSITION && wallet?.kind === EventKind.BALANCE);
  assert.deepEqual(
    [held.positionLots, held.entryPriceUnits, held.venueTimeMicros],
    [-800, 16_231_000, 1_795_305_590_000_000],
  );
  assert.deepEqual(
    [wallet.freeUnits, wallet.lockedUnits, wallet.venueTimeMicros],
    [1_000_012_345_678, 2_600_000_000, 1_795_305_591_000_000],
  );
  assert.ok(end?.kind === EventKind.QUERY_COMPLETED);
  assert.equal(end.venueTimeMicros, 1_795_305_590_000_000);
});

test('an account without a position is flat as of the question', async () => {
  const scene = new GatewayScene(Market.PERPETUAL, ({ path }) =>
    ok(path.endsWith('positionRisk') ? [] : { assets: [], positions: [] }),
  );
  const [held, wallet] = await scene.request(CommandKind.REQUEST_ACCOUNT);
  assert.ok(held?.kind === EventKind.PERP_POSITION && wallet?.kind === EventKind.BALANCE);
  assert.deepEqual([held.positionLots, held.venueTimeMicros], [0, ASKED]);
  assert.deepEqual([wallet.freeUnits, wallet.venueTimeMicros], [0, ASKED]);
});

test('open orders: ours, replaced, and those of other people', async () => {
  const rows = [
    SPOT_ORDER,
    { ...SPOT_ORDER, orderId: 3, clientOrderId: 'web_abc', status: 'NEW', executedQty: '0.0' },
    { ...SPOT_ORDER, orderId: 4, clientOrderId: 'x', origClientOrderId: NAMES.write(OLD) },
  ];
  const scene = new GatewayScene(Market.SPOT, () => ok(rows));
  const found = await scene.request(CommandKind.REQUEST_OPEN_ORDERS);
  assert.deepEqual(
    reportsOf(found).map(
      ({ clientOrderId: id, status, filledLots, channel, requestedAtMicros }) => [
        id,
        status,
        filledLots,
        channel,
        requestedAtMicros,
      ],
    ),
    [
      [ID, ReportStatus.PARTIALLY_FILLED, 800, ReportChannel.QUERY, NOW],
      [NO_ORDER, ReportStatus.ACCEPTED, 0, ReportChannel.QUERY, NOW],
      [OLD, ReportStatus.PARTIALLY_FILLED, 800, ReportChannel.QUERY, NOW],
    ],
  );
  const [end] = completed(found);
  assert.deepEqual([end?.query, end?.venueTimeMicros], [AccountQuery.OPEN_ORDERS, ASKED]);
  assert.ok((end?.venueTimeMicros ?? 0) < NOW + 2_345);
});

test('fills: orders never heard of are asked for once, then every trade is told', async () => {
  const trades = [SPOT_TRADE, { ...SPOT_TRADE, id: 1_200_000_056, isBuyer: false, isMaker: false }];
  const scene = new GatewayScene(Market.SPOT, ({ path }) =>
    ok(path.endsWith('myTrades') ? trades : SPOT_ORDER),
  );
  const found = await scene.request(CommandKind.REQUEST_FILLS, 7);
  assert.deepEqual(
    scene.asked.map(({ path, parameters }) => [
      path,
      parameters['fromId'] ?? parameters['orderId'],
    ]),
    [
      ['/api/v3/myTrades', 7],
      ['/api/v3/order', 11_900_000_001],
    ],
  );
  const [first, second] = reportsOf(found);
  assert.deepEqual(
    [first?.clientOrderId, first?.side, first?.tradeId, first?.lastQuantityLots, first?.isMaker],
    [ID, Side.BUY, 1_200_000_055, 800, true],
  );
  assert.deepEqual(
    [first?.commissionUnits, first?.commissionAsset, first?.quantityLots],
    [80_000_000, CommissionAsset.BASE, 0],
  );
  assert.deepEqual([second?.side, second?.isMaker], [Side.SELL, false]);
  const [end] = completed(found);
  assert.deepEqual([end?.hasMore, end?.venueTimeMicros], [false, ASKED]);
  await scene.request(CommandKind.REQUEST_FILLS, 7);
  assert.equal(scene.asked.length, 3, 'the order is known by now');
});

test('the first question takes the newest page, a later full page is not the end', async () => {
  const page = Array.from({ length: 1_000 }, (_, id) => ({ ...SPOT_TRADE, id }));
  const scene = new GatewayScene(Market.SPOT, ({ path }) =>
    ok(path.endsWith('myTrades') ? page : SPOT_ORDER),
  );
  const [first] = completed(await scene.request(CommandKind.REQUEST_FILLS, 0));
  assert.equal(scene.asked[0]?.parameters['fromId'], undefined);
  assert.equal(first?.hasMore, false);
  const [later] = completed(await scene.request(CommandKind.REQUEST_FILLS, 1_000));
  assert.equal(later?.hasMore, true);
});

test('fills of the perpetual: ids above 2^53 are asked for by REST, in the margin asset', async () => {
  const orderId = 9_007_199_254_740_995n;
  const trade = {
    symbol: 'DOGEUSDT',
    id: 2_100_000_055,
    orderId,
    price: '0.162310',
    qty: '800',
    commission: '0.02596960',
    commissionAsset: 'USDT',
    time: 1_795_305_604_411,
    buyer: false,
    maker: true,
    positionSide: 'BOTH',
  };
  const scene = new GatewayScene(Market.PERPETUAL, ({ path }) =>
    path.endsWith('userTrades') ? ok([trade]) : no(400, -2013, 'Order does not exist.'),
  );
  const [report] = reportsOf(await scene.request(CommandKind.REQUEST_FILLS, 5));
  const question = scene.asked[1];
  assert.deepEqual(
    [question?.webSocketMethod, question?.parameters['orderId']],
    ['', orderId.toString()],
  );
  assert.deepEqual([report?.clientOrderId, report?.side], [NO_ORDER, Side.SELL]);
  assert.equal(report?.commissionAsset, CommissionAsset.MARGIN);
});

test('a question that failed or came back unreadable completes nothing and is told', async () => {
  const kinds = [
    CommandKind.REQUEST_ACCOUNT,
    CommandKind.REQUEST_OPEN_ORDERS,
    CommandKind.REQUEST_FILLS,
  ];
  const answers: WireOutcome[] = [
    LOST,
    UNSENT,
    no(429, -1003, 'Too many requests'),
    no(504, -1007, ''),
    ok(null),
    ok([{ nonsense: 1 }]),
    ok([null]),
    ok({ balances: 'x', assets: 3 }),
  ];
  for (const market of [Market.SPOT, Market.PERPETUAL]) {
    for (const kind of kinds) {
      for (const answer of answers) {
        const scene = new GatewayScene(market, () => answer);
        assert.deepEqual(await scene.request(kind), []);
        assert.equal(scene.notes.length + scene.failures.length, 1, JSON.stringify(answer));
      }
    }
  }
});

test('many unknown orders are asked for once each, a few at a time', async () => {
  const page = Array.from({ length: 60 }, (_, id) => ({
    ...SPOT_TRADE,
    id,
    orderId: 100 + Math.floor(id / 2),
  }));
  const scene = new GatewayScene(Market.SPOT, ({ path, parameters }) =>
    ok(
      path.endsWith('myTrades')
        ? page
        : { ...SPOT_ORDER, clientOrderId: `mm-1-${Number(parameters['orderId']).toString(36)}` },
    ),
  );
  const found = reportsOf(await scene.request(CommandKind.REQUEST_FILLS, 7));
  assert.equal(scene.asked.length, 31);
  assert.deepEqual(
    found.map((report) => counterOfOrder(report.clientOrderId)),
    page.map((trade) => trade.orderId),
  );
});

test('fills wait for the names of their orders: a refused question completes nothing', async () => {
  const scene = new GatewayScene(Market.SPOT, ({ path }) =>
    path.endsWith('myTrades') ? ok([SPOT_TRADE]) : no(429, -1003, ''),
  );
  assert.deepEqual(await scene.request(CommandKind.REQUEST_FILLS, 7), []);
  assert.equal(scene.failures.length, 1);
});

test('cancel-all on spot tells every end, and nothing to cancel is no failure', async () => {
  const ended = {
    ...SPOT_ORDER,
    clientOrderId: 'cancel-1',
    origClientOrderId: NAMES.write(ID),
    status: 'CANCELED',
    transactTime: 1_795_305_601_002,
  };
  const list = { orderListId: 1, contingencyType: 'OCO', orders: [], orderReports: [] };
  const scene = new GatewayScene(Market.SPOT, () => ok([ended, list]));
  const found = await scene.request(CommandKind.CANCEL_ALL);
  assert.deepEqual(facts(found), [
    [ID, ReportStatus.CANCELED, ReportReason.NONE, ReportChannel.RESPONSE],
  ]);
  const empty = new GatewayScene(Market.SPOT, () => no(400, -2011, 'Unknown order sent.'));
  assert.deepEqual(await empty.request(CommandKind.CANCEL_ALL), []);
  assert.deepEqual([empty.failures, empty.notes], [[], []]);
});

test('cancel-all of the perpetual is one sentence; in doubt or unsent it is told', async () => {
  const done = { code: 200, msg: 'The operation of cancel all open order is done.' };
  const scene = new GatewayScene(Market.PERPETUAL, () => ok(done));
  assert.deepEqual(await scene.request(CommandKind.CANCEL_ALL), []);
  assert.deepEqual([scene.failures, scene.notes], [[], []]);
  for (const answer of [LOST, UNSENT, no(503, 0, 'Service Unavailable.')]) {
    const bad = new GatewayScene(Market.PERPETUAL, () => answer);
    assert.deepEqual(await bad.request(CommandKind.CANCEL_ALL), []);
    assert.equal(bad.failures.length + bad.notes.length, 1);
  }
});

test("a snapshot is the feed's work, a silence of the venue is an event", async () => {
  const scene = new GatewayScene(Market.PERPETUAL, () => LOST);
  assert.deepEqual(await scene.request(CommandKind.REQUEST_SNAPSHOT), []);
  assert.deepEqual(scene.snapshots, [scene.instrument.index]);
  assert.equal(scene.asked.length, 0);
  const until = (NOW + 5_000_000) as typeof NOW;
  scene.gateway.tellSilence(until);
  const [event] = scene.found;
  assert.ok(event?.kind === EventKind.VENUE_SILENCE);
  assert.deepEqual(
    [event.untilMicros, event.atMicros, event.instrument],
    [until, NOW, scene.instrument.index],
  );
});
