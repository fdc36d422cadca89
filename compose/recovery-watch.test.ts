/**
 * Goal: the time a storm leaves behind is measured until all stands again, the longest one counts, and a
 * calm in which that never happens counts whole.
 * Method: an engine and beliefs of a few fields, broken in one way at a time.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderState } from '#contracts/order.ts';
import type { Engine } from './engine.ts';
import type { EngineBeliefs } from './engine-view.ts';
import { RecoveryWatch } from './recovery-watch.ts';

interface World {
  isRecovering: boolean;
  readonly stale: Set<number>;
  readonly states: OrderState[];
}

function standing(): World {
  return { isRecovering: false, stale: new Set(), states: [OrderState.NEW] };
}

function look(watch: RecoveryWatch, world: World, nowMicros: number): void {
  const { states } = world;
  const execution = { count: states.length, at: (index: number) => ({ state: states[index] }) };
  const beliefs = {
    isRecovering: world.isRecovering,
    isMarketStale: (index: number) => world.stale.has(index),
  };
  watch.onTimer({ execution } as unknown as Engine, beliefs as EngineBeliefs, nowMicros);
}

test('the first moment at which all stands ends the recovery', () => {
  const watch = new RecoveryWatch(2);
  const world = standing();
  look(watch, world, 50);
  assert.equal(watch.slowestMicros, 0, 'no storm was there yet');
  watch.onCalm(100);
  world.states.push(OrderState.UNKNOWN);
  look(watch, world, 200);
  world.states.pop();
  world.stale.add(1);
  look(watch, world, 300);
  world.stale.clear();
  world.isRecovering = true;
  look(watch, world, 400);
  assert.equal(watch.slowestMicros, 0);
  world.isRecovering = false;
  look(watch, world, 500);
  look(watch, world, 900);
  assert.equal(watch.slowestMicros, 400);
});

test('the longest recovery of all counts, and one that never ended has its whole calm', () => {
  const watch = new RecoveryWatch(1);
  watch.onCalm(0);
  look(watch, standing(), 700);
  watch.onStorm(1_000);
  watch.onCalm(2_000);
  look(watch, standing(), 2_100);
  assert.equal(watch.slowestMicros, 700);
  watch.onStorm(3_000);
  watch.onCalm(4_000);
  watch.onStorm(9_000);
  assert.equal(watch.slowestMicros, 5_000);
});
