/** Valid answers to requests, over REST and over the WebSocket API, with their headers. Values are invented. */
const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const json = (value: object): string => JSON.stringify(value);

const SPOT_ORDER = {
  symbol: 'DOGEUSDT',
  orderId: 12900000001,
  orderListId: -1,
  clientOrderId: 'mm-7',
  transactTime: 1795305614130,
  price: '0.16130000',
  origQty: '2000.00000000',
  executedQty: '500.00000000',
  status: 'PARTIALLY_FILLED',
  timeInForce: 'GTC',
  type: 'LIMIT_MAKER',
  side: 'BUY',
};
const SPOT_TRADE = {
  symbol: 'DOGEUSDT',
  id: 1300000055,
  orderId: 12900000001,
  price: '0.16130000',
  qty: '800.00000000',
  commission: '0.80000000',
  commissionAsset: 'DOGE',
  time: 1795305614411,
  isBuyer: true,
  isMaker: true,
};
const SPOT_ACCOUNT = {
  updateTime: 1795305614411,
  balances: [
    { asset: 'DOGE', free: '120000.00000000', locked: '2000.00000000' },
    { asset: 'USDT', free: '19000.50000000', locked: '0.00000000' },
  ],
};

/** `STATUS body` of a REST answer about spot. */
export const REST_ANSWERS = [
  `200 ${json(SPOT_ORDER)}`,
  `200 ${json({ ...SPOT_ORDER, preventedQuantity: '100.00000000', status: 'EXPIRED_IN_MATCH' })}`,
  `200 ${json([SPOT_ORDER])}`,
  `200 ${json([SPOT_TRADE])}`,
  `200 ${json(SPOT_ACCOUNT)}`,
  `200 {"serverTime":1795305614411}`,
  `200 {"listenKey":"pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"}`,
  `400 {"code":-2010,"msg":"Order would immediately match and take."}`,
  `400 {"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}`,
  `409 ${json({ code: -2021, msg: 'Order cancel-replace partially failed.', data: { cancelResult: 'SUCCESS', newOrderResult: 'FAILURE', cancelResponse: SPOT_ORDER, newOrderResponse: { code: -2010, msg: 'no' } } })}`,
  `429 {"code":-1003,"msg":"Too much request weight used."}`,
  `503 {"code":-1001,"msg":"Internal error; unable to process your request. Please try again."}`,
  `502 <html><head><title>502 Bad Gateway</title></head></html>`,
].map(bytes);

/** Frames of the WebSocket API; "1" is the request that waits. */
export const SOCKET_ANSWERS = [
  json({
    id: '1',
    status: 200,
    result: SPOT_ORDER,
    rateLimits: [
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 50, count: 3 },
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: 6000,
        count: 70,
      },
    ],
  }),
  json({ id: '1', status: 400, error: { code: -2010, msg: 'Account has insufficient balance.' } }),
  json({
    id: '1',
    status: 418,
    error: {
      code: -1003,
      msg: 'banned',
      data: { serverTime: 1795305614411, retryAfter: 1795305674411 },
    },
  }),
  json({ id: '77', status: 200, result: {} }),
  json({ id: null, status: 401, error: { code: -1193, msg: 'not logged on' } }),
  json({ event: { e: 'serverShutdown', E: 1795305614411 } }),
].map(bytes);

/** Headers, a line each. */
export const RATE_HEADERS = [
  'x-mbx-used-weight-1m: 70\nx-mbx-order-count-10s: 3\nx-mbx-order-count-1d: 400',
  'x-mbx-used-weight-1m: 5999\nretry-after: 17',
  'retry-after: 120\ncontent-type: application/json',
  '[{"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10,"limit":50,"count":3}]',
  '{"serverTime":1795305614411,"retryAfter":1795305674411}',
].map(bytes);

/** exchangeInfo with one symbol. */
export const EXCHANGE_INFOS = [
  json({
    timezone: 'UTC',
    serverTime: 1795305614411,
    rateLimits: [],
    symbols: [
      {
        symbol: 'DOGEUSDT',
        status: 'TRADING',
        baseAsset: 'DOGE',
        quoteAsset: 'USDT',
        orderTypes: ['LIMIT', 'LIMIT_MAKER', 'MARKET'],
        isSpotTradingAllowed: true,
        amendAllowed: true,
        filters: [
          {
            filterType: 'PRICE_FILTER',
            minPrice: '0.00001000',
            maxPrice: '1000.00000000',
            tickSize: '0.00001000',
          },
          {
            filterType: 'LOT_SIZE',
            minQty: '1.00000000',
            maxQty: '9000000.00000000',
            stepSize: '1.00000000',
          },
          {
            filterType: 'MARKET_LOT_SIZE',
            minQty: '0.00000000',
            maxQty: '4000000.00000000',
            stepSize: '0.00000000',
          },
          {
            filterType: 'PERCENT_PRICE_BY_SIDE',
            bidMultiplierUp: '5',
            bidMultiplierDown: '0.2',
            askMultiplierUp: '5',
            askMultiplierDown: '0.2',
            avgPriceMins: 5,
          },
          {
            filterType: 'NOTIONAL',
            minNotional: '1.00000000',
            applyMinToMarket: true,
            maxNotional: '9000000.00000000',
            applyMaxToMarket: false,
            avgPriceMins: 5,
          },
          { filterType: 'MAX_NUM_ORDERS', maxNumOrders: 200 },
          { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: 10 },
        ],
      },
    ],
  }),
].map(bytes);
