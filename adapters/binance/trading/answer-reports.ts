/** Turns the venue's answers about orders into the engine's reports. */
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import type { OrderCommand } from '#contracts/commands.ts';
import type { Clock, EventSink } from '#contracts/edge-ports.ts';
import { ExecutionReport, ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { type ClientOrderId, type EpochMicros, NO_ORDER } from '#units/integers.ts';
import type { OrderIdText } from './order-id-text.ts';
import type { RequestOutcome } from './request-outcome.ts';

const STATUS_BY_WORD: ReadonlyMap<string, ReportStatus> = new Map([
  ['NEW', ReportStatus.ACCEPTED],
  ['PARTIALLY_FILLED', ReportStatus.PARTIALLY_FILLED],
  ['FILLED', ReportStatus.FILLED],
  ['CANCELED', ReportStatus.CANCELED],
  ['PENDING_CANCEL', ReportStatus.ACCEPTED],
  ['REJECTED', ReportStatus.REJECTED],
  ['EXPIRED', ReportStatus.EXPIRED],
  ['EXPIRED_IN_MATCH', ReportStatus.EXPIRED_IN_MATCH],
]);
const NAMES_MAX = 8_192;
/** Code that the engine knows a ban by. */
const BANNED = 418;

export interface AnswerReportsOptions {
  readonly instrument: () => Instrument;
  readonly names: OrderIdText;
  readonly clock: Clock;
  readonly sink: EventSink;
}

/** The request that an answer belongs to. */
export interface AnsweredRequest {
  readonly requestedAtMicros: EpochMicros;
  readonly channel: ReportChannel;
}

/** Writes reports of one instrument to the sink. Readers throw a UserFrameError on a bad answer. */
export class AnswerReports {
  private readonly options: AnswerReportsOptions;
  private readonly idsByVenueId = new Map<string, ClientOrderId>();

  constructor(options: AnswerReportsOptions) {
    this.options = options;
  }

  /** Our id of an order that the venue names by its own; null when it was never heard of. */
  idOf(venueId: string): ClientOrderId | null {
    return this.idsByVenueId.get(venueId) ?? null;
  }

  remember(venueId: string, id: ClientOrderId): void {
    if (this.idsByVenueId.size >= NAMES_MAX) {
      const [oldest] = this.idsByVenueId.keys();
      if (oldest !== undefined) this.idsByVenueId.delete(oldest);
    }
    this.idsByVenueId.set(venueId, id);
  }

  /** The acknowledgement of a new order. Its fills come by the private stream. */
  accepted(
    command: Readonly<OrderCommand>,
    answer: unknown,
    request: AnsweredRequest,
    replaced: ClientOrderId = NO_ORDER,
  ): void {
    const fields = new UserFields(answer, '');
    const report = this.blank(ReportStatus.ACCEPTED, request);
    this.setOrder(report, command);
    report.replacedOrderId = replaced;
    this.setVenueId(report, fields, 'orderId');
    this.remember(venueIdText(fields, 'orderId'), command.clientOrderId);
    report.venueTimeMicros = timeOf(fields);
    this.publish(report);
  }

  /** An order as an answer shows it. `status` undefined: its own word. Returns the report. */
  order(row: UserFields, request: AnsweredRequest, status?: ReportStatus): ExecutionReport {
    const instrument = this.options.instrument();
    const report = this.blank(status ?? statusOf(row), request);
    this.setVenueId(report, row, 'orderId');
    report.clientOrderId = this.nameOf(row);
    report.side = sideOf(row);
    report.priceTicks = row.priceTicks('price', instrument);
    const totalKey = row.has('qty') ? 'qty' : 'origQty';
    const preventedKey = row.has('preventedQty') ? 'preventedQty' : 'preventedQuantity';
    report.quantityLots = row.remainingLots(totalKey, preventedKey, instrument);
    report.filledLots = row.lots('executedQty', instrument);
    report.venueTimeMicros = timeOf(row);
    this.publish(report);
    return report;
  }

  /** A line of the trade list. `id` NO_ORDER: not an order of ours. */
  trade(row: UserFields, id: ClientOrderId, request: AnsweredRequest): void {
    const instrument = this.options.instrument();
    const report = this.blank(ReportStatus.PARTIALLY_FILLED, request);
    report.clientOrderId = id;
    this.setVenueId(report, row, 'orderId');
    const isSpot = instrument.market === Market.SPOT;
    const isBuyer = row.flag(isSpot ? 'isBuyer' : 'buyer');
    report.side = isBuyer ? Side.BUY : Side.SELL;
    report.lastPriceTicks = row.priceTicks('price', instrument);
    report.lastQuantityLots = row.lots('qty', instrument);
    report.tradeId = row.integer('id');
    report.isMaker = row.flag(isSpot ? 'isMaker' : 'maker');
    report.commissionUnits = row.units('commission');
    report.commissionAsset = commissionAssetOf(row.text('commissionAsset'), instrument);
    report.venueTimeMicros = row.timeMicros('time');
    this.publish(report);
  }

  /** A request about one order that did not work, in the words that its kind has for a refusal. */
  failed(
    id: ClientOrderId,
    outcome: Exclude<RequestOutcome, { kind: 'DONE' }>,
    request: AnsweredRequest,
    refusedStatus: ReportStatus,
    command: Readonly<OrderCommand> | null = null,
  ): void {
    const isUnknown = outcome.kind === 'UNKNOWN';
    const report = this.blank(isUnknown ? ReportStatus.UNKNOWN : refusedStatus, request);
    report.clientOrderId = id;
    if (command !== null && !isUnknown) this.setOrder(report, command);
    if (outcome.kind === 'NOT_SENT') {
      report.channel = ReportChannel.LOCAL;
      report.reason = ReportReason.NOT_SENT;
    } else {
      const { status, code } = outcome.failure;
      report.reason = outcome.reaction.reason;
      report.venueCode = status === BANNED ? BANNED : code;
    }
    this.publish(report);
  }

  /** A request of which the venue says that another half of it failed. */
  notAttempted(command: Readonly<OrderCommand>, code: number, request: AnsweredRequest): void {
    const report = this.blank(ReportStatus.REJECTED, request);
    this.setOrder(report, command);
    report.replacedOrderId = command.targetOrderId;
    report.reason = ReportReason.REPLACE_NOT_ATTEMPTED;
    report.venueCode = code;
    this.publish(report);
  }

  private nameOf(row: UserFields): ClientOrderId {
    const venueId = venueIdText(row, 'orderId');
    const known = this.idsByVenueId.get(venueId);
    if (known !== undefined) return known;
    for (const key of ['origClientOrderId', 'clientOrderId']) {
      const id = this.options.names.read(row.textOr(key));
      if (id === NO_ORDER) continue;
      this.remember(venueId, id);
      return id;
    }
    return NO_ORDER;
  }

  private setOrder(report: ExecutionReport, command: Readonly<OrderCommand>): void {
    report.clientOrderId = command.clientOrderId;
    report.side = command.side;
    report.priceTicks = command.priceTicks;
    report.quantityLots = command.quantityLots;
  }

  private setVenueId(report: ExecutionReport, row: UserFields, key: string): void {
    const { high, low } = row.identity(key);
    report.venueOrderIdHigh = high;
    report.venueOrderIdLow = low;
  }

  private blank(status: ReportStatus, request: AnsweredRequest): ExecutionReport {
    const report = new ExecutionReport();
    report.atMicros = this.options.clock.nowMicros();
    report.status = status;
    report.channel = request.channel;
    report.instrument = this.options.instrument().index;
    report.requestedAtMicros = request.requestedAtMicros;
    return report;
  }

  private publish(report: ExecutionReport): void {
    this.options.sink.publish(report);
  }
}

/** A 64-bit id in decimal digits. */
export function venueIdText(row: UserFields, key: string): string {
  const { high, low } = row.identity(key);
  return (BigInt(high) * 2n ** 32n + BigInt(low)).toString();
}

function statusOf(row: UserFields): ReportStatus {
  const word = row.text('status');
  // A word of tomorrow proves that the order exists and nothing more.
  return STATUS_BY_WORD.get(word) ?? ReportStatus.UNKNOWN;
}

function sideOf(row: UserFields): Side {
  return row.text('side') === 'SELL' ? Side.SELL : Side.BUY;
}

function timeOf(row: UserFields): EpochMicros {
  for (const key of ['transactTime', 'updateTime', 'time']) {
    if (row.has(key)) return row.timeMicros(key);
  }
  return 0 as EpochMicros;
}

function commissionAssetOf(asset: string, instrument: Instrument): CommissionAsset {
  if (instrument.market === Market.PERPETUAL) {
    return asset === instrument.quoteAsset ? CommissionAsset.MARGIN : CommissionAsset.FEE_ASSET;
  }
  if (asset === instrument.baseAsset) return CommissionAsset.BASE;
  return asset === instrument.quoteAsset ? CommissionAsset.QUOTE : CommissionAsset.FEE_ASSET;
}
