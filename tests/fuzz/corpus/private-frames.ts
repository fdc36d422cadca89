/** Valid private messages of one market, as the venue's protocol has them. Values are invented. */
const bytes = (value: object): Uint8Array => Buffer.from(JSON.stringify(value), 'utf8');

const SPOT_REPORT = {
  e: 'executionReport',
  E: 1795305614412,
  s: 'DOGEUSDT',
  c: 'mm-7',
  S: 'BUY',
  o: 'LIMIT_MAKER',
  f: 'GTC',
  q: '2000.00000000',
  p: '0.16130000',
  C: '',
  x: 'TRADE',
  X: 'PARTIALLY_FILLED',
  r: 'NONE',
  i: 12900000001,
  l: '800.00000000',
  z: '800.00000000',
  L: '0.16130000',
  n: '0.80000000',
  N: 'DOGE',
  T: 1795305614411,
  t: 1300000055,
  I: 27100000090,
  m: true,
};
const spot = (changes: object): Uint8Array =>
  bytes({ subscriptionId: 0, event: { ...SPOT_REPORT, ...changes } });

export const SPOT_PRIVATE_FRAMES = [
  spot({}),
  spot({
    x: 'NEW',
    X: 'NEW',
    l: '0.00000000',
    z: '0.00000000',
    L: '0.00000000',
    n: '0',
    N: null,
    t: -1,
  }),
  spot({ x: 'CANCELED', X: 'CANCELED', c: 'cancel-1', C: 'mm-7', t: -1 }),
  spot({ x: 'EXPIRED', X: 'EXPIRED_IN_MATCH', eR: 'EXCHANGE_CANCELED', t: -1 }),
  spot({ x: 'TRADE_PREVENTION', A: '300.00000000', B: '0.00000000', v: 3, U: 37, u: 1 }),
  spot({ x: 'REPLACED', X: 'NEW', q: '1500.00000000' }),
  spot({ x: 'REJECTED', X: 'REJECTED', r: 'INSUFFICIENT_BALANCES' }),
  bytes({
    subscriptionId: 0,
    event: {
      e: 'outboundAccountPosition',
      E: 1795305614413,
      u: 1795305614411,
      B: [
        { a: 'DOGE', f: '120000.00000000', l: '2000.00000000' },
        { a: 'USDT', f: '19000.50000000', l: '0.00000000' },
        { a: 'BNB', f: '1.00000000', l: '0.00000000' },
      ],
    },
  }),
  bytes({
    event: { e: 'balanceUpdate', E: 1795305614413, a: 'USDT', d: '100.00000000', T: 1795305614413 },
  }),
  bytes({ event: { e: 'eventStreamTerminated', E: 1795305614413 } }),
  bytes({ event: { e: 'serverShutdown', E: 1795305614413 } }),
  bytes({ id: '1', status: 200, result: { subscriptionId: 0 } }),
  bytes({ id: '2', status: 401, error: { code: -1193, msg: 'not logged on' } }),
];

const USDM_ORDER = {
  s: 'DOGEUSDT',
  c: 'mm-9',
  S: 'SELL',
  o: 'LIMIT',
  f: 'GTX',
  q: '4000',
  p: '0.161330',
  ap: '0.161330',
  sp: '0',
  x: 'TRADE',
  X: 'FILLED',
  i: 8886774,
  l: '4000',
  z: '4000',
  L: '0.161330',
  n: '0.12904000',
  N: 'USDT',
  T: 1795305614411,
  t: 99001,
  m: true,
  R: false,
  ps: 'BOTH',
  rp: '0.50000000',
  st: 1,
};
const usdm = (changes: object): Uint8Array =>
  bytes({
    e: 'ORDER_TRADE_UPDATE',
    E: 1795305614412,
    T: 1795305614411,
    o: { ...USDM_ORDER, ...changes },
  });

export const USDM_PRIVATE_FRAMES = [
  usdm({}),
  // An id beyond 2^53, which JSON.stringify cannot write.
  Buffer.from(
    Buffer.from(usdm({})).toString('utf8').replace('"i":8886774', '"i":9223372036854775807'),
  ),
  usdm({ x: 'NEW', X: 'NEW', l: '0', z: '0', L: '0', t: 0 }),
  usdm({ x: 'EXPIRED', X: 'EXPIRED', er: '4' }),
  usdm({ x: 'CALCULATED', X: 'FILLED', c: 'autoclose-1' }),
  usdm({ x: 'AMENDMENT', X: 'NEW', t: 0 }),
  bytes({
    e: 'ACCOUNT_UPDATE',
    E: 1795305614412,
    T: 1795305614411,
    a: {
      m: 'ORDER',
      B: [{ a: 'USDT', wb: '20000.12345678', cw: '20000.12345678', bc: '0' }],
      P: [
        {
          s: 'DOGEUSDT',
          pa: '-124000',
          ep: '0.16234111111',
          bep: '0.1',
          cr: '0',
          up: '-1.2',
          mt: 'cross',
          iw: '0',
          ps: 'BOTH',
        },
      ],
    },
  }),
  bytes({
    stream: 'key',
    data: {
      e: 'ACCOUNT_UPDATE',
      E: 1795305614412,
      T: 1795305614411,
      a: {
        m: 'FUNDING_FEE',
        B: [{ a: 'USDT', wb: '20000.1', cw: '20000.1', bc: '-1.20000000' }],
        P: [],
      },
    },
  }),
  bytes({ e: 'listenKeyExpired', E: 1795305614412, listenKey: 'k' }),
  bytes({ e: 'TRADE_LITE', E: 1795305614412, s: 'DOGEUSDT' }),
  bytes({ e: 'serverShutdown', E: 1795305614412 }),
];
