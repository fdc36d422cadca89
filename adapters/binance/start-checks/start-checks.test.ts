/**
 * Goal: no order leaves for an account, a key or an instrument that is not as it should be, and a person
 * reads in one sentence what is wrong and what to do.
 * Method: answers in the venue's shapes, good at first; each test spoils one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bundledExchangeInfo,
  bundledInstrument,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import {
  judge,
  type RequestOutcome,
  type WireOutcome,
} from '#adapters/binance/trading/request-outcome.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { type DurationMicros, instrumentIndex, rateUnits } from '#units/integers.ts';
import { runStartChecks } from './start-checks.ts';
import type { StartQuestions } from './start-questions.ts';

const NOW = 1_795_305_600_000;
const KEY = {
  ipRestrict: true,
  createTime: 1_700_000_000_000,
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: true,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableSpotAndMarginTrading: true,
  tradingAuthorityExpirationTime: NOW + 90 * 86_400_000,
};
const COMMISSION = {
  symbol: 'DOGEUSDT',
  standardCommission: {
    maker: '0.00100000',
    taker: '0.00100000',
    buyer: '0.00000000',
    seller: '0.00000000',
  },
  specialCommission: { maker: '0.0', taker: '0.0', buyer: '0.0', seller: '0.0' },
  taxCommission: { maker: '0.0', taker: '0.0', buyer: '0.0', seller: '0.0' },
  discount: {
    enabledForAccount: true,
    enabledForSymbol: true,
    discountAsset: 'BNB',
    discount: '0.75000000',
  },
};
const PERP_COMMISSION = {
  symbol: 'DOGEUSDT',
  makerCommissionRate: '0.000200',
  takerCommissionRate: '0.000500',
  rpiCommissionRate: '0.000050',
};
const SETTINGS = {
  symbol: 'DOGEUSDT',
  marginType: 'CROSSED',
  isAutoAddMargin: false,
  leverage: 5,
  maxNotionalValue: '1000000',
};

const ok = (body: unknown): WireOutcome => ({ kind: 'ANSWER', status: 200, body });
const no = (status: number, code: number, msg: string): WireOutcome => ({
  kind: 'ANSWER',
  status,
  body: { code, msg },
});
const LOST: WireOutcome = { kind: 'LOST', why: 'no answer in 3000 ms' };

type Answers = Record<string, WireOutcome | null>;
const GOOD: Answers = {
  spotKey: ok(KEY),
  perpKey: ok(KEY),
  spotInfo: ok(bundledExchangeInfo(Market.SPOT)),
  perpInfo: ok(bundledExchangeInfo(Market.PERPETUAL)),
  spotFees: ok(COMMISSION),
  perpFees: ok(PERP_COMMISSION),
  spotAccount: ok({ canTrade: true, balances: [] }),
  perpAccount: ok({
    feeTier: 0,
    canTrade: true,
    dualSidePosition: false,
    multiAssetsMargin: false,
  }),
  positionMode: ok({ dualSidePosition: false }),
  setOneWay: ok({ code: 200, msg: 'success' }),
  multiAssets: ok({ multiAssetsMargin: false }),
  setSingle: ok({ code: 200, msg: 'success' }),
  settings: ok([SETTINGS]),
  setLeverage: ok({ symbol: 'DOGEUSDT', leverage: 5, maxNotionalValue: '1000000' }),
  setMargin: ok({ code: 200, msg: 'success' }),
};

function instrument(market: Market): Instrument {
  const isSpot = market === Market.SPOT;
  return bundledInstrument(market, 'DOGEUSDT', {
    index: instrumentIndex(market),
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    version: 1,
    makerFeeRate: rateUnits(isSpot ? 100_000 : 20_000),
    takerFeeRate: rateUnits(isSpot ? 100_000 : 50_000),
    feeAsset: '',
    feeAssetDiscountRate: rateUnits(0),
  });
}

interface Changes {
  readonly answers?: Answers;
  readonly maySet?: boolean;
  readonly offset?: number | null;
  readonly instruments?: readonly Instrument[];
}

async function run({ answers = {}, maySet = false, offset = 1_234, instruments }: Changes = {}) {
  const asked: string[] = [];
  const all = { ...GOOD, ...answers };
  const say = (name: string, market: Market = Market.PERPETUAL): Promise<RequestOutcome> => {
    asked.push(name);
    return Promise.resolve(judge(market, all[name] as WireOutcome));
  };
  const by = (market: Market, spot: string, perp: string) =>
    say(market === Market.SPOT ? spot : perp, market);
  const questions: StartQuestions = {
    keyPermissions: (market) => {
      const name = market === Market.SPOT ? 'spotKey' : 'perpKey';
      return all[name] === null ? null : say(name, market);
    },
    clockOffset: () => Promise.resolve(offset as DurationMicros | null),
    exchangeInfo: (market) => by(market, 'spotInfo', 'perpInfo'),
    commission: (market) => by(market, 'spotFees', 'perpFees'),
    account: (market) => by(market, 'spotAccount', 'perpAccount'),
    positionMode: () => say('positionMode'),
    setOneWay: () => say('setOneWay'),
    multiAssetsMode: () => say('multiAssets'),
    setSingleAsset: () => say('setSingle'),
    symbolSettings: () => say('settings'),
    setLeverage: () => say('setLeverage'),
    setMarginType: () => say('setMargin'),
  };
  const result = await runStartChecks({
    questions,
    instruments: instruments ?? [instrument(Market.SPOT), instrument(Market.PERPETUAL)],
    leverage: 5,
    marginType: 'CROSSED',
    maySet,
    nowMillis: NOW,
  });
  const of = (name: string) => {
    const check = result.checks.find((one) => one.name === name);
    assert.ok(check !== undefined, name);
    return check;
  };
  return { result, asked, of };
}

async function assertCheck(
  changes: Changes,
  name: string,
  verdict: string,
  sentence: RegExp,
): Promise<string[]> {
  const { result, of, asked } = await run(changes);
  const check = of(name);
  assert.equal(check.verdict, verdict, check.sentence);
  assert.match(check.sentence, sentence);
  assert.match(check.sentence, /^[A-Z].*\.$/s, 'one sentence or more');
  assert.equal(result.mayTrade, verdict !== 'REFUSED');
  const others = result.checks.filter((one) => one.name !== name);
  if (verdict !== 'REFUSED') assert.ok(others.every((one) => one.verdict === 'PASSED'));
  return asked;
}

test('an account as it should be: every check passes, nothing is set, fees and clock are told', async () => {
  const { result, asked } = await run({ maySet: true });
  assert.ok(result.mayTrade);
  assert.deepEqual([...new Set(result.checks.map(({ verdict }) => verdict))], ['PASSED']);
  assert.deepEqual(
    result.checks.map(({ name }) => name),
    [
      'spot clock',
      'spot key',
      'spot account',
      'spot terms',
      'spot commission',
      'perpetual clock',
      'perpetual key',
      'perpetual account',
      'perpetual terms',
      'perpetual commission',
      'position mode',
      'multi-assets mode',
      'margin type',
      'leverage',
    ],
  );
  assert.deepEqual(
    asked.filter((name) => name.startsWith('set') && name !== 'settings'),
    [],
  );
  assert.deepEqual(result.commissions, [
    { makerFeeRate: 100_000, takerFeeRate: 100_000 },
    { makerFeeRate: 20_000, takerFeeRate: 50_000 },
  ]);
  assert.deepEqual(result.clockOffsetsMicros, [1_234, 1_234]);
});

test('without a hedge nothing of the perpetual is asked', async () => {
  const { result, asked } = await run({ instruments: [instrument(Market.SPOT)] });
  assert.equal(result.checks.length, 5);
  assert.deepEqual(asked, ['spotKey', 'spotAccount', 'spotInfo', 'spotFees']);
});

test('a key that can do too much, or too little, is refused', async () => {
  for (const [change, sentence] of [
    [{ enableWithdrawals: true }, /can withdraw/],
    [{ ipRestrict: false }, /any address/],
    [{ enableSpotAndMarginTrading: false }, /may not trade on spot/],
    [{ tradingAuthorityExpirationTime: NOW - 1 }, /has ended/],
  ] as const) {
    const answers = { spotKey: ok({ ...KEY, ...change }) };
    await assertCheck({ answers }, 'spot key', 'REFUSED', sentence);
  }
  const answers = { perpKey: ok({ ...KEY, enableFutures: false }) };
  await assertCheck({ answers }, 'perpetual key', 'REFUSED', /may not trade futures/);
});

test('a key that moves funds, or ends soon, is a warning', async () => {
  for (const [change, sentence] of [
    [{ permitsUniversalTransfer: true }, /move funds/],
    [{ tradingAuthorityExpirationTime: NOW + 3_600_000 }, /within a day/],
  ] as const) {
    const answers = { spotKey: ok({ ...KEY, ...change }) };
    await assertCheck({ answers }, 'spot key', 'WARNED', sentence);
  }
});

test('where the venue offers no such query it is said; where it fails it is refused', async () => {
  const { of, result } = await run({ answers: { spotKey: null, perpKey: null } });
  assert.deepEqual(
    [of('spot key').verdict, of('perpetual key').verdict],
    ['NOT_CHECKED', 'NOT_CHECKED'],
  );
  assert.match(of('spot key').sentence, /was not checked/);
  assert.ok(result.mayTrade);
  for (const answer of [LOST, no(401, -2015, 'Invalid API-key'), ok({}), ok(null), ok([])]) {
    const { of: found, result: bad } = await run({ answers: { spotKey: answer } });
    assert.equal(found('spot key').verdict, 'REFUSED');
    assert.ok(!bad.mayTrade);
  }
});

test('accounts that may not trade are refused', async () => {
  const closed = ok({ canTrade: false, balances: [] });
  const changes = { answers: { spotAccount: closed } };
  await assertCheck(changes, 'spot account', 'REFUSED', /does not let/);
  const perp = { answers: { perpAccount: closed } };
  await assertCheck(perp, 'perpetual account', 'REFUSED', /does not let/);
});

test('the clock: not measured is refused, far off is a warning', async () => {
  const { of, result } = await run({ offset: null });
  assert.equal(of('spot clock').verdict, 'REFUSED');
  assert.ok(!result.mayTrade);
  const late = await run({ offset: -812_300 });
  assert.equal(late.of('perpetual clock').verdict, 'WARNED');
  assert.match(late.of('perpetual clock').sentence, /812\.3 ms behind ours/);
});

test('hedge mode and multi-assets mode: refused, or set where we may', async () => {
  for (const [name, question, answer, setting, mode] of [
    ['position mode', 'positionMode', { dualSidePosition: true }, 'setOneWay', /hedge mode/],
    ['multi-assets mode', 'multiAssets', { multiAssetsMargin: true }, 'setSingle', /multi-assets/],
  ] as const) {
    const answers = { [question]: ok(answer) };
    const asked = await assertCheck({ answers }, name, 'REFUSED', mode);
    assert.ok(!asked.includes(setting));
    const set = await assertCheck({ answers, maySet: true }, name, 'CHANGED', /was set/);
    assert.ok(set.includes(setting));
    const open = { ...answers, [setting]: no(400, -4068, 'Position side cannot be changed') };
    await assertCheck({ answers: open, maySet: true }, name, 'REFUSED', /could not be set.*-4068/);
    const already = { ...answers, [setting]: no(400, -4059, 'No need to change position side.') };
    await assertCheck({ answers: already, maySet: true }, name, 'CHANGED', /was set/);
    const lost = { ...answers, [setting]: LOST };
    await assertCheck({ answers: lost, maySet: true }, name, 'REFUSED', /no answer/);
  }
});

test('leverage and margin type are as configured, set, or refused', async () => {
  const leverage = { settings: ok([{ ...SETTINGS, leverage: 20 }]) };
  await assertCheck({ answers: leverage }, 'leverage', 'REFUSED', /is 20, .* says 5/);
  const set = await assertCheck({ answers: leverage, maySet: true }, 'leverage', 'CHANGED', /to 5/);
  assert.ok(set.includes('setLeverage'));
  const less = { ...leverage, setLeverage: ok({ symbol: 'DOGEUSDT', leverage: 3 }) };
  await assertCheck({ answers: less, maySet: true }, 'leverage', 'REFUSED', /venue set 3/);
  const refused = { ...leverage, setLeverage: no(400, -4028, 'Leverage 5 is not valid') };
  await assertCheck({ answers: refused, maySet: true }, 'leverage', 'REFUSED', /-4028/);

  const margin = { settings: ok([{ ...SETTINGS, marginType: 'ISOLATED' }]) };
  await assertCheck({ answers: margin }, 'margin type', 'REFUSED', /is ISOLATED/);
  await assertCheck({ answers: margin, maySet: true }, 'margin type', 'CHANGED', /CROSSED/);
  const same = { ...margin, setMargin: no(400, -4046, 'No need to change margin type.') };
  await assertCheck({ answers: same, maySet: true }, 'margin type', 'CHANGED', /CROSSED/);
});

test('settings that are not told are refused', async () => {
  for (const settings of [ok([]), ok({}), ok([{ symbol: 'DOGEUSDT' }]), LOST]) {
    const { of } = await run({ answers: { settings }, maySet: true });
    assert.equal(of('leverage').verdict, 'REFUSED');
    assert.equal(of('margin type').verdict, 'REFUSED');
  }
});

test('terms that changed, a symbol that halts or is gone: refused by name', async () => {
  const changed = structuredClone(bundledExchangeInfo(Market.SPOT)) as {
    symbols: { symbol: string; status: string; filters: Record<string, unknown>[] }[];
  };
  const row = changed.symbols.find(({ symbol }) => symbol === 'DOGEUSDT');
  assert.ok(row !== undefined);
  const price = row.filters.find((filter) => filter['filterType'] === 'PRICE_FILTER');
  assert.ok(price !== undefined);
  price['tickSize'] = '0.00010000';
  const answers = { spotInfo: ok(changed) };
  await assertCheck({ answers }, 'spot terms', 'REFUSED', /other terms now: tick .* instead of/);
  row.status = 'HALT';
  await assertCheck({ answers }, 'spot terms', 'REFUSED', /not trading now/);
  changed.symbols = changed.symbols.filter(({ symbol }) => symbol !== 'DOGEUSDT');
  await assertCheck({ answers }, 'spot terms', 'REFUSED', /not among/);
  const garbage = { perpInfo: ok({ symbols: 'x' }) };
  await assertCheck({ answers: garbage }, 'perpetual terms', 'REFUSED', /cannot be traded/);
});

test('dearer commissions than configured are a warning, cheaper ones are told', async () => {
  const dear = { ...COMMISSION.standardCommission, maker: '0.00150000', seller: '0.00020000' };
  const answers = { spotFees: ok({ ...COMMISSION, standardCommission: dear }) };
  await assertCheck({ answers }, 'spot commission', 'WARNED', /17 bp as maker.*more than/);
  const cheap = { perpFees: ok({ ...PERP_COMMISSION, makerCommissionRate: '-0.000050' }) };
  const { of, result } = await run({ answers: cheap });
  assert.equal(of('perpetual commission').verdict, 'PASSED');
  assert.match(of('perpetual commission').sentence, /-0.5 bp as maker.*less than/);
  assert.equal(result.commissions[1]?.makerFeeRate, -5_000);
  const none = await run({ answers: { perpFees: LOST } });
  assert.equal(none.result.commissions[1], null);
  assert.ok(!none.result.mayTrade);
});
