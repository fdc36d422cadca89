/** Private events of USD-M, with the fields of 2026. */
import type { Json } from '#apps/exchange/api/venue-error.ts';
import { DecimalWriter } from '#apps/exchange/streams/decimal-writer.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';
import { priceOfWorth } from './margin-math.ts';
import type { Position, UsdmAccount } from './usdm-account.ts';
import type { UsdmOrder } from './usdm-order.ts';

export type PrivateEvent = { readonly e: string; readonly [key: string]: Json | undefined };

export type ExecutionWord = 'NEW' | 'CANCELED' | 'CALCULATED' | 'EXPIRED' | 'TRADE' | 'AMENDMENT';

/** What an execution adds to the order's state. */
export interface ExecutionFacts {
  readonly lots?: number;
  readonly priceTicks?: number;
  readonly tradeId?: number;
  readonly isMaker?: boolean;
  readonly commissionUnits?: number;
  readonly realizedUnits?: number;
  /** Expiry reason; 0: none. */
  readonly expiry?: number;
  readonly modifyId?: string;
}

const writers = new WeakMap<object, DecimalWriter>();

/** Writer of a symbol's prices and quantities. */
export function decimalsOf(instrument: Instrument): DecimalWriter {
  let writer = writers.get(instrument);
  if (writer === undefined) {
    writer = new DecimalWriter(instrument);
    writers.set(instrument, writer);
  }
  return writer;
}

export function amountText(units: number): string {
  return formatScaled(Math.round(units), 8);
}

/** Average price of what was filled so far. */
export function averagePriceText(order: UsdmOrder): string {
  const { instrument } = order.market;
  const units = priceOfWorth(instrument, order.filledLots, order.quoteFilledUnits);
  return units === 0 ? '0' : decimalsOf(instrument).priceOfUnits(units);
}

export function orderTradeUpdate(
  order: UsdmOrder,
  execution: ExecutionWord,
  notionals: { readonly bids: number; readonly asks: number },
  nowMillis: number,
  facts: ExecutionFacts = {},
): PrivateEvent {
  const { request, market } = order;
  const { instrument } = market;
  const decimals = decimalsOf(instrument);
  const { lots = 0, priceTicks = 0, tradeId = 0, commissionUnits } = facts;
  return {
    e: 'ORDER_TRADE_UPDATE',
    E: nowMillis,
    T: nowMillis,
    o: {
      s: instrument.symbol,
      c: request.clientId,
      S: request.side,
      o: order.isLiquidation ? 'LIQUIDATION' : request.type,
      f: request.timeInForce,
      q: decimals.quantity(order.quantityLots),
      p: order.shownTicks === 0 ? '0' : decimals.price(order.shownTicks),
      ap: averagePriceText(order),
      sp: '0',
      x: execution,
      X: order.status,
      i: order.venueOrderId,
      l: decimals.quantity(lots),
      z: decimals.quantity(order.filledLots),
      L: priceTicks === 0 ? '0' : decimals.price(priceTicks),
      ...(commissionUnits === undefined ? {} : { n: amountText(commissionUnits), N: 'USDT' }),
      T: nowMillis,
      t: tradeId,
      b: amountText(notionals.bids),
      a: amountText(notionals.asks),
      m: facts.isMaker ?? false,
      R: order.reduceOnly,
      wt: 'CONTRACT_PRICE',
      ot: request.type,
      ps: request.positionSide,
      cp: false,
      rp: amountText(facts.realizedUnits ?? 0),
      pP: false,
      si: 0,
      ss: 0,
      V: request.selfTrade,
      pm: request.priceMatch,
      gtd: request.goodTillDate,
      er: String(facts.expiry ?? 0),
      ...(facts.modifyId === undefined ? {} : { M: facts.modifyId }),
    },
  };
}

export function tradeLite(
  order: UsdmOrder,
  facts: Required<Pick<ExecutionFacts, 'lots' | 'priceTicks' | 'tradeId' | 'isMaker'>>,
  nowMillis: number,
): PrivateEvent {
  const { request, market } = order;
  const decimals = decimalsOf(market.instrument);
  return {
    e: 'TRADE_LITE',
    E: nowMillis,
    T: nowMillis,
    s: market.instrument.symbol,
    q: decimals.quantity(order.quantityLots),
    p: order.shownTicks === 0 ? '0' : decimals.price(order.shownTicks),
    m: facts.isMaker,
    c: request.clientId,
    S: request.side,
    L: decimals.price(facts.priceTicks),
    l: decimals.quantity(facts.lots),
    t: facts.tradeId,
    i: order.venueOrderId,
  };
}

export type AccountReason =
  | 'ORDER'
  | 'FUNDING_FEE'
  | 'DEPOSIT'
  | 'WITHDRAW'
  | 'INSURANCE_CLEAR'
  | 'MARGIN_TYPE_CHANGE';

/** `changeUnits`: what the wallet changed other than by profit and fee. */
export function accountUpdate(
  account: UsdmAccount,
  reason: AccountReason,
  positions: readonly Position[],
  nowMillis: number,
  changeUnits = 0,
): PrivateEvent {
  return {
    e: 'ACCOUNT_UPDATE',
    E: nowMillis,
    T: nowMillis,
    a: {
      m: reason,
      B: [
        {
          a: 'USDT',
          wb: amountText(account.walletUnits),
          cw: amountText(account.walletUnits),
          bc: amountText(changeUnits),
        },
      ],
      P: positions.map((position) => positionRow(account, position)),
    },
  };
}

function positionRow(account: UsdmAccount, position: Position): Json {
  const { market, lots, realizedUnits, positionSide } = position;
  const { instrument } = market;
  const quantity = decimalsOf(instrument).quantity(Math.abs(lots));
  const entry = amountText(account.entryPriceUnits(position));
  const terms = account.termsOf(instrument.symbol);
  return {
    s: instrument.symbol,
    pa: lots < 0 ? `-${quantity}` : quantity,
    ep: entry,
    bep: entry,
    cr: amountText(realizedUnits),
    up: amountText(account.unrealizedOf(position)),
    mt: terms.marginType === 'CROSSED' ? 'cross' : 'isolated',
    iw: '0',
    ps: positionSide,
  };
}

export function marginCall(account: UsdmAccount, nowMillis: number): PrivateEvent {
  return {
    e: 'MARGIN_CALL',
    E: nowMillis,
    cw: amountText(account.walletUnits),
    p: account.positions.map((position) => ({
      s: position.market.instrument.symbol,
      ps: position.positionSide,
      pa: decimalsOf(position.market.instrument).quantity(Math.abs(position.lots)),
      mt: 'CROSSED',
      iw: '0',
      mp: amountText(position.market.markPriceUnits),
      up: amountText(account.unrealizedOf(position)),
      mm: amountText(account.maintenanceOf(position)),
    })),
  };
}

export function leverageUpdate(symbol: string, leverage: number, nowMillis: number): PrivateEvent {
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: nowMillis, T: nowMillis, ac: { s: symbol, l: leverage } };
}

export function multiAssetsUpdate(isOn: boolean, nowMillis: number): PrivateEvent {
  return { e: 'ACCOUNT_CONFIG_UPDATE', E: nowMillis, T: nowMillis, ai: { j: isOn } };
}
