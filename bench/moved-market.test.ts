/**
 * Goal: a session repeated is the future of the same session: later in time, higher in ids, without
 * a second introduction.
 * Method: single events through a later pass, and a venue that answers.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import {
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  FeedState,
  type FeedStatusEvent,
  MarkPriceEvent,
  OperatorEvent,
  RiskLeaseEvent,
  SessionStartEvent,
  TimerEvent,
  TradeEvent,
} from '#contracts/events.ts';
import { ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { TimeInForce } from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros, InstrumentIndex, QuantityLots } from '#units/integers.ts';
import { AnsweringVenue } from './answering-venue.ts';
import { MovedMarket } from './moved-market.ts';

const SPAN = 5_000_000;
const AT = 1_000_000;

/** In the second pass: 5 s of session and 1 s of pause later. */
function laterMarket(): { market: MovedMarket; published: EngineEvent[] } {
  const market = new MovedMarket(AT, AT + SPAN);
  const published: EngineEvent[] = [];
  market.begin(0, 0, () => assert.fail('the first pass begins without losing a feed'));
  assert.equal(market.move(stamped(new SessionStartEvent())), true);
  assert.equal(market.move(stamped(new BookTickerEvent())), true);
  assert.equal(market.move(stamped(new SessionStartEvent())), false);
  market.begin(1, AT + SPAN, (event) => published.push({ ...event } as EngineEvent));
  return { market, published };
}

function stamped<Event extends EngineEvent>(event: Event): Event {
  event.atMicros = AT as EpochMicros;
  return event;
}

test('between passes both feeds are lost and come back', () => {
  const { published } = laterMarket();
  assert.deepEqual(
    published.map((event) => [(event as FeedStatusEvent).state, event.atMicros]),
    [FeedState.DISCONNECTED, FeedState.DISCONNECTED, FeedState.CONNECTED, FeedState.CONNECTED].map(
      (state) => [state, AT + SPAN],
    ),
  );
});

test('a later pass moves stamps and ids on by the same amount', () => {
  const { market } = laterMarket();
  const depth = stamped(new DepthDeltaEvent());
  Object.assign(depth, { firstUpdateId: 5, lastUpdateId: 7, venueTimeMicros: AT });
  assert.equal(market.move(depth), true);
  assert.equal(depth.atMicros, AT + SPAN + 1_000_000);
  assert.equal(depth.venueTimeMicros, AT + SPAN + 1_000_000);
  assert.equal(depth.lastUpdateId - depth.firstUpdateId, 2);
  assert.equal(depth.previousUpdateId, -1);
  const snapshot = stamped(new DepthSnapshotEvent());
  const ticker = stamped(new BookTickerEvent());
  const trade = stamped(new TradeEvent());
  for (const event of [snapshot, ticker, trade]) assert.equal(market.move(event), true);
  const step = depth.lastUpdateId - 7;
  assert.deepEqual([snapshot.lastUpdateId, ticker.updateId, trade.tradeId], [step, step, step]);
  assert.equal(ticker.venueTimeMicros, 0, 'spot sends no venue time');
});

test('timers, leases and funding times move on; introductions and operators do not come again', () => {
  const { market } = laterMarket();
  const lease = stamped(new RiskLeaseEvent());
  const mark = stamped(new MarkPriceEvent());
  for (const event of [stamped(new TimerEvent()), lease, mark]) {
    assert.equal(market.move(event), true);
  }
  assert.equal(lease.expiresAtMicros, SPAN + 1_000_000);
  assert.equal(mark.nextFundingMicros, SPAN + 1_000_000);
  for (const event of [new SessionStartEvent(), new OperatorEvent(), new ExecutionReport()]) {
    assert.equal(market.move(stamped(event)), false);
  }
});

function order(kind: OrderCommand['kind'], id: number): OrderCommand {
  const command = new OrderCommand();
  command.kind = kind;
  command.clientOrderId = id as ClientOrderId;
  command.instrument = 0 as InstrumentIndex;
  command.quantityLots = 9 as QuantityLots;
  return command;
}

test('the answering venue accepts, amends, replaces and cancels, in order and only when drained', () => {
  const venue = new AnsweringVenue();
  const answers: [number, number][] = [];
  const drain = (): void =>
    venue.drain(AT as EpochMicros, (event) => {
      const report = event as ExecutionReport;
      answers.push([report.clientOrderId, report.status]);
    });
  venue.submit(order(CommandKind.PLACE_ORDER, 1));
  venue.submit(order(CommandKind.AMEND_ORDER, 1));
  const replace = order(CommandKind.REPLACE_ORDER, 2);
  replace.targetOrderId = 1 as ClientOrderId;
  venue.submit(replace);
  const taker = order(CommandKind.PLACE_ORDER, 3);
  taker.timeInForce = TimeInForce.IOC;
  venue.submit(taker);
  assert.equal(answers.length, 0);
  drain();
  venue.submit(order(CommandKind.CANCEL_ORDER, 2));
  venue.submit(order(CommandKind.CANCEL_ORDER, 2));
  venue.submit(order(CommandKind.QUERY_ORDER, 2));
  drain();
  assert.deepEqual(answers, [
    [1, ReportStatus.ACCEPTED],
    [1, ReportStatus.AMENDED],
    [1, ReportStatus.CANCELED],
    [2, ReportStatus.ACCEPTED],
    [3, ReportStatus.ACCEPTED],
    [3, ReportStatus.EXPIRED],
    [2, ReportStatus.CANCELED],
  ]);
  assert.equal(venue.answerCount, 7);
});

test('cancelling all of an instrument leaves the others', () => {
  const venue = new AnsweringVenue();
  venue.submit(order(CommandKind.PLACE_ORDER, 1));
  const other = order(CommandKind.PLACE_ORDER, 2);
  other.instrument = 1 as InstrumentIndex;
  venue.submit(other);
  const all = new RequestCommand();
  all.kind = CommandKind.CANCEL_ALL;
  all.instrument = 0 as InstrumentIndex;
  venue.submit(all);
  assert.equal(venue.openCount, 1);
  venue.submit(order(CommandKind.AMEND_ORDER, 1));
  assert.equal(venue.openCount, 1);
});
