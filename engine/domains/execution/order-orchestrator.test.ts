/**
 * Goal: the fewest actions that bring our orders to the quotes, the dangerous ones at once, the others
 * only when they are worth it.
 * Method: one story per rule, with tolerances off except the one the story is about.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { OrderType, ReportReason, TimeInForce } from '#contracts/order.ts';
import { ActionKind, ActionReason } from '#contracts/order-plan.ts';
import { testInstrument } from '#domains/risk/risk-desk.test-support.ts';
import { brief, ExecutionDesk } from './execution-desk.test.ts';

const { NEW, AMEND, REPLACE, CANCEL } = ActionKind;
const BID = [9_990, 1_000] as const;
const ASK = [10_010, 1_000] as const;

/** One resting bid at 9990 for 1000 lots. */
function resting(
  configuration: ConstructorParameters<typeof ExecutionDesk>[0] = {},
): ExecutionDesk {
  const desk = new ExecutionDesk(configuration).want([BID]);
  desk.turn();
  return desk.acceptAll();
}

test('missing quotes are placed post-only in the words of the market', () => {
  const desk = new ExecutionDesk().want([BID, [9_980, 500], [9_970, 300]], [ASK]);
  const actions = desk.turn();
  assert.deepEqual(brief(actions), [
    [NEW, 9_990, 1_000],
    [NEW, 10_010, 1_000],
    [NEW, 9_980, 500],
    [NEW, 9_970, 300],
  ]);
  const [first] = actions;
  assert.equal(first?.type, OrderType.LIMIT_MAKER);
  assert.equal(first?.timeInForce, TimeInForce.GTC);
  assert.equal(first?.reason, ActionReason.MISSING);
  assert.equal(first?.ttlMicros, 10_000_000);
  assert.equal(desk.sent(CommandKind.PLACE_ORDER).length, 4);
});

test('nothing new is planned for a slot while its order is pending or unknown', () => {
  const desk = new ExecutionDesk().want([BID]);
  desk.turn();
  assert.deepEqual(desk.want([[9_985, 1_000]]).turn(), []);
  desk.tick(500_000);
  assert.equal(desk.open()[0]?.state, 5);
  assert.deepEqual(desk.want([]).turn(), []);
  assert.equal(desk.sent(CommandKind.QUERY_ORDER).length, 1);
});

test('what is good enough is kept', () => {
  const desk = resting({ hysteresisTicks: 3 });
  assert.deepEqual(desk.want([[9_992, 1_000]]).turn(), []);
  assert.equal(desk.execution.plan(desk.quotes()).keptCount, 1);
  assert.deepEqual(brief(desk.want([[9_993, 1_000]]).turn()), [[REPLACE, 9_993, 1_000]]);
});

test('hysteresis in basis points follows the price', () => {
  const desk = resting({ hysteresisBps: 5 });
  assert.deepEqual(desk.want([[9_994, 1_000]]).turn(), []);
  assert.deepEqual(brief(desk.want([[9_995, 1_000]]).turn()), [[REPLACE, 9_995, 1_000]]);
});

test('a quote that is too good is moved at once, beyond its tolerance and without a budget', () => {
  const desk = resting({ hysteresisTicks: 50, aggressiveToleranceTicks: 2, budgetBurst: 1 });
  assert.deepEqual(desk.want([[9_988, 1_000]]).turn(), []);
  const [action] = desk.want([[9_987, 1_000]]).turn();
  assert.equal(action?.kind, REPLACE);
  assert.equal(action?.reason, ActionReason.EDGE_GONE);
});

test('an ask that is too low is the dangerous one on its side', () => {
  const desk = new ExecutionDesk({ hysteresisTicks: 50 }).want([], [ASK]);
  desk.turn();
  desk.acceptAll();
  assert.deepEqual(desk.want([], [[10_005, 1_000]]).turn(), []);
  assert.deepEqual(brief(desk.want([], [[10_011, 1_000]]).turn()), [[REPLACE, 10_011, 1_000]]);
});

test('a place at the front of the queue is worth a tick, one at its end is not', () => {
  const desk = new ExecutionDesk({ queueValueTicksMax: 1.5 }).want([BID]);
  const { bids } = desk.quoted;
  Object.assign(bids, { count: 1 });
  bids.pricesTicks[0] = 9_990;
  bids.quantitiesLots[0] = 900;
  desk.turn();
  desk.acceptAll();
  assert.equal(desk.open()[0]?.aheadLots, 900);
  const trade = (lots: number) => {
    desk.quoted.tradeCount += 1;
    desk.quoted.lastTradeSide = 1;
    Object.assign(desk.quoted, { lastTradePriceTicks: 9_990, lastTradeQuantityLots: lots });
  };
  trade(800);
  assert.deepEqual(desk.want([[9_991, 1_000]]).turn(), []);
  assert.equal(desk.open()[0]?.aheadLots, 100);
  assert.equal(desk.want([[9_992, 1_000]]).turn().length, 1);
  const behind = new ExecutionDesk({ queueValueTicksMax: 1.5 }).want([BID]);
  behind.turn();
  behind.acceptAll();
  assert.equal(behind.want([[9_991, 1_000]]).turn().length, 1);
});

test('a smaller size is amended in place, with the filled part in the total', () => {
  const desk = resting();
  const fill = { filledLots: 200, quantityLots: 1_000 };
  desk.report(1, ReportStatus.PARTIALLY_FILLED, fill);
  assert.deepEqual(desk.want([[9_990, 730]]).turn(), []);
  assert.deepEqual(brief(desk.want([[9_990, 500]]).turn()), [[AMEND, 9_990, 700]]);
  assert.deepEqual(desk.want([[9_990, 300]]).turn(), []);
  desk.report(1, ReportStatus.AMENDED, { quantityLots: 700, filledLots: 200 });
  assert.deepEqual(brief(desk.turn()), [[AMEND, 9_990, 500]]);
  assert.equal(desk.execution.counters.amended, 1);
});

test('without amends on offer, or after a refused one, a smaller size is replaced', () => {
  const { filters } = testInstrument({});
  const desk = resting();
  desk.instruments[0] = testInstrument({ filters: { ...filters, maxAmendsPerOrder: 0 } });
  assert.deepEqual(brief(desk.want([[9_990, 500]]).turn()), [[REPLACE, 9_990, 500]]);
  const refused = resting();
  refused.want([[9_990, 500]]).turn();
  refused.report(1, ReportStatus.AMEND_REJECTED, { reason: ReportReason.AMEND_REFUSED });
  assert.deepEqual(brief(refused.turn()), [[REPLACE, 9_990, 500]]);
});

test('a larger size waits for its tolerance and then replaces', () => {
  const desk = resting();
  assert.deepEqual(desk.want([[9_990, 1_950]]).turn(), []);
  const [action] = desk.want([[9_990, 2_050]]).turn();
  assert.deepEqual([action?.kind, action?.reason], [REPLACE, ActionReason.GROW]);
});

test('a fill is answered by the next plan', () => {
  const desk = resting();
  desk.report(1, ReportStatus.FILLED, { filledLots: 1_000, quantityLots: 1_000 });
  const [action] = desk.turn();
  assert.deepEqual([action?.kind, action?.reason], [NEW, ActionReason.REFILL]);
  const partly = resting();
  partly.report(1, ReportStatus.PARTIALLY_FILLED, { filledLots: 510, quantityLots: 1_000 });
  assert.equal(partly.turn()[0]?.reason, ActionReason.REFILL);
});

test('a layer split into children refreshes only the child that was filled', () => {
  const desk = new ExecutionDesk({ microLotCount: 3 }).want([[9_990, 1_000]]);
  assert.deepEqual(brief(desk.turn()), [
    [NEW, 9_990, 334],
    [NEW, 9_990, 333],
    [NEW, 9_990, 333],
  ]);
  desk.acceptAll();
  desk.report(2, ReportStatus.FILLED, { filledLots: 333, quantityLots: 333 });
  assert.deepEqual(brief(desk.turn()), [[NEW, 9_990, 333]]);
  // Twenty lots are worth less than two minimum orders.
  const small = new ExecutionDesk({ microLotCount: 3 }).want([[9_990, 20]]);
  assert.deepEqual(brief(small.turn()), [[NEW, 9_990, 20]]);
});

test('cancels come first in a plan, then amends, replacements and new orders', () => {
  const desk = new ExecutionDesk().want([BID, [9_980, 500]], [ASK, [10_020, 500]]);
  desk.turn();
  desk.acceptAll();
  const asks = [
    [10_015, 1_000],
    [10_020, 100],
    [10_030, 300],
  ] as const;
  const kinds = desk
    .want(
      [
        [0, 0],
        [9_979, 500],
      ],
      asks,
    )
    .turn()
    .map(({ kind }) => kind);
  assert.deepEqual(kinds, [CANCEL, AMEND, REPLACE, REPLACE, NEW]);
});

test('an unwanted order is cancelled once, even before it is acknowledged', () => {
  const desk = new ExecutionDesk().want([BID]);
  desk.turn();
  const [action] = desk.want([]).turn();
  assert.deepEqual([action?.kind, action?.reason], [CANCEL, ActionReason.UNWANTED]);
  assert.deepEqual(desk.want([]).turn(), []);
  desk.report(1, ReportStatus.ACCEPTED);
  assert.deepEqual(desk.turn(), []);
  assert.equal(desk.sent(CommandKind.CANCEL_ORDER).length, 1);
});

test('a refused cancel is repeated after a pause, not with every event', () => {
  const desk = resting();
  desk.want([]).turn();
  desk.report(1, ReportStatus.CANCEL_REJECTED, { reason: ReportReason.OTHER });
  assert.deepEqual(desk.turn(), []);
  desk.tick(250_000);
  assert.equal(desk.turn().length, 1);
});

test('an order past its backstop age loses its tolerance and is moved', () => {
  const desk = resting({ hysteresisTicks: 3 });
  desk.want([[9_991, 1_000]]).tick(9_999_999);
  assert.deepEqual(desk.turn(), []);
  desk.tick(1);
  const [action] = desk.turn();
  assert.deepEqual([action?.kind, action?.reason], [REPLACE, ActionReason.TTL_EXPIRED]);
});

test('an order that stands exactly where it is wanted keeps its queue place at any age', () => {
  const desk = resting();
  desk.tick(100_000_000);
  assert.deepEqual(desk.want([BID]).turn(), []);
});

test('in extreme toxicity the tolerance of an order lasts a quarter of a second', () => {
  const desk = resting({ hysteresisTicks: 3 });
  desk.toxicity = 3;
  assert.deepEqual(
    desk
      .tick(249_999)
      .want([[9_991, 1_000]])
      .turn(),
    [],
  );
  const [action] = desk.tick(1).turn();
  assert.deepEqual([action?.kind, action?.ttlMicros], [REPLACE, 250_000]);
});

test('a quote far from fair may be off by a share of its distance, either way, and no further', () => {
  // 100 bp of 10 000 ticks are 100 ticks; a tenth of them is the slack.
  for (const [wanted, moves] of [
    [9_980, false],
    [9_979, true],
    [10_000, false],
    [10_001, true],
  ] as const) {
    const desk = resting({ distanceSlackRatio: 0.1, queueValueTicksMax: 0 });
    desk.distanceBps = 100;
    assert.equal(desk.want([[wanted, 1_000]]).turn().length, moves ? 1 : 0, `${wanted}`);
  }
});

test('reprices that can wait do so when the own budget is spent; cancels never do', () => {
  const desk = resting({ budgetPlacementsPerTenSeconds: 10, budgetBurst: 1 });
  assert.deepEqual(desk.want([[9_995, 1_000]]).turn(), []);
  assert.equal(desk.execution.counters.suppressed, 1);
  assert.deepEqual(desk.tick(500_000).turn(), []);
  assert.equal(desk.tick(500_000).turn()[0]?.reason, ActionReason.REPRICE);
  desk.report(1, ReportStatus.CANCELED).acceptAll();
  assert.equal(desk.want([]).turn()[0]?.kind, CANCEL);
});

test('outer layers ask the budget, the innermost never does', () => {
  const desk = new ExecutionDesk({ budgetPlacementsPerTenSeconds: 10, budgetBurst: 1 });
  const levels = [BID, [9_980, 500], [9_970, 300]] as const;
  assert.deepEqual(brief(desk.want(levels).turn()), [
    [NEW, 9_990, 1_000],
    [NEW, 9_980, 500],
  ]);
  desk.acceptAll();
  const lower = [
    [9_985, 1_000],
    [9_975, 500],
  ] as const;
  // Too good a price never stays: without a token the outer order is cancelled instead of moved.
  assert.deepEqual(
    desk
      .want(lower)
      .turn()
      .map(({ kind, layer }) => [kind, layer]),
    [
      [CANCEL, 1],
      [REPLACE, 0],
    ],
  );
});

test('a price refused as crossing is barred until the opposite best moves away or time is up', () => {
  const story = () => {
    const desk = new ExecutionDesk().want([BID]);
    desk.turn();
    return desk.report(1, ReportStatus.REJECTED, { reason: ReportReason.POST_ONLY_WOULD_CROSS });
  };
  const waited = story();
  assert.deepEqual(waited.turn(), []);
  assert.deepEqual(waited.tick(199_999).turn(), []);
  assert.equal(waited.tick(1).turn().length, 1);
  const moved = story();
  assert.deepEqual(moved.turn(), []);
  Object.assign(moved.quoted, { askPriceTicks: 10_002 });
  assert.equal(moved.turn().length, 1);
  assert.equal(
    story()
      .want([[9_989, 1_000]])
      .turn().length,
    1,
  );
  assert.equal(moved.execution.counters.postOnlyRejected, 1);
});

test('a new quote never crosses an own order that may still live', () => {
  const desk = new ExecutionDesk().want([BID], [ASK]);
  desk.turn();
  desk.acceptAll();
  const actions = desk.want([[10_012, 1_000]], [[10_020, 1_000]]).turn();
  assert.deepEqual(brief(actions), [[REPLACE, 10_020, 1_000]]);
  desk.report(2, ReportStatus.CANCELED).report(3, ReportStatus.ACCEPTED);
  assert.deepEqual(brief(desk.turn()), [[REPLACE, 10_012, 1_000]]);
});

test('a pulled side is cancelled at once and stays away until resumed', () => {
  const desk = new ExecutionDesk().want([BID], [ASK]);
  desk.turn();
  desk.acceptAll().operator(1);
  const [action, ...more] = desk.turn();
  assert.deepEqual([action?.kind, action?.reason], [CANCEL, ActionReason.OPERATOR]);
  assert.equal(more.length, 0);
  desk.report(1, ReportStatus.CANCELED).operator(2);
  assert.deepEqual(desk.turn().length, 1);
  desk.report(2, ReportStatus.CANCELED).operator(5);
  assert.equal(desk.turn().length, 2);
  assert.equal(desk.acceptAll().operator(0).turn().length, 2);
});

test('a replaced order that lives on beside its successor is one too many', () => {
  const desk = resting().want([[9_995, 1_000]]);
  desk.turn();
  desk.report(2, ReportStatus.ACCEPTED, { quantityLots: 1_000 });
  desk.report(1, ReportStatus.CANCEL_REJECTED, { reason: ReportReason.OTHER });
  const [action, ...more] = desk.turn();
  assert.deepEqual(
    [action?.kind, action?.targetOrderId, action?.reason],
    [CANCEL, 1, ActionReason.DUPLICATE],
  );
  assert.equal(more.length, 0);
});
