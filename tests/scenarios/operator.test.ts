/**
 * Goal: what an operator says takes effect at once, in the safe direction without conditions.
 * Method: paper sessions that are told something in the middle, looked at through the venue's book.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OperatorAction } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { isQuoted, type Story, tell } from './story.test-support.ts';

const QUOTING = { profile: 'naive-touch', seed: 7 };

function sidesAtVenue(story: Story): Set<number> {
  const orders = (story.session.world.venue as SimulatedVenue).openOrders(0 as InstrumentIndex);
  return new Set(orders.map((order) => order.side));
}

test('PULL empties the book until RESUME', async () => {
  await tell(QUOTING, (story) => {
    const { session } = story;
    const { quotes } = session.engine.pricing;
    story.wait(10);
    session.operate(OperatorAction.PULL_ALL);
    const pulledAt = session.nowMicros;
    assert.ok(story.waitFor(0.5, () => story.resting(0) === 0));
    story.wait(5);
    assert.equal(story.resting(0), 0);
    assert.deepEqual(story.placedSince(pulledAt, 0), []);
    assert.equal(quotes.bid.reason, NoQuoteReason.PULLED_BY_OPERATOR);
    assert.equal(quotes.ask.reason, NoQuoteReason.PULLED_BY_OPERATOR);
    session.operate(OperatorAction.RESUME);
    assert.ok(story.waitFor(2, () => sidesAtVenue(story).size === 2));
  });
});

for (const [action, side, other] of [
  [OperatorAction.PULL_BIDS, Side.BUY, Side.SELL],
  [OperatorAction.PULL_ASKS, Side.SELL, Side.BUY],
] as const) {
  test(`pulling one side (${action}) leaves the other in the book`, async () => {
    await tell(QUOTING, (story) => {
      story.wait(10);
      story.session.operate(action);
      assert.ok(story.waitFor(0.5, () => !sidesAtVenue(story).has(side)));
      assert.ok(story.waitFor(5, () => sidesAtVenue(story).has(other)));
      assert.ok(!sidesAtVenue(story).has(side));
    });
  });
}

test('HEDGE_ONLY pulls the quotes and lets the hedge of what is open go on', async () => {
  await tell({ ...QUOTING, 'hedging.bandMax': '20' }, (story) => {
    const { session } = story;
    const { position } = session.engine.accountState;
    const isBeyond = (): boolean => Math.abs(position.netDeltaQuoteUnits) > 20e8;
    assert.ok(story.waitFor(120, isBeyond), 'a fill opened an exposure');
    session.operate(OperatorAction.HEDGE_ONLY);
    assert.ok(story.waitFor(5, () => story.resting(0) === 0 && !isBeyond()));
  });
});

test('STOP is absorbing: no quote afterwards, whatever is said, and fills that land are hedged', async () => {
  await tell({ ...QUOTING, 'hedging.bandMax': '20' }, (story) => {
    const { session } = story;
    const { pricing, accountState } = session.engine;
    story.wait(60);
    session.operate(OperatorAction.STOP);
    const stoppedAt = session.nowMicros;
    assert.ok(story.waitFor(0.5, () => story.resting(0) === 0));
    session.operate(OperatorAction.RESUME);
    session.operate(OperatorAction.PULL_BIDS);
    session.operate(OperatorAction.RESUME);
    story.wait(20);
    assert.equal(story.resting(0), 0);
    assert.deepEqual(story.placedSince(stoppedAt, 0), []);
    assert.equal(pricing.quotes.bid.reason, NoQuoteReason.KILLED);
    assert.ok(!isQuoted(pricing.quotes.bid) && !isQuoted(pricing.quotes.ask));
    assert.ok(Math.abs(accountState.position.netDeltaQuoteUnits) <= 20e8);
  });
});

test('SHUTDOWN places nothing any more, on neither market', async () => {
  await tell(QUOTING, (story) => {
    story.wait(60);
    story.session.operate(OperatorAction.SHUTDOWN);
    const saidAt = story.session.nowMicros;
    story.wait(20);
    assert.deepEqual(story.placedSince(saidAt, 0), []);
    assert.deepEqual(story.placedSince(saidAt, 1), []);
    assert.equal(story.session.openOrderCount, 0);
  });
});
