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
    let limitedMoments = 0;
    story.watch(() => {
      const { bid, ask } = pricing.quotes;
      const { inventoryRatio } = accountState.position;
      // Working orders may still fill, but never beyond what the limit counted.
      assert.ok(Math.abs(inventoryRatio) <= 1, `ratio ${inventoryRatio}`);
      const isLimited = (side: QuoteSide): boolean => side.reason === NoQuoteReason.INVENTORY_LIMIT;
      if (isLimited(bid)) {
        assert.ok(!isQuoted(bid) && inventoryRatio > 0, 'no bid while long');
        if (isQuoted(ask)) limitedMoments += 1;
      }
      if (isLimited(ask)) {
        assert.ok(!isQuoted(ask) && inventoryRatio < 0, 'no ask while short of the target');
        if (isQuoted(bid)) limitedMoments += 1;
      }
    });
    story.wait(300);
    assert.ok(limitedMoments > 0, 'the limit was reached with the other side quoting');
  });
});
