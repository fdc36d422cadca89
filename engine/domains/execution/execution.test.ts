/**
 * Goal: whatever the venue does, a slot never holds two orders that can both live by our will, cancels
 * are not repeated, a restored manager goes on identically, and we send fewer messages than a naive
 * refresh.
 * Method: a seeded venue that acknowledges, fills, refuses, loses and answers late, against the manager.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CommandKind } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import { Layer, OrderState, ReportReason } from '#contracts/order.ts';
import { StateBytesReader } from '#loop/state-bytes.ts';
import { ExecutionDesk, type LevelWish } from './execution-desk.test.ts';

/** Small deterministic chance of the tests' own. */
class Chance {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  below(bound: number): number {
    this.state = (Math.imul(this.state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * bound);
  }
}

/** The orders that open replacements are to replace, by the replacement's id. */
function replacedBy(desk: ExecutionDesk): Map<number, number> {
  const pairs = new Map<number, number>();
  for (const { clientOrderId, targetOrderId } of desk.sent(CommandKind.REPLACE_ORDER)) {
    pairs.set(clientOrderId, targetOrderId);
  }
  return pairs;
}

/** A venue that accepts or fills a replacement has cancelled its target before. */
function cancelReplaced(desk: ExecutionDesk, id: number): void {
  const target = replacedBy(desk).get(id);
  const isOpen = desk.open().some(({ clientOrderId }) => clientOrderId === target);
  if (target !== undefined && isOpen) desk.report(target, ReportStatus.CANCELED);
}

/** One venue step about one open order. */
function venueStep(desk: ExecutionDesk, chance: Chance): void {
  const orders = desk.open();
  const order = orders[chance.below(Math.max(1, orders.length))];
  if (order === undefined) return;
  const { clientOrderId: id, quantityLots, filledLots, instrument } = order;
  const same = { quantityLots, filledLots, instrument };
  const more = Math.min(quantityLots, filledLots + 1 + chance.below(400));
  const isDone = more === quantityLots;
  const fill = isDone ? ReportStatus.FILLED : ReportStatus.PARTIALLY_FILLED;
  const what = chance.below(8);
  if (what <= 2) cancelReplaced(desk, id);
  switch (what) {
    case 0:
    case 1:
      desk.report(id, ReportStatus.ACCEPTED, same);
      break;
    case 2:
      desk.report(id, fill, { ...same, filledLots: more });
      desk.report(id, fill, { ...same, filledLots: more });
      break;
    case 3:
    case 4:
      desk.report(id, ReportStatus.CANCELED, same);
      break;
    case 5:
      desk.report(id, ReportStatus.REJECTED, { ...same, reason: chance.below(20) });
      break;
    case 6:
      desk.report(id, ReportStatus.CANCEL_REJECTED, {
        ...same,
        reason: ReportReason.UNKNOWN_ORDER,
      });
      break;
    default:
      desk.report(id, ReportStatus.UNKNOWN, same);
  }
}

function wishes(chance: Chance, sign: number): LevelWish[] {
  const top = 10_000 - sign * (5 + chance.below(6));
  const levels = chance.below(4);
  return Array.from({ length: levels }, (_, layer) => [
    top - sign * layer * 5,
    200 + chance.below(5) * 200,
  ]);
}

function step(desk: ExecutionDesk, chance: Chance): void {
  if (chance.below(3) === 0) desk.want(wishes(chance, 1), wishes(chance, -1));
  if (chance.below(6) === 0) {
    const leg = { side: chance.below(2), lots: 50 + chance.below(100), price: 10_000 };
    desk.wantLegs(chance.below(4), { ...leg, isPassive: chance.below(2) === 0 });
  }
  desk.refusal = chance.below(5) === 0 ? 17 : 0;
  desk.hedgeTurn();
  desk.turn();
  if (chance.below(2) === 0) venueStep(desk, chance);
  desk.tick(20_000 + chance.below(100_000));
}

/** Per layer: orders that live by our will, those on their way out or being replaced aside. */
function assertOnePerSlot(desk: ExecutionDesk): void {
  const standing = new Map<string, number>();
  const pairs = replacedBy(desk);
  const replaced = new Set(desk.open().map(({ clientOrderId }) => pairs.get(clientOrderId)));
  for (const { clientOrderId, side, layer, state } of desk.open()) {
    const isStanding = state <= OrderState.PARTIALLY_FILLED && !replaced.has(clientOrderId);
    if (layer === Layer.HEDGE || !isStanding) continue;
    const key = `${side}/${layer}`;
    standing.set(key, (standing.get(key) ?? 0) + 1);
  }
  for (const [key, count] of standing) assert.equal(count, 1, key);
}

test('a slot never holds two standing orders, and no id is used twice, whatever the venue does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
      const desk = new ExecutionDesk();
      const chance = new Chance(seed);
      for (let count = 0; count < 150; count++) {
        step(desk, chance);
        assertOnePerSlot(desk);
      }
      const placed = [
        ...desk.sent(CommandKind.PLACE_ORDER),
        ...desk.sent(CommandKind.REPLACE_ORDER),
      ];
      const ids = new Set(placed.map(({ clientOrderId }) => clientOrderId));
      assert.equal(ids.size, placed.length);
      assert.equal(desk.execution.counters.sent, placed.length);
    }),
    { numRuns: 60 },
  );
});

test('every order ends after a kill when the venue answers at last', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), (seed) => {
      const desk = new ExecutionDesk();
      const chance = new Chance(seed);
      for (let count = 0; count < 60; count++) step(desk, chance);
      desk.kill().operator(6);
      for (const { clientOrderId } of desk.open())
        desk.report(clientOrderId, ReportStatus.CANCELED);
      assert.equal(desk.open().length, 0);
      const before = desk.commands.length;
      for (let count = 0; count < 10; count++) step(desk, chance);
      assert.equal(desk.commands.length, before);
    }),
    { numRuns: 40 },
  );
});

test('a restored manager goes on as if nothing had happened', () => {
  for (let seed = 1; seed <= 12; seed++) {
    const first = new ExecutionDesk();
    const chance = new Chance(seed);
    for (let count = 0; count < 80; count++) step(first, chance);
    const second = new ExecutionDesk();
    second.execution.readState(new StateBytesReader(first.bytes()));
    second.nowMicros = first.nowMicros;
    second.nextId = first.nextId;
    assert.deepEqual(second.bytes(), first.bytes(), `seed ${seed}`);
    const before = first.commands.length;
    // Both live on the same future; wishes start anew on both.
    const version = 1_000;
    for (const desk of [first, second]) {
      Object.assign(desk, {
        quotesVersion: version,
        hedgeVersion: version,
        bids: [],
        asks: [],
        legs: [],
      });
      const future = new Chance(seed + 1_000);
      for (let count = 0; count < 60; count++) step(desk, future);
    }
    assert.deepEqual(second.commands, first.commands.slice(before), `seed ${seed}`);
    assert.deepEqual(second.bytes(), first.bytes(), `seed ${seed}`);
  }
});

test('a restored manager that has nothing to do does nothing, like the one it came from', () => {
  const first = new ExecutionDesk({ hysteresisTicks: 1 }).want([[9_990, 1_000]]);
  first.turn();
  first.acceptAll().turn();
  const second = new ExecutionDesk({ hysteresisTicks: 1 }).want([[9_990, 1_000]]);
  second.execution.readState(new StateBytesReader(first.bytes()));
  assert.deepEqual(second.turn(), []);
  assert.deepEqual(second.bytes(), first.bytes());
  assert.equal(second.execution.plan(second.quotes()).keptCount, 1);
});

test('a restored manager keeps what was decided: a thinner queue alone brings no new look', () => {
  const story = () => new ExecutionDesk({ queueValueTicksMax: 1 });
  const first = story().want([[9_990, 1_000]]);
  const show = (desk: ExecutionDesk, lots: number) => {
    Object.assign(desk.quoted.bids, { count: 1 });
    desk.quoted.bids.pricesTicks[0] = 9_990;
    desk.quoted.bids.quantitiesLots[0] = lots;
  };
  first.turn();
  first.acceptAll();
  show(first, 900);
  // At the very front a place is worth exactly the tick the move would gain: kept.
  assert.deepEqual(first.want([[9_991, 1_000]]).turn(), []);
  const second = story()
    .want([])
    .want([[9_991, 1_000]]);
  second.execution.readState(new StateBytesReader(first.bytes()));
  for (const desk of [first, second]) {
    show(desk, 0);
    assert.deepEqual(desk.turn(), []);
  }
  assert.equal(first.want([[9_991, 1_000]]).turn().length, 1);
});

test('the same quotes cost far fewer messages than cancelling and placing at each change', () => {
  const desk = new ExecutionDesk({
    hysteresisTicks: 2,
    aggressiveToleranceTicks: 1,
    queueValueTicksMax: 1.5,
    budgetPlacementsPerTenSeconds: 60,
  });
  const chance = new Chance(99);
  let middle = 10_000;
  let naiveMessages = 0;
  for (let count = 0; count < 2_000; count++) {
    const moved = chance.below(3) - 1;
    middle += moved;
    const levels = (sign: number): LevelWish[] =>
      [8, 14, 20].map((distance) => [middle - sign * distance, 400 + chance.below(3) * 20]);
    desk.want(levels(1), levels(-1));
    // Six cancels and six new orders for each new set of quotes.
    naiveMessages += 12;
    desk.turn();
    for (const { clientOrderId, state } of desk.open()) {
      if (state >= OrderState.PENDING_CANCEL) desk.report(clientOrderId, ReportStatus.CANCELED);
    }
    desk.acceptAll().tick(50_000);
  }
  const { messages } = desk.execution.counters;
  assert.ok(messages > 50, `${messages}`);
  assert.ok(messages * 5 < naiveMessages, `${messages} against ${naiveMessages}`);
});

test('what does not belong together is our bug and says so', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  const plan = desk.execution.plan(desk.quotes());
  const verdict = { count: 0, actions: [], approvedCount: 0, leaseVersion: 0 };
  const answer = { ...verdict, leaseLeftMicros: 0 } as unknown as Parameters<
    typeof desk.execution.submit
  >[1];
  assert.throws(() => desk.execution.submit(plan, answer), RangeError);
  assert.throws(() => desk.execution.submit({ ...plan }, answer), RangeError);
  assert.throws(() => desk.execution.openOrders.at(0), RangeError);
});

test('quotes of an instrument nobody defined plan nothing', () => {
  const desk = new ExecutionDesk().want([[9_990, 1_000]]);
  desk.instruments.length = 0;
  assert.deepEqual(desk.turn(), []);
  assert.deepEqual(
    desk.wantLegs(0, { side: 1, lots: 5, price: 1, isPassive: true }).hedgeTurn(),
    [],
  );
});
