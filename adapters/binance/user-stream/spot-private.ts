/** Private events of spot, as the WebSocket API sends them after `userDataStream.subscribe`. */
import { BalanceEvent } from '#contracts/events.ts';
import { ExecutionReport, NO_TRADE, ReportStatus } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
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
  ['CANCELED', ReportStatus.CANCELED],
  ['REPLACED', ReportStatus.AMENDED],
  ['REJECTED', ReportStatus.REJECTED],
  ['EXPIRED', ReportStatus.EXPIRED],
  ['TRADE_PREVENTION', ReportStatus.AMENDED],
]);

const REASON_BY_WORD: ReadonlyMap<string, ReportReason> = new Map([
  ['INSUFFICIENT_BALANCES', ReportReason.INSUFFICIENT_BALANCE],
  ['WOULD_MATCH_IMMEDIATELY', ReportReason.POST_ONLY_WOULD_CROSS],
  ['UNFILLED_IOC_QUANTITY_EXPIRED', ReportReason.UNFILLED_REMAINDER],
  ['UNFILLED_FOK_ORDER_EXPIRED', ReportReason.FOK_UNFILLABLE],
  ['INSUFFICIENT_LIQUIDITY', ReportReason.UNFILLED_REMAINDER],
  ['EXCHANGE_CANCELED', ReportReason.VENUE_CANCELED],
]);

export class SpotPrivateDecoder implements PrivateDecoder {
  answer: RequestAnswer = { id: '', status: 0, message: '' };
  private readonly options: PrivateDecoderOptions;
  private readonly names: OrderNames;

  constructor(options: PrivateDecoderOptions) {
    this.options = options;
    this.names = new OrderNames(options.readOrderId);
  }

  decode(text: string, atMicros: EpochMicros, consume: AccountConsumer): PrivateFrameKind {
    const frame = parseObject(text);
    if (!frame.has('event')) return this.readAnswer(frame);
    const event = frame.object('event');
    switch (event.text('e')) {
      case 'executionReport':
        return this.readReport(event, atMicros, consume);
      case 'outboundAccountPosition':
        return this.readBalances(event, atMicros, consume);
      case 'balanceUpdate':
      case 'externalLockUpdate':
        // A change without the total: only the account itself can say what we have now.
        return PrivateFrameKind.UNTOLD;
      case 'eventStreamTerminated':
        return PrivateFrameKind.ENDED;
      case 'serverShutdown':
        return PrivateFrameKind.SERVER_SHUTDOWN;
      default:
        return PrivateFrameKind.IGNORED;
    }
  }

  private readAnswer(frame: UserFields): PrivateFrameKind {
    if (!frame.has('status')) return PrivateFrameKind.IGNORED;
    const error = frame.has('error') ? frame.object('error') : null;
    this.answer = {
      id: frame.has('id') ? frame.text('id') : '',
      status: frame.integer('status'),
      message: error === null ? '' : `${error.integer('code')} ${error.textOr('msg')}`,
    };
    return PrivateFrameKind.ANSWER;
  }

  private readReport(
    fields: UserFields,
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
    // A cancel and an amend carry an id of their own; the order's is behind it.
    report.clientOrderId = this.names.resolve(venueId, [fields.textOr('C'), fields.text('c')]);
    report.venueOrderIdHigh = venueId.high;
    report.venueOrderIdLow = venueId.low;
    report.side = sideOf(fields);
    report.priceTicks = fields.priceTicks('p', instrument);
    report.quantityLots = fields.remainingLots('q', 'A', instrument);
    report.filledLots = fields.lots('z', instrument);
    report.venueTimeMicros = fields.timeMicros('T');
    report.status = finalStatus(status, fields.text('X'));
    report.reason = reasonOf(fields, execution);
    if (execution === 'TRADE') this.readFill(fields, report, instrument);
    consume(report);
    return PrivateFrameKind.EVENTS;
  }

  private readFill(fields: UserFields, report: ExecutionReport, instrument: Instrument): void {
    report.lastPriceTicks = fields.priceTicks('L', instrument);
    report.lastQuantityLots = fields.lots('l', instrument);
    report.tradeId = fields.integer('t');
    if (report.tradeId < 0) report.tradeId = NO_TRADE;
    report.isMaker = fields.flag('m');
    if (!fields.has('N')) return;
    report.commissionUnits = fields.units('n');
    const asset = fields.text('N');
    if (asset === instrument.baseAsset) report.commissionAsset = CommissionAsset.BASE;
    else if (asset === instrument.quoteAsset) report.commissionAsset = CommissionAsset.QUOTE;
    else report.commissionAsset = CommissionAsset.FEE_ASSET;
  }

  private readBalances(
    fields: UserFields,
    atMicros: EpochMicros,
    consume: AccountConsumer,
  ): PrivateFrameKind {
    const venueTimeMicros = fields.timeMicros('u');
    const events: BalanceEvent[] = [];
    for (const row of fields.list('B')) {
      const slot = this.slotOf(row.text('a'));
      if (slot === null) continue;
      const event = new BalanceEvent();
      event.atMicros = atMicros;
      event.venueTimeMicros = venueTimeMicros;
      event.slot = slot;
      event.freeUnits = row.units('f');
      event.lockedUnits = row.units('l');
      events.push(event);
    }
    for (const event of events) consume(event);
    return events.length === 0 ? PrivateFrameKind.IGNORED : PrivateFrameKind.EVENTS;
  }

  private slotOf(asset: string): BalanceSlot | null {
    const { baseAsset, quoteAsset, feeAsset } = this.options.instrument;
    if (asset === baseAsset) return BalanceSlot.SPOT_BASE;
    if (asset === quoteAsset) return BalanceSlot.SPOT_QUOTE;
    return asset === feeAsset ? BalanceSlot.SPOT_FEE_ASSET : null;
  }
}

function sideOf(fields: UserFields): Side {
  const side = fields.text('S');
  if (side === 'BUY') return Side.BUY;
  if (side === 'SELL') return Side.SELL;
  throw new UserFrameError(
    'BAD_VALUE',
    { field: 'S' },
    `neither BUY nor SELL: ${side.slice(0, 20)}`,
  );
}

function finalStatus(status: ReportStatus, orderStatus: string): ReportStatus {
  if (orderStatus === 'EXPIRED_IN_MATCH') return ReportStatus.EXPIRED_IN_MATCH;
  if (status === ReportStatus.PARTIALLY_FILLED && orderStatus === 'FILLED') {
    return ReportStatus.FILLED;
  }
  return status;
}

function reasonOf(fields: UserFields, execution: string): ReportReason {
  switch (execution) {
    case 'REJECTED':
      return REASON_BY_WORD.get(fields.textOr('r')) ?? ReportReason.OTHER;
    case 'TRADE_PREVENTION':
      return ReportReason.SELF_TRADE;
    case 'EXPIRED': {
      const told = REASON_BY_WORD.get(fields.textOr('eR'));
      if (told !== undefined) return told;
      if (fields.textOr('f') === 'FOK') return ReportReason.FOK_UNFILLABLE;
      const isTaker = fields.textOr('f') === 'IOC' || fields.textOr('o') === 'MARKET';
      return isTaker ? ReportReason.UNFILLED_REMAINDER : ReportReason.VENUE_CANCELED;
    }
    default:
      return ReportReason.NONE;
  }
}
