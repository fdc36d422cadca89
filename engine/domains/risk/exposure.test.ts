/**
 * Goal: worst cases count held and open on the right side, and a hedge is believed only as far as net
 * delta goes.
 * Method: one book of reservations, a position that moves, and the edges to the lot.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Side } from '#contracts/order.ts';
import { Exposure } from './exposure.ts';
import { PessimisticReservation } from './pessimistic-reservation.ts';
import { LOT_UNITS, PERP, RiskDesk, testInstrument } from './risk-desk.test-support.ts';

const spot = testInstrument({});
const perp = testInstrument({ index: PERP, market: 1 });

function exposureOf(facts: Parameters<RiskDesk['hold']>[0]) {
  const desk = new RiskDesk().hold(facts);
  const reservations = new PessimisticReservation();
  const instruments = { count: 2, get: (index: number) => [spot, perp][index] ?? null };
  const { markets, position } = desk;
  const exposure = new Exposure({ instruments, markets, position, reservations });
  return { exposure, reservations };
}

test('worst long and worst short take held and open of their own market and side', () => {
  const { exposure, reservations } = exposureOf({
    spotBaseUnits: 50 * LOT_UNITS,
    perpBaseUnits: -30 * LOT_UNITS,
  });
  const order = { clientOrderId: 1, side: Side.BUY, quantityLots: 7 };
  reservations.reserve(order, spot, 10_000, 0, false);
  assert.equal(exposure.worstBaseUnits(spot, Side.BUY, 3), 60 * LOT_UNITS);
  assert.equal(exposure.worstBaseUnits(spot, Side.SELL, 3), -47 * LOT_UNITS);
  assert.equal(exposure.worstBaseUnits(perp, Side.SELL, 0), 30 * LOT_UNITS);
  assert.equal(exposure.grossNotionalUnits(), (50 + 30 + 7) * 10_000 * 1_000);
});

test('what a quote filled and nobody told counts on its side of the quoted market only', () => {
  const { exposure } = exposureOf({
    spotBaseUnits: 50 * LOT_UNITS,
    perpBaseUnits: -30 * LOT_UNITS,
    quotedUntoldBuyUnits: 4 * LOT_UNITS,
    quotedUntoldSellUnits: 9 * LOT_UNITS,
  });
  assert.equal(exposure.worstBaseUnits(spot, Side.BUY, 3), 57 * LOT_UNITS);
  assert.equal(exposure.worstBaseUnits(spot, Side.SELL, 3), -38 * LOT_UNITS);
  assert.equal(exposure.worstBaseUnits(perp, Side.SELL, 0), 30 * LOT_UNITS);
});

test('a hedge is believed to the last lot of net delta plus its slack, in its direction only', () => {
  const { exposure, reservations } = exposureOf({ netDeltaBaseUnits: 100 * LOT_UNITS });
  const sells = (lots: number, slack = 0) =>
    exposure.reducesNetDelta(perp, Side.SELL, lots, 0, slack);
  assert.deepEqual([sells(100), sells(101), sells(101, 1)], [true, false, true]);
  assert.equal(exposure.reducesNetDelta(perp, Side.BUY, 1, 0, 0), false);
  const order = { clientOrderId: 1, side: Side.SELL, quantityLots: 60 };
  reservations.reserve(order, perp, 10_000, 0, true);
  assert.deepEqual([sells(40), sells(41)], [true, false]);
  assert.equal(exposure.reducesNetDelta(perp, Side.BUY, 20, 120 * LOT_UNITS, 0), true);
});
