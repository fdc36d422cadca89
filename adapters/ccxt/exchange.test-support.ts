/** An exchange of the library as a test wants it: answers are given by hand, calls are written down. */
import type {
  CcxtExchange,
  CcxtFundingRate,
  CcxtMarket,
  CcxtOrder,
  CcxtOrderBook,
  CcxtTicker,
  CcxtTrade,
} from './library-interface.ts';

/** The library's class names, which is all that is looked at. */
class BaseError extends Error {}
class ExchangeError extends BaseError {}
class OperationFailed extends BaseError {}
class NetworkError extends OperationFailed {}
export class RequestTimeout extends NetworkError {
  override readonly name = 'RequestTimeout';
}
export class RateLimitExceeded extends NetworkError {
  override readonly name = 'RateLimitExceeded';
}
export class InsufficientFunds extends ExchangeError {
  override readonly name = 'InsufficientFunds';
}
export class NotSupported extends ExchangeError {
  override readonly name = 'NotSupported';
}

/** Answers of one stream, in order; a question waits for the next. */
class Stream<Answer> {
  private readonly ready: (Answer | Error)[] = [];
  private readonly waiting: ((answer: Answer | Error) => void)[] = [];
  askedCount = 0;

  push(answer: Answer | Error): void {
    const next = this.waiting.shift();
    if (next === undefined) this.ready.push(answer);
    else next(answer);
  }

  async next(): Promise<Answer> {
    this.askedCount += 1;
    const answer =
      this.ready.shift() ??
      (await new Promise<Answer | Error>((resolve) => this.waiting.push(resolve)));
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

export const DOGE_SPOT: CcxtMarket = {
  symbol: 'DOGE/USDT',
  base: 'DOGE',
  quote: 'USDT',
  spot: true,
  active: true,
  maker: '0.001',
  taker: '0.001',
  precision: { price: '0.00001', amount: '1' },
  limits: { amount: { min: '1', max: '90000000' }, price: {}, cost: { min: '1' } },
};

/** Counts contracts of a hundred. */
export const DOGE_SWAP: CcxtMarket = {
  symbol: 'DOGE/USDT:USDT',
  base: 'DOGE',
  quote: 'USDT',
  settle: 'USDT',
  swap: true,
  linear: true,
  active: true,
  contractSize: 100,
  precision: { price: 0.00001, amount: 1 },
  limits: { amount: { min: 1 } },
};

export class FakeExchange implements CcxtExchange {
  readonly id: string = 'fake';
  readonly precisionMode: number = 4;
  readonly has: Record<string, boolean | string | undefined> = {
    fetchOrderBook: true,
    watchOrderBook: true,
    watchTrades: true,
    watchBidsAsks: true,
    fetchFundingRate: true,
    fetchOpenOrders: true,
    editOrder: true,
  };
  markets: Record<string, CcxtMarket> = {
    'DOGE/USDT': DOGE_SPOT,
    'DOGE/USDT:USDT': DOGE_SWAP,
  };
  readonly calls: unknown[][] = [];
  readonly books = new Stream<CcxtOrderBook>();
  readonly polledBooks = new Stream<CcxtOrderBook>();
  readonly trades = new Stream<readonly CcxtTrade[]>();
  readonly tops = new Stream<CcxtTicker>();
  readonly rates = new Stream<CcxtFundingRate>();
  /** Answers of createOrder, cancelOrder and editOrder. */
  readonly orders = new Stream<CcxtOrder>();
  openOrders: readonly CcxtOrder[] = [];
  closeCount = 0;

  setSandboxMode(isOn: boolean): void {
    this.calls.push(['setSandboxMode', isOn]);
  }

  loadMarkets(): Promise<Record<string, CcxtMarket>> {
    return Promise.resolve(this.markets);
  }

  fetchOrderBook(): Promise<CcxtOrderBook> {
    return this.polledBooks.next();
  }

  watchOrderBook(): Promise<CcxtOrderBook> {
    return this.books.next();
  }

  fetchTrades(): Promise<readonly CcxtTrade[]> {
    return this.trades.next();
  }

  watchTrades(): Promise<readonly CcxtTrade[]> {
    return this.trades.next();
  }

  async watchBidsAsks(symbols: readonly string[]): Promise<Record<string, CcxtTicker>> {
    return { [symbols[0] ?? '']: await this.tops.next() };
  }

  watchTicker(): Promise<CcxtTicker> {
    return this.tops.next();
  }

  fetchFundingRate(): Promise<CcxtFundingRate> {
    return this.rates.next();
  }

  createOrder(...order: unknown[]): Promise<CcxtOrder> {
    this.calls.push(['createOrder', ...order]);
    return this.orders.next();
  }

  editOrder(...order: unknown[]): Promise<CcxtOrder> {
    this.calls.push(['editOrder', ...order]);
    return this.orders.next();
  }

  cancelOrder(...order: unknown[]): Promise<CcxtOrder> {
    this.calls.push(['cancelOrder', ...order]);
    return this.orders.next();
  }

  fetchOpenOrders(): Promise<readonly CcxtOrder[]> {
    this.calls.push(['fetchOpenOrders']);
    return Promise.resolve(this.openOrders);
  }

  /** Cuts to whole units, as the library does. */
  amountToPrecision(_symbol: string, amount: string): string {
    return String(Math.trunc(Number(amount)));
  }

  priceToPrecision(_symbol: string, price: string): string {
    return Number(price).toFixed(5);
  }

  close(): Promise<unknown> {
    this.closeCount += 1;
    return Promise.resolve();
  }
}

/** Lets everything run that only waits for promises. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
