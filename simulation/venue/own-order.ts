import type { OrderCommand } from '#contracts/commands.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import {
  type OrderType,
  ReportReason,
  type SelfTradeMode,
  type Side,
  type TimeInForce,
} from '#contracts/order.ts';
import type { ClientOrderId, EpochMicros, PriceTicks, QuantityLots } from '#units/integers.ts';
import { OWN_ACCOUNT, type VenueOrder } from './venue-book.ts';

/** How the book sees an order whose wire form differs: market orders carry the venue's price guard. */
export interface BookTerms {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly priceTicks: PriceTicks;
  readonly quantityLots: QuantityLots;
}

/** An order of the account under test, as the venue keeps it. */
export class OwnOrder implements VenueOrder {
  readonly venueOrderId: number;
  readonly owner = OWN_ACCOUNT;
  readonly clientOrderId: ClientOrderId;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly selfTradeMode: SelfTradeMode;
  readonly reduceOnly: boolean;
  readonly priceTicks: PriceTicks;
  quantityLots: QuantityLots;
  filledLots = 0 as QuantityLots;
  preventedLots = 0 as QuantityLots;

  /** Price as it was sent: 0 for MARKET. */
  sentPriceTicks: PriceTicks;
  /** The order this one replaced, or none. */
  readonly replacedOrderId: ClientOrderId;
  /** What is set aside for it: locked balance on spot, counted notional on the perpetual. */
  reservedUnits = 0;
  amendCount = 0;
  /** Prevented lots the account was told of. */
  reportedPreventedLots = 0;
  isOpen = true;
  /** Where it stands now, in the words of a report; what a query answers. */
  status: ReportStatus = ReportStatus.ACCEPTED;
  reason: ReportReason = ReportReason.NONE;
  /** Venue time since when it rests in the book, 0 when it never did. */
  restsSinceMicros = 0 as EpochMicros;

  constructor(
    venueOrderId: number,
    command: Readonly<OrderCommand>,
    terms: BookTerms,
    replacedOrderId: ClientOrderId,
  ) {
    this.venueOrderId = venueOrderId;
    this.clientOrderId = command.clientOrderId;
    this.side = command.side;
    this.type = terms.type;
    this.timeInForce = terms.timeInForce;
    this.selfTradeMode = command.selfTradeMode;
    this.reduceOnly = command.reduceOnly;
    this.priceTicks = terms.priceTicks;
    this.quantityLots = terms.quantityLots;
    this.sentPriceTicks = command.priceTicks;
    this.replacedOrderId = replacedOrderId;
  }
}
