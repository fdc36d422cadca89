/** Faults that the venue, its people or somebody else with the account bring about by themselves. */
import { type Instrument, InstrumentStatus, Market } from '#contracts/instrument.ts';
import { BALANCE_SLOT_COUNT, type BalanceSlot, Side, TimeInForce } from '#contracts/order.ts';
import type { OwnOrder } from '#simulation/venue/own-order.ts';
import type { SimulatedVenue } from '#simulation/venue/venue.ts';
import { type AssetUnits, type InstrumentIndex, NO_ORDER } from '#units/integers.ts';
import type { LiveWindow } from './live-window.ts';
import type { NetworkContext } from './network-context.ts';

/** The people of a synthetic market, as far as faults need them. */
export interface MarketControl {
  setPaused(instrument: InstrumentIndex, isPaused: boolean): void;
  setActivity(factor: number): void;
  shift(instrument: InstrumentIndex, bps: number): void;
  withdrawAll(instrument: InstrumentIndex): void;
  refineTick(instrument: InstrumentIndex, divisor: number): void;
}

/** A window that keeps an instrument from trading, and the status it wants. */
interface Closure {
  readonly live: LiveWindow;
  readonly index: InstrumentIndex;
  readonly status: InstrumentStatus;
}

/** How far from the touch a foreign order rests, in ticks. */
const FOREIGN_TICKS_MAX = 8;
const BASIS_POINTS = 10_000;

export class VenueTroubles {
  private readonly context: NetworkContext;
  private readonly venue: SimulatedVenue;
  private readonly market: MarketControl | null;
  private readonly closures: Closure[] = [];

  constructor(context: NetworkContext, venue: SimulatedVenue, market: MarketControl | null) {
    this.context = context;
    this.venue = venue;
    this.market = market;
  }

  /** A chance for a fault that comes by itself. True when the window's fault is of that kind. */
  pulse(live: LiveWindow, index: InstrumentIndex): void {
    if (!live.roll()) return;
    switch (live.window.name) {
      case 'venue-cancel':
      case 'stp-expiry':
        this.endAnOrder(live, index);
        return;
      case 'foreign-order':
        this.placeForeign(live, index);
        return;
      case 'balance-drift':
        this.drift(live, index);
        return;
      case 'position-moved':
        this.movePosition(live, index);
        return;
    }
  }

  /** The people act this many times as often; 1: as usual. False: nobody can be made to. */
  setActivity(factor: number): boolean {
    this.market?.setActivity(factor);
    return this.market !== null;
  }

  /** The people of one market see the price this far from where it is; 0: where it is. False: there are none. */
  shift(index: InstrumentIndex, bps: number): boolean {
    this.market?.shift(index, bps);
    return this.market !== null;
  }

  /** An instrument stops trading for a window. Returns it as it is now. */
  closeMarket(live: LiveWindow, index: InstrumentIndex, status: InstrumentStatus): Instrument {
    this.closures.push({ live, index, status });
    return this.applyStatus(index);
  }

  /** A window that kept an instrument from trading is over. */
  reopenMarket(live: LiveWindow, index: InstrumentIndex): Instrument {
    const at = this.closures.findIndex((one) => one.live === live && one.index === index);
    if (at >= 0) this.closures.splice(at, 1);
    return this.applyStatus(index);
  }

  /** Everybody leaves a halted market; what is ours is cancelled. Returns how many were ours. */
  emptyMarket(index: InstrumentIndex): number {
    const count = this.venue.incidents.cancelAll(index);
    this.market?.withdrawAll(index);
    return count;
  }

  /** True when an instrument can have a tick of 1/divisor at all. */
  canRefine(index: InstrumentIndex, divisor: number): boolean {
    const { priceUnitsPerTick } = this.venue.incidents.instrument(index);
    return this.market !== null && priceUnitsPerTick % divisor === 0;
  }

  /** The finer grid of an emptied market; null while something of the old book is left. */
  refineTick(index: InstrumentIndex, divisor: number): Instrument | null {
    if (this.market === null || !this.venue.incidents.isEmptied(index)) return null;
    const instrument = this.venue.incidents.refineTick(index, divisor);
    this.market.refineTick(index, divisor);
    return instrument;
  }

  /** The strictest of what the open windows want. */
  private applyStatus(index: InstrumentIndex): Instrument {
    let status: InstrumentStatus = InstrumentStatus.TRADING;
    for (const closure of this.closures) {
      if (closure.index !== index) continue;
      if (status !== InstrumentStatus.HALT) status = closure.status;
    }
    this.market?.setPaused(index, status !== InstrumentStatus.TRADING);
    return this.venue.incidents.setStatus(index, status);
  }

  private endAnOrder(live: LiveWindow, index: InstrumentIndex): void {
    const open = this.venue.openOrders(index).filter((one) => one.clientOrderId !== NO_ORDER);
    if (open.length === 0) return;
    const order = open[live.pick(open.length, 1)] as Readonly<OwnOrder>;
    const { incidents } = this.venue;
    const { name } = live.window;
    const isEnded =
      name === 'venue-cancel'
        ? incidents.cancelOrder(index, order)
        : incidents.expireBySelfTrade(index, order);
    if (isEnded) this.context.onFault(name, index, order.clientOrderId, NO_ORDER);
  }

  private placeForeign(live: LiveWindow, index: InstrumentIndex): void {
    const side = live.draw(1) < 0.5 ? Side.BUY : Side.SELL;
    const isTaking = live.draw(2) < 0.5;
    const touch = this.venue.touchTicks(
      index,
      isTaking === (side === Side.BUY) ? Side.SELL : Side.BUY,
    );
    if (touch === 0) return;
    const away = isTaking ? 0 : live.pick(FOREIGN_TICKS_MAX, 3);
    const priceTicks = Math.max(1, side === Side.BUY ? touch - away : touch + away);
    const isPlaced = this.venue.incidents.placeForeign({
      ...{ instrument: index, side, priceTicks },
      quantityLots:
        leastLots(this.venue.incidents.instrument(index), priceTicks) * live.window.strength,
      timeInForce: isTaking ? TimeInForce.IOC : TimeInForce.GTC,
    });
    if (isPlaced) this.context.onFault('foreign-order', index, NO_ORDER, NO_ORDER);
  }

  private movePosition(live: LiveWindow, index: InstrumentIndex): void {
    const { incidents } = this.venue;
    const instrument = incidents.instrument(index);
    const touch = this.venue.touchTicks(index, Side.BUY);
    if (instrument.market === Market.SPOT || touch === 0) return;
    const lots = leastLots(instrument, touch) * live.window.strength;
    const isMoved = incidents.addPosition(lots, live.draw(1) < 0.5);
    if (isMoved) this.context.onFault('position-moved', index, NO_ORDER, NO_ORDER);
  }

  /** Only balances of the struck market; out as often as in. */
  private drift(live: LiveWindow, index: InstrumentIndex): void {
    const isSpot = this.venue.incidents.instrument(index).market === Market.SPOT;
    const slots = BALANCE_SLOT_COUNT - 1;
    const slot = (isSpot ? live.pick(slots, 1) : slots) as BalanceSlot;
    const share = (live.window.strength * this.venue.freeUnits(slot)) / BASIS_POINTS;
    const units = Math.round(live.draw(2) < 0.5 ? share : -share) as AssetUnits;
    const moved = this.venue.incidents.transfer(slot, units, live.draw(3) < 0.5);
    if (moved !== 0) this.context.onFault('balance-drift', index, NO_ORDER, NO_ORDER);
  }
}

/** Lots of twice the least notional at a price. */
function leastLots(instrument: Instrument, priceTicks: number): number {
  const { tickLotNumerator, tickLotDenominator, filters } = instrument;
  const perLot = (priceTicks * tickLotNumerator) / tickLotDenominator;
  return Math.max(filters.minQuantityLots, Math.ceil((2 * filters.minNotionalUnits) / perLot), 1);
}
