/**
 * The account of one perpetual in one-way mode with cross margin, as the venue keeps it: position,
 * entry, wallet, realised profit, initial and maintenance margin, funding.
 *
 * Source of the rules: Binance USD-M (docs of 2026). Written independently of the engine's own
 * arithmetic on purpose.
 */
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { AssetUnits, PriceUnits, QuantityLots, RateUnits } from '#units/integers.ts';
import { ASSET_UNITS_PER_WHOLE, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/** One row of the venue's leverage brackets: holds for notionals above `notionalFloorUnits`. */
export interface MaintenanceBracket {
  readonly notionalFloorUnits: AssetUnits;
  readonly maintenanceRate: RateUnits;
  /** What makes the maintenance continuous at the floor: maintenance = notional x rate - this. */
  readonly maintenanceAmountUnits: AssetUnits;
}

/** One bracket of 2.5 % for any size. */
export const FLAT_BRACKETS: readonly MaintenanceBracket[] = [
  {
    notionalFloorUnits: 0 as AssetUnits,
    maintenanceRate: 2_500_000 as RateUnits,
    maintenanceAmountUnits: 0 as AssetUnits,
  },
];

export interface MarginAccountOptions {
  readonly instrument: Instrument;
  readonly walletUnits: AssetUnits;
  /** Whole number, at least 1. */
  readonly leverage: number;
  /** Ascending floors, the first one zero. */
  readonly brackets: readonly MaintenanceBracket[];
  /** Taken from what a liquidation closes, at the mark, on top of the taker fee. 1e-8. */
  readonly liquidationFeeRate: RateUnits;
  /** Signed position held from the start, with its entry price. */
  readonly positionLots?: QuantityLots;
  readonly entryPriceUnits?: PriceUnits;
}

export class MarginAccount {
  private instrument: Instrument;
  private readonly leverage: number;
  private readonly brackets: readonly MaintenanceBracket[];
  private readonly liquidationFeeRate: RateUnits;
  private wallet: number;
  private position = 0;
  /** |position| x entry, in quote units: exact where an average price would be rounded. */
  private entryValue = 0;
  private markUnits = 0;
  private buyOrderUnits = 0;
  private sellOrderUnits = 0;
  private realized = 0;
  private feesPaid = 0;
  private fundingReceived = 0;
  private insurancePaid = 0;

  /** Throws a RangeError on a leverage below 1, no brackets, or unordered brackets. */
  constructor(options: MarginAccountOptions) {
    const { leverage, brackets } = options;
    if (!Number.isInteger(leverage) || leverage < 1) {
      throw new RangeError(`leverage must be a whole number from 1 on: ${leverage}`);
    }
    assertBrackets(brackets);
    this.instrument = options.instrument;
    this.leverage = leverage;
    this.brackets = brackets;
    this.liquidationFeeRate = options.liquidationFeeRate;
    this.wallet = options.walletUnits;
    this.position = options.positionLots ?? 0;
    this.markUnits = options.entryPriceUnits ?? 0;
    this.entryValue = this.valueAt(Math.abs(this.position), this.markUnits);
  }

  /** New grid or fees from now on. What is held and locked stays as it is. */
  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
  }

  /**
   * Somebody moves money in (above zero) or out of the account; out of what is free at most. Returns
   * what was moved.
   */
  transfer(units: AssetUnits): AssetUnits {
    const moved = Math.max(units, -Math.max(0, Math.min(this.wallet, this.availableUnits)));
    this.wallet += moved;
    return moved as AssetUnits;
  }

  /** So many lots more are held on the side that is held already, at the entry price. False without a position. */
  addPosition(lots: number): boolean {
    if (this.position === 0) return false;
    this.entryValue += this.valueAt(lots, this.entryPriceUnits);
    this.position += Math.sign(this.position) * lots;
    return true;
  }

  get positionLots(): QuantityLots {
    return this.position as QuantityLots;
  }

  get walletUnits(): AssetUnits {
    return this.wallet as AssetUnits;
  }

  /** Average entry, 0 without a position. */
  get entryPriceUnits(): PriceUnits {
    if (this.position === 0) return 0 as PriceUnits;
    const baseUnits = Math.abs(this.position) * this.instrument.baseUnitsPerLot;
    return multiplyDivide(
      this.entryValue,
      ASSET_UNITS_PER_WHOLE,
      baseUnits,
      Rounding.HALF_AWAY,
    ) as PriceUnits;
  }

  get markPriceUnits(): PriceUnits {
    return this.markUnits as PriceUnits;
  }

  /** Sums over the account's life. Fees positive: paid. */
  get realizedUnits(): AssetUnits {
    return this.realized as AssetUnits;
  }

  get feesPaidUnits(): AssetUnits {
    return this.feesPaid as AssetUnits;
  }

  get fundingReceivedUnits(): AssetUnits {
    return this.fundingReceived as AssetUnits;
  }

  /** What the insurance fund put in when a liquidation left the wallet below zero. */
  get insurancePaidUnits(): AssetUnits {
    return this.insurancePaid as AssetUnits;
  }

  setMark(markPriceUnits: PriceUnits): void {
    this.markUnits = markPriceUnits;
  }

  /** q x (M - E), exact on the entry value. */
  get unrealizedUnits(): AssetUnits {
    const value = this.valueAt(Math.abs(this.position), this.markUnits);
    return (Math.sign(this.position) * (value - this.entryValue) + 0) as AssetUnits;
  }

  /** Wallet + unrealised. */
  get marginBalanceUnits(): AssetUnits {
    return (this.wallet + this.unrealizedUnits) as AssetUnits;
  }

  /** max(|qM + buys|, |qM - sells|) / leverage, rounded up. The practical rule for open orders. */
  get initialMarginUnits(): AssetUnits {
    return this.initialMarginWith(this.buyOrderUnits, this.sellOrderUnits);
  }

  /** What is free for new exposure. Can be below zero. */
  get availableUnits(): AssetUnits {
    return (this.marginBalanceUnits - this.initialMarginUnits) as AssetUnits;
  }

  /** |q| x M x rate of the bracket - amount of the bracket, rounded up. */
  get maintenanceUnits(): AssetUnits {
    const notional = this.valueAt(Math.abs(this.position), this.markUnits);
    let bracket = this.brackets[0] as MaintenanceBracket;
    for (const candidate of this.brackets) {
      if (notional >= candidate.notionalFloorUnits) bracket = candidate;
    }
    const share = multiplyDivide(
      notional,
      bracket.maintenanceRate,
      RATE_UNITS_PER_ONE,
      Rounding.UP,
    );
    return Math.max(0, share - bracket.maintenanceAmountUnits) as AssetUnits;
  }

  get isLiquidatable(): boolean {
    return this.position !== 0 && this.marginBalanceUnits <= this.maintenanceUnits;
  }

  /** Notional of price x lots, rounded up. */
  notionalUnits(priceTicks: number, lots: number): number {
    const { tickLotNumerator, tickLotDenominator } = this.instrument;
    return multiplyDivide(priceTicks, lots * tickLotNumerator, tickLotDenominator, Rounding.UP);
  }

  /** True when an order of this notional fits. One that does not raise the initial margin always does. */
  canAfford(side: Side, notionalUnits: number): boolean {
    const buys = this.buyOrderUnits + (side === Side.BUY ? notionalUnits : 0);
    const sells = this.sellOrderUnits + (side === Side.SELL ? notionalUnits : 0);
    const margin = this.initialMarginWith(buys, sells);
    return margin <= this.initialMarginUnits || margin <= this.marginBalanceUnits;
  }

  /** Open orders of a side grew (or shrank, below zero) by this notional. */
  addOpenOrders(side: Side, notionalUnits: number): void {
    if (side === Side.BUY) this.buyOrderUnits += notionalUnits;
    else this.sellOrderUnits += notionalUnits;
    if (this.buyOrderUnits < 0 || this.sellOrderUnits < 0) {
      throw new RangeError('open orders would fall below zero');
    }
  }

  /** Settles one fill and returns the fee: price x lots x rate, cut to 1e-8, from the wallet. */
  applyFill(side: Side, priceTicks: number, lots: number, isMaker: boolean): AssetUnits {
    const { tickLotNumerator, tickLotDenominator } = this.instrument;
    const value = multiplyDivide(
      priceTicks,
      lots * tickLotNumerator,
      tickLotDenominator,
      Rounding.DOWN,
    );
    this.applyToPosition(side === Side.BUY ? lots : -lots, value);
    const rate = isMaker ? this.instrument.makerFeeRate : this.instrument.takerFeeRate;
    const fee = multiplyDivide(value, rate, RATE_UNITS_PER_ONE, Rounding.TOWARD_ZERO);
    this.chargeFee(fee);
    return fee as AssetUnits;
  }

  /**
   * Settles one fill of a forced close and returns all that it cost besides its result: taker fee
   * and liquidation fee, less what the insurance fund paid when the last of the position left the
   * wallet below zero. So it can be negative, and fills alone explain the wallet.
   */
  applyLiquidationFill(side: Side, priceTicks: number, lots: number): AssetUnits {
    const takerFee = this.applyFill(side, priceTicks, lots, false);
    const liquidationFee = multiplyDivide(
      this.valueAt(lots, this.markUnits),
      this.liquidationFeeRate,
      RATE_UNITS_PER_ONE,
      Rounding.DOWN,
    );
    this.chargeFee(liquidationFee);
    return (takerFee + liquidationFee - this.coverShortfall()) as AssetUnits;
  }

  /**
   * Funding at the settlement instant: payment = -q x M x rate, cut to 1e-8. Longs pay a positive
   * rate. Returns what the wallet received.
   */
  settleFunding(rate: RateUnits): AssetUnits {
    const value = this.valueAt(Math.abs(this.position), this.markUnits);
    const amount = multiplyDivide(
      Math.sign(this.position) * value,
      -rate,
      RATE_UNITS_PER_ONE,
      Rounding.TOWARD_ZERO,
    );
    this.wallet += amount;
    this.fundingReceived += amount;
    return amount as AssetUnits;
  }

  /** Takes a fee (negative: credits a rebate). */
  private chargeFee(units: number): void {
    this.wallet -= units;
    this.feesPaid += units;
  }

  /** After a liquidation that lost more than there was, the insurance fund pays the rest: how much. */
  private coverShortfall(): number {
    if (this.wallet >= 0 || this.position !== 0) return 0;
    const shortfall = 0 - this.wallet;
    this.insurancePaid += shortfall;
    this.wallet = 0;
    return shortfall;
  }

  /** `value` is the exact quote value of |delta| lots at the fill's price. */
  private applyToPosition(deltaLots: number, value: number): void {
    const isIncrease = this.position === 0 || Math.sign(deltaLots) === Math.sign(this.position);
    if (isIncrease) {
      this.position += deltaLots;
      this.entryValue += value;
      return;
    }
    const held = Math.abs(this.position);
    const closed = Math.min(held, Math.abs(deltaLots));
    const closedValue =
      closed === Math.abs(deltaLots)
        ? value
        : multiplyDivide(value, closed, Math.abs(deltaLots), Rounding.HALF_AWAY);
    const closedEntry =
      closed === held
        ? this.entryValue
        : multiplyDivide(this.entryValue, closed, held, Rounding.HALF_AWAY);
    const profit = Math.sign(this.position) * (closedValue - closedEntry);
    this.realized += profit;
    this.wallet += profit;
    this.entryValue -= closedEntry;
    this.position += deltaLots;
    // A flip closes everything and opens the rest at the fill's price.
    if (closed < Math.abs(deltaLots)) this.entryValue = value - closedValue;
  }

  private initialMarginWith(buyUnits: number, sellUnits: number): AssetUnits {
    const value = Math.sign(this.position) * this.valueAt(Math.abs(this.position), this.markUnits);
    const exposure = Math.max(Math.abs(value + buyUnits), Math.abs(value - sellUnits));
    return multiplyDivide(exposure, 1, this.leverage, Rounding.UP) as AssetUnits;
  }

  private valueAt(lots: number, priceUnits: number): number {
    return multiplyDivide(
      lots * this.instrument.baseUnitsPerLot,
      priceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
  }
}

function assertBrackets(brackets: readonly MaintenanceBracket[]): void {
  if (brackets[0]?.notionalFloorUnits !== 0) {
    throw new RangeError('the first maintenance bracket must start at zero');
  }
  for (let index = 1; index < brackets.length; index++) {
    const floor = brackets[index]?.notionalFloorUnits ?? 0;
    if (floor <= (brackets[index - 1]?.notionalFloorUnits ?? 0)) {
      throw new RangeError('maintenance brackets must have rising floors');
    }
  }
}
