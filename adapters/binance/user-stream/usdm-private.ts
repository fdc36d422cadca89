/** Private events of USD-M futures, as the listenKey stream sends them. */
import {
  type AccountEvent,
  BalanceEvent,
  FundingPaymentEvent,
  PerpPositionEvent,
} from '#contracts/events.ts';
import { ExecutionReport, NO_TRADE, ReportStatus } from '#contracts/execution-report.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import type { EpochMicros } from '#units/integers.ts';
import { OrderNames } from './order-names.ts';
import {
  type AccountConsumer,
  type PrivateDecoder,
  type PrivateDecoderOptions,
  PrivateFrameKind,
  type RequestAnswer,
} from './private-frame.ts';
import { parseObject, type UserFields, UserFrameError } from './user-fields.ts';

const STATUS_BY_EXECUTION: ReadonlyMap<string, ReportStatus> = new Map([
  ['NEW', ReportStatus.ACCEPTED],
  ['TRADE', ReportStatus.PARTIALLY_FILLED],
  ['CALCULATED', ReportStatus.PARTIALLY_FILLED],
  ['CANCELED', ReportStatus.CANCELED],
  ['AMENDMENT', ReportStatus.AMENDED],
  ['EXPIRED', ReportStatus.EXPIRED],
]);

/** `er`, why an order expired. */
const REASON_BY_NUMBER: ReadonlyMap<string, ReportReason> = new Map([
  ['1', ReportReason.SELF_TRADE],
  ['2', ReportReason.UNFILLED_REMAINDER],
  ['3', ReportReason.SELF_TRADE],
  ['4', ReportReason.REDUCE_ONLY],
  ['5', ReportReason.LIQUIDATION],
  ['9', ReportReason.UNFILLED_REMAINDER],
]);

export class UsdmPrivateDecoder implements PrivateDecoder {
  readonly answer: RequestAnswer = { id: '', status: 0, message: '' };
  private readonly options: PrivateDecoderOptions;
  private readonly names: OrderNames;

  constructor(options: PrivateDecoderOptions) {
    this.options = options;
    this.names = new OrderNames(options.readOrderId);
  }

  decode(text: string, atMicros: EpochMicros, consume: AccountConsumer): PrivateFrameKind {
    const outer = parseObject(text);
    const frame = outer.has('stream') && outer.has('data') ? outer.object('data') : outer;
    if (!frame.has('e')) return PrivateFrameKind.IGNORED;
    switch (frame.text('e')) {
      case 'ORDER_TRADE_UPDATE':
        return this.readReport(frame.object('o'), frame, atMicros, consume);
      case 'ACCOUNT_UPDATE':
        return this.readAccount(frame, atMicros, consume);
      case 'listenKeyExpired':
        return PrivateFrameKind.ENDED;
      case 'serverShutdown':
        return PrivateFrameKind.SERVER_SHUTDOWN;
      default:
        // TRADE_LITE among them: it says less than the ORDER_TRADE_UPDATE that follows.
        return PrivateFrameKind.IGNORED;
    }
  }

  private readReport(
    fields: UserFields,
    frame: UserFields,
    atMicros: EpochMicros,
    consume: AccountConsumer,
  ): PrivateFrameKind {
    const { instrument, channel } = this.options;
    if (fields.text('s') !== instrument.symbol) return PrivateFrameKind.IGNORED;
    const execution = fields.text('x');
    const status = STATUS_BY_EXECUTION.get(execution);
    if (status === undefined) return PrivateFrameKind.UNTOLD;
    const venueId = fields.identity('i');
    const report = new ExecutionReport();
    report.atMicros = atMicros;
    report.channel = channel;
    report.instrument = instrument.index;
    report.clientOrderId = this.names.resolve(venueId, [fields.text('c')]);
    report.venueOrderIdHigh = venueId.high;
    report.venueOrderIdLow = venueId.low;
    const side = fields.text('S');
    if (side !== 'BUY' && side !== 'SELL') {
      throw new UserFrameError(
        'BAD_VALUE',
        { field: 'o.S' },
        `neither BUY nor SELL: ${side.slice(0, 20)}`,
      );
    }
    report.side = side === 'BUY' ? Side.BUY : Side.SELL;
    report.priceTicks = fields.priceTicks('p', instrument);
    report.quantityLots = fields.lots('q', instrument);
    report.filledLots = fields.lots('z', instrument);
    report.venueTimeMicros = frame.timeMicros('T');
    report.status = finalStatus(status, fields.text('X'));
    report.reason = reasonOf(fields, execution);
    if (status === ReportStatus.PARTIALLY_FILLED) this.readFill(fields, report);
    consume(report);
    return PrivateFrameKind.EVENTS;
  }

  private readFill(fields: UserFields, report: ExecutionReport): void {
    const { instrument } = this.options;
    report.lastPriceTicks = fields.priceTicks('L', instrument);
    report.lastQuantityLots = fields.lots('l', instrument);
    report.tradeId = fields.integer('t');
    if (report.tradeId < 0) report.tradeId = NO_TRADE;
    report.isMaker = fields.flag('m');
    if (!fields.has('N')) return;
    report.commissionUnits = fields.units('n');
    const isMargin = fields.text('N') === instrument.quoteAsset;
    report.commissionAsset = isMargin ? CommissionAsset.MARGIN : CommissionAsset.FEE_ASSET;
  }

  private readAccount(
    frame: UserFields,
    atMicros: EpochMicros,
    consume: AccountConsumer,
  ): PrivateFrameKind {
    const account = frame.object('a');
    const venueTimeMicros = frame.timeMicros('T');
    const isFunding = this.isOurFunding(account);
    const events: AccountEvent[] = [];
    // The position before the wallet that its fill has changed.
    for (const row of account.has('P') ? account.list('P') : []) {
      const position = this.readPosition(row, atMicros, venueTimeMicros);
      if (position !== null) events.push(position);
    }
    for (const row of account.has('B') ? account.list('B') : []) {
      if (row.text('a') !== this.options.instrument.quoteAsset) continue;
      if (isFunding) events.push(this.readFunding(row, atMicros, venueTimeMicros));
      const balance = new BalanceEvent();
      balance.atMicros = atMicros;
      balance.venueTimeMicros = venueTimeMicros;
      balance.slot = BalanceSlot.PERP_MARGIN;
      balance.freeUnits = row.units('wb');
      events.push(balance);
    }
    for (const event of events) consume(event);
    return events.length === 0 ? PrivateFrameKind.IGNORED : PrivateFrameKind.EVENTS;
  }

  private isOurFunding(account: UserFields): boolean {
    const { symbol } = this.options.instrument;
    // The symbol is a newer field.
    const fundedSymbol = account.has('S') ? account.text('S') : symbol;
    return account.textOr('m') === 'FUNDING_FEE' && fundedSymbol === symbol;
  }

  private readPosition(
    row: UserFields,
    atMicros: EpochMicros,
    venueTimeMicros: EpochMicros,
  ): PerpPositionEvent | null {
    const { instrument } = this.options;
    if (row.text('s') !== instrument.symbol) return null;
    const event = new PerpPositionEvent();
    event.atMicros = atMicros;
    event.venueTimeMicros = venueTimeMicros;
    event.instrument = instrument.index;
    event.positionLots = row.signedLots('pa', instrument);
    event.entryPriceUnits = row.priceUnits('ep');
    return event;
  }

  /** The rate is not told: 0. */
  private readFunding(
    row: UserFields,
    atMicros: EpochMicros,
    venueTimeMicros: EpochMicros,
  ): FundingPaymentEvent {
    const event = new FundingPaymentEvent();
    event.atMicros = atMicros;
    event.venueTimeMicros = venueTimeMicros;
    event.instrument = this.options.instrument.index;
    event.amountUnits = row.units('bc');
    return event;
  }
}

function finalStatus(status: ReportStatus, orderStatus: string): ReportStatus {
  if (orderStatus === 'EXPIRED_IN_MATCH') return ReportStatus.EXPIRED_IN_MATCH;
  if (status === ReportStatus.PARTIALLY_FILLED && orderStatus === 'FILLED') {
    return ReportStatus.FILLED;
  }
  return status;
}

function reasonOf(fields: UserFields, execution: string): ReportReason {
  if (execution === 'CALCULATED') return ReportReason.LIQUIDATION;
  if (execution !== 'EXPIRED') return ReportReason.NONE;
  if (fields.text('X') === 'EXPIRED_IN_MATCH') return ReportReason.SELF_TRADE;
  const told = REASON_BY_NUMBER.get(fields.textOr('er'));
  if (told !== undefined) return told;
  if (fields.textOr('f') === 'FOK') return ReportReason.FOK_UNFILLABLE;
  const isTaker = fields.textOr('f') === 'IOC' || fields.textOr('o') === 'MARKET';
  return isTaker ? ReportReason.UNFILLED_REMAINDER : ReportReason.VENUE_CANCELED;
}
