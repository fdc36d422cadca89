/**
 * Goal: the venue is asked for everything, at the right times, until it has answered; what an answer
 * tells counts exactly once; and nobody takes an order for dead, or a correction for final, too early.
 * Method: account state with a venue whose answers the test writes, lost, late and in pages.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertCode, CommandKind } from '#contracts/commands.ts';
import { DEFAULT_ACCOUNT_STATE_CONFIGURATION } from '#contracts/configuration/account-state-configuration.ts';
import { AccountQuery, FeedState, VenueSilenceEvent } from '#contracts/events.ts';
import { type ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { epochMicros, instrumentIndex } from '#units/integers.ts';
import { Session, WHOLE } from './account-session-fixture.test-support.ts';
import { makeReport, type ReportChoice } from './session-fixture.test-support.ts';

const { REQUEST_ACCOUNT, REQUEST_OPEN_ORDERS, REQUEST_FILLS, QUERY_ORDER } = CommandKind;
const SECOND = 1_000_000;
const INTERVAL = DEFAULT_ACCOUNT_STATE_CONFIGURATION.reconcileIntervalMicros;

/** One line of the venue's trade list. */
function record(choice: ReportChoice & { readonly asked: number }): ExecutionReport {
  const report = makeReport({ ...choice, status: ReportStatus.PARTIALLY_FILLED });
  report.channel = ReportChannel.QUERY;
  report.quantityLots = 0 as ExecutionReport['quantityLots'];
  report.filledLots = 0 as ExecutionReport['filledLots'];
  report.requestedAtMicros = choice.asked as ExecutionReport['requestedAtMicros'];
  return report;
}

/** One line of a list of open orders, or the answer to a question about one order. */
function listed(choice: ReportChoice & { readonly asked: number }): ExecutionReport {
  const report = makeReport(choice);
  report.channel = ReportChannel.QUERY;
  report.requestedAtMicros = choice.asked as ExecutionReport['requestedAtMicros'];
  return report;
}

const trade = { side: Side.BUY, last: 100, lastPrice: 15_999, feeAsset: CommissionAsset.BASE };
const fillsFrom = (session: Session) =>
  session.requests(REQUEST_FILLS).map(({ instrument, fromTradeId }) => [instrument, fromTradeId]);

/** A session whose first round is asked for at one second and not answered. */
function asking(): Session {
  const session = new Session().open().start(500_000);
  session.timer(SECOND);
  return session;
}

test('a session asks for the account, and for orders and trades of each market', () => {
  const session = asking();
  assert.equal(session.requests(REQUEST_ACCOUNT).length, 1);
  assert.deepEqual(
    session.requests(REQUEST_OPEN_ORDERS).map(({ instrument }) => instrument),
    [0, 1],
  );
  assert.deepEqual(fillsFrom(session), [
    [0, 0],
    [1, 0],
  ]);
});

test('both markets are blind from the start until every answer is there', () => {
  const session = asking();
  const { position } = session.account;
  assert.equal(position.quotedBlindSinceMicros, 500_000);
  assert.equal(position.hedgeBlindSinceMicros, 500_000);
  const at = SECOND + 40_000;
  for (const market of [0, 1]) {
    session.completed({ query: AccountQuery.ACCOUNT, market, at, asked: SECOND });
    session.completed({ query: AccountQuery.OPEN_ORDERS, market, at, asked: SECOND });
  }
  session.completed({ query: AccountQuery.FILLS, market: 0, at, asked: SECOND });
  assert.equal(position.quotedBlindSinceMicros, 500_000, 'the delta has two legs');
  session.completed({ query: AccountQuery.FILLS, market: 1, at, asked: SECOND });
  assert.deepEqual([position.quotedBlindSinceMicros, position.hedgeBlindSinceMicros], [0, 0]);
});

test('a lost answer is asked for again with growing patience, alone', () => {
  const session = asking();
  for (const market of [0, 1]) {
    session.completed({ query: AccountQuery.ACCOUNT, market, at: SECOND, asked: SECOND });
    session.completed({ query: AccountQuery.FILLS, market, at: SECOND, asked: SECOND });
  }
  session.completed({ query: AccountQuery.OPEN_ORDERS, market: 0, at: SECOND, asked: SECOND });
  const times: number[] = [];
  for (let at = SECOND + 50_000; at < 40 * SECOND; at += 50_000) {
    const before = session.requests(REQUEST_OPEN_ORDERS).length;
    session.timer(at);
    if (session.requests(REQUEST_OPEN_ORDERS).length > before) times.push(at / SECOND);
  }
  assert.deepEqual(times, [2, 4, 8, 16, 24, 32]);
  assert.equal(session.requests(REQUEST_ACCOUNT).length, 1);
  session.completed({
    query: AccountQuery.OPEN_ORDERS,
    market: 1,
    at: 40 * SECOND,
    asked: 2 * SECOND,
  });
  assert.equal(
    session.account.position.hedgeBlindSinceMicros,
    0,
    'a late answer of the round counts',
  );
});

test('the next round comes when the interval after the last is over', () => {
  const session = asking();
  session.answer(SECOND);
  session.timer(SECOND + INTERVAL - 1);
  assert.equal(session.requests(REQUEST_ACCOUNT).length, 1);
  session.timer(SECOND + INTERVAL);
  assert.equal(session.requests(REQUEST_ACCOUNT).length, 2);
});

test('a broken stream blinds its market until it is back and everything was answered anew', () => {
  const session = asking();
  session.answer(SECOND);
  const { position } = session.account;
  session.privateFeed(1, FeedState.DISCONNECTED, 5 * SECOND);
  assert.deepEqual(
    [position.quotedBlindSinceMicros, position.hedgeBlindSinceMicros],
    [0, 5 * SECOND],
  );
  session.timer(6 * SECOND);
  session.answer(6 * SECOND);
  assert.equal(position.hedgeBlindSinceMicros, 5 * SECOND, 'no answer heals a broken stream');
  session.privateFeed(1, FeedState.CONNECTED, 7 * SECOND);
  session.answer(7 * SECOND + 10, 6 * SECOND);
  assert.equal(
    position.hedgeBlindSinceMicros,
    5 * SECOND,
    'answers to older questions prove nothing',
  );
  session.timer(7 * SECOND + 50_000);
  session.answer(7 * SECOND + 90_000);
  assert.equal(position.hedgeBlindSinceMicros, 0);
});

test('trades are asked for from the last finished answer on, whatever the stream told since', () => {
  const session = asking();
  session.apply(record({ ...trade, tradeId: 40, at: 900_000, asked: SECOND }));
  session.answer(SECOND);
  session.report({ ...trade, id: 7, tradeId: 50, at: 2 * SECOND });
  session.timer(SECOND + INTERVAL);
  assert.deepEqual(fillsFrom(session).slice(2), [
    [0, 41],
    [1, 0],
  ]);
});

test('a long list is read page by page', () => {
  const session = asking();
  session.apply(record({ ...trade, tradeId: 40, at: 900_000, asked: SECOND }));
  const page = { query: AccountQuery.FILLS, market: 0, at: SECOND, asked: SECOND } as const;
  session.completed({ ...page, hasMore: true });
  assert.deepEqual(fillsFrom(session).at(-1), [0, 41]);
  const next = SECOND + 10;
  session.apply(record({ ...trade, tradeId: 41, at: 900_001, asked: next }));
  session.completed({ ...page, at: next, asked: next });
  session.timer(SECOND + INTERVAL);
  assert.equal(session.account.position.spotBaseUnits, 1_200 * WHOLE);
  // A page that says there is more and brings nothing is not asked for in a circle.
  const before = session.requests(REQUEST_FILLS).length;
  session.completed({ ...page, market: 1, asked: next, hasMore: true });
  assert.equal(session.requests(REQUEST_FILLS).length, before);
});

test('a trade of the list and of the stream counts once, whichever comes first', () => {
  const session = asking();
  session.apply(record({ ...trade, id: 7, tradeId: 1, at: 600_000, asked: SECOND }));
  session.report({ ...trade, id: 7, tradeId: 1, at: 600_000 });
  session.report({ ...trade, id: 7, tradeId: 2, filled: 200, at: 700_000 });
  session.apply(record({ ...trade, id: 7, tradeId: 2, at: 700_000, asked: SECOND }));
  const { position, counters, pnl } = session.account;
  assert.equal(position.spotBaseUnits, 1_200 * WHOLE);
  assert.equal(counters.quoting.count, 2);
  assert.equal(counters.duplicateFills, 1, 'the list repeats on purpose, the stream does not');
  assert.equal(pnl.residualUnits, 0);
});

test('a trade of nobody we know, of a person, and of an ended order all move the position', () => {
  const session = asking();
  session.apply(record({ ...trade, id: 99, tradeId: 1, at: 600_000, asked: SECOND }));
  session.apply(record({ ...trade, id: 0, tradeId: 2, at: 600_000, asked: SECOND }));
  session.report({ side: Side.BUY, id: 5, price: 15_999, quantity: 100, at: 610_000 });
  session.report({ side: Side.BUY, id: 5, status: ReportStatus.CANCELED, at: 620_000 });
  session.apply(record({ ...trade, id: 5, tradeId: 3, at: 615_000, asked: SECOND }));
  const { position, counters } = session.account;
  assert.equal(position.spotBaseUnits, 1_300 * WHOLE);
  assert.equal(counters.quoting.count, 3);
  assert.equal(counters.lateFills, 1);
  assert.equal(session.output.alerts(AlertCode.LATE_FILL)[0]?.clientOrderId, 5);
  assert.equal(session.account.openOrderCount, 0);
});

test('history from before the first statement moves nothing', () => {
  const session = asking();
  session.apply(record({ ...trade, id: 99, tradeId: 1, at: 5, asked: SECOND }));
  assert.equal(session.account.position.spotBaseUnits, 1_000 * WHOLE);
  assert.equal(session.account.counters.fillsBeforeStart, 1);
});

test('a lost fill is corrected by its statement and explained by the list, however often it is restated', () => {
  const session = asking();
  session.answer(SECOND);
  // The fill of 100 at two seconds is never told. Its balance comes, and another after it.
  session.balance(BalanceSlot.SPOT_BASE, 1_100 * WHOLE, 0, 2 * SECOND);
  session.balance(BalanceSlot.SPOT_QUOTE, 200 * WHOLE - 1_599_900_000, 0, 2 * SECOND);
  session.balance(BalanceSlot.SPOT_BASE, 1_100 * WHOLE, 0, 3 * SECOND);
  session.balance(BalanceSlot.SPOT_QUOTE, 200 * WHOLE - 1_599_900_000, 0, 3 * SECOND);
  session.timer(3 * SECOND + 50_000);
  const asked = 3 * SECOND + 50_000;
  session.apply(record({ ...trade, id: 7, tradeId: 9, at: 2 * SECOND, asked }));
  const { position, pnl } = session.account;
  assert.equal(position.spotBaseUnits, 1_100 * WHOLE, 'counted once');
  assert.equal(position.isReconciled, true);
  assert.equal(pnl.residualUnits, 0);
  session.answer(asked + 40_000, asked);
  assert.equal(position.spotBaseUnits, 1_100 * WHOLE);
});

test('two lost fills that nearly cancel out are explained one by one', () => {
  const session = asking();
  session.answer(SECOND);
  session.perp(-1_020, 16_000_000, 2 * SECOND);
  session.timer(3 * SECOND);
  const asked = 3 * SECOND;
  const hedge = { instrument: 1, lastPrice: 160_000, id: 8, at: 1_900_000, asked };
  session.apply(record({ ...hedge, side: Side.SELL, last: 50, tradeId: 1 }));
  session.apply(record({ ...hedge, side: Side.BUY, last: 30, tradeId: 2 }));
  const { position } = session.account;
  assert.equal(position.perpBaseUnits, -1_020 * WHOLE);
  assert.equal(position.isReconciled, true);
});

test('a correction that appears while a round runs waits for the list of the next', () => {
  const session = asking();
  session.completed({ query: AccountQuery.FILLS, market: 0, at: SECOND, asked: SECOND });
  session.balance(BalanceSlot.SPOT_BASE, 990 * WHOLE, 0, SECOND + 10);
  session.answer(SECOND + 20, SECOND);
  assert.equal(session.account.position.isReconciled, false);
  session.timer(3 * SECOND);
  session.answer(3 * SECOND);
  assert.equal(session.account.position.isReconciled, true);
});

test('an open order that a list leaves out is asked after, one under way is not', () => {
  const session = asking();
  session.report({ side: Side.BUY, id: 5, price: 15_999, quantity: 100, at: 900_000 });
  session.report({ side: Side.BUY, id: 6, price: 15_998, quantity: 100, at: 900_000 });
  session.report({ side: Side.BUY, id: 7, price: 15_997, quantity: 100, at: SECOND + 10_000 });
  session.apply(
    listed({ side: Side.BUY, id: 5, price: 15_999, quantity: 100, at: SECOND, asked: SECOND }),
  );
  session.completed({ query: AccountQuery.OPEN_ORDERS, market: 0, at: SECOND, asked: SECOND });
  const queried = session.requests(QUERY_ORDER) as unknown as { clientOrderId: number }[];
  assert.deepEqual(
    queried.map(({ clientOrderId }) => clientOrderId),
    [6],
  );
  assert.equal(session.account.openOrderCount, 3, 'not shown is not dead');
  const gone = { side: Side.BUY, id: 6, status: ReportStatus.REJECTED, asked: 0 } as const;
  const reason = ReportReason.UNKNOWN_ORDER;
  session.apply(listed({ ...gone, reason, at: 2 * SECOND }));
  session.apply(listed({ ...gone, reason, at: 3 * SECOND }));
  assert.equal(session.account.openOrderCount, 3, 'too soon to believe');
  session.apply(listed({ ...gone, reason, at: 14 * SECOND }));
  assert.equal(session.account.openOrderCount, 2);
});

test('while the venue asked for silence no order is asked after, and the round after it finds it again', () => {
  const session = asking();
  session.report({ side: Side.BUY, id: 6, price: 15_998, quantity: 100, at: 900_000 });
  const silence = new VenueSilenceEvent();
  silence.instrument = instrumentIndex(0);
  silence.untilMicros = epochMicros(20 * SECOND);
  silence.atMicros = epochMicros(SECOND);
  session.account.apply(silence);
  const list = { query: AccountQuery.OPEN_ORDERS, market: 0 } as const;
  session.completed({ ...list, at: SECOND, asked: SECOND });
  assert.equal(session.requests(QUERY_ORDER).length, 0);
  session.timer(20 * SECOND);
  session.completed({ ...list, at: 20 * SECOND, asked: 20 * SECOND });
  assert.equal(session.requests(QUERY_ORDER).length, 1);
});

test('hedge fills that were not told hold hedging until the list was read', () => {
  const session = asking();
  session.answer(SECOND);
  const order = { side: Side.SELL, instrument: 1, id: 3, price: 160_000, quantity: 50 } as const;
  session.report({ ...order, at: 2 * SECOND });
  session.apply(
    listed({ ...order, status: ReportStatus.FILLED, filled: 50, at: 3 * SECOND, asked: SECOND }),
  );
  const { position } = session.account;
  assert.equal(position.isHedgeFillMissing, true);
  session.timer(6 * SECOND);
  const asked = 6 * SECOND;
  const lost = { ...order, last: 30, lastPrice: 160_000, at: 2_900_000, asked };
  session.apply(record({ ...lost, tradeId: 4 }));
  assert.equal(position.isHedgeFillMissing, true);
  session.apply(record({ ...lost, last: 20, tradeId: 5 }));
  assert.equal(position.isHedgeFillMissing, false);
  assert.equal(position.perpBaseUnits, -1_050 * WHOLE);
});

test('a list of trades that lacks what an order filled ends the wait all the same', () => {
  const session = asking();
  session.answer(SECOND);
  const order = { side: Side.SELL, instrument: 1, id: 3, price: 160_000, quantity: 50 } as const;
  const end = { ...order, status: ReportStatus.CANCELED, filled: 20, at: 3 * SECOND } as const;
  session.report(end);
  assert.equal(session.account.position.isHedgeFillMissing, true);
  session.timer(4 * SECOND);
  session.answer(4 * SECOND + 10, 4 * SECOND);
  assert.equal(session.account.position.isHedgeFillMissing, false);
});

test('quotes that filled untold are shown by side until the list was read', () => {
  const session = asking();
  session.answer(SECOND);
  const order = { side: Side.BUY, instrument: 0, id: 3, price: 100, quantity: 50 } as const;
  session.report({ ...order, status: ReportStatus.CANCELED, filled: 20, at: 3 * SECOND });
  const { position } = session.account;
  const untold = () => [position.quotedUntoldBuyUnits, position.quotedUntoldSellUnits];
  assert.deepEqual(untold(), [20 * WHOLE, 0]);
  session.timer(4 * SECOND);
  session.answer(4 * SECOND + 10, 4 * SECOND);
  assert.deepEqual(untold(), [0, 0]);
});

test('foreign orders are told when there are more of them than before, and left alone', () => {
  const session = asking();
  const foreign = { side: Side.BUY, id: 0, price: 15_000, quantity: 9, at: SECOND } as const;
  const list = (count: number, asked: number) => {
    for (let index = 0; index < count; index++) session.apply(listed({ ...foreign, asked }));
    session.completed({ query: AccountQuery.OPEN_ORDERS, market: 0, at: asked, asked });
  };
  list(2, SECOND);
  list(2, 2 * SECOND);
  assert.equal(session.output.alerts(AlertCode.FOREIGN_ORDER).length, 1);
  list(0, 3 * SECOND);
  list(1, 4 * SECOND);
  assert.equal(session.output.alerts(AlertCode.FOREIGN_ORDER).length, 2);
  assert.equal(session.requests(CommandKind.CANCEL_ORDER).length, 0);
  assert.equal(session.account.openOrderCount, 0);
});

test('reconciling twice changes nothing', () => {
  const session = asking();
  session.apply(record({ ...trade, id: 7, tradeId: 9, at: 900_000, asked: SECOND }));
  session.answer(SECOND);
  const { spotBaseUnits, netDeltaBaseUnits, equityUnits } = session.account.position;
  session.timer(SECOND + INTERVAL);
  const asked = SECOND + INTERVAL;
  session.apply(record({ ...trade, id: 7, tradeId: 9, at: 900_000, asked }));
  session.answer(asked);
  const { position, counters } = session.account;
  assert.equal(position.spotBaseUnits, spotBaseUnits);
  assert.equal(position.netDeltaBaseUnits, netDeltaBaseUnits);
  assert.equal(position.equityUnits, equityUnits);
  assert.deepEqual([counters.quoting.count, counters.duplicateFills], [1, 0]);
});

test('a restored session that starts anew goes on from the last trade it was told of', () => {
  const before = asking();
  before.apply(record({ ...trade, id: 7, tradeId: 9, at: 900_000, asked: SECOND }));
  before.answer(SECOND);
  const after = new Session();
  after.markets.set('quoted', 15_999, 16_001, 20);
  after.markets.set('hedge', 159_990, 160_010, 20);
  const reader = new StateBytesReader(before.stateBytes());
  after.account.readState(reader);
  assert.ok(reader.isAtEnd);
  assert.deepEqual(after.stateBytes(), before.stateBytes());
  after.start(60 * SECOND);
  assert.equal(after.account.position.hedgeBlindSinceMicros, 60 * SECOND);
  after.timer(60 * SECOND);
  assert.deepEqual(fillsFrom(after), [
    [0, 10],
    [1, 0],
  ]);
  after.apply(record({ ...trade, id: 7, tradeId: 10, at: 20 * SECOND, asked: 60 * SECOND }));
  after.answer(60 * SECOND);
  assert.equal(after.account.position.spotBaseUnits, 1_200 * WHOLE);
  assert.equal(after.account.position.quotedBlindSinceMicros, 0);
});
