/**
 * Goal: the venue creates and loses nothing. Own totals change only by fills, commission and funding,
 * locks are exactly what open orders need, and reports add up to balances, liquidations included.
 * Method: random requests, strangers and marks; an independent account kept from the reports alone.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CommandKind } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import {
  BalanceSlot,
  CommissionAsset,
  OrderType,
  SelfTradeMode,
  Side,
  TimeInForce,
} from '#contracts/order.ts';
import type {
  AssetUnits,
  EpochMicros,
  InstrumentIndex,
  PriceUnits,
  RateUnits,
} from '#units/integers.ts';
import { PERP, perpInstrument, SPOT, spotInstrument, WHOLE, World } from './venue.test-support.ts';
import { DEFAULT_MARGIN } from './venue.ts';
import { leavesLots } from './venue-book.ts';

const TICK_LOT = 1_000;
const ids = fc.integer({ min: 1, max: 12 });

const anyOrder = {
  id: ids,
  target: ids,
  side: fc.constantFrom(Side.BUY, Side.SELL),
  price: fc.integer({ min: 15_990, max: 16_010 }),
  lots: fc.integer({ min: 30, max: 4_000 }),
  style: fc.constantFrom('maker', 'maker', 'limit', 'ioc', 'fok', 'market', 'reduce'),
  mode: fc.constantFrom(...Object.values(SelfTradeMode)),
  pause: fc.integer({ min: 0, max: 8_000 }),
};

const action = fc.record({
  ...anyOrder,
  kind: fc.constantFrom(
    'place',
    'place',
    'place',
    'replace',
    'cancel',
    'amend',
    'stranger',
    'stranger',
    'wait',
  ),
  instrument: fc.constantFrom(SPOT, PERP),
});

interface Action {
  readonly kind: string;
  readonly instrument: InstrumentIndex;
  readonly id: number;
  readonly target: number;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly style: string;
  readonly mode: SelfTradeMode;
  readonly pause: number;
}

/** Balances from reports alone, each trade counted once. */
class Ledger {
  base = 20_000 * WHOLE;
  quote = 10_000 * WHOLE;
  feeAsset = WHOLE;
  position = 0;
  perpCash = 0;
  funding = 0;
  fees = [0, 0, 0, 0];
  lastTradeId = [0, 0];

  onEvent(event: EngineEvent): void {
    if (event.kind === EventKind.FUNDING_PAYMENT) this.funding += event.amountUnits;
    if (event.kind !== EventKind.EXECUTION_REPORT || event.lastQuantityLots === 0) return;
    const sign = event.side === Side.BUY ? 1 : -1;
    const cash = event.lastPriceTicks * event.lastQuantityLots * TICK_LOT;
    const lots = event.lastQuantityLots;
    if (event.instrument === SPOT) {
      this.base += sign * lots * WHOLE;
      this.quote -= sign * cash;
    } else {
      this.position += sign * lots;
      this.perpCash -= sign * cash;
    }
    this.fees[event.commissionAsset] =
      (this.fees[event.commissionAsset] ?? 0) + event.commissionUnits;
  }
}

function act(world: World, one: Action): void {
  const styles: Record<
    string,
    { type?: OrderType; timeInForce?: TimeInForce; reduceOnly?: boolean }
  > = {
    maker:
      one.instrument === SPOT ? { type: OrderType.LIMIT_MAKER } : { timeInForce: TimeInForce.GTX },
    limit: {},
    ioc: { timeInForce: TimeInForce.IOC },
    fok: { timeInForce: TimeInForce.FOK },
    market: { type: OrderType.MARKET },
    reduce: one.instrument === SPOT ? {} : { reduceOnly: true },
  };
  const { instrument, id, side, lots } = one;
  const price = one.style === 'market' ? 0 : one.price;
  const wish = { instrument, id, side, price, lots, selfTradeMode: one.mode, ...styles[one.style] };
  if (one.kind === 'place') world.send(wish);
  else if (one.kind === 'replace') world.send({ ...wish, target: one.target });
  else if (one.kind === 'cancel') world.cancel(id, instrument);
  else if (one.kind === 'amend') world.sendKind(CommandKind.AMEND_ORDER, id, lots, instrument);
  else if (one.kind === 'stranger') world.stranger(side, one.price, lots, instrument);
  world.wait(one.pause);
}

function assertLocks(world: World): void {
  let quote = 0;
  let base = 0;
  for (const order of world.venue.openOrders(SPOT)) {
    assert.ok(world.spot.rests(order as never), 'an open order rests in the book');
    if (order.side === Side.BUY) quote += order.priceTicks * leavesLots(order) * TICK_LOT;
    else base += leavesLots(order) * WHOLE;
  }
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_QUOTE), quote);
  assert.equal(world.venue.lockedUnits(BalanceSlot.SPOT_BASE), base);
}

function assertLedger(world: World, ledger: Ledger): void {
  const { venue } = world;
  const total = (slot: BalanceSlot): number => venue.freeUnits(slot) + venue.lockedUnits(slot);
  const [feeBase = 0, feeQuote = 0, feeAsset = 0, feeMargin = 0] = ledger.fees;
  assert.equal(total(BalanceSlot.SPOT_BASE), ledger.base - feeBase);
  assert.equal(total(BalanceSlot.SPOT_QUOTE), ledger.quote - feeQuote);
  assert.equal(total(BalanceSlot.SPOT_FEE_ASSET), ledger.feeAsset - feeAsset);
  assert.equal(venue.collectedUnits(BalanceSlot.SPOT_BASE), feeBase);
  assert.equal(venue.collectedUnits(BalanceSlot.SPOT_QUOTE), feeQuote);
  assert.equal(venue.margin?.positionLots, ledger.position);
  assert.equal(venue.margin?.feesPaidUnits, feeMargin);
  // Wallet + position at mark = start + cash of all trades + position at mark - fees.
  const mark = 16_000 * TICK_LOT;
  assert.equal(
    venue.margin?.marginBalanceUnits,
    2_000 * WHOLE + ledger.perpCash + ledger.position * mark - feeMargin,
  );
}

for (const paysWithFeeAsset of [false, true]) {
  test(`nothing is created or lost, fees from the ${paysWithFeeAsset ? 'fee asset' : 'received asset'}`, () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 120, size: 'max' }), (actions) => {
        const ledger = new Ledger();
        const world = new World({
          instruments: [spotInstrument(), perpInstrument()],
          fees: {
            paysWithFeeAsset,
            feeAssetDiscount: 25_000_000 as RateUnits,
            feeAssetPriceUnits: (600 * WHOLE) as PriceUnits,
          },
        });
        world.mark(16_000);
        world.onEvent = (event) => ledger.onEvent(event);
        for (const one of actions) {
          act(world, one);
          assertLocks(world);
        }
        world.clock.runUntil((world.clock.nowMicros + 1_000_000) as EpochMicros);
        assertLocks(world);
        assertLedger(world, ledger);
        assert.ok((world.venue.freeUnits(BalanceSlot.SPOT_QUOTE) as AssetUnits) >= 0);
      }),
      { numRuns: 120, seed: 7 },
    );
  });
}

/** Wallet + position at mark = start + cash of all trades + position at mark - commissions + funding. */
function assertMargin(world: World, ledger: Ledger, startUnits: number, markTicks: number): void {
  const { margin } = world.venue;
  assert.ok(margin);
  const fees = ledger.fees[CommissionAsset.MARGIN] ?? 0;
  assert.equal(margin.positionLots, ledger.position);
  assert.equal(margin.feesPaidUnits - margin.insurancePaidUnits, fees);
  assert.equal(margin.fundingReceivedUnits, ledger.funding);
  assert.equal(
    margin.marginBalanceUnits,
    startUnits + ledger.perpCash + ledger.position * markTicks * TICK_LOT - fees + ledger.funding,
  );
}

const leveragedAction = fc.record({
  ...anyOrder,
  instrument: fc.constant(PERP),
  kind: fc.constantFrom('place', 'place', 'stranger', 'stranger', 'mark', 'mark'),
  mark: fc.integer({ min: 15_400, max: 16_600 }),
  rate: fc.integer({ min: -100_000, max: 100_000 }),
});

/** 40x with a maintenance of 2.5 %: a small move liquidates what the margin allows. */
function leveragedWorld(marginWhole: number): World {
  return new World({
    balances: {
      baseUnits: 0 as AssetUnits,
      quoteUnits: 0 as AssetUnits,
      feeAssetUnits: 0 as AssetUnits,
      marginUnits: (marginWhole * WHOLE) as AssetUnits,
    },
    margin: { ...DEFAULT_MARGIN, leverage: 40 },
  });
}

test('fills and funding alone explain the margin wallet through random liquidations', () => {
  const startWhole = 20;
  let liquidations = 0;
  let insured = 0;
  let settlements = 0;
  fc.assert(
    fc.property(
      fc.array(leveragedAction, { minLength: 20, maxLength: 80, size: 'max' }),
      (actions) => {
        const ledger = new Ledger();
        const world = leveragedWorld(startWhole);
        world.onEvent = (event) => ledger.onEvent(event);
        let markTicks = 16_000;
        world.mark(markTicks);
        for (const one of actions) {
          act(world, one);
          if (one.kind !== 'mark') continue;
          markTicks = one.mark;
          world.mark(markTicks, one.rate, world.clock.nowMicros + 5_000);
          world.wait();
          assertMargin(world, ledger, startWhole * WHOLE, markTicks);
        }
        world.wait(1_000_000);
        assertMargin(world, ledger, startWhole * WHOLE, markTicks);
        liquidations += world.venue.liquidationCount;
        insured += world.venue.margin?.insurancePaidUnits ?? 0;
        settlements += world.venue.fundingCount;
      },
    ),
    { numRuns: 120, seed: 11 },
  );
  assert.ok(liquidations > 100, `${liquidations} liquidations`);
  assert.ok(insured > 0, 'the insurance fund had to pay');
  assert.ok(settlements > 0, 'funding was settled');
});
