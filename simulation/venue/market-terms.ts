/**
 * In what spot and the perpetual differ at the order desk: post-only, reference price, market
 * orders, reduce-only and the numbers of refusals.
 */
import type { OrderCommand } from '#contracts/commands.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot, OrderType, ReportReason, Side, TimeInForce } from '#contracts/order.ts';
import type { PriceTicks, PriceUnits, QuantityLots } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import type { MarginAccount } from './margin-account.ts';
import type { BookTerms, OwnOrder } from './own-order.ts';
import { leavesLots, type VenueBook } from './venue-book.ts';
import { farthestPriceTicks, type Refusal, VenueCode } from './venue-rules.ts';
import type { SpotWallets } from './wallets.ts';

export interface MarketTerms {
  /** New grid, filters or fees from now on. */
  setInstrument(instrument: Instrument): void;
  readonly postOnlyRefusal: Refusal;
  readonly duplicateRefusal: Refusal;
  readonly tooManyOpenRefusal: Refusal;
  readonly nothingToReduce: Refusal;
  isPostOnly(command: Readonly<OrderCommand>): boolean;
  /** What price bands and market notionals refer to, 1e-8 quote; 0 while unknown. */
  referencePriceUnits(): PriceUnits;
  /** A rule about what the account already holds, or null. */
  positionRefusal(
    instrument: Instrument,
    command: Readonly<OrderCommand>,
    open: readonly OwnOrder[],
  ): Refusal | null;
  /** What goes to the book: market orders get a price guard, reduce-only orders are cut. */
  bookTerms(
    instrument: Instrument,
    command: Readonly<OrderCommand>,
    open: readonly OwnOrder[],
  ): BookTerms;
  /** Lots a side may still reduce; below zero: open reduce-only orders exceed the position. */
  reducibleLots(side: Side, open: readonly OwnOrder[]): number;
}

function refusal(reason: ReportReason, venueCode: number, rule: string): Refusal {
  return { reason, venueCode, rule };
}

/** Mid of the book in price units, rounded down; 0 when a side is empty. */
function midPriceUnits(instrument: Instrument, book: VenueBook): PriceUnits {
  const { bestBidTicks, bestAskTicks } = book;
  if (bestBidTicks === 0 || bestAskTicks === 0) return 0 as PriceUnits;
  const twice = (bestBidTicks + bestAskTicks) * instrument.priceUnitsPerTick;
  return Math.floor(twice / 2) as PriceUnits;
}

/** A market order goes to the book as an immediate order that stops at the guard. */
function guarded(command: Readonly<OrderCommand>, guardTicks: number, lots: number): BookTerms {
  if (command.type !== OrderType.MARKET || guardTicks === 0) {
    return {
      type: command.type,
      timeInForce: command.timeInForce,
      priceTicks: command.priceTicks,
      quantityLots: lots as QuantityLots,
    };
  }
  return {
    type: OrderType.LIMIT,
    timeInForce: TimeInForce.IOC,
    priceTicks: guardTicks as PriceTicks,
    quantityLots: lots as QuantityLots,
  };
}

export class SpotTerms implements MarketTerms {
  readonly postOnlyRefusal = refusal(
    ReportReason.POST_ONLY_WOULD_CROSS,
    VenueCode.REFUSED,
    'post-only',
  );
  readonly duplicateRefusal = refusal(ReportReason.DUPLICATE_ID, VenueCode.REFUSED, 'id');
  readonly tooManyOpenRefusal = refusal(ReportReason.FILTER, VenueCode.FILTER, 'MAX_NUM_ORDERS');
  readonly nothingToReduce = refusal(ReportReason.FILTER, VenueCode.FILTER, 'LOT_SIZE');
  private readonly maxPosition = refusal(ReportReason.FILTER, VenueCode.FILTER, 'MAX_POSITION');
  private instrument: Instrument;
  private readonly wallets: SpotWallets;
  private readonly book: VenueBook;

  constructor(instrument: Instrument, wallets: SpotWallets, book: VenueBook) {
    this.instrument = instrument;
    this.wallets = wallets;
    this.book = book;
  }

  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
  }

  isPostOnly(command: Readonly<OrderCommand>): boolean {
    return command.type === OrderType.LIMIT_MAKER;
  }

  /** Stands for the venue's five-minute average: the bands are far wider than the difference. */
  referencePriceUnits(): PriceUnits {
    return midPriceUnits(this.instrument, this.book);
  }

  positionRefusal(
    instrument: Instrument,
    command: Readonly<OrderCommand>,
    open: readonly OwnOrder[],
  ): Refusal | null {
    const maximum = instrument.filters.maxPositionUnits;
    if (maximum === 0 || command.side === Side.SELL) return null;
    let lots: number = command.quantityLots;
    for (const order of open) if (order.side === Side.BUY) lots += leavesLots(order);
    const held = this.wallets.totalUnits(BalanceSlot.SPOT_BASE);
    return held + lots * instrument.baseUnitsPerLot > maximum ? this.maxPosition : null;
  }

  /** A market BUY may not sweep beyond what the wallet covers. */
  bookTerms(instrument: Instrument, command: Readonly<OrderCommand>): BookTerms {
    if (command.type !== OrderType.MARKET || command.side === Side.SELL) {
      return guarded(command, 0, command.quantityLots);
    }
    const free = this.wallets.freeUnits(BalanceSlot.SPOT_QUOTE);
    const covered = coveredPriceTicks(instrument, command.quantityLots, free);
    return guarded(command, Math.max(1, covered), command.quantityLots);
  }

  reducibleLots(): number {
    return 0;
  }
}

export class PerpetualTerms implements MarketTerms {
  readonly postOnlyRefusal = refusal(
    ReportReason.POST_ONLY_WOULD_CROSS,
    VenueCode.POST_ONLY_WOULD_TAKE,
    'post-only',
  );
  readonly duplicateRefusal = refusal(ReportReason.DUPLICATE_ID, VenueCode.DUPLICATE_ID, 'id');
  readonly tooManyOpenRefusal = refusal(
    ReportReason.FILTER,
    VenueCode.TOO_MANY_OPEN,
    'MAX_NUM_ORDERS',
  );
  readonly nothingToReduce = refusal(
    ReportReason.REDUCE_ONLY,
    VenueCode.REDUCE_ONLY_REFUSED,
    'reduce-only',
  );
  private instrument: Instrument;
  private readonly account: MarginAccount;
  private readonly book: VenueBook;

  constructor(instrument: Instrument, account: MarginAccount, book: VenueBook) {
    this.instrument = instrument;
    this.account = account;
    this.book = book;
  }

  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
  }

  isPostOnly(command: Readonly<OrderCommand>): boolean {
    return command.timeInForce === TimeInForce.GTX;
  }

  /** The mark; before the first one the mid. */
  referencePriceUnits(): PriceUnits {
    const mark = this.account.markPriceUnits;
    return mark > 0 ? mark : midPriceUnits(this.instrument, this.book);
  }

  positionRefusal(): Refusal | null {
    return null;
  }

  bookTerms(
    instrument: Instrument,
    command: Readonly<OrderCommand>,
    open: readonly OwnOrder[],
  ): BookTerms {
    const guard = farthestPriceTicks(instrument, command.side, this.referencePriceUnits());
    if (!command.reduceOnly) return guarded(command, guard, command.quantityLots);
    const lots = Math.min(command.quantityLots, this.reducibleLots(command.side, open));
    return guarded(command, guard, Math.max(0, lots));
  }

  reducibleLots(side: Side, open: readonly OwnOrder[]): number {
    const position = this.account.positionLots;
    let lots = Math.max(0, side === Side.SELL ? position : -position);
    for (const order of open) {
      if (order.reduceOnly && order.side === side) lots -= leavesLots(order);
    }
    return lots;
  }
}

/**
 * Highest price at which a spot market BUY of `lots` is still covered by `freeUnits` of quote, in
 * ticks: the venue must not let a sweep run a wallet below zero.
 */
function coveredPriceTicks(instrument: Instrument, lots: number, freeUnits: number): number {
  const covered = multiplyDivide(
    freeUnits,
    instrument.tickLotDenominator,
    lots * instrument.tickLotNumerator,
    Rounding.DOWN,
  );
  const highest = instrument.filters.maxPriceTicks;
  return highest === 0 ? covered : Math.min(covered, highest);
}
