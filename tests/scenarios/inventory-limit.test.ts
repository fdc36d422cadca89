/**
 * Goal: stock at its allowed deviation stops the side that would add to it, and only that side.
 * Method: a small allowed deviation and fills that come in one direction after the other.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import { isQuoted, tell } from './story.test-support.ts';

test('the side that would leave the band stops, the one that leads back keeps quoting', async () => {
  const settings = {
    profile: 'naive-touch',
    seed: 7,
    'simulation.regime': 'trending',
    'inventory.maxDeviationNotional': '700',
  };
  await tell(settings, (story) => {
    const { pricing, accountState } = story.session.engine;
    const isLimited = (side: QuoteSide): boolean => side.reason === NoQuoteReason.INVENTORY_LIMIT;
    let limitedMoments = 0;
    /** `side` would add to the deviation, `other` leads back. */
    const look = (side: QuoteSide, other: QuoteSide, isBeyondTarget: boolean): void => {
      if (!isLimited(side)) return;
      assert.ok(!isQuoted(side) && isBeyondTarget);
      if (isQuoted(other)) limitedMoments += 1;
    };
    story.watch(() => {
      const { bid, ask } = pricing.quotes;
      const { inventoryRatio } = accountState.position;
      // Working orders may still fill, but never beyond what the limit counted.
      assert.ok(Math.abs(inventoryRatio) <= 1, `ratio ${inventoryRatio}`);
      look(bid, ask, inventoryRatio > 0);
      look(ask, bid, inventoryRatio < 0);
    });
    story.wait(300);
    assert.ok(limitedMoments > 0, 'the limit was reached with the other side quoting');
  });
});
