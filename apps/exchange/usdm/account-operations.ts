/** Operations about the account: what it holds, how it is set up, what it was paid. */
import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Call, Operation } from '#apps/exchange/api/operation.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { accountRow, balanceRows, positionRiskRow } from './account-rows.ts';
import type { IncomeBook } from './income-book.ts';
import { BRACKETS, LEVERAGE_MAX } from './margin-math.ts';
import { rateText } from './order-rows.ts';
import type { Position } from './usdm-account.ts';
import type { UsdmDesk } from './usdm-desk.ts';
import { leverageUpdate, multiAssetsUpdate } from './usdm-events.ts';

const DONE: Json = { code: 200, msg: 'success' };

const QUESTION = {
  security: 'SIGNED',
  readOnly: true,
  freeWhenDone: false,
  orders: () => 0,
  socketMethod: null,
} as const;
const CHANGE = { ...QUESTION, readOnly: false } as const;

const get = (path: string) => ({ method: 'GET', path: `/fapi/${path}` }) as const;
const post = (path: string) => ({ method: 'POST', path: `/fapi/${path}` }) as const;

/** The table of them. */
export function accountOperations(desk: UsdmDesk, income: IncomeBook): readonly Operation[] {
  return [...holdings(desk), ...settings(desk), ...facts(desk, income)];
}

function holdings(desk: UsdmDesk): readonly Operation[] {
  const account = (version: 2 | 3) => (call: Call) =>
    accountRow(desk.account(call.accountId), version);
  const balance = (call: Call): Json => balanceRows(desk.account(call.accountId));
  const positions = (version: 2 | 3) => (call: Call) => positionRisk(desk, call, version);
  const five = () => 5;
  return [
    {
      ...QUESTION,
      rest: get('v3/account'),
      socketMethod: 'v2/account.status',
      weight: five,
      run: account(3),
      note: 'assets, and symbols with a position',
    },
    {
      ...QUESTION,
      rest: get('v2/account'),
      socketMethod: 'account.status',
      weight: five,
      run: account(2),
      note: 'the same with flags and leverage',
    },
    {
      ...QUESTION,
      rest: get('v3/balance'),
      socketMethod: 'v2/account.balance',
      weight: five,
      run: balance,
      note: 'USDT and BNB',
    },
    {
      ...QUESTION,
      rest: get('v2/balance'),
      socketMethod: 'account.balance',
      weight: five,
      run: balance,
      note: 'the same',
    },
    {
      ...QUESTION,
      rest: get('v3/positionRisk'),
      socketMethod: 'v2/account.position',
      weight: five,
      run: positions(3),
      note: 'symbols with a position or open orders',
    },
    {
      ...QUESTION,
      rest: get('v2/positionRisk'),
      socketMethod: 'account.position',
      weight: five,
      run: positions(2),
      note: 'all symbols',
    },
  ];
}

function settings(desk: UsdmDesk): readonly Operation[] {
  const one = () => 1;
  return [
    {
      ...QUESTION,
      rest: get('v1/positionSide/dual'),
      weight: () => 30,
      run: ({ accountId }) => ({ dualSidePosition: desk.account(accountId).isHedgeMode }),
      note: 'one-way or hedge mode',
    },
    {
      ...CHANGE,
      rest: post('v1/positionSide/dual'),
      weight: one,
      run: (call) => setPositionMode(desk, call),
      note: '-4059 without a change, -4067 and -4068 with orders or positions',
    },
    {
      ...CHANGE,
      rest: post('v1/leverage'),
      weight: one,
      run: (call) => setLeverage(desk, call),
      note: `1 to ${LEVERAGE_MAX}`,
    },
    {
      ...CHANGE,
      rest: post('v1/marginType'),
      weight: one,
      run: (call) => setMarginType(desk, call),
      note: 'ISOLATED is kept and shown; margin is counted across',
    },
    {
      ...QUESTION,
      rest: get('v1/multiAssetsMargin'),
      weight: () => 30,
      run: ({ accountId }) => ({ multiAssetsMargin: desk.account(accountId).isMultiAssets }),
      note: 'kept and shown; only USDT counts as margin',
    },
    {
      ...CHANGE,
      rest: post('v1/multiAssetsMargin'),
      weight: one,
      run: (call) => setMultiAssets(desk, call),
      note: '-4171 without a change',
    },
    {
      ...QUESTION,
      rest: get('v1/feeBurn'),
      weight: () => 30,
      run: ({ accountId }) => ({ feeBurn: desk.account(accountId).burnsFees }),
      note: 'kept and shown; commission is always taken in USDT',
    },
    {
      ...CHANGE,
      rest: post('v1/feeBurn'),
      weight: one,
      run: ({ accountId, parameters }) => {
        desk.account(accountId).burnsFees = requiredFlag(parameters, 'feeBurn');
        return DONE;
      },
      note: 'see above',
    },
  ];
}

function facts(desk: UsdmDesk, income: IncomeBook): readonly Operation[] {
  return [
    {
      ...QUESTION,
      rest: get('v1/leverageBracket'),
      weight: () => 1,
      run: ({ parameters }) => leverageBrackets(desk, parameters),
      note: 'the same brackets for every symbol',
    },
    {
      ...QUESTION,
      rest: get('v1/commissionRate'),
      weight: () => 20,
      run: (call) => commissionRate(desk, call),
      note: 'of the account',
    },
    {
      ...QUESTION,
      rest: get('v1/income'),
      weight: () => 30,
      run: ({ accountId, parameters }) => income.rows(accountId, parameters),
      note: 'funding; symbol, incomeType, startTime, endTime, limit',
    },
    {
      ...QUESTION,
      rest: get('v1/accountConfig'),
      weight: () => 5,
      run: ({ accountId }) => {
        const account = desk.account(accountId);
        return {
          feeTier: 0,
          canTrade: true,
          canDeposit: true,
          canWithdraw: true,
          dualSidePosition: account.isHedgeMode,
          updateTime: account.updatedMillis,
          multiAssetsMargin: account.isMultiAssets,
          tradeGroupId: -1,
        };
      },
      note: 'flags of the account',
    },
    {
      ...QUESTION,
      rest: get('v1/symbolConfig'),
      weight: () => 5,
      run: ({ accountId, parameters }) => symbolConfig(desk, accountId, parameters),
      note: 'leverage and margin type of symbols',
    },
  ];
}

function positionRisk(desk: UsdmDesk, { accountId, parameters }: Call, version: 2 | 3): Json {
  const account = desk.account(accountId);
  const only = parameters.optional('symbol');
  const symbols = only === undefined ? desk.symbolNames : [only];
  const sides = account.isHedgeMode ? (['LONG', 'SHORT'] as const) : (['BOTH'] as const);
  const rows: Position[] = [];
  for (const symbol of symbols) {
    const market = desk.market(symbol);
    const hasOrders = desk.openOrders(accountId, symbol).length > 0;
    for (const side of sides) {
      const position = account.position(market, side);
      if (version === 2 || position.lots !== 0 || hasOrders) rows.push(position);
    }
  }
  return rows.map((position) => positionRiskRow(account, position, version));
}

function setPositionMode(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const account = desk.account(accountId);
  const isHedge = requiredFlag(parameters, 'dualSidePosition');
  if (isHedge === account.isHedgeMode) {
    throw new VenueError(400, -4059, 'No need to change position side.');
  }
  if (desk.openOrders(accountId).length > 0) {
    throw new VenueError(
      400,
      -4067,
      'Position side cannot be changed if there exists open orders.',
    );
  }
  if (account.positions.length > 0) {
    throw new VenueError(400, -4068, 'Position side cannot be changed if there exists position.');
  }
  account.isHedgeMode = isHedge;
  return DONE;
}

function setLeverage(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const symbol = parameters.required('symbol');
  desk.market(symbol);
  const leverage = parameters.requiredInteger('leverage');
  if (leverage < 1 || leverage > LEVERAGE_MAX) {
    throw new VenueError(400, -4028, `Leverage ${leverage} is not valid`);
  }
  const account = desk.account(accountId);
  const terms = account.termsOf(symbol);
  const before = terms.leverage;
  terms.leverage = leverage;
  if (leverage < before && account.availableUnits < 0) {
    terms.leverage = before;
    throw new VenueError(
      400,
      -2028,
      'Leverage is smaller than permitted: insufficient margin balance.',
    );
  }
  desk.send(accountId, leverageUpdate(symbol, leverage, desk.nowMillis));
  const most = BRACKETS.findLast(({ initialLeverage }) => initialLeverage >= leverage);
  return { leverage, maxNotionalValue: String(most?.notionalCap ?? 0), symbol };
}

function setMarginType(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const symbol = parameters.required('symbol');
  desk.market(symbol);
  const wanted = parameters.requiredWord('marginType', ['ISOLATED', 'CROSSED'], -1102);
  const account = desk.account(accountId);
  const terms = account.termsOf(symbol);
  if (terms.marginType === wanted)
    throw new VenueError(400, -4046, 'No need to change margin type.');
  if (desk.openOrders(accountId, symbol).length > 0) {
    throw new VenueError(400, -4047, 'Margin type cannot be changed if there exists open orders.');
  }
  if (account.positionsOf(symbol).some(({ lots }) => lots !== 0)) {
    throw new VenueError(400, -4048, 'Margin type cannot be changed if there exists position.');
  }
  terms.marginType = wanted;
  return DONE;
}

function setMultiAssets(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const account = desk.account(accountId);
  const isOn = requiredFlag(parameters, 'multiAssetsMargin');
  if (isOn === account.isMultiAssets) {
    throw new VenueError(400, -4171, 'No need to change multi-assets mode.');
  }
  account.isMultiAssets = isOn;
  desk.send(accountId, multiAssetsUpdate(isOn, desk.nowMillis));
  return DONE;
}

function leverageBrackets(desk: UsdmDesk, parameters: CallParameters): Json {
  const only = parameters.optional('symbol');
  if (only !== undefined) desk.market(only);
  const symbols = only === undefined ? desk.symbolNames : [only];
  return symbols.map((symbol) => ({
    symbol,
    notionalCoef: 1,
    brackets: BRACKETS.map((row) => ({
      bracket: row.bracket,
      initialLeverage: row.initialLeverage,
      notionalCap: row.notionalCap,
      notionalFloor: row.notionalFloor,
      maintMarginRatio: row.maintenanceRate / 1e8,
      cum: row.cumUnits / 1e8,
    })),
  }));
}

function commissionRate(desk: UsdmDesk, { accountId, parameters }: Call): Json {
  const { instrument } = desk.market(parameters.required('symbol'));
  const { makerFeeRate, takerFeeRate } = desk.accounts.account(accountId);
  return {
    symbol: instrument.symbol,
    makerCommissionRate: rateText(makerFeeRate ?? instrument.makerFeeRate),
    takerCommissionRate: rateText(takerFeeRate ?? instrument.takerFeeRate),
    rpiCommissionRate: '0.000050',
  };
}

function symbolConfig(desk: UsdmDesk, accountId: number, parameters: CallParameters): Json {
  const only = parameters.optional('symbol');
  if (only !== undefined) desk.market(only);
  const account = desk.account(accountId);
  return (only === undefined ? desk.symbolNames : [only]).map((symbol) => {
    const { leverage, marginType } = account.termsOf(symbol);
    return {
      symbol,
      marginType,
      isAutoAddMargin: false,
      leverage,
      maxNotionalValue: '1000000000',
    };
  });
}

function requiredFlag(parameters: CallParameters, name: string): boolean {
  parameters.required(name);
  return parameters.optionalFlag(name) === true;
}
