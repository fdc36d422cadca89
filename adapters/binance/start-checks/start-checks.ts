/** Everything that is checked before the first order, in one report. */
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DurationMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import {
  type CommissionRates,
  judgeCommission,
  judgeTerms,
  readCommission,
} from './instrument-terms.ts';
import { judgeKey } from './key-permissions.ts';
import {
  checkLeverage,
  checkMarginType,
  checkMultiAssetsMode,
  checkPositionMode,
  type PerpetualSettings,
} from './perpetual-settings.ts';
import type { MarginType, StartQuestions } from './start-questions.ts';
import {
  checked,
  type Finding,
  reportOf,
  resultOf,
  type StartCheck,
  type StartReport,
} from './start-report.ts';

export interface StartChecksOptions {
  readonly questions: StartQuestions;
  /** The quoted one, and the one to hedge on, as we take them. */
  readonly instruments: readonly Instrument[];
  /** Leverage of the configuration, and the margin type meant. */
  readonly leverage: number;
  readonly marginType: MarginType;
  /** The perpetual's settings may be changed to these. */
  readonly maySet: boolean;
  /** Now, epoch milliseconds. */
  readonly nowMillis: number;
}

export interface StartResult extends StartReport {
  /** By the instrument's place; null where the venue did not tell. */
  readonly commissions: readonly (CommissionRates | null)[];
  readonly clockOffsetsMicros: readonly (DurationMicros | null)[];
}

/** Requests carry the venue's time; a clock this far off spoils every other measure of time. */
const OFFSET_MILLIS_MAX = 500;

/** Asks one thing after the other. Never rejects because of the venue; a person reads the sentences. */
export async function runStartChecks(options: StartChecksOptions): Promise<StartResult> {
  const checks: StartCheck[] = [];
  const commissions: (CommissionRates | null)[] = [];
  const clockOffsetsMicros: (DurationMicros | null)[] = [];
  for (const instrument of options.instruments) {
    // The clock first: every signed question needs it.
    const offset = await options.questions.clockOffset(instrument.market);
    clockOffsetsMicros.push(offset);
    checks.push(await checked(nameOf('clock', instrument), () => judgeClock(offset, instrument)));
    checks.push(await checkKey(options, instrument));
    checks.push(await checkAccount(options.questions, instrument));
    checks.push(await checkTerms(options.questions, instrument));
    let rates: CommissionRates | null = null;
    checks.push(
      await checked(nameOf('commission', instrument), async () => {
        rates = await askCommission(options.questions, instrument);
        return judgeCommission(rates, instrument);
      }),
    );
    commissions.push(rates);
    if (instrument.market === Market.PERPETUAL) {
      checks.push(...(await checkPerpetual(options, instrument.symbol)));
    }
  }
  return { ...reportOf(checks), commissions, clockOffsetsMicros };
}

function nameOf(what: string, { market }: Instrument): string {
  return `${market === Market.SPOT ? 'spot' : 'perpetual'} ${what}`;
}

function judgeClock(offset: DurationMicros | null, instrument: Instrument): Finding {
  const where = instrument.market === Market.SPOT ? "spot's" : "the perpetual's";
  if (offset === null) {
    return ['REFUSED', `How far ${where} clock is from ours could not be measured.`];
  }
  const millis = offset / MICROS_PER_MILLI;
  const direction = millis < 0 ? 'behind' : 'ahead of';
  const text = `${capital(where)} clock is ${Math.abs(millis).toFixed(1)} ms ${direction} ours`;
  if (Math.abs(millis) <= OFFSET_MILLIS_MAX) return ['PASSED', `${text}.`];
  return ['WARNED', `${text}: set this machine's clock by a time server.`];
}

function checkKey(
  { questions, nowMillis }: StartChecksOptions,
  instrument: Instrument,
): Promise<StartCheck> {
  return checked(nameOf('key', instrument), async () => {
    const question = questions.keyPermissions(instrument.market);
    if (question === null) {
      return [
        'NOT_CHECKED',
        'What this key may do was not checked: this environment offers no such query.',
      ];
    }
    const answer = resultOf(await question, 'the permissions of the key');
    return judgeKey(answer, instrument.market, nowMillis);
  });
}

function checkAccount(questions: StartQuestions, instrument: Instrument): Promise<StartCheck> {
  return checked(nameOf('account', instrument), async () => {
    const answer = resultOf(await questions.account(instrument.market), 'the account');
    if (new UserFields(answer, '').flag('canTrade')) return ['PASSED', 'The account may trade.'];
    return ['REFUSED', 'The venue does not let this account trade. Ask the venue why.'];
  });
}

function checkTerms(questions: StartQuestions, instrument: Instrument): Promise<StartCheck> {
  return checked(nameOf('terms', instrument), async () => {
    const { market, symbol } = instrument;
    const answer = resultOf(await questions.exchangeInfo(market, symbol), 'its symbols');
    return judgeTerms(answer, instrument);
  });
}

async function askCommission(
  questions: StartQuestions,
  { market, symbol }: Instrument,
): Promise<CommissionRates> {
  const outcome = await questions.commission(market, symbol);
  return readCommission(resultOf(outcome, `the commission of ${symbol}`), market);
}

async function checkPerpetual(options: StartChecksOptions, symbol: string): Promise<StartCheck[]> {
  const { questions, leverage, marginType, maySet } = options;
  const settings: PerpetualSettings = { symbol, leverage, marginType, maySet };
  return [
    await checked('position mode', () => checkPositionMode(questions, settings)),
    await checked('multi-assets mode', () => checkMultiAssetsMode(questions, settings)),
    await checked('margin type', () => checkMarginType(questions, settings)),
    await checked('leverage', () => checkLeverage(questions, settings)),
  ];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
