/** The perpetual account's modes: read, compared with what we mean, set where we may. */

import type { RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import { UserFields, UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';
import type { MarginType, StartQuestions } from './start-questions.ts';
import { type Finding, resultOf, UnansweredError, whyOf } from './start-report.ts';

export interface PerpetualSettings {
  readonly symbol: string;
  readonly leverage: number;
  readonly marginType: MarginType;
  /** Settings that differ may be changed; else they are refused. */
  readonly maySet: boolean;
}

/** The venue's words for "it is so already". */
const NO_CHANGE: ReadonlySet<number> = new Set([-4046, -4059, -4171]);

/** One-way: our orders have no position side. */
export async function checkPositionMode(
  questions: StartQuestions,
  { maySet }: PerpetualSettings,
): Promise<Finding> {
  const answer = resultOf(await questions.positionMode(), 'the position mode');
  if (!new UserFields(answer, '').flag('dualSidePosition')) {
    return ['PASSED', 'The perpetual account is in one-way mode.'];
  }
  return set(maySet, () => questions.setOneWay(), {
    is: 'The perpetual account is in hedge mode',
    becomes: 'one-way mode',
    advice: 'Close its positions and orders, then switch it to one-way mode',
  });
}

/** Single-asset: margin is USDT and nothing else. */
export async function checkMultiAssetsMode(
  questions: StartQuestions,
  { maySet }: PerpetualSettings,
): Promise<Finding> {
  const answer = resultOf(await questions.multiAssetsMode(), 'the multi-assets mode');
  if (!new UserFields(answer, '').flag('multiAssetsMargin')) {
    return ['PASSED', 'The perpetual account is in single-asset mode.'];
  }
  return set(maySet, () => questions.setSingleAsset(), {
    is: 'The perpetual account is in multi-assets mode',
    becomes: 'single-asset mode',
    advice: 'Switch it to single-asset mode',
  });
}

export async function checkMarginType(
  questions: StartQuestions,
  settings: PerpetualSettings,
): Promise<Finding> {
  const { symbol, marginType, maySet } = settings;
  const told = (await symbolRow(questions, symbol)).text('marginType');
  if (told === marginType) return ['PASSED', `Margin of ${symbol} is ${marginType}.`];
  return set(maySet, () => questions.setMarginType(symbol, marginType), {
    is: `Margin of ${symbol} is ${told}, meant is ${marginType}`,
    becomes: marginType,
    advice: 'Close its position and orders, then change the margin type',
  });
}

export async function checkLeverage(
  questions: StartQuestions,
  settings: PerpetualSettings,
): Promise<Finding> {
  const { symbol, leverage, maySet } = settings;
  const told = (await symbolRow(questions, symbol)).integer('leverage');
  if (told === leverage) return ['PASSED', `Leverage of ${symbol} is ${leverage}.`];
  const texts = {
    is: `Leverage of ${symbol} is ${told}, the configuration says ${leverage}`,
    becomes: `${leverage}`,
    advice: 'Set account.leverage to what the account has, or change it there',
  };
  if (!maySet) return set(false, () => questions.setLeverage(symbol, leverage), texts);
  const outcome = await questions.setLeverage(symbol, leverage);
  if (outcome.kind !== 'DONE') return set(true, () => Promise.resolve(outcome), texts);
  const now = new UserFields(outcome.result, '').integer('leverage');
  if (now === leverage) return ['CHANGED', `${texts.is}: it was set to ${leverage}.`];
  return ['REFUSED', `${texts.is}; the venue set ${now}. ${texts.advice}.`];
}

interface Texts {
  readonly is: string;
  readonly becomes: string;
  readonly advice: string;
}

async function set(
  maySet: boolean,
  change: () => Promise<RequestOutcome>,
  { is, becomes, advice }: Texts,
): Promise<Finding> {
  if (!maySet) return ['REFUSED', `${is}. ${advice}.`];
  const outcome = await change();
  const isDone =
    outcome.kind === 'DONE' || (outcome.kind === 'REFUSED' && NO_CHANGE.has(outcome.failure.code));
  if (isDone) return ['CHANGED', `${is}: it was set to ${becomes}.`];
  return ['REFUSED', `${is}, and it could not be set (${whyOf(outcome)}). ${advice}.`];
}

async function symbolRow(questions: StartQuestions, symbol: string): Promise<UserFields> {
  const answer = resultOf(await questions.symbolSettings(symbol), `the settings of ${symbol}`);
  if (!Array.isArray(answer)) {
    throw new UserFrameError('MALFORMED_JSON', { field: '(answer)' }, 'not a list');
  }
  const rows = answer.map((row: unknown, index) => new UserFields(row, `[${index}]`));
  const row = rows.find((one) => one.text('symbol') === symbol);
  if (row !== undefined) return row;
  throw new UnansweredError(`The venue does not list the settings of ${symbol}.`);
}
