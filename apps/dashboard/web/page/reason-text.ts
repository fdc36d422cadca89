import type {
  HealthReason,
  ReasonUnit,
  SessionFacts,
  SideState,
} from '#apps/dashboard/protocol.ts';
import { type Say, sayCode } from '#apps/dashboard/web/language/language.ts';
import { amount, duration, fixed, plainBps, quantity } from './format.ts';

/** Why a side is not quoted, with the number that blocks it. */
export function noQuoteText(say: Say, side: SideState, facts: SessionFacts): string {
  const needed = inUnit(side.needed, side.unit, facts);
  const available = inUnit(side.available, side.unit, facts);
  return sayCode(say, 'noQuote', side.reason, needed, available);
}

function inUnit(value: number, unit: ReasonUnit, facts: SessionFacts): string {
  switch (unit) {
    case 'micros':
      return duration(value / 1_000);
    case 'ticks':
      return `${fixed(value, 1)} ticks`;
    case 'lots':
      return `${quantity(value, facts.quoted)} ${facts.baseAsset}`;
    case 'bps':
      return plainBps(value);
    case 'quote':
      return amount(value, facts.quoteAsset);
    case 'base':
      return amount(value, facts.baseAsset);
    case 'ratio':
      return fixed(value, 2);
    case 'none':
      return '';
  }
}

/** Codes whose first value is a time in milliseconds. */
const TIMED: ReadonlySet<string> = new Set([
  'MARKET_STALE',
  'HEDGE_MARKET_STALE',
  'MARKET_FRESH',
  'HEDGE_MARKET_FRESH',
  'LEASE_LEFT',
]);

/** One reason of the health verdict. */
export function healthReasonText(say: Say, reason: HealthReason): string {
  const [first = '', ...rest] = reason.values;
  if (TIMED.has(reason.code)) return sayCode(say, 'why', reason.code, duration(Number(first)));
  if (reason.code === 'KILLED') {
    const numbers = rest.map((value) => fixed(Number(value), 2));
    return sayCode(say, 'why', reason.code, sayCode(say, 'kill', String(first)), ...numbers);
  }
  if (reason.code === 'ADVICE') {
    return sayCode(say, 'why', reason.code, sayCode(say, 'advice', String(first)));
  }
  if (reason.code === 'LOOP_OVER_BUDGET') {
    const times = reason.values.map((micros) => duration(Number(micros) / 1_000));
    return sayCode(say, 'why', reason.code, ...times);
  }
  return sayCode(say, 'why', reason.code, ...reason.values);
}
