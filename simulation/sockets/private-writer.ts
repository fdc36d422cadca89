/** The venue's private events as text: executionReport, outboundAccountPosition, and those of USD-M. */
import type { BalanceEvent, PerpPositionEvent } from '#contracts/events.ts';
import { type ExecutionReport, NO_TRADE, ReportStatus } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import { formatSteps } from '#units/decimal-text.ts';
import {
  assetOf,
  feeAssetOf,
  jsonText,
  millis,
  rawId,
  sideWord,
  signedSteps,
  statusWord,
  unitsText,
} from './answer-writer.ts';
import type { OrderNameBook } from './request-reader.ts';

const SPOT_EXPIRY: Readonly<Partial<Record<ReportReason, string>>> = {
  [ReportReason.UNFILLED_REMAINDER]: 'UNFILLED_IOC_QUANTITY_EXPIRED',
  [ReportReason.FOK_UNFILLABLE]: 'UNFILLED_FOK_ORDER_EXPIRED',
  [ReportReason.VENUE_CANCELED]: 'EXCHANGE_CANCELED',
};
const USDM_EXPIRY: Readonly<Partial<Record<ReportReason, string>>> = {
  [ReportReason.SELF_TRADE]: '1',
  [ReportReason.UNFILLED_REMAINDER]: '2',
  [ReportReason.REDUCE_ONLY]: '4',
  [ReportReason.LIQUIDATION]: '5',
};

/** What a report tells happened to its order, in the words of a market; null: no stream tells it. */
function executionWord(report: Readonly<ExecutionReport>, isSpot: boolean): string | null {
  if (report.tradeId !== NO_TRADE) {
    return !isSpot && report.reason === ReportReason.LIQUIDATION ? 'CALCULATED' : 'TRADE';
  }
  switch (report.status) {
    case ReportStatus.ACCEPTED:
      return 'NEW';
    case ReportStatus.CANCELED:
      return 'CANCELED';
    case ReportStatus.EXPIRED:
    case ReportStatus.EXPIRED_IN_MATCH:
      return 'EXPIRED';
    case ReportStatus.AMENDED:
      if (!isSpot) return 'AMENDMENT';
      return report.reason === ReportReason.SELF_TRADE ? 'TRADE_PREVENTION' : 'REPLACED';
    default:
      return null;
  }
}

/** The frames of one report, in the order in which they are sent; none for what no stream tells. */
export function reportFrames(
  report: Readonly<ExecutionReport>,
  instrument: Instrument,
  names: OrderNameBook,
  nowMicros: number,
): string[] {
  const isSpot = instrument.market === Market.SPOT;
  const x = executionWord(report, isSpot);
  if (x === null) return [];
  const time = report.venueTimeMicros;
  const { step, tick, symbol } = instrument;
  const isFill = report.tradeId !== NO_TRADE;
  const c = names.write(report.clientOrderId);
  const order = {
    s: symbol,
    c,
    S: sideWord(report),
    q: formatSteps(report.quantityLots, step),
    p: formatSteps(report.priceTicks, tick),
    x,
    X: statusWord(report),
    i: rawId(report),
    l: formatSteps(report.lastQuantityLots, step),
    z: formatSteps(report.filledLots, step),
    L: formatSteps(report.lastPriceTicks, tick),
    ...(isFill
      ? { n: unitsText(report.commissionUnits), N: feeAssetOf(report, instrument) }
      : { n: '0', N: null }),
    T: time,
    t: report.tradeId,
    m: report.isMaker,
  };
  if (isSpot) {
    const eR = x === 'EXPIRED' ? SPOT_EXPIRY[report.reason] : undefined;
    const event = { e: 'executionReport', E: millis(nowMicros), ...order, C: '', r: 'NONE' };
    return [spotText(eR === undefined ? event : { ...event, eR })];
  }
  const er = x === 'EXPIRED' ? (USDM_EXPIRY[report.reason] ?? '0') : '0';
  const update = jsonText({
    e: 'ORDER_TRADE_UPDATE',
    E: millis(nowMicros),
    T: time,
    o: { ...order, er },
  });
  if (!isFill) return [update];
  const { s, q, p, m, S, L, l, t, i } = order;
  return [
    jsonText({ e: 'TRADE_LITE', E: millis(nowMicros), T: time, s, q, p, m, c, S, L, l, t, i }),
    update,
  ];
}

export function spotBalanceFrame(
  balance: Readonly<BalanceEvent>,
  instrument: Instrument,
  nowMicros: number,
): string {
  return spotText({
    e: 'outboundAccountPosition',
    E: millis(nowMicros),
    u: balance.venueTimeMicros,
    B: [
      {
        a: assetOf(balance.slot, instrument),
        f: unitsText(balance.freeUnits),
        l: unitsText(balance.lockedUnits),
      },
    ],
  });
}

/** `fundingUnits`: what this wallet was just paid for funding; null when it was something else. */
export function marginFrame(
  balance: Readonly<BalanceEvent>,
  instrument: Instrument,
  nowMicros: number,
  fundingUnits: number | null,
): string {
  const wallet = unitsText(balance.freeUnits);
  const row = {
    a: instrument.quoteAsset,
    wb: wallet,
    cw: wallet,
    bc: unitsText(fundingUnits ?? 0),
  };
  const isFunding = fundingUnits !== null;
  const account = isFunding ? { m: 'FUNDING_FEE', S: instrument.symbol } : { m: 'ORDER' };
  return accountUpdate({ ...account, B: [row], P: [] }, balance.venueTimeMicros, nowMicros);
}

export function positionFrame(
  position: Readonly<PerpPositionEvent>,
  instrument: Instrument,
  nowMicros: number,
): string {
  const row = {
    s: instrument.symbol,
    pa: signedSteps(position.positionLots, instrument),
    ep: unitsText(position.entryPriceUnits),
    ps: 'BOTH',
  };
  return accountUpdate({ m: 'ORDER', B: [], P: [row] }, position.venueTimeMicros, nowMicros);
}

/** The word that a server goes away, as a private stream has it. */
export function shutdownFrame(market: Market, nowMicros: number): string {
  const event = { e: 'serverShutdown', E: millis(nowMicros) };
  return market === Market.SPOT ? JSON.stringify({ event }) : JSON.stringify(event);
}

function accountUpdate(a: object, venueTimeMicros: number, nowMicros: number): string {
  return jsonText({ e: 'ACCOUNT_UPDATE', E: millis(nowMicros), T: venueTimeMicros, a });
}

function spotText(event: object): string {
  return `{"subscriptionId":0,"event":${jsonText(event)}}`;
}
