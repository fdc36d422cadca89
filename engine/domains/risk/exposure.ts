/**
 * Worst cases: what we would hold if every order that may still live filled. Base units per
 * instrument, quote units in total.
 */
import { type Instrument, Market } from '#contracts/instrument.ts';
import {
  baseUnits,
  lotsFromBaseUnits,
  notionalAtHalfTicksUnits,
} from '#contracts/instrument-arithmetic.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import type { PessimisticReservation } from './pessimistic-reservation.ts';

/** Pure reads over position and reservations. Hot: no allocation. */
export class Exposure {
  private readonly instruments: InstrumentTable;
  private readonly markets: Markets;
  private readonly position: PositionState;
  private readonly reservations: PessimisticReservation;

  constructor(options: {
    readonly instruments: InstrumentTable;
    readonly markets: Markets;
    readonly position: PositionState;
    readonly reservations: PessimisticReservation;
  }) {
    this.instruments = options.instruments;
    this.markets = options.markets;
    this.position = options.position;
    this.reservations = options.reservations;
  }

  /** Signed base units held in the instrument's own market. */
  heldBaseUnits(instrument: Instrument): number {
    const { position } = this;
    return instrument.market === Market.SPOT ? position.spotBaseUnits : position.perpBaseUnits;
  }

  /**
   * Base units on one side if all its open orders and `extraLots` filled: long for BUY, short as a
   * positive number for SELL. Negative when even then the position stays on the other side. What an
   * order filled counts from the moment its report says so, told as a trade or not.
   */
  worstBaseUnits(instrument: Instrument, side: Side, extraLots: number): number {
    const open = this.reservations.openLots[instrument.index * 2 + side] as number;
    const held = this.heldBaseUnits(instrument);
    const signedHeld = side === Side.BUY ? held : -held;
    return (
      signedHeld + this.untoldUnits(instrument, side) + baseUnits(instrument, open + extraLots)
    );
  }

  /** Held and open over all instruments, in quote units, rounded against us. */
  grossNotionalUnits(): number {
    let gross = 0;
    for (let index = 0; index < this.instruments.count; index++) {
      const instrument = this.instruments.get(index as InstrumentIndex);
      if (instrument === null) continue;
      const { openNotionalUnits } = this.reservations;
      gross += openNotionalUnits[index * 2 + Side.BUY] as number;
      gross += openNotionalUnits[index * 2 + Side.SELL] as number;
      gross += this.heldNotionalUnits(instrument);
    }
    return gross;
  }

  /** Mid of an instrument in half ticks, 0 while unknown. */
  midHalfTicks(instrument: InstrumentIndex): number {
    const { quoted, hedge } = this.markets;
    if (quoted.instrument === instrument) return quoted.midHalfTicks;
    return hedge.instrument === instrument ? hedge.midHalfTicks : 0;
  }

  /**
   * True when an order of `lots` cannot carry net delta past the flat point, counting every reducing
   * order of that side that may still fill. `slackLots`: rounding to whole lots.
   */
  reducesNetDelta(
    instrument: Instrument,
    side: Side,
    lots: number,
    targetBaseUnits: number,
    slackLots: number,
  ): boolean {
    const offBaseUnits = this.position.netDeltaBaseUnits - targetBaseUnits;
    const toReduce = side === Side.SELL ? offBaseUnits : -offBaseUnits;
    if (toReduce <= 0) return false;
    const inFlight = this.reservations.reducingLots[instrument.index * 2 + side] as number;
    const slack = baseUnits(instrument, slackLots);
    return baseUnits(instrument, inFlight + lots) <= toReduce + slack;
  }

  private untoldUnits(instrument: Instrument, side: Side): number {
    if (instrument.market !== Market.SPOT) return 0;
    const { quotedUntoldBuyUnits, quotedUntoldSellUnits } = this.position;
    return side === Side.BUY ? quotedUntoldBuyUnits : quotedUntoldSellUnits;
  }

  private heldNotionalUnits(instrument: Instrument): number {
    const held = Math.abs(this.heldBaseUnits(instrument));
    const lots = lotsFromBaseUnits(instrument, held, Rounding.UP);
    const mid = this.midHalfTicks(instrument.index);
    return notionalAtHalfTicksUnits(instrument, mid, lots, Rounding.UP);
  }
}
