/**
 * Goal: a seed decides when a fault strikes, and what struck is counted, beside whether somebody was trading.
 * Method: occasions by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_NAMES, isFaultName } from './fault-names.ts';
import { Faults } from './faults.ts';

function strikesOf(seed: number): readonly boolean[] {
  const faults = new Faults({ seed, names: ['SLOW_ANSWER'] });
  return Array.from({ length: 2_000 }, () => faults.strikes('SLOW_ANSWER'));
}

test('the same seed strikes at the same occasions, about as often as its chance says', () => {
  const first = strikesOf(7);
  assert.deepEqual(strikesOf(7), first);
  assert.notDeepEqual(strikesOf(8), first);
  const count = first.filter(Boolean).length;
  assert.ok(count > 15 && count < 80, `${count} of 2000 at 2 %`);
});

test('what is off never strikes, unless it is asked for', () => {
  const faults = Faults.none();
  for (const name of FAULT_NAMES) assert.ok(!faults.strikes(name));
  faults.ask('SOCKET_CUT', 2);
  assert.deepEqual(
    [faults.strikes('SOCKET_CUT'), faults.strikes('SOCKET_CUT'), faults.strikes('SOCKET_CUT')],
    [true, true, false],
  );
});

test('strikes on a live order are counted beside all strikes', () => {
  const faults = Faults.none();
  let live = 0;
  faults.bindLiveOrders(() => live);
  faults.ask('STREAM_GAP', 3);
  faults.strikes('STREAM_GAP');
  live = 1;
  faults.strikes('STREAM_GAP');
  const row = faults.counts().find(({ name }) => name === 'STREAM_GAP');
  assert.deepEqual([row?.struck, row?.struckLive, row?.pending], [2, 1, 1]);
});

test('a fault can be switched on with a chance of its own', () => {
  const faults = Faults.none();
  faults.switch('EVENT_DOUBLED', true, 1);
  assert.ok(faults.strikes('EVENT_DOUBLED'));
  faults.switch('EVENT_DOUBLED', false);
  assert.ok(!faults.strikes('EVENT_DOUBLED'));
});

test('names are told from other words', () => {
  assert.ok(isFaultName('BANNED'));
  assert.ok(!isFaultName('toString'));
});
