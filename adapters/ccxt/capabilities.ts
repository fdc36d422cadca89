/** What one exchange can do through the library, and in plain words what it cannot. */
import { Market } from '#contracts/instrument.ts';
import type { CcxtExchange } from './library-interface.ts';

/** STREAM: the venue tells each change. POLL: we ask again and again. NONE: not to be had. */
export type Source = 'STREAM' | 'POLL' | 'NONE';

export interface CcxtCapabilities {
  readonly book: Source;
  readonly trades: Source;
  /** A stream of the best prices beside the book. */
  readonly top: 'bidsAsks' | 'ticker' | 'none';
  readonly mark: Source;
  /** Never: the library hands out whole books, whose update ids mean something else on every venue. */
  readonly hasUpdateIds: false;
  readonly cancelReplace: 'OWN' | 'EMULATED';
  readonly cancelByClientId: 'OWN' | 'OPEN_ORDERS' | 'NONE';
  readonly testOrder: boolean;
  readonly selfTradePrevention: boolean;
  /** What is missing, a sentence each. */
  readonly sentences: readonly string[];
}

/**
 * Spot markets whose test order, own cancel-replace and self-trade prevention were read in the library's code
 * and seen in its requests. The library names all three for more venues, but there a test order may be a real
 * one, an edit may change the order in place under its old client id, and a self-trade mode may go nowhere.
 */
const PROVEN_ON_SPOT = new Set(['binance']);

export function capabilitiesOf(exchange: CcxtExchange, kind: Market): CcxtCapabilities {
  const can = (name: string): boolean => exchange.has[name] === true;
  const source = (watch: string, fetch: string): Source =>
    can(watch) ? 'STREAM' : can(fetch) ? 'POLL' : 'NONE';
  const isProven = kind === Market.SPOT && PROVEN_ON_SPOT.has(exchange.id);
  const known = {
    book: source('watchOrderBook', 'fetchOrderBook'),
    trades: source('watchTrades', 'fetchTrades'),
    top: can('watchBidsAsks') ? 'bidsAsks' : can('watchTicker') ? 'ticker' : 'none',
    mark: kind === Market.PERPETUAL && can('fetchFundingRate') ? 'POLL' : 'NONE',
    hasUpdateIds: false,
    cancelReplace: isProven ? 'OWN' : 'EMULATED',
    cancelByClientId: can('cancelOrderWithClientOrderId')
      ? 'OWN'
      : can('fetchOpenOrders')
        ? 'OPEN_ORDERS'
        : 'NONE',
    testOrder: isProven,
    selfTradePrevention: isProven,
  } as const;
  return { ...known, sentences: sentencesOf(known, kind) };
}

type Known = Omit<CcxtCapabilities, 'sentences'>;

function sentencesOf(known: Known, kind: Market): readonly string[] {
  const said: (readonly [isSo: boolean, sentence: string])[] = [
    [true, 'Books carry no update ids: a hole inside the library cannot be seen from here.'],
    [known.book === 'POLL', 'The book is polled, not streamed: it is up to a second old.'],
    [known.book === 'NONE', 'There is no order book: this market cannot be traded here.'],
    [known.trades === 'POLL', 'Trades are polled: between two answers some may be missing.'],
    [known.trades === 'NONE', 'There are no public trades: paper fills come from the book alone.'],
    [known.top === 'none', 'There is no stream of best prices beside the book.'],
    [
      kind === Market.PERPETUAL && known.mark === 'NONE',
      'There is no mark price and no funding rate: margin and funding are not simulated.',
    ],
    [
      known.cancelReplace === 'EMULATED',
      'Cancel-replace is a cancel, then a new order: for a moment there is no quote, and the new one may fail.',
    ],
    [
      known.cancelByClientId === 'NONE',
      'An order whose acknowledgement was lost cannot be found by its client id, so not be cancelled.',
    ],
    [!known.testOrder, 'Test orders are not offered: the first order is a real one.'],
    [
      !known.selfTradePrevention,
      'Self-trade prevention cannot be asked for: it is as the account has it.',
    ],
    [
      true,
      "Requests wait in the library's own queue for its rate limit: they may leave after the call.",
    ],
  ];
  return said.filter(([isSo]) => isSo).map(([, sentence]) => sentence);
}
