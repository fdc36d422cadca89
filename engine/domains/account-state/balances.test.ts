/**
 * Goal: each fill moves exactly the balances the venue moves, fee asset by fee asset.
 * Method: one fill per case against amounts worked out by hand.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BalanceEvent, FundingPaymentEvent, PerpPositionEvent } from '#contracts/events.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, Side } from '#contracts/order.ts';
import { assetUnits, epochMicros, quantityLots } from '#units/integers.ts';
import { StatementOutcome } from './absolute-slot.ts';
import { Balances, POSITION_SLOT } from './balances.ts';
import { makeInstrument, makeReport } from './session-fixture.test-support.ts';

const spot = makeInstrument({ role: InstrumentRole.QUOTED });
const perp = makeInstrument({ role: InstrumentRole.HEDGE });
const WHOLE = 100_000_000;

function balanceOf(slot: BalanceSlot, free: number, locked: number, at: number): BalanceEvent {
  const event = new BalanceEvent();
  event.slot = slot;
  event.freeUnits = assetUnits(free);
  event.lockedUnits = assetUnits(locked);
  event.venueTimeMicros = epochMicros(at);
  return event;
}

function stated(): Balances {
  const balances = new Balances();
  balances.applyBalance(balanceOf(BalanceSlot.SPOT_BASE, 100 * WHOLE, 0, 1), spot);
  balances.applyBalance(balanceOf(BalanceSlot.SPOT_QUOTE, 40 * WHOLE, 10 * WHOLE, 1), spot);
  balances.applyBalance(balanceOf(BalanceSlot.SPOT_FEE_ASSET, WHOLE, 0, 1), spot);
  balances.applyBalance(balanceOf(BalanceSlot.PERP_MARGIN, 20 * WHOLE, 0, 1), spot);
  return balances;
}

// 10 lots at 16000 ticks of 0.00001 = 1.6 quote.
const fill = { last: 10, lastPrice: 16_000, price: 16_100, tradeId: 1, at: 5 } as const;

test('a buy pays quote, receives base less its commission and frees what was locked at its limit', () => {
  const balances = stated();
  balances.applySpotFill(
    spot,
    makeReport({ ...fill, side: Side.BUY, fee: 1_000_000, feeAsset: CommissionAsset.BASE }),
  );
  assert.equal(balances.slot(BalanceSlot.SPOT_BASE).totalUnits, 110 * WHOLE - 1_000_000);
  assert.equal(balances.slot(BalanceSlot.SPOT_QUOTE).totalUnits, 50 * WHOLE - 160_000_000);
  assert.equal(balances.slot(BalanceSlot.SPOT_QUOTE).lockedUnits, 10 * WHOLE - 161_000_000);
});

test('a sell gives base and receives quote less its commission', () => {
  const balances = stated();
  balances.applySpotFill(
    spot,
    makeReport({ ...fill, side: Side.SELL, fee: 160_000, feeAsset: CommissionAsset.QUOTE }),
  );
  assert.equal(balances.slot(BalanceSlot.SPOT_BASE).totalUnits, 90 * WHOLE);
  assert.equal(
    balances.slot(BalanceSlot.SPOT_QUOTE).totalUnits,
    50 * WHOLE + 160_000_000 - 160_000,
  );
});

test('a commission in the fee asset leaves base and quote whole', () => {
  const balances = stated();
  balances.applySpotFill(
    spot,
    makeReport({ ...fill, side: Side.BUY, fee: 77, feeAsset: CommissionAsset.FEE_ASSET }),
  );
  assert.equal(balances.slot(BalanceSlot.SPOT_BASE).totalUnits, 110 * WHOLE);
  assert.equal(balances.slot(BalanceSlot.SPOT_FEE_ASSET).totalUnits, WHOLE - 77);
});

test('a perpetual fill moves the position, and the wallet by its result less the commission', () => {
  const balances = stated();
  balances.applyPerpFill(
    perp,
    makeReport({
      ...fill,
      instrument: 1,
      side: Side.SELL,
      fee: 80_000,
      feeAsset: CommissionAsset.MARGIN,
    }),
    5_000,
  );
  assert.equal(balances.slot(POSITION_SLOT).totalUnits, -10 * WHOLE);
  assert.equal(balances.slot(BalanceSlot.PERP_MARGIN).totalUnits, 20 * WHOLE + 5_000 - 80_000);
});

test('funding moves the wallet', () => {
  const balances = stated();
  const funding = new FundingPaymentEvent();
  funding.amountUnits = assetUnits(-123);
  funding.venueTimeMicros = epochMicros(20);
  balances.applyFunding(funding);
  assert.equal(balances.slot(BalanceSlot.PERP_MARGIN).totalUnits, 20 * WHOLE - 123);
});

test('a wallet off by the rounding of an average entry is no correction, but only once', () => {
  const balances = stated();
  balances.applyPerpFill(perp, makeReport({ ...fill, instrument: 1, side: Side.SELL }), 5_000);
  const off = 20 * WHOLE + 5_000 + 9;
  const margin = balanceOf(BalanceSlot.PERP_MARGIN, off, 0, 5);
  assert.equal(balances.applyBalance(margin, spot), StatementOutcome.ROUNDED);
  const again = balanceOf(BalanceSlot.PERP_MARGIN, off + 9, 0, 6);
  assert.equal(balances.applyBalance(again, spot), StatementOutcome.CORRECTED);
  assert.equal(balances.isConfirmed(), false);
});

test('the session is known once base and quote are, and with a hedge its wallet and position too', () => {
  const balances = stated();
  assert.equal(new Balances().isKnown(false), false);
  assert.equal(balances.isKnown(false), true);
  assert.equal(balances.isKnown(true), false);
  const position = new PerpPositionEvent();
  position.positionLots = quantityLots(-3);
  assert.equal(balances.applyPosition(position, perp), StatementOutcome.FIRST);
  assert.equal(balances.slot(POSITION_SLOT).totalUnits, -3 * WHOLE);
  assert.equal(balances.isKnown(true), true);
});

test('a slot that does not exist is our bug', () => {
  assert.throws(() => new Balances().slot(9), /no balance slot 9/);
});
