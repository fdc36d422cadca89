/**
 * Goal: one dead market data connection of two is invisible to pricing; both dead pull the quotes, and
 * they come back by themselves.
 * Method: a live session on an exchange, both in this process, over real sockets that the test cuts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { openLiveStage } from '#tests/live/live-stage.ts';

test('one connection may die, both may not', { timeout: 120_000 }, async () => {
  const stage = await openLiveStage();
  const part = `${stage.exchange.addresses.spot.streams}/stream?`;
  const { pricing, marketData } = stage.session.engine;
  const isQuoting = async (): Promise<boolean> => (await stage.openOrders()).spot > 0;
  const isBlind = (): boolean =>
    [pricing.quotes.bid.reason, pricing.quotes.ask.reason].includes(NoQuoteReason.STALE_MARKET);
  try {
    await stage.until('quotes', isQuoting, 60_000);
    assert.equal(stage.sockets.urls(part).length, 2, 'two independent connections');
    let blindTimes = 0;
    for (let cut = 0; cut < 5; cut++) {
      const before = marketData.markets.quoted.updateId;
      assert.equal(stage.sockets.cut(part, 1), 1);
      await stage.until('news from the other one', () => {
        if (isBlind()) blindTimes += 1;
        return marketData.markets.quoted.updateId > before;
      });
      await stage.until('a second connection', () => stage.sockets.urls(part).length === 2);
    }
    assert.equal(blindTimes, 0, 'pricing saw nothing of it');

    stage.sockets.refuse(part);
    assert.equal(stage.sockets.cut(part), 2);
    await stage.until('quotes pulled', async () => !(await isQuoting()));
    await stage.run(300);
    assert.ok(isBlind());
    assert.equal((await stage.openOrders()).spot, 0);
    stage.sockets.refuse(null);
    await stage.until('quotes back', isQuoting, 60_000);
    assert.ok(!isBlind());
  } finally {
    assert.equal(await stage.close(), 0, 'nothing is left at the venue');
  }
});
