/**
 * Goal: the budget saves up no more than its burst, accrues exactly, and tells when it will have more.
 * Method: edges, then random spending against the bound rate x time + burst.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MessageBudget } from './message-budget.ts';

test('a burst is allowed, then one placement per tenth of the window', () => {
  const budget = new MessageBudget(10, 2);
  assert.equal(budget.allows(1, 1), true);
  assert.equal(budget.allows(1, 2), false);
  budget.spend(1);
  budget.spend(1);
  assert.equal(budget.allows(1, 0), false);
  assert.equal(budget.nextTokenMicros(1), 1_000_001);
  assert.equal(budget.allows(1_000_000, 0), false);
  assert.equal(budget.allows(1_000_001, 0), true);
  assert.equal(budget.nextTokenMicros(1_000_001), 1_000_001);
});

test('urgent spending empties the budget and is not owed', () => {
  const budget = new MessageBudget(10, 1);
  for (let count = 0; count < 50; count++) budget.spend(5);
  assert.equal(budget.allows(1_000_005, 0), true);
});

test('what waits for tokens never exceeds rate x time + burst', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { maxLength: 100 });
  fc.assert(
    fc.property(
      gaps,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (all, rate, burst) => {
        const budget = new MessageBudget(rate, burst);
        let now = 1;
        let spent = 0;
        for (const gap of all) {
          now += gap;
          if (!budget.allows(now, 0)) continue;
          budget.spend(now);
          spent += 1;
          assert.ok(spent <= burst + (rate * now) / 10_000_000);
        }
      },
    ),
  );
});

test('a budget of nothing is a wrong configuration', () => {
  assert.throws(() => new MessageBudget(0, 1), RangeError);
  assert.throws(() => new MessageBudget(1, 0), RangeError);
});
