/**
 * What an order costs and what a fill moves, behind one interface: the spot wallets or the margin
 * account of the perpetual.
 */
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, ReportReason } from '#contracts/order.ts';
import type { AssetUnits, EpochMicros, PriceUnits, QuantityLots } from '#units/integers.ts';
import type { MarginAccount } from './margin-account.ts';
import type { OwnOrder } from './own-order.ts';
import type { PrivateStream } from './private-stream.ts';
import { leavesLots } from './venue-book.ts';
import { type Refusal, VenueCode } from './venue-rules.ts';
import type { Commission, SpotWallets } from './wallets.ts';

export interface Settlement {
  /** New grid or fees from now on. */
  setInstrument(instrument: Instrument): void;
  /** Sets aside what the order needs. A refusal, and nothing changed, when there is not enough. */
  reserve(order: OwnOrder): Refusal | null;
  /** Settles a fill that is already in `order.filledLots`. Valid until the next call. */
  settleFill(
    order: OwnOrder,
    priceTicks: number,
    lots: number,
    isMaker: boolean,
  ): Readonly<Commission>;
  /** Gives back what the order needs no more: after an amend, a prevention or its end. */
  release(order: OwnOrder): void;
  /** Sends what changed since it was last sent. `isImmediate`: everything, without latency. */
  publish(stream: PrivateStream, nowMicros: EpochMicros, isImmediate: boolean): void;
  /** Sends everything, changed or not. */
  forgetPublished(): void;
}

const NO_BALANCE: Refusal = {
  reason: ReportReason.INSUFFICIENT_BALANCE,
  venueCode: VenueCode.REFUSED,
  rule: 'balance',
};
const NO_MARGIN: Refusal = {
  reason: ReportReason.INSUFFICIENT_MARGIN,
  venueCode: VenueCode.MARGIN_INSUFFICIENT,
  rule: 'margin',
};

const SPOT_SLOTS = [
  BalanceSlot.SPOT_BASE,
  BalanceSlot.SPOT_QUOTE,
  BalanceSlot.SPOT_FEE_ASSET,
] as const;

function openLots(order: OwnOrder): number {
  return order.isOpen ? leavesLots(order) : 0;
}

export class SpotSettlement implements Settlement {
  private readonly wallets: SpotWallets;
  private readonly publishedFree = new Float64Array(SPOT_SLOTS.length).fill(Number.NaN);
  private readonly publishedLocked = new Float64Array(SPOT_SLOTS.length).fill(Number.NaN);

  constructor(wallets: SpotWallets) {
    this.wallets = wallets;
  }

  setInstrument(instrument: Instrument): void {
    this.wallets.setInstrument(instrument);
  }

  reserve(order: OwnOrder): Refusal | null {
    const needed = this.needed(order);
    if (!this.wallets.lock(order.side, needed)) return NO_BALANCE;
    order.reservedUnits = needed;
    return null;
  }

  settleFill(
    order: OwnOrder,
    priceTicks: number,
    lots: number,
    isMaker: boolean,
  ): Readonly<Commission> {
    const stillNeeded = this.needed(order);
    const lockedForFill = order.reservedUnits - stillNeeded;
    order.reservedUnits = stillNeeded;
    return this.wallets.applyFill(order.side, priceTicks, lots, isMaker, lockedForFill);
  }

  release(order: OwnOrder): void {
    const stillNeeded = this.needed(order);
    this.wallets.unlock(order.side, order.reservedUnits - stillNeeded);
    order.reservedUnits = stillNeeded;
  }

  publish(stream: PrivateStream, nowMicros: EpochMicros, isImmediate: boolean): void {
    for (const slot of SPOT_SLOTS) {
      const free = this.wallets.freeUnits(slot);
      const locked = this.wallets.lockedUnits(slot);
      if (free === this.publishedFree[slot] && locked === this.publishedLocked[slot]) continue;
      this.publishedFree[slot] = free;
      this.publishedLocked[slot] = locked;
      publishBalance(stream, slot, free, locked, nowMicros, isImmediate);
    }
  }

  forgetPublished(): void {
    this.publishedFree.fill(Number.NaN);
  }

  private needed(order: OwnOrder): number {
    return this.wallets.lockNeeded(order.side, order.priceTicks, openLots(order));
  }
}

export class PerpetualSettlement implements Settlement {
  private instrument: Instrument;
  private readonly account: MarginAccount;
  private readonly commission: Commission = {
    units: 0 as AssetUnits,
    asset: CommissionAsset.MARGIN,
  };
  private publishedWallet = Number.NaN;
  private publishedPosition = Number.NaN;
  private publishedEntry = Number.NaN;

  constructor(instrument: Instrument, account: MarginAccount) {
    this.instrument = instrument;
    this.account = account;
  }

  setInstrument(instrument: Instrument): void {
    this.instrument = instrument;
    this.account.setInstrument(instrument);
  }

  reserve(order: OwnOrder): Refusal | null {
    const needed = this.needed(order);
    if (!this.account.canAfford(order.side, needed)) return NO_MARGIN;
    this.account.addOpenOrders(order.side, needed);
    order.reservedUnits = needed;
    return null;
  }

  settleFill(
    order: OwnOrder,
    priceTicks: number,
    lots: number,
    isMaker: boolean,
  ): Readonly<Commission> {
    this.release(order);
    const { account, commission } = this;
    commission.units =
      order.reason === ReportReason.LIQUIDATION
        ? account.applyLiquidationFill(order.side, priceTicks, lots)
        : account.applyFill(order.side, priceTicks, lots, isMaker);
    return this.commission;
  }

  release(order: OwnOrder): void {
    const stillNeeded = this.needed(order);
    this.account.addOpenOrders(order.side, stillNeeded - order.reservedUnits);
    order.reservedUnits = stillNeeded;
  }

  /** As on the venue, a mere new or cancelled order is not told: only position and wallet are. */
  publish(stream: PrivateStream, nowMicros: EpochMicros, isImmediate: boolean): void {
    const position = this.account.positionLots;
    const entry = this.account.entryPriceUnits;
    const wallet = this.account.walletUnits;
    if (position !== this.publishedPosition || entry !== this.publishedEntry) {
      this.publishedPosition = position;
      this.publishedEntry = entry;
      this.publishPosition(stream, position, entry, nowMicros, isImmediate);
      this.publishedWallet = Number.NaN;
    }
    if (wallet === this.publishedWallet) return;
    this.publishedWallet = wallet;
    const margin = this.account.initialMarginUnits;
    publishBalance(stream, BalanceSlot.PERP_MARGIN, wallet, margin, nowMicros, isImmediate);
  }

  forgetPublished(): void {
    this.publishedPosition = Number.NaN;
  }

  private publishPosition(
    stream: PrivateStream,
    positionLots: QuantityLots,
    entryPriceUnits: PriceUnits,
    nowMicros: EpochMicros,
    isImmediate: boolean,
  ): void {
    const delivery = stream.takePosition();
    delivery.event.venueTimeMicros = nowMicros;
    delivery.event.instrument = this.instrument.index;
    delivery.event.positionLots = positionLots;
    delivery.event.entryPriceUnits = entryPriceUnits;
    if (isImmediate) stream.deliverNow(delivery);
    else stream.send(delivery);
  }

  /** An order that can only close adds no exposure. A market order without a guard counts at mark. */
  private needed(order: OwnOrder): number {
    if (order.reduceOnly) return 0;
    if (order.priceTicks > 0) return this.account.notionalUnits(order.priceTicks, openLots(order));
    const markTicks = Math.ceil(this.account.markPriceUnits / this.instrument.priceUnitsPerTick);
    return this.account.notionalUnits(markTicks, openLots(order));
  }
}

function publishBalance(
  stream: PrivateStream,
  slot: BalanceSlot,
  freeUnits: AssetUnits,
  lockedUnits: AssetUnits,
  nowMicros: EpochMicros,
  isImmediate: boolean,
): void {
  const delivery = stream.takeBalance();
  delivery.event.venueTimeMicros = nowMicros;
  delivery.event.slot = slot;
  delivery.event.freeUnits = freeUnits;
  delivery.event.lockedUnits = lockedUnits;
  if (isImmediate) stream.deliverNow(delivery);
  else stream.send(delivery);
}
