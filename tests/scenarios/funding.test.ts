/**
 * Goal: at the funding instant the position of that moment pays or receives exactly once, and PnL
 * books it as funding and as nothing else.
 * Method: a session that starts ten seconds before the instant, recomputed from the venue's own terms.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventKind } from '#contracts/event-kind.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';
import { tell } from './story.test-support.ts';

test('funding is booked once, as position x mark x rate, and explains the whole wallet', async () => {
  const settings = { profile: 'floor', seed: 7, 'simulation.startTime': '2026-01-05T07:59:50Z' };
  await tell(settings, (story) => {
    const { engine, world } = story.session;
    const { pnl, position } = engine.accountState;
    const payments: { amount: number; rate: number; atMicros: number }[] = [];
    let expected = 0;
    story.watch((event) => {
      if (event.kind !== EventKind.FUNDING_PAYMENT) return;
      payments.push({ amount: event.amountUnits, rate: event.rate, atMicros: event.atMicros });
      const mark = engine.marketData.markets.hedge.markPriceUnits / ASSET_UNITS_PER_WHOLE;
      // -position x mark x rate (MODELS 7): short positions receive a positive rate.
      expected = (-position.perpBaseUnits * mark * event.rate) / ASSET_UNITS_PER_WHOLE;
    });
    const walletBefore = world.venue.freeUnits(BalanceSlot.PERP_MARGIN);
    story.wait(9.5);
    assert.equal(payments.length, 0, 'nothing before the instant');
    story.wait(60);
    assert.equal(payments.length, 1, 'exactly one settlement');
    assert.equal((world.venue as SimulatedVenue).fundingCount, 1);
    const [payment] = payments;
    assert.ok(payment !== undefined && payment.amount !== 0);
    assert.ok(position.perpBaseUnits < 0, 'the session is short the target stock');
    assert.equal(Math.sign(payment.amount), Math.sign(payment.rate), 'the short side receives');
    // The mark shown to us may be one update apart from the mark of the settlement.
    assert.ok(Math.abs(payment.amount - expected) <= Math.abs(expected) * 1e-3);
    assert.equal(pnl.fundingUnits, payment.amount);
    assert.equal(pnl.residualUnits, 0);
    assert.equal(engine.accountState.counters.hedge.count, 0, 'nothing else moved the wallet');
    const walletAfter = world.venue.freeUnits(BalanceSlot.PERP_MARGIN);
    assert.equal(walletAfter - walletBefore, payment.amount);
  });
});
