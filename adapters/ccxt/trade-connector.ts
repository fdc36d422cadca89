/**
 * The five methods of trading over any ccxt exchange. Each says what became of the request as the venue's
 * own connectors do; nothing is sent twice, and what is not proven stays UNKNOWN.
 */
import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import type {
  CoreTradeConnector,
  NewOrder,
  OrderName,
} from '#adapters/binance/trading/trade-connector.ts';
import type { Market } from '#contracts/instrument.ts';
import { ReportReason } from '#contracts/order.ts';
import { type CcxtCapabilities, capabilitiesOf } from './capabilities.ts';
import { divideDecimals } from './exact-decimal.ts';
import { classesOf, failedOutcome, reactionToError, wordsOf } from './failure-table.ts';
import type { CcxtExchange, CcxtMarket, CcxtOrder } from './library-interface.ts';
import { contractSize, specificationOf } from './market-rules.ts';

export interface CcxtConnectorOptions {
  /** Markets loaded, keys set. */
  readonly exchange: CcxtExchange;
  readonly market: CcxtMarket;
  readonly kind: Market;
  /** Our name of the symbol: the orders' `symbol`. */
  readonly symbol: string;
  readonly onNote: (note: string) => void;
}

/** Acknowledged orders whose venue id is remembered. Far above what may be open. */
const NAMES_MAX = 10_000;
const QUANTITY_DECIMALS = 18;

/** What DONE of an order says. */
export interface CcxtAcknowledgement {
  readonly orderId: string;
  readonly clientOrderId: string;
  /** In the library's words: open, closed, canceled; "" where it says none. */
  readonly status: string;
}

/** An order in the library's words, or why it can not leave. */
type Wording =
  | {
      readonly type: string;
      readonly side: string;
      readonly amount: string;
      readonly price: string | undefined;
      readonly extra: Readonly<Record<string, unknown>>;
    }
  | { readonly why: string };

export class CcxtTradeConnector implements CoreTradeConnector {
  readonly capabilities: CcxtCapabilities;
  private readonly options: CcxtConnectorOptions;
  private readonly venueIds = new Map<string, string>();

  constructor(options: CcxtConnectorOptions) {
    this.options = options;
    this.capabilities = capabilitiesOf(options.exchange, options.kind);
  }

  /** DONE: a `CcxtAcknowledgement`. */
  createOrder(order: NewOrder): Promise<RequestOutcome> {
    return this.place(order, {});
  }

  /** DONE: a `CcxtAcknowledgement` of the cancelled order. */
  async cancelOrder(order: OrderName): Promise<RequestOutcome> {
    const { exchange, market } = this.options;
    const known = await this.venueIdOf(order.origClientOrderId);
    if (known.kind !== 'DONE') return known;
    const id = known.result as string | null;
    try {
      const answer =
        id === null
          ? await exchange.cancelOrder('', market.symbol, {
              clientOrderId: order.origClientOrderId,
            })
          : await exchange.cancelOrder(id, market.symbol);
      return { kind: 'DONE', result: acknowledgement(answer, order.origClientOrderId, id ?? '') };
    } catch (error) {
      return failedOutcome(error);
    }
  }

  /**
   * The venue's own where it has one. Where it has none: a cancel, then a new order once the venue took
   * the cancel, with `isEmulated` in the answer and a note. A cancel in doubt leaves the new order unsent.
   */
  async cancelReplace(order: OrderName, replacement: NewOrder): Promise<RequestOutcome> {
    if (this.capabilities.cancelReplace === 'OWN') return this.edit(order, replacement);
    const { exchange, onNote } = this.options;
    onNote(`${exchange.id}: has no cancel-replace of its own: a cancel, then a new order`);
    const cancel = await this.cancelOrder(order);
    if (cancel.kind !== 'DONE') return cancel;
    const halves = { isEmulated: true, cancelResult: 'SUCCESS', cancelResponse: cancel.result };
    const placed = await this.createOrder(replacement);
    return placed.kind === 'DONE'
      ? {
          kind: 'DONE',
          result: { ...halves, newOrderResult: 'SUCCESS', newOrderResponse: placed.result },
        }
      : { kind: 'DONE', result: { ...halves, newOrderResult: 'FAILURE', newOrder: placed } };
  }

  /** NOT_SENT where `capabilities` has no test orders: asking might place a real one. */
  testOrder(order: NewOrder): Promise<RequestOutcome> {
    if (this.capabilities.testOrder) return this.place(order, { test: true });
    const why = `${this.options.exchange.id}: test orders are not offered through ccxt`;
    return Promise.resolve({ kind: 'NOT_SENT', why });
  }

  /** DONE: the specification of the symbol, read anew. */
  async getSymbolFilters(symbol: string): Promise<RequestOutcome> {
    const { exchange, market, kind } = this.options;
    try {
      const markets = await exchange.loadMarkets(true);
      const found = markets[market.symbol];
      if (found === undefined || symbol !== this.options.symbol) {
        return { kind: 'NOT_SENT', why: `${exchange.id}: no market ${symbol}` };
      }
      return { kind: 'DONE', result: specificationOf(exchange, found, kind, symbol) };
    } catch (error) {
      return failedOutcome(error);
    }
  }

  private async place(
    order: NewOrder,
    more: Readonly<Record<string, unknown>>,
  ): Promise<RequestOutcome> {
    const { exchange, market } = this.options;
    const wording = this.word(order);
    if ('why' in wording) return { kind: 'NOT_SENT', why: wording.why };
    const { type, side, amount, price } = wording;
    const extra = { ...wording.extra, ...more };
    try {
      const answer = await exchange.createOrder(market.symbol, type, side, amount, price, extra);
      if (more['test'] !== true) this.remember(order.newClientOrderId, answer.id);
      return { kind: 'DONE', result: acknowledgement(answer, order.newClientOrderId, '') };
    } catch (error) {
      return failedOutcome(error);
    }
  }

  /**
   * The venue's own replace. When it fails, either half may have worked: UNKNOWN, unless the venue did not
   * listen at all.
   */
  private async edit(order: OrderName, replacement: NewOrder): Promise<RequestOutcome> {
    const { exchange, market } = this.options;
    const wording = this.word(replacement);
    if ('why' in wording) return { kind: 'NOT_SENT', why: wording.why };
    const known = await this.venueIdOf(order.origClientOrderId);
    if (known.kind !== 'DONE') return known;
    const id = known.result as string | null;
    if (id === null) return { kind: 'NOT_SENT', why: 'no venue id to replace by' };
    const { type, side, amount, price, extra } = wording;
    try {
      const answer = await exchange.editOrder(id, market.symbol, type, side, amount, price, extra);
      this.remember(replacement.newClientOrderId, answer.id);
      const newOrderResponse = acknowledgement(answer, replacement.newClientOrderId, '');
      const halves = { isEmulated: false, cancelResult: 'SUCCESS', newOrderResult: 'SUCCESS' };
      return { kind: 'DONE', result: { ...halves, newOrderResponse } };
    } catch (error) {
      const reaction = reactionToError(error);
      const isUnheard = classesOf(error).some((name) => UNHEARD.has(name));
      return failedOutcome(
        error,
        isUnheard
          ? reaction
          : { proof: 'UNKNOWN', reason: ReportReason.OUTCOME_UNKNOWN, remedy: 'QUERY' },
      );
    }
  }

  /**
   * The venue's id of an order: remembered, or looked up among the open orders. DONE with null: the venue
   * takes the client id itself.
   */
  private async venueIdOf(clientOrderId: string): Promise<RequestOutcome> {
    const { exchange, market } = this.options;
    const remembered = this.venueIds.get(clientOrderId);
    if (remembered !== undefined) return { kind: 'DONE', result: remembered };
    const { cancelByClientId } = this.capabilities;
    if (cancelByClientId === 'OWN') return { kind: 'DONE', result: null };
    if (cancelByClientId === 'NONE') {
      return { kind: 'NOT_SENT', why: `${exchange.id}: order ${clientOrderId} has no known id` };
    }
    try {
      const open = await exchange.fetchOpenOrders(market.symbol);
      const id = open.find((one) => one.clientOrderId === clientOrderId)?.id;
      if (id !== undefined) {
        this.remember(clientOrderId, id);
        return { kind: 'DONE', result: id };
      }
    } catch (error) {
      // A question, so nothing was changed: the cancel has not left.
      return {
        kind: 'NOT_SENT',
        why: `the open orders could not be read: ${wordsOf(error)}`,
      };
    }
    return { kind: 'NOT_SENT', why: `no open order has the client id ${clientOrderId}` };
  }

  /** Our order in the library's words. What the library would round away does not leave. */
  private word(order: NewOrder): Wording {
    const { market, symbol } = this.options;
    if (order.symbol !== symbol) return { why: `this connector trades ${symbol} only` };
    const amount = divideDecimals(order.quantity, contractSize(market), QUANTITY_DECIMALS);
    if (amount === null) return { why: `quantity ${order.quantity} is no whole contract` };
    const { price } = order;
    const why = this.whyNotExact(amount, price);
    if (why !== null) return { why };
    const isPostOnly = order.type === 'LIMIT_MAKER' || order.timeInForce === 'GTX';
    return {
      type: order.type === 'MARKET' ? 'market' : 'limit',
      side: order.side === 'BUY' ? 'buy' : 'sell',
      amount,
      price,
      extra: {
        clientOrderId: order.newClientOrderId,
        ...(isPostOnly ? { postOnly: true } : {}),
        ...(isPostOnly || order.timeInForce === undefined
          ? {}
          : { timeInForce: order.timeInForce }),
        ...(order.reduceOnly === true ? { reduceOnly: true } : {}),
        ...(this.capabilities.selfTradePrevention
          ? { selfTradePreventionMode: order.selfTradePreventionMode }
          : {}),
      },
    };
  }

  /** The library cuts and rounds in silence: what it would change is found out before. */
  private whyNotExact(amount: string, price: string | undefined): string | null {
    const { exchange, market } = this.options;
    try {
      const sent = exchange.amountToPrecision(market.symbol, amount);
      if (!isSame(sent, amount)) return `quantity ${amount} would be sent as ${sent}`;
      if (price === undefined) return null;
      const sentPrice = exchange.priceToPrecision(market.symbol, price);
      return isSame(sentPrice, price) ? null : `price ${price} would be sent as ${sentPrice}`;
    } catch (error) {
      return wordsOf(error);
    }
  }

  private remember(clientOrderId: string, venueId: string | undefined): void {
    if (venueId === undefined || venueId === '') return;
    this.venueIds.set(clientOrderId, venueId);
    if (this.venueIds.size <= NAMES_MAX) return;
    for (const oldest of this.venueIds.keys()) {
      this.venueIds.delete(oldest);
      return;
    }
  }
}

/** With these the venue did not look at the request. */
const UNHEARD = new Set([
  'RateLimitExceeded',
  'DDoSProtection',
  'AuthenticationError',
  'InvalidNonce',
  'ArgumentsRequired',
  'NotSupported',
]);

function isSame(left: string, right: string): boolean {
  return divideDecimals(left, right, QUANTITY_DECIMALS) === '1';
}

function acknowledgement(
  answer: CcxtOrder,
  clientOrderId: string,
  venueId: string,
): CcxtAcknowledgement {
  return {
    orderId: answer.id ?? venueId,
    clientOrderId: answer.clientOrderId ?? clientOrderId,
    status: answer.status ?? '',
  };
}
