import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { ASSET_UNITS_PER_WHOLE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/**
 * Average-cost bookkeeping of one position: quantity in base units, cost in quote units, both
 * signed. The cost is kept as an amount, not as an average price: an average rounded to 1e-8 loses
 * money on a large position, an amount does not.
 */
export class PositionCost {
  quantityUnits = 0;
  /** Signed price x quantity of what is open. */
  costUnits = 0;
  /** Gross of fees. */
  realizedUnits = 0;

  /** Sets the open position and leaves the realised result alone. */
  reset(quantityUnits: number, costUnits: number): void {
    this.quantityUnits = quantityUnits;
    this.costUnits = costUnits;
  }

  /**
   * Books a trade of signed `deltaUnits` worth signed `valueUnits`. Returns the realised result in
   * quote units. Closing takes cost off in proportion (rounded once); closing everything takes all
   * of it, so nothing is left behind. A trade through zero closes first and opens the rest at the
   * trade's price.
   */
  applyTrade(deltaUnits: number, valueUnits: number): number {
    const held = this.quantityUnits;
    if (held === 0 || held > 0 === deltaUnits > 0) {
      this.quantityUnits += deltaUnits;
      this.costUnits += valueUnits;
      return 0;
    }
    const closedUnits = Math.min(Math.abs(deltaUnits), Math.abs(held));
    const closedValue = multiplyDivide(
      valueUnits,
      closedUnits,
      Math.abs(deltaUnits),
      Rounding.HALF_AWAY,
    );
    const closedCost = multiplyDivide(
      this.costUnits,
      closedUnits,
      Math.abs(held),
      Rounding.HALF_AWAY,
    );
    // The closing trade has the opposite sign: selling 1 for 11 that cost 10 is -11, and realises 1.
    const realized = -closedValue - closedCost;
    this.quantityUnits += deltaUnits;
    this.costUnits += valueUnits - closedValue - closedCost;
    this.realizedUnits += realized;
    return realized;
  }

  /** Average price in 1e-8 of the quote asset; 0 when flat. */
  get averagePriceUnits(): number {
    if (this.quantityUnits === 0) return 0;
    const sign = this.quantityUnits > 0 ? 1 : -1;
    return multiplyDivide(
      this.costUnits * sign,
      ASSET_UNITS_PER_WHOLE,
      this.quantityUnits * sign,
      Rounding.HALF_AWAY,
    );
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.quantityUnits);
    writer.integer(this.costUnits);
    writer.integer(this.realizedUnits);
  }

  readState(reader: StateReader): void {
    this.quantityUnits = reader.integer();
    this.costUnits = reader.integer();
    this.realizedUnits = reader.integer();
  }
}
