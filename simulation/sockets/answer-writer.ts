/** The venue's answers about orders and the account, as JSON bodies. */
import type { BalanceEvent, PerpPositionEvent } from '#contracts/events.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot, CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { formatScaled, formatSteps } from '#units/decimal-text.ts';
import type { OrderNameBook } from './request-reader.ts';

const UNIT_DECIMALS = 8;
const HALF = 2n ** 32n;

/** A whole number that JSON writes without rounding. */
export interface RawNumber {
  readonly raw: string;
}

/** A status, a number and its words. */
export interface Refused {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const WORDS: Readonly<Partial<Record<ReportReason, string>>> = {
  [ReportReason.POST_ONLY_WOULD_CROSS]: 'Order would immediately match and take.',
  [ReportReason.INSUFFICIENT_BALANCE]: 'Account has insufficient balance for requested action.',
  [ReportReason.DUPLICATE_ID]: 'Duplicate order sent.',
  [ReportReason.MARKET_CLOSED]: 'Market is closed.',
  [ReportReason.UNKNOWN_ORDER]: 'Unknown order sent.',
};
/** Statuses of codes that have one of their own. */
const STATUS_BY_CODE: Readonly<Record<number, number>> = {
  [-1003]: 429,
  [-1015]: 429,
  [-1007]: 504,
  [-1008]: 503,
};

/** The venue's word for where an order stands. */
export function statusWord(report: Readonly<ExecutionReport>): string {
  switch (report.status) {
    case ReportStatus.FILLED:
      return 'FILLED';
    case ReportStatus.CANCELED:
      return 'CANCELED';
    case ReportStatus.EXPIRED:
      return 'EXPIRED';
    case ReportStatus.EXPIRED_IN_MATCH:
      return 'EXPIRED_IN_MATCH';
    case ReportStatus.REJECTED:
      return 'REJECTED';
    default:
      return report.filledLots > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  }
}

export function millis(micros: number): number {
  return Math.floor(micros / 1_000);
}

export function venueIdOf(report: Readonly<ExecutionReport>): string {
  return (BigInt(report.venueOrderIdHigh) * HALF + BigInt(report.venueOrderIdLow)).toString();
}

/** `JSON.stringify` that writes 64-bit ids in full. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && 'raw' in one
      ? `#raw${String((one as RawNumber).raw)}`
      : one,
  ).replace(/"#raw(\d+)"/g, '$1');
}

export function rawId(report: Readonly<ExecutionReport>): RawNumber {
  return { raw: venueIdOf(report) };
}

/** An order as a query or a cancel shows it. */
export function orderRow(
  report: Readonly<ExecutionReport>,
  instrument: Instrument,
  names: OrderNameBook,
): Record<string, unknown> {
  const { step, tick, symbol } = instrument;
  const name = names.write(report.clientOrderId);
  return {
    symbol,
    orderId: rawId(report),
    clientOrderId: name,
    origClientOrderId: name,
    price: formatSteps(report.priceTicks, tick),
    origQty: formatSteps(report.quantityLots, step),
    executedQty: formatSteps(report.filledLots, step),
    status: statusWord(report),
    side: sideWord(report),
    updateTime: report.venueTimeMicros,
  };
}

export function sideWord(report: Readonly<ExecutionReport>): string {
  return report.side === Side.SELL ? 'SELL' : 'BUY';
}

export function acknowledgement(
  report: Readonly<ExecutionReport>,
  instrument: Instrument,
  names: OrderNameBook,
): Record<string, unknown> {
  const time = report.venueTimeMicros;
  return {
    symbol: instrument.symbol,
    orderId: rawId(report),
    clientOrderId: names.write(report.clientOrderId),
    ...(instrument.market === Market.SPOT ? { transactTime: time } : { updateTime: time }),
  };
}

export function tradeRow(
  report: Readonly<ExecutionReport>,
  instrument: Instrument,
): Record<string, unknown> {
  const isSpot = instrument.market === Market.SPOT;
  const isBuyer = report.side === Side.BUY;
  return {
    symbol: instrument.symbol,
    id: report.tradeId,
    orderId: rawId(report),
    price: formatSteps(report.lastPriceTicks, instrument.tick),
    qty: formatSteps(report.lastQuantityLots, instrument.step),
    commission: formatScaled(report.commissionUnits, UNIT_DECIMALS),
    commissionAsset: feeAssetOf(report, instrument),
    time: report.venueTimeMicros,
    ...(isSpot
      ? { isBuyer, isMaker: report.isMaker }
      : { buyer: isBuyer, maker: report.isMaker, positionSide: 'BOTH' }),
  };
}

export function feeAssetOf(report: Readonly<ExecutionReport>, instrument: Instrument): string {
  switch (report.commissionAsset) {
    case CommissionAsset.BASE:
      return instrument.baseAsset;
    case CommissionAsset.FEE_ASSET:
      return instrument.feeAsset;
    default:
      return instrument.quoteAsset;
  }
}

export function assetOf(slot: BalanceSlot, instrument: Instrument): string {
  if (slot === BalanceSlot.SPOT_BASE) return instrument.baseAsset;
  return slot === BalanceSlot.SPOT_FEE_ASSET ? instrument.feeAsset : instrument.quoteAsset;
}

export function unitsText(units: number): string {
  return formatScaled(units, UNIT_DECIMALS);
}

/** `atMicros`: when the venue looked. */
export function spotAccount(
  balances: readonly Readonly<BalanceEvent>[],
  instrument: Instrument,
  atMicros: number,
): unknown {
  return {
    updateTime: atMicros,
    balances: balances.map(({ slot, freeUnits, lockedUnits }) => ({
      asset: assetOf(slot, instrument),
      free: unitsText(freeUnits),
      locked: unitsText(lockedUnits),
    })),
  };
}

export function perpetualAccount(
  balances: readonly Readonly<BalanceEvent>[],
  instrument: Instrument,
  atMicros: number,
): unknown {
  return {
    updateTime: atMicros,
    assets: balances.map(({ freeUnits, lockedUnits }) => ({
      asset: instrument.quoteAsset,
      walletBalance: unitsText(freeUnits),
      initialMargin: unitsText(lockedUnits),
    })),
  };
}

export function positionRow(
  position: Readonly<PerpPositionEvent>,
  instrument: Instrument,
): Record<string, unknown> {
  return {
    symbol: instrument.symbol,
    positionSide: 'BOTH',
    positionAmt: signedSteps(position.positionLots, instrument),
    entryPrice: unitsText(position.entryPriceUnits),
    updateTime: position.venueTimeMicros,
  };
}

export function signedSteps(lots: number, { step }: Instrument): string {
  return lots < 0 ? `-${formatSteps(-lots, step)}` : formatSteps(lots, step);
}

/** A refusal in the venue's form. `releaseMicros`: when it listens again, for a refusal by rate. */
export function refusedBy(
  report: Readonly<ExecutionReport>,
  nowMicros: number,
  releaseMicros: number,
): Refused {
  const { venueCode: code, reason } = report;
  const msg = WORDS[reason] ?? 'The request was refused.';
  const status = STATUS_BY_CODE[code] ?? 400;
  if (status !== 429 || releaseMicros <= nowMicros) return { status, body: { code, msg } };
  const data = {
    serverTime: millis(nowMicros),
    retryAfter: millis(releaseMicros + 999),
  };
  return { status, body: { code, msg, data } };
}
