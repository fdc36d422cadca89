/**
 * Goal: faults of the account, the clock, the process and its disk happen, and a query or the owner
 * hears of them.
 * Method: one window at a time; what the process heard, in what order and when.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  type EngineEvent,
  FeedState,
  type HostMeasurementEvent,
  type PrivateFeedStatusEvent,
} from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, Side } from '#contracts/order.ts';
import type { ClientOrderId } from '#units/integers.ts';
import { FAULTS } from './fault-table.ts';
import { FaultTown, PERP, SECOND, SPOT, START, windowOf } from './faults.test-support.ts';

const isReport = (event: EngineEvent): event is ExecutionReport =>
  event.kind === EventKind.EXECUTION_REPORT;

test('balances drift out and in, told or silently, and the venue keeps the sum', () => {
  const place = new FaultTown([windowOf('balance-drift', { strength: 10 })]).runTo(15);
  assert.ok(place.count('balance-drift') > 20);
  const { incidents } = place.venue;
  const base = place.venue.freeUnits(BalanceSlot.SPOT_BASE);
  assert.equal(base, 200_000 * 1e8 + incidents.transferredUnits(BalanceSlot.SPOT_BASE));
  assert.notEqual(incidents.transferredUnits(BalanceSlot.PERP_MARGIN), 0);
  assert.ok(place.heard.some(({ kind }) => kind === EventKind.BALANCE));
});

test('foreign orders rest and trade without an id of ours, and go when the window ends', () => {
  const place = new FaultTown([
    windowOf('foreign-order', { strength: 2, lengthMicros: 10 * SECOND }),
  ]).runTo(14.9);
  const foreign = place.heard.filter(isReport);
  assert.ok(foreign.every(({ clientOrderId }) => clientOrderId === 0));
  assert.ok(
    foreign.some(({ tradeId }) => tradeId >= 0),
    'some trade',
  );
  assert.ok(
    place.venue.openOrders(SPOT).length + place.venue.openOrders(PERP).length > 0,
    'some rest',
  );
  place.runTo(16);
  assert.equal(place.venue.openOrders(SPOT).length + place.venue.openOrders(PERP).length, 0);
});

test('a silent stream says nothing of fills; answers and queries come', () => {
  const place = new FaultTown([windowOf('user-stream-silent', { instrument: SPOT })]).runTo(6);
  place.place(1, Side.BUY, 0, 200);
  place.runTo(6.5);
  place.venue.incidents.takeOrder(SPOT, 1 as ClientOrderId, 50);
  place.runTo(7);
  assert.deepEqual(
    place.heard.filter(isReport).map(({ status }) => status),
    [ReportStatus.ACCEPTED],
  );
  assert.equal(place.heard.filter(({ kind }) => kind === EventKind.BALANCE).length, 0);
  place.request(CommandKind.REQUEST_FILLS);
  place.request(CommandKind.REQUEST_ACCOUNT);
  place.runTo(8);
  assert.ok(place.heard.filter(isReport).some(({ tradeId }) => tradeId >= 0));
  const slots = place.heard.flatMap((event) =>
    event.kind === EventKind.BALANCE ? [event.slot] : [],
  );
  assert.deepEqual(slots, [0, 1, 2, 3]);
  assert.ok(!place.heard.some(({ kind }) => kind === EventKind.PRIVATE_FEED_STATUS));
  assert.ok(place.count('user-stream-silent') >= 2);
});

test('a cut stream says so, loses what happens, and is back', () => {
  const place = new FaultTown([
    windowOf('user-stream-cut', { instrument: SPOT, lengthMicros: 5 * SECOND }),
  ]).runTo(4);
  place.place(1, Side.BUY, 80, 200);
  place.runTo(6);
  const before = place.heard.filter(isReport).length;
  place.venue.incidents.takeOrder(SPOT, 1 as ClientOrderId, 50);
  place.runTo(12);
  const told = place.heard.filter(isReport).slice(before);
  assert.ok(told.every(({ atMicros }) => atMicros - START > 10 * SECOND));
  const statuses = place.heard.filter(
    (event): event is PrivateFeedStatusEvent => event.kind === EventKind.PRIVATE_FEED_STATUS,
  );
  assert.deepEqual(
    statuses.map(({ state, instrument, atMicros }) => [
      state,
      instrument,
      (atMicros - START) / SECOND,
    ]),
    [
      [FeedState.DISCONNECTED, SPOT, 5],
      [FeedState.CONNECTED, SPOT, 10],
    ],
  );
  assert.ok(place.count('user-stream-cut') > 0);
});

function offsets(place: FaultTown): number[] {
  const isOffset = (event: EngineEvent): event is HostMeasurementEvent =>
    event.kind === EventKind.HOST_MEASUREMENT;
  return place.heard.filter(isOffset).map(({ valueMicros }) => valueMicros);
}

test('a clock step is measured each second; outside of recvWindow every signed request is refused', () => {
  const place = new FaultTown([
    windowOf('clock-step', { salt: 1, strength: 5_000, lengthMicros: 3 * SECOND }),
  ]).runTo(6);
  place.place(1, Side.BUY, 80);
  place.request(CommandKind.REQUEST_SNAPSHOT);
  place.runTo(9).place(2, Side.BUY, 80);
  place.runTo(10);
  assert.deepEqual(offsets(place), [-5_000_000, -5_000_000, -5_000_000, 0]);
  const codes = place.heard.filter(isReport).map(({ venueCode }) => venueCode);
  assert.deepEqual(codes, [-1021, 0]);
  assert.equal(place.heard.filter(({ kind }) => kind === EventKind.DEPTH_SNAPSHOT).length, 1);
  assert.deepEqual(
    place.effects.map(({ name }) => name),
    ['clock-step', 'clock-step'],
    'it was measured, and it cost a request',
  );
});

test('ahead of the venue a second is too much, behind it recvWindow is', () => {
  for (const [salt, strength, refused] of [
    [2, 900, false],
    [2, 1_100, true],
    [1, 1_900, false],
    [1, 2_100, true],
  ] as const) {
    const place = new FaultTown([windowOf('clock-step', { salt, strength })]).runTo(6);
    place.place(1, Side.BUY, 80);
    place.runTo(7);
    assert.equal(place.count('clock-step') === 2, refused, `${salt} ${strength}`);
  }
});

test('a drifting clock is off by more and more, and is set right at the end', () => {
  const place = new FaultTown([
    windowOf('clock-drift', { salt: 2, strength: 100, lengthMicros: 20 * SECOND }),
  ]).runTo(18);
  place.place(1, Side.BUY, 80);
  place.runTo(30);
  const told = offsets(place);
  assert.ok((told.at(-2) ?? 0) > 1_500_000);
  assert.equal(told.at(-1), 0);
  assert.equal(place.count('clock-drift'), 2);
  assert.equal(place.network.clockOffsetMicros, 0);
});

test('a pause: nothing, then everything at once in its order', () => {
  const place = new FaultTown([windowOf('process-pause', { lengthMicros: 10 * SECOND })]).runTo(
    14.9,
  );
  assert.equal(place.heard.filter(({ atMicros }) => atMicros > START + 5 * SECOND).length, 0);
  place.runTo(20);
  const plain = ({ atMicros, ...event }: EngineEvent): object => event;
  assert.deepEqual(place.heard.map(plain), place.said.map(plain));
  assert.ok(place.heard.filter(({ atMicros }) => atMicros === START + 15 * SECOND).length > 100);
  assert.deepEqual(place.owner, ['process-pause start', 'process-pause end']);
});

test('a pause of more than a minute costs the connections', () => {
  const place = new FaultTown([windowOf('process-pause', { lengthMicros: 70 * SECOND })]).runTo(90);
  const states = place.heard.filter(({ kind }) => kind === EventKind.FEED_STATUS);
  assert.equal(states.length, 4);
  assert.equal(states[0]?.atMicros, START + 75 * SECOND);
  const kept = place.heard.filter(({ atMicros }) => atMicros === START + 75 * SECOND).length;
  const missed = place.said.filter(
    ({ atMicros }) => atMicros > START + 65 * SECOND && atMicros < START + 75 * SECOND,
  ).length;
  assert.ok(missed > 50 && kept > 500);
  assert.equal(place.heard.length, place.said.length - missedUntil(place, 75.3, 65) + 8);
});

/** What the venue said between the lost connections and the new ones. */
function missedUntil(place: FaultTown, to: number, from: number): number {
  return place.said.filter(
    ({ atMicros }) => atMicros >= START + from * SECOND && atMicros < START + to * SECOND,
  ).length;
}

test('a crash comes in place of one of the next events, and the owner takes the process away', () => {
  const place = new FaultTown([windowOf('process-crash', { strength: 200, lengthMicros: SECOND })]);
  place.onProcess = () => place.network.detach();
  place.runTo(20);
  assert.deepEqual(place.owner, ['process-crash start']);
  assert.equal(place.network.link.isUp, false);
  const last = place.heard.at(-1)?.atMicros ?? 0;
  assert.ok(last >= START + 5 * SECOND && last < START + 20 * SECOND);
  place.attach();
  place.runTo(22);
  assert.ok((place.heard.at(-1)?.atMicros ?? 0) > START + 21 * SECOND);
});

test('a hang is a pause that ends with the process; its queue dies with it', () => {
  const place = new FaultTown([windowOf('process-hang', { lengthMicros: 5 * SECOND })]);
  place.onProcess = (_, isStart) => {
    if (isStart) return;
    place.network.detach();
    place.attach();
  };
  place.runTo(20);
  assert.deepEqual(place.owner, ['process-hang start', 'process-hang end']);
  const during = place.heard.filter((event) => {
    if (event.kind !== EventKind.TRADE) return false;
    const at = (event.venueTimeMicros - START) / SECOND;
    return at > 5.1 && at < 9.9;
  });
  assert.equal(during.length, 0);
});

test('a process that died during its pause is not woken', () => {
  const place = new FaultTown([windowOf('process-pause', { lengthMicros: 5 * SECOND })]).runTo(7);
  place.network.detach();
  place.attach();
  place.runTo(20);
  assert.deepEqual(place.owner, ['process-pause start']);
  assert.ok(place.heard.some(({ atMicros }) => atMicros > START + 8 * SECOND));
});

test('faults of the disk are told to its owner, at their start and end', () => {
  const names = FAULTS.filter(({ hits }) => hits === 'disk').map(({ name }) => name);
  const script = names.map((name, at) =>
    windowOf(name, { fromMicros: (5 + at) * SECOND, lengthMicros: SECOND / 2 }),
  );
  const place = new FaultTown(script).runTo(20);
  assert.deepEqual(
    place.owner,
    names.flatMap((name) => [`${name} start`, `${name} end`]),
  );
});
