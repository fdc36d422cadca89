/** The administrator's requests: what is on, what struck, and what a person or a test wants to happen now. */
import { z } from 'zod';
import type { Accounts } from '#apps/exchange/accounts/accounts.ts';
import type { MarketParts } from '#apps/exchange/api/exchange-services.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { FAULT_MEANINGS, FAULT_NAMES } from '#apps/exchange/faults/fault-names.ts';
import type { Faults } from '#apps/exchange/faults/faults.ts';
import type { ExchangeMarkets } from '#apps/exchange/market/symbol-market.ts';
import type { MarketServer } from '#apps/exchange/server/market-server.ts';
import type { RestAnswer, RestRequest } from '#apps/exchange/server/rest-door.ts';
import { InstrumentStatus } from '#contracts/instrument.ts';
import { parseScaled } from '#units/decimal-text.ts';
import { type AssetUnits, MICROS_PER_SECOND, type QuantityLots } from '#units/integers.ts';

/** What the administrator has hands on, by market. */
export interface AdministeredMarket {
  readonly server: MarketServer;
  readonly parts: readonly MarketParts[];
}

export interface AdminOptions {
  readonly accounts: Accounts;
  readonly markets: ExchangeMarkets;
  readonly faults: Faults;
  readonly spot: AdministeredMarket;
  readonly usdm: AdministeredMarket;
}

const BALANCE_DECIMALS = 8;
const market = z.enum(['spot', 'usdm']);
const REQUESTS = {
  '/admin/faults': z.strictObject({
    name: z.enum(FAULT_NAMES),
    on: z.boolean(),
    chance: z.number().min(0).max(1).optional(),
  }),
  '/admin/strike': z.strictObject({
    name: z.enum(FAULT_NAMES),
    times: z.number().int().min(1).max(1_000).default(1),
  }),
  '/admin/balance': z.strictObject({
    market,
    account: z.union([z.string(), z.number().int()]),
    asset: z.string(),
    delta: z.string().regex(/^-?\d+(\.\d{1,8})?$/, 'a decimal of at most 8 places is expected'),
  }),
  '/admin/symbol': z.strictObject({
    market,
    symbol: z.string(),
    status: z.enum(['TRADING', 'HALT', 'CANCEL_ONLY', 'CLOSE_ONLY']),
  }),
  '/admin/filters': z.strictObject({
    market,
    symbol: z.string(),
    minNotional: z
      .string()
      .regex(/^\d+(\.\d{1,8})?$/, 'a decimal is expected')
      .optional(),
    maxOpenOrders: z.number().int().min(0).optional(),
    maxQuantityLots: z.number().int().min(1).optional(),
  }),
  '/admin/cut': z.strictObject({ market, path: z.string().default('/') }),
  '/admin/shutdown': z.strictObject({ market }),
  '/admin/ban': z.strictObject({
    market,
    seconds: z.number().min(0).max(86_400),
    address: z.string().default('127.0.0.1'),
    /** False: 429; true: 418. */
    ban: z.boolean().default(true),
  }),
  '/admin/revoke': z.strictObject({ apiKey: z.string() }),
} as const;

type Path = keyof typeof REQUESTS;
type Wish<P extends Path> = z.infer<(typeof REQUESTS)[P]>;

/** Answers the requests of the administrator's port. */
export function adminDoor(options: AdminOptions): (request: RestRequest) => RestAnswer {
  const actions: { readonly [P in Path]: (wish: Wish<P>) => Json } = {
    '/admin/faults': (wish) => {
      options.faults.switch(wish.name, wish.on, wish.chance);
      return state(options);
    },
    '/admin/strike': (wish) => {
      options.faults.ask(wish.name, wish.times);
      return state(options);
    },
    '/admin/balance': (wish) => moveBalance(options, wish),
    '/admin/symbol': (wish) => setStatus(options, wish),
    '/admin/filters': (wish) => setFilters(options, wish),
    '/admin/cut': (wish) => ({ cut: options[wish.market].server.sockets.cutAll(wish.path) }),
    '/admin/shutdown': (wish) => ({
      announced: options[wish.market].server.sockets.announceShutdown(),
    }),
    '/admin/ban': (wish) => ban(options, wish),
    '/admin/revoke': (wish) => ({ revoked: options.accounts.revoke(wish.apiKey) }),
  };
  return (request) => {
    try {
      return answer(200, work(request, options, actions));
    } catch (error) {
      if (!(error instanceof VenueError)) throw error;
      return answer(error.status, { code: error.code, msg: error.message });
    }
  };
}

function work(
  request: RestRequest,
  options: AdminOptions,
  actions: { readonly [P in Path]: (wish: Wish<P>) => Json },
): Json {
  const path = request.target.split('?')[0] ?? '';
  if (request.method === 'GET' && path === '/admin') return state(options);
  if (request.method !== 'POST' || !isPath(path)) {
    throw new VenueError(404, -1, `GET /admin, or POST one of ${Object.keys(REQUESTS).join(', ')}`);
  }
  if (!String(request.headers['content-type']).startsWith('application/json')) {
    throw new VenueError(415, -1, 'content-type must be application/json');
  }
  return act(path, request.body, actions);
}

function act<P extends Path>(
  path: P,
  body: string,
  actions: { readonly [Key in Path]: (wish: Wish<Key>) => Json },
): Json {
  const checked = REQUESTS[path].safeParse(parsed(body));
  if (!checked.success) {
    const [issue] = checked.error.issues;
    throw new VenueError(400, -1, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const action = actions[path] as (wish: Wish<P>) => Json;
  return action(checked.data as Wish<P>);
}

function isPath(path: string): path is Path {
  return Object.hasOwn(REQUESTS, path);
}

/** Undefined, which no request allows, when it is no JSON. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function state(options: AdminOptions): Json {
  const open = (parts: readonly MarketParts[]): number =>
    parts.reduce((sum, part) => sum + (part.liveOrderCount?.() ?? 0), 0);
  return {
    faults: options.faults
      .counts()
      .map((count) => ({ ...count, meaning: FAULT_MEANINGS[count.name] })),
    spot: {
      sockets: options.spot.server.sockets.connectionCount,
      openOrders: open(options.spot.parts),
      traffic: options.spot.server.gate.traffic.counts(),
    },
    usdm: {
      sockets: options.usdm.server.sockets.connectionCount,
      openOrders: open(options.usdm.parts),
      traffic: options.usdm.server.gate.traffic.counts(),
    },
    accounts: options.accounts.all.map(({ id, name }) => ({ id, name })),
  };
}

function moveBalance(options: AdminOptions, wish: Wish<'/admin/balance'>): Json {
  const account = options.accounts.all.find(
    ({ id, name }) => id === wish.account || name === wish.account,
  );
  if (account === undefined) throw new VenueError(400, -1, `no account ${wish.account}`);
  const part = options[wish.market].parts.find((each) => each.moveBalance !== undefined);
  if (part?.moveBalance === undefined) {
    throw new VenueError(400, -1, `no balances can be moved on ${wish.market}`);
  }
  part.moveBalance(account.id, wish.asset, parseScaled(wish.delta, BALANCE_DECIMALS));
  return { account: account.id, asset: wish.asset, delta: wish.delta };
}

function setStatus(options: AdminOptions, wish: Wish<'/admin/symbol'>): Json {
  const found = options.markets[wish.market].get(wish.symbol);
  if (found === undefined) throw new VenueError(400, -1, `no symbol ${wish.symbol}`);
  found.setStatus(InstrumentStatus[wish.status]);
  return { market: wish.market, symbol: wish.symbol, status: wish.status };
}

function setFilters(options: AdminOptions, wish: Wish<'/admin/filters'>): Json {
  const found = options.markets[wish.market].get(wish.symbol);
  if (found?.setFilters === undefined) {
    throw new VenueError(400, -1, `no symbol ${wish.symbol} whose filters can be changed`);
  }
  const { minNotional, maxOpenOrders, maxQuantityLots } = wish;
  found.setFilters({
    ...(minNotional === undefined
      ? {}
      : { minNotionalUnits: parseScaled(minNotional, BALANCE_DECIMALS) as AssetUnits }),
    ...(maxOpenOrders === undefined ? {} : { maxOpenOrders }),
    ...(maxQuantityLots === undefined ? {} : { maxQuantityLots: maxQuantityLots as QuantityLots }),
  });
  return { market: wish.market, symbol: wish.symbol, version: found.instrument.version };
}

function ban(options: AdminOptions, wish: Wish<'/admin/ban'>): Json {
  const { gate } = options[wish.market].server;
  const untilMicros = gate.nowMicros() + wish.seconds * MICROS_PER_SECOND;
  gate.addresses.block(wish.address, untilMicros, wish.ban);
  return { market: wish.market, address: wish.address, untilMicros };
}

function answer(status: number, body: Json): RestAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    delayMillis: 0,
    isLost: false,
  };
}
