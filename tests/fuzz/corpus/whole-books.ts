/** What the ccxt library hands out of an exchange: a book, trades, a ticker, a market. Values are invented. */
export const CCXT_MESSAGES = [
  {
    bids: [
      [0.16133, 41_000],
      [0.1613, 7],
    ],
    asks: [
      ['0.16134', '52000.5', 3],
      ['0.16135', '1e2'],
    ],
    timestamp: 1_795_305_611_123,
  },
  {
    trades: [
      { id: 'a-1', timestamp: 1_795_305_611_123, price: 0.16134, amount: 17, side: 'buy' },
      { id: 'a-2', timestamp: 1_795_305_611_124, price: '0.16133', amount: '5', side: 'sell' },
    ],
  },
  {
    market: {
      symbol: 'DOGE/USDT:USDT',
      base: 'DOGE',
      quote: 'USDT',
      settle: 'USDT',
      swap: true,
      linear: true,
      active: true,
      contractSize: '100',
      precision: { price: '0.00001', amount: 1 },
      limits: { amount: { min: 1, max: 100_000 }, price: {}, cost: { min: '5' } },
    },
  },
].map((value): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8'));
