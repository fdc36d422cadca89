/**
 * What the venue does to a perpetual position by itself: marks it, settles funding at the instant,
 * liquidates. Source: Binance USD-M (docs of 2026); MODELS 7 for the funding payment.
 */
import { CommandKind, OrderCommand } from '#contracts/commands.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { OrderType, ReportReason, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros, PriceUnits, QuantityLots, RateUnits } from '#units/integers.ts';
import type { MarginAccount } from './margin-account.ts';
import type { OrderDesk } from './order-desk.ts';
import type { PrivateStream } from './private-stream.ts';

export interface PerpetualDeskOptions {
  readonly clock: VirtualClock;
  readonly instrument: Instrument;
  readonly account: MarginAccount;
  readonly desk: OrderDesk;
  readonly stream: PrivateStream;
}

export class PerpetualDesk implements Task {
  /** Times the position was liquidated, in whole or in part. */
  liquidationCount = 0;
  /** Settlements that moved money. */
  fundingCount = 0;
  private readonly options: PerpetualDeskOptions;
  private readonly closing = new OrderCommand();
  private fundingRate = 0 as RateUnits;
  private nextFundingMicros = 0 as EpochMicros;
  private settledMicros = 0 as EpochMicros;

  constructor(options: PerpetualDeskOptions) {
    this.options = options;
    this.closing.kind = CommandKind.PLACE_ORDER;
    this.closing.instrument = options.instrument.index;
    this.closing.type = OrderType.MARKET;
    this.closing.timeInForce = TimeInForce.IOC;
    this.closing.selfTradeMode = SelfTradeMode.NONE;
    this.closing.reduceOnly = true;
  }

  /** New mark and funding terms. Liquidates when the account no longer covers its maintenance. */
  setMark(mark: PriceUnits, fundingRate: RateUnits, nextFundingMicros: EpochMicros): void {
    const { account, clock } = this.options;
    account.setMark(mark);
    this.fundingRate = fundingRate;
    if (nextFundingMicros !== this.nextFundingMicros) {
      this.nextFundingMicros = nextFundingMicros;
      if (nextFundingMicros > clock.nowMicros) clock.schedule(nextFundingMicros, this);
    }
    if (account.isLiquidatable) this.liquidate();
  }

  /** The settlement instant. Those who hold now pay or receive. */
  run(nowMicros: EpochMicros): void {
    // The venue may have moved the settlement away, and even back: each instant settles once.
    if (nowMicros !== this.nextFundingMicros || nowMicros === this.settledMicros) return;
    this.settledMicros = nowMicros;
    const { account, stream, instrument, desk } = this.options;
    if (account.positionLots === 0) return;
    this.fundingCount += 1;
    const delivery = stream.takeFunding();
    delivery.event.venueTimeMicros = nowMicros;
    delivery.event.instrument = instrument.index;
    delivery.event.rate = this.fundingRate;
    delivery.event.amountUnits = account.settleFunding(this.fundingRate);
    stream.send(delivery);
    desk.publishChanges();
  }

  /**
   * Cancels everything and closes what the book takes inside the price band. What that costs is in
   * the fills. What could not be closed is tried again at the next mark.
   */
  private liquidate(): void {
    const { account, desk } = this.options;
    this.liquidationCount += 1;
    desk.cancelAll(0 as EpochMicros, ReportReason.LIQUIDATION);
    const held = account.positionLots;
    this.closing.side = held > 0 ? Side.SELL : Side.BUY;
    this.closing.quantityLots = Math.abs(held) as QuantityLots;
    desk.forceOrder(this.closing);
  }
}
