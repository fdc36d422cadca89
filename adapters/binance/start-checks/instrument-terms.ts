/** Are the instruments still what we take them for? Terms, status and fees against the venue's own. */

import {
  InstrumentError,
  instrumentFromExchangeInfo,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import { type Instrument, InstrumentStatus, Market } from '#contracts/instrument.ts';
import type { RateUnits } from '#units/integers.ts';
import type { Finding } from './start-report.ts';

/** Rates of one account for one symbol, positive is a cost. */
export interface CommissionRates {
  readonly makerFeeRate: RateUnits;
  readonly takerFeeRate: RateUnits;
}

const RATE_UNITS_PER_BP = 10_000;

/** `exchangeInfo`: an answer of now. Every term that decides what an order may be is compared. */
export function judgeTerms(exchangeInfo: unknown, ours: Instrument): Finding {
  const { symbol, market } = ours;
  const name = `${symbol} on ${market === Market.SPOT ? 'spot' : 'the perpetual'}`;
  let told: Instrument;
  try {
    told = instrumentFromExchangeInfo(exchangeInfo, market, symbol, ours);
  } catch (error) {
    if (!(error instanceof InstrumentError)) throw error;
    return ['REFUSED', `${name} cannot be traded: ${error.message}. Next: ${error.remedy}.`];
  }
  if (told.status !== InstrumentStatus.TRADING) {
    return ['REFUSED', `${name} is not trading now. Wait until it is.`];
  }
  const differences = differencesOf(termsOf(ours), termsOf(told));
  if (differences.length === 0) return ['PASSED', `${name} trades by the terms we know.`];
  const list = differences.join(', ');
  return ['REFUSED', `${name} has other terms now: ${list}. Load the current exchangeInfo.`];
}

/** `answer`: of account/commission (spot) or commissionRate (perpetual). Throws a UserFrameError. */
export function readCommission(answer: unknown, market: Market): CommissionRates {
  const fields = new UserFields(answer, '');
  if (market === Market.PERPETUAL) {
    return {
      makerFeeRate: rate(fields, 'makerCommissionRate'),
      takerFeeRate: rate(fields, 'takerCommissionRate'),
    };
  }
  let maker = 0;
  let taker = 0;
  for (const part of ['standardCommission', 'specialCommission', 'taxCommission']) {
    if (!fields.has(part)) continue;
    const row = fields.object(part);
    // Who buys and who sells may pay apart: the dearer side counts.
    const side = Math.max(rate(row, 'buyer'), rate(row, 'seller'));
    maker += rate(row, 'maker') + side;
    taker += rate(row, 'taker') + side;
  }
  return { makerFeeRate: maker as RateUnits, takerFeeRate: taker as RateUnits };
}

/** Quotes made for lower fees than the account pays lose money. */
export function judgeCommission(told: CommissionRates, ours: Instrument): Finding {
  const name = `${ours.symbol} on ${ours.market === Market.SPOT ? 'spot' : 'the perpetual'}`;
  const text = `${name} costs ${inBps(told.makerFeeRate)} bp as maker, ${inBps(told.takerFeeRate)} bp as taker`;
  const isDearer = told.makerFeeRate > ours.makerFeeRate || told.takerFeeRate > ours.takerFeeRate;
  const meant = `${inBps(ours.makerFeeRate)} and ${inBps(ours.takerFeeRate)} bp`;
  if (isDearer) {
    return [
      'WARNED',
      `${text}, more than the configuration's ${meant}. Set fees to the account's.`,
    ];
  }
  const isCheaper = told.makerFeeRate < ours.makerFeeRate || told.takerFeeRate < ours.takerFeeRate;
  const note = isCheaper ? `, less than the configuration's ${meant}` : ', as configured';
  return ['PASSED', `${text}${note}.`];
}

function rate(fields: UserFields, key: string): number & RateUnits {
  return fields.units(key) as number as number & RateUnits;
}

function inBps(rateUnits: number): string {
  return String(rateUnits / RATE_UNITS_PER_BP);
}

/** Each term under its name; what changes from day to day without a rule of ours (fees) is left out. */
function termsOf({ tick, step, baseAsset, quoteAsset, filters }: Instrument) {
  const terms: Record<string, unknown> = { tick, step, baseAsset, quoteAsset, ...filters };
  return terms;
}

function differencesOf(ours: Record<string, unknown>, told: Record<string, unknown>): string[] {
  return Object.keys(told)
    .filter((name) => JSON.stringify(ours[name]) !== JSON.stringify(told[name]))
    .map(
      (name) => `${name} ${JSON.stringify(told[name])} instead of ${JSON.stringify(ours[name])}`,
    );
}
