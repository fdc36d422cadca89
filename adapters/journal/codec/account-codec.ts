/** Layouts of private events: reports, balances, positions, funding, answered queries, the stream's state. */
import type {
  BalanceEvent,
  FundingPaymentEvent,
  PerpPositionEvent,
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';

export function writeReport(writer: ByteWriter, event: Readonly<ExecutionReport>): void {
  writer.small(event.instrument);
  writer.code(event.status);
  writer.code(event.channel);
  writer.code(event.side);
  writer.code(event.commissionAsset);
  writer.code(event.reason);
  writer.flag(event.isMaker);
  writer.integer(event.clientOrderId);
  writer.integer(event.replacedOrderId);
  writer.integer(event.venueOrderIdHigh);
  writer.integer(event.venueOrderIdLow);
  writer.integer(event.priceTicks);
  writer.integer(event.quantityLots);
  writer.integer(event.filledLots);
  writer.integer(event.lastPriceTicks);
  writer.integer(event.lastQuantityLots);
  writer.integer(event.tradeId);
  writer.integer(event.commissionUnits);
  writer.integer(event.venueCode);
  writer.integer(event.venueTimeMicros);
  writer.integer(event.requestedAtMicros);
}

export function readReport(reader: ByteReader, event: ExecutionReport): void {
  event.instrument = reader.small();
  event.status = reader.code();
  event.channel = reader.code();
  event.side = reader.code();
  event.commissionAsset = reader.code();
  event.reason = reader.code();
  event.isMaker = reader.flag();
  event.clientOrderId = reader.integer();
  event.replacedOrderId = reader.integer();
  event.venueOrderIdHigh = reader.integer();
  event.venueOrderIdLow = reader.integer();
  event.priceTicks = reader.integer();
  event.quantityLots = reader.integer();
  event.filledLots = reader.integer();
  event.lastPriceTicks = reader.integer();
  event.lastQuantityLots = reader.integer();
  event.tradeId = reader.integer();
  event.commissionUnits = reader.integer();
  event.venueCode = reader.integer();
  event.venueTimeMicros = reader.integer();
  event.requestedAtMicros = reader.integer();
}

export function writeBalance(writer: ByteWriter, event: Readonly<BalanceEvent>): void {
  writer.code(event.slot);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.freeUnits);
  writer.integer(event.lockedUnits);
}

export function readBalance(reader: ByteReader, event: BalanceEvent): void {
  event.slot = reader.code();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.freeUnits = reader.integer();
  event.lockedUnits = reader.integer();
}

export function writePerpPosition(writer: ByteWriter, event: Readonly<PerpPositionEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.positionLots);
  writer.integer(event.entryPriceUnits);
}

export function readPerpPosition(reader: ByteReader, event: PerpPositionEvent): void {
  event.instrument = reader.small();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.positionLots = reader.integer();
  event.entryPriceUnits = reader.integer();
}

export function writeFunding(writer: ByteWriter, event: Readonly<FundingPaymentEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.amountUnits);
  writer.integer(event.rate);
}

export function readFunding(reader: ByteReader, event: FundingPaymentEvent): void {
  event.instrument = reader.small();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.amountUnits = reader.integer();
  event.rate = reader.integer();
}

export function writeQueryCompleted(
  writer: ByteWriter,
  event: Readonly<QueryCompletedEvent>,
): void {
  writer.small(event.instrument);
  writer.code(event.query);
  writer.flag(event.hasMore);
  writer.align();
  writer.integer(event.venueTimeMicros);
  writer.integer(event.requestedAtMicros);
}

export function readQueryCompleted(reader: ByteReader, event: QueryCompletedEvent): void {
  event.instrument = reader.small();
  event.query = reader.code();
  event.hasMore = reader.flag();
  reader.align();
  event.venueTimeMicros = reader.integer();
  event.requestedAtMicros = reader.integer();
}

export function writePrivateFeedStatus(
  writer: ByteWriter,
  event: Readonly<PrivateFeedStatusEvent>,
): void {
  writer.small(event.instrument);
  writer.code(event.state);
}

export function readPrivateFeedStatus(reader: ByteReader, event: PrivateFeedStatusEvent): void {
  event.instrument = reader.small();
  event.state = reader.code();
}

export function writeVenueSilence(writer: ByteWriter, event: Readonly<VenueSilenceEvent>): void {
  writer.small(event.instrument);
  writer.align();
  writer.integer(event.untilMicros);
}

export function readVenueSilence(reader: ByteReader, event: VenueSilenceEvent): void {
  event.instrument = reader.small();
  reader.align();
  event.untilMicros = reader.integer();
}
