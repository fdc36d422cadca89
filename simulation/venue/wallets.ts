/**
 * Spot wallets of one account in one pair, as the venue keeps them: free and locked per slot.
 *
 * Written independently of the engine's own arithmetic on purpose: one checks the other.
 * Source of the rules: Binance spot, balances and commission (docs of 2026).
 */
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, Side } from '#contracts/order.ts';
import type { AssetUnits, PriceUnits, RateUnits } from '#units/integers.ts';
import { ASSET_UNITS_PER_WHOLE, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** How commission is paid beyond the instrument's maker and taker rates. */
export interface FeeSettings {
  /** True: from the fee asset while it lasts, at a discount. */
  readonly paysWithFeeAsset: boolean;
  /** Part of the fee that the fee asset saves: 25 % is 25_000_000. */
  readonly feeAssetDiscount: RateUnits;
  /** Price of one whole fee asset in quote, 1e-8. Above zero when `paysWithFeeAsset`. */
  readonly feeAssetPriceUnits: PriceUnits;
}

export const PLAIN_FEES: FeeSettings = {
  paysWithFeeAsset: false,
  feeAssetDiscount: 0 as RateUnits,
  feeAssetPriceUnits: 0 as PriceUnits,
};

const SPOT_SLOT_COUNT = 3;

export interface SpotWalletsOptions {
  readonly instrument: Instrument;
  readonly fees: FeeSettings;
  readonly baseUnits: AssetUnits;
  readonly quoteUnits: AssetUnits;
  readonly feeAssetUnits: AssetUnits;
}

/** What a fill cost. Refilled by `applyFill`, valid until the next one. */
export interface Commission {
  units: AssetUnits;
  asset: CommissionAsset;
}

export class SpotWallets {
  private instrument: Instrument;
  private readonly fees: FeeSettings;
  private readonly free = new Float64Array(SPOT_SLOT_COUNT);
  private readonly locked = new Float64Array(SPOT_SLOT_COUNT);
  /** What the venue earned, per slot: total assets stay constant together with these. */
  private readonly collected = new Float64Array(SPOT_SLOT_COUNT);
  readonly commission: Commission = { units: 0 as AssetUnits, asset: CommissionAsset.NONE };

  /** Throws a RangeError on a negative balance or a fee asset without a price. */
  constructor(options: SpotWalletsOptions) {
    if (options.fees.paysWithFeeAsset && !(options.fees.feeAssetPriceUnits > 0)) {
      throw new RangeError('fees.feeAssetPriceUnits must be above zero to pay with the fee asset');
    }
    if (!(Math.min(options.baseUnits, options.quoteUnits, options.feeAssetUnits) >= 0)) {
      throw new RangeError('a wallet cannot start below zero');
    }
    this.instrument = options.instrument;
    this.fees = options.fees;
    this.free[BalanceSlot.SPOT_BASE] = options.baseUnits;
    this.free[BalanceSlot.SPOT_QUOTE] = options.quoteUnits;
    this.free[BalanceSlot.SPOT_FEE_ASSET] = options.feeAssetUnits;
  }

  /** New grid or fees from now on. What is held and locked stays as it is. */
  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
  }

  /**
   * Somebody moves money in (above zero) or out of the account; out of what is free at most. Returns
   * what was moved.
   */
  transfer(slot: BalanceSlot, units: AssetUnits): AssetUnits {
    const moved = Math.max(units, -this.freeUnits(slot));
    this.move(slot, moved, 0);
    return moved as AssetUnits;
  }

  freeUnits(slot: BalanceSlot): AssetUnits {
    return (this.free[slot] ?? 0) as AssetUnits;
  }

  lockedUnits(slot: BalanceSlot): AssetUnits {
    return (this.locked[slot] ?? 0) as AssetUnits;
  }

  totalUnits(slot: BalanceSlot): AssetUnits {
    return (this.freeUnits(slot) + this.lockedUnits(slot)) as AssetUnits;
  }

  /** Commission the venue took from this account, in the slot's asset. */
  collectedUnits(slot: BalanceSlot): AssetUnits {
    return (this.collected[slot] ?? 0) as AssetUnits;
  }

  /** What an order of this size locks: price x lots rounded up for a BUY, the lots for a SELL. */
  lockNeeded(side: Side, priceTicks: number, lots: number): number {
    if (side === Side.SELL) return lots * this.instrument.baseUnitsPerLot;
    return this.notional(priceTicks, lots, Rounding.UP);
  }

  /** Moves units from free to locked. False, and nothing changed, when there is not enough. */
  lock(side: Side, units: number): boolean {
    const slot = slotSpent(side);
    if (this.freeUnits(slot) < units) return false;
    this.move(slot, -units, units);
    return true;
  }

  /** Back from locked to free. Throws when more is released than is locked: our bug. */
  unlock(side: Side, units: number): void {
    this.move(slotSpent(side), units, -units);
  }

  /**
   * Settles a fill of an order that had locked `lockedForFill` for what is filled now: pays from the
   * lock, frees the difference to a better price, receives the other asset, pays the commission.
   *
   * Amounts are cut to 1e-8. The commission is the received amount x rate, from the received asset,
   * or from the fee asset when that is on and holds enough. A rebate (negative rate) is credited.
   */
  applyFill(
    side: Side,
    priceTicks: number,
    lots: number,
    isMaker: boolean,
    lockedForFill: number,
  ): Readonly<Commission> {
    const baseUnits = lots * this.instrument.baseUnitsPerLot;
    const quoteUnits = this.notional(priceTicks, lots, Rounding.DOWN);
    const spent = side === Side.BUY ? quoteUnits : baseUnits;
    const received = side === Side.BUY ? baseUnits : quoteUnits;
    const slotReceived = side === Side.BUY ? BalanceSlot.SPOT_BASE : BalanceSlot.SPOT_QUOTE;
    this.move(slotSpent(side), lockedForFill - spent, -lockedForFill);
    this.move(slotReceived, received, 0);
    const rate = isMaker ? this.instrument.makerFeeRate : this.instrument.takerFeeRate;
    if (this.payWithFeeAsset(quoteUnits, rate)) return this.commission;
    const fee = multiplyDivide(received, rate, RATE_UNITS_PER_ONE, Rounding.TOWARD_ZERO);
    this.pay(slotReceived, fee, side === Side.BUY ? CommissionAsset.BASE : CommissionAsset.QUOTE);
    return this.commission;
  }

  private payWithFeeAsset(quoteUnits: number, rate: RateUnits): boolean {
    if (!this.fees.paysWithFeeAsset || rate <= 0) return false;
    const discounted = multiplyDivide(
      rate,
      RATE_UNITS_PER_ONE - this.fees.feeAssetDiscount,
      RATE_UNITS_PER_ONE,
      Rounding.TOWARD_ZERO,
    );
    const inQuote = multiplyDivide(
      quoteUnits,
      discounted,
      RATE_UNITS_PER_ONE,
      Rounding.TOWARD_ZERO,
    );
    const fee = multiplyDivide(
      inQuote,
      ASSET_UNITS_PER_WHOLE,
      this.fees.feeAssetPriceUnits,
      Rounding.TOWARD_ZERO,
    );
    if (this.freeUnits(BalanceSlot.SPOT_FEE_ASSET) < fee) return false;
    this.pay(BalanceSlot.SPOT_FEE_ASSET, fee, CommissionAsset.FEE_ASSET);
    return true;
  }

  private pay(slot: BalanceSlot, units: number, asset: CommissionAsset): void {
    this.move(slot, -units, 0);
    this.collected[slot] = this.collectedUnits(slot) + units;
    this.commission.units = units as AssetUnits;
    this.commission.asset = asset;
  }

  private notional(priceTicks: number, lots: number, rounding: Rounding): number {
    const { tickLotNumerator, tickLotDenominator } = this.instrument;
    return multiplyDivide(priceTicks, lots * tickLotNumerator, tickLotDenominator, rounding);
  }

  private move(slot: BalanceSlot, freeDelta: number, lockedDelta: number): void {
    const free = this.freeUnits(slot) + freeDelta;
    const locked = this.lockedUnits(slot) + lockedDelta;
    if (!(free >= 0) || !(locked >= 0)) throw new RangeError('a wallet would fall below zero');
    if (!Number.isSafeInteger(free) || !Number.isSafeInteger(locked)) {
      throw new RangeError('a wallet would leave the exact integers');
    }
    this.free[slot] = free;
    this.locked[slot] = locked;
  }
}

/** The slot an order of this side spends from. */
function slotSpent(side: Side): BalanceSlot {
  return side === Side.BUY ? BalanceSlot.SPOT_QUOTE : BalanceSlot.SPOT_BASE;
}
