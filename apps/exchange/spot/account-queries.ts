/** Questions about the account. */
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { RATE_UNITS_PER_BP } from '#units/integers.ts';
import { amountText } from './amounts.ts';
import { feeRates } from './commission.ts';
import { commissionRates } from './commission-answer.ts';
import type { SpotDesk } from './spot-desk.ts';

/** 2026-01-01: keys here have no birthday of their own. */
const KEY_CREATED_MILLIS = 1_767_225_600_000;
const FIRST_USER_ID = 354_937_000;

const SIGNED_READ = {
  security: 'SIGNED',
  readOnly: true,
  freeWhenDone: false,
  orders: () => 0,
} as const;

export function accountQueries(desk: SpotDesk): readonly Operation[] {
  return [
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/account' },
      socketMethod: 'account.status',
      weight: () => 20,
      run: (call) => account(desk, call),
      note: 'balances, rates, what the key may do; omitZeroBalances',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/account/commission' },
      socketMethod: 'account.commission',
      weight: () => 20,
      run: (call) => commission(desk, call),
      note: 'standard, special and tax commission, discount',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/rateLimit/order' },
      socketMethod: 'account.rateLimits.orders',
      weight: () => 40,
      run: (call) =>
        desk.counters.counts(call.accountId, call.nowMicros).map((row) => ({ ...row })),
      note: 'the unfilled-order counts of the running intervals',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/api/v3/myFilters' },
      socketMethod: 'myFilters',
      weight: () => 40,
      run: (call) => myFilters(desk, call),
      note: 'no filter beyond those of exchangeInfo is set for an account',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/sapi/v1/account/apiRestrictions' },
      socketMethod: null,
      weight: () => 1,
      run: (call) => apiRestrictions(desk, call),
      note: 'what the key may do',
    },
    {
      ...SIGNED_READ,
      rest: { method: 'GET', path: '/sapi/v1/asset/tradeFee' },
      socketMethod: null,
      weight: () => 1,
      run: (call) => tradeFees(desk, call),
      note: 'maker and taker rates of one symbol or of all',
    },
  ];
}

function account(desk: SpotDesk, call: Call): Json {
  const owner = desk.accounts.account(call.accountId);
  const balances = desk.balances(call.accountId);
  const isShort = call.parameters.optionalFlag('omitZeroBalances') ?? false;
  const first = desk.symbolNames[0];
  const rates =
    first === undefined ? { maker: 0, taker: 0 } : feeRates(owner, desk.market(first).instrument);
  const permissions = desk.accounts.keyOf(call.apiKey)?.permissions;
  return {
    makerCommission: Math.round(rates.maker / RATE_UNITS_PER_BP),
    takerCommission: Math.round(rates.taker / RATE_UNITS_PER_BP),
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: {
      maker: amountText(rates.maker),
      taker: amountText(rates.taker),
      buyer: amountText(0),
      seller: amountText(0),
    },
    canTrade: permissions?.has('TRADE') ?? false,
    canWithdraw: permissions?.has('WITHDRAW') ?? false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime: balances.updatedMillis,
    accountType: 'SPOT',
    balances: balances
      .all()
      .filter(({ free, locked }) => !isShort || free !== 0 || locked !== 0)
      .map(({ asset, free, locked }) => ({
        asset,
        free: amountText(free),
        locked: amountText(locked),
      })),
    permissions: ['SPOT'],
    uid: FIRST_USER_ID + call.accountId,
  };
}

function commission(desk: SpotDesk, call: Call): Json {
  const { instrument } = desk.market(call.parameters.required('symbol'));
  const rates = commissionRates(desk.accounts.account(call.accountId), instrument);
  return {
    symbol: instrument.symbol,
    standardCommission: rates.standard,
    specialCommission: rates.none,
    taxCommission: rates.none,
    discount: rates.discount,
  };
}

function myFilters(desk: SpotDesk, call: Call): Json {
  desk.market(call.parameters.required('symbol'));
  return { exchangeFilters: [], symbolFilters: [], assetFilters: [] };
}

function tradeFees(desk: SpotDesk, call: Call): Json {
  const symbol = call.parameters.optional('symbol');
  return (symbol === undefined ? desk.symbolNames : [symbol]).map((name) => {
    const rates = feeRates(desk.accounts.account(call.accountId), desk.market(name).instrument);
    return {
      symbol: name,
      makerCommission: amountText(rates.maker),
      takerCommission: amountText(rates.taker),
    };
  });
}

function apiRestrictions(desk: SpotDesk, call: Call): Json {
  const key = desk.accounts.keyOf(call.apiKey);
  if (key === undefined) {
    throw new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
  }
  const canTrade = key.permissions.has('TRADE');
  return {
    ipRestrict: key.addresses.length > 0,
    createTime: KEY_CREATED_MILLIS,
    enableReading: key.permissions.has('READ'),
    enableWithdrawals: key.permissions.has('WITHDRAW'),
    enableInternalTransfer: false,
    enableMargin: false,
    enableFutures: canTrade,
    permitsUniversalTransfer: false,
    enableVanillaOptions: false,
    enableFixApiTrade: false,
    enableFixReadOnly: false,
    enableSpotAndMarginTrading: canTrade,
    enablePortfolioMarginTrading: false,
  };
}
