import { Side } from '#contracts/order.ts';
import { NoQuoteReason } from '#contracts/quote-set.ts';
import { KillReason } from '#contracts/system-health.ts';

const MICROS_PER_MILLI = 1_000;
const MICROS_PER_SECOND = 1_000_000;
const UNITS_PER_ASSET = 1e8;

/** Unit in which the two numbers of a reason are shown. */
export type ReasonUnit = 'bp' | 'ticks' | 'lots' | 'ms' | 'ratio' | 'quote asset' | 'base asset';

/** Why the session was killed, as ops measured it. */
export interface KillFigures {
  readonly reason: KillReason;
  /** In the unit of the reason: basis points, microseconds, a count or a ratio. */
  readonly measured: number;
  readonly limit: number;
}

/** A share of time as words need it. */
export interface ShareFigures {
  readonly reason: string;
  readonly share: number;
  readonly needed: number | null;
  readonly available: number | null;
  readonly unit: ReasonUnit | null;
}

/** Unit of `needed` and `available` of a reason; null: they are flags or codes, no measurements. */
export function reasonUnit(reason: NoQuoteReason, side: Side): ReasonUnit | null {
  switch (reason) {
    case NoQuoteReason.STALE_MARKET:
    case NoQuoteReason.STALE_HEDGE_MARKET:
    case NoQuoteReason.BLIND_ON_FILLS:
    case NoQuoteReason.CALENDAR:
      return 'ms';
    case NoQuoteReason.FAIR_OUTSIDE_BAND:
    case NoQuoteReason.PERP_LED_MOVE:
    case NoQuoteReason.OUTSIDE_FITTED_BAND:
      return 'ticks';
    case NoQuoteReason.TOXIC_FLOW:
      return 'ratio';
    case NoQuoteReason.INVENTORY_LIMIT:
      return 'lots';
    case NoQuoteReason.FEE_FLOOR:
    case NoQuoteReason.PULLED_BY_HEALTH:
      return 'bp';
    case NoQuoteReason.BELOW_MIN_NOTIONAL:
      return 'quote asset';
    case NoQuoteReason.NO_BALANCE:
      return side === Side.BUY ? 'quote asset' : 'base asset';
    case NoQuoteReason.NONE:
    case NoQuoteReason.WARMING_UP:
    case NoQuoteReason.NOT_TRADING:
    case NoQuoteReason.PULLED_BY_OPERATOR:
    case NoQuoteReason.NO_LEASE:
    case NoQuoteReason.KILLED:
    case NoQuoteReason.SELF_CROSS:
      return null;
  }
}

/** A number of a quote side (microseconds, 1e-8 units) in the unit it is shown in. */
export function shownValue(unit: ReasonUnit, value: number): number {
  if (unit === 'ms') return value / MICROS_PER_MILLI;
  if (unit === 'quote asset' || unit === 'base asset') return value / UNITS_PER_ASSET;
  return value;
}

/**
 * A reason code with its two numbers, in words, with units. `kill`: the kill decision of the session,
 * for a side that says KILLED; without it, or with OPERATOR, a person stopped it.
 */
export function reasonWords(
  reason: NoQuoteReason,
  needed: number,
  available: number,
  kill: KillFigures | null = null,
): string {
  switch (reason) {
    case NoQuoteReason.NONE:
      return 'quoted';
    case NoQuoteReason.WARMING_UP:
      return 'the session has not everything it needs yet';
    case NoQuoteReason.NOT_TRADING:
      return `the instrument is not trading (status ${available})`;
    case NoQuoteReason.STALE_MARKET:
      return `the spot book is ${milliseconds(available)} old or not live, allowed ${milliseconds(needed)}`;
    case NoQuoteReason.STALE_HEDGE_MARKET:
      return `the perpetual's book is ${milliseconds(available)} old or not live, allowed ${milliseconds(needed)}`;
    case NoQuoteReason.PULLED_BY_OPERATOR:
      return 'an operator pulled this side';
    case NoQuoteReason.NO_LEASE:
      return `no valid risk lease, expired ${milliseconds(available)} ago`;
    case NoQuoteReason.KILLED:
      return killedWords(kill);
    case NoQuoteReason.FAIR_OUTSIDE_BAND:
      return `fair value is ${fixed(available)} ticks outside the touch, allowed ${fixed(needed)}`;
    case NoQuoteReason.PERP_LED_MOVE:
      return `the perpetual moved ${fixed(available)} ticks while spot was silent, allowed ${fixed(needed)}`;
    case NoQuoteReason.TOXIC_FLOW:
      return `flow toxicity ${fixed(available)}, allowed ${fixed(needed)}`;
    case NoQuoteReason.INVENTORY_LIMIT:
      return `inventory of ${fixed(available)} lots, allowed ${fixed(needed)}`;
    case NoQuoteReason.NO_BALANCE:
      return `needs a balance of ${asset(needed)}, free are ${asset(available)}`;
    case NoQuoteReason.FEE_FLOOR:
      return `needed ${fixed(needed)} bp, achievable ${fixed(available)} bp`;
    case NoQuoteReason.OUTSIDE_FITTED_BAND:
      return `${fixed(available)} ticks wanted, the fit holds for ${fixed(needed)}`;
    case NoQuoteReason.BELOW_MIN_NOTIONAL:
      return `an order worth ${asset(available)} is below the venue's minimum of ${asset(needed)}`;
    case NoQuoteReason.SELF_CROSS:
      return 'own bid and ask would cross';
    case NoQuoteReason.PULLED_BY_HEALTH:
      return `pulled for the rest of the UTC day: lost ${fixed(available)} bp today, allowed ${fixed(needed)} bp`;
    case NoQuoteReason.BLIND_ON_FILLS:
      return `fills may go untold for ${duration(available)}: a private stream broke or the session just started, and the venue has not answered for everything since`;
    case NoQuoteReason.CALENDAR:
      return `a funding instant is ${duration(available)} away, inside the window of ${duration(needed)}`;
  }
}

/** Name of a kill reason with what was measured and the limit, in the reason's own unit. */
export function killWords(reason: KillReason, measured: number, limit: number): string {
  switch (reason) {
    case KillReason.NONE:
      return 'not killed';
    case KillReason.OPERATOR:
      return 'OPERATOR: a person said stop';
    case KillReason.DAILY_LOSS:
      return `DAILY_LOSS ${fixed(measured)} bp since the start of the UTC day, allowed ${fixed(limit)} bp`;
    case KillReason.DRAWDOWN:
      return `DRAWDOWN ${fixed(measured)} bp from the peak of the session, allowed ${fixed(limit)} bp`;
    case KillReason.LOSS_VELOCITY:
      return `LOSS_VELOCITY ${fixed(measured)} bp within its window, allowed ${fixed(limit)} bp`;
    case KillReason.CLOCK_DRIFT:
      return `CLOCK_DRIFT ${duration(measured)}, allowed ${duration(limit)}`;
    case KillReason.LOOP_LATENCY:
      return `LOOP_LATENCY ${duration(measured)} at the 99th percentile, allowed ${duration(limit)}`;
    case KillReason.POSITION_MISMATCH:
      return `POSITION_MISMATCH for ${duration(measured)}, allowed ${duration(limit)}`;
    case KillReason.UNKNOWN_ORDERS:
      return `UNKNOWN_ORDERS for ${duration(measured)}, allowed ${duration(limit)}`;
    case KillReason.REJECT_STORM:
      return `REJECT_STORM of ${measured} refusals within its window, allowed ${limit}`;
    case KillReason.MARGIN:
      return `MARGIN ${percent(measured)} of the margin wallet free, at least ${percent(limit)} wanted`;
    case KillReason.DELTA_LIMIT:
      return `DELTA_LIMIT exceeded for ${duration(measured)}, allowed ${duration(limit)}`;
    case KillReason.JOURNAL:
      return `JOURNAL ${duration(measured)} behind, allowed ${duration(limit)}`;
  }
}

/** A reason with its share of time and its mean numbers: `FEE_FLOOR 90 % (needs 14.9 bp, …)`. */
export function shareWords(one: ShareFigures): string {
  const percentage = one.share < 0.01 ? 'under 1 %' : `${(one.share * 100).toFixed(0)} %`;
  const numbers = numbersInWords(one);
  return `${one.reason} ${percentage}${numbers === '' ? '' : ` (${numbers})`}`;
}

function numbersInWords({ reason, needed, available, unit }: ShareFigures): string {
  if (needed === null || available === null || unit === null) return '';
  const least = short(needed);
  const had = short(available);
  if (reason === 'FEE_FLOOR') return `needs ${least} bp, ${had} bp achievable`;
  if (reason === 'CALENDAR') {
    return `${duration(available * MICROS_PER_MILLI)}, window ${duration(needed * MICROS_PER_MILLI)}`;
  }
  if (unit === 'quote asset' || unit === 'base asset') {
    return `needs ${least}, has ${had} of the ${unit}`;
  }
  if (unit === 'ratio') return `${had}, allowed ${least}`;
  return `${had} ${unit}, allowed ${least} ${unit}`;
}

function killedWords(kill: KillFigures | null): string {
  const isOperator =
    kill === null || kill.reason === KillReason.NONE || kill.reason === KillReason.OPERATOR;
  if (isOperator) return 'stopped by an operator: nothing is quoted for the rest of this session';
  return `killed for the rest of this session: ${killWords(kill.reason, kill.measured, kill.limit)}`;
}

function fixed(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

/** Three digits that count: enough for an average. */
function short(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

function asset(units: number): string {
  return fixed(units / UNITS_PER_ASSET);
}

function percent(ratio: number): string {
  return `${Number((ratio * 100).toFixed(2))} %`;
}

function milliseconds(micros: number): string {
  return `${(micros / MICROS_PER_MILLI).toFixed(0)} ms`;
}

/** Seconds from one second on, milliseconds below. */
function duration(micros: number): string {
  if (Math.abs(micros) >= MICROS_PER_SECOND) {
    return `${Number((micros / MICROS_PER_SECOND).toFixed(2))} s`;
  }
  return `${Number((micros / MICROS_PER_MILLI).toFixed(2))} ms`;
}
