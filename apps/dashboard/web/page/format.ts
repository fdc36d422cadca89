/**
 * Numbers as people read them: fixed digits, a real minus sign, units. The same in every language,
 * because a desk compares them across screens.
 */
import type { InstrumentFacts } from '#apps/dashboard/protocol.ts';

const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';
const NONE = '–';
const formatters = new Map<number, Intl.NumberFormat>();

/** Fixed decimals with thousands separators. */
export function fixed(value: number, decimals: number): string {
  let formatter = formatters.get(decimals);
  if (formatter === undefined) {
    formatter = new Intl.NumberFormat('en-US', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formatters.set(decimals, formatter);
  }
  // Rounds to "-0.00" otherwise.
  const rounded = Math.abs(value) < 0.5 * 10 ** -decimals ? 0 : value;
  return formatter.format(rounded).replace('-', MINUS);
}

/** Like `fixed`, with a plus sign. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return text.startsWith(MINUS) || Number(text.replaceAll(',', '')) === 0 ? text : `+${text}`;
}

/** A price in ticks with the instrument's own decimals; `extra` more for model prices. */
export function price(ticks: number, facts: InstrumentFacts, extra = 0): string {
  const value = (ticks * facts.tickMantissa) / 10 ** facts.priceDecimals;
  return fixed(value, facts.priceDecimals + extra);
}

/** Lots as base quantity with the instrument's own decimals. */
export function quantity(lots: number, facts: InstrumentFacts): string {
  return fixed((lots * facts.stepMantissa) / 10 ** facts.quantityDecimals, facts.quantityDecimals);
}

/** Lots as base quantity in four characters or so: 131.6k. */
export function shortQuantity(lots: number, facts: InstrumentFacts): string {
  return short((lots * facts.stepMantissa) / 10 ** facts.quantityDecimals);
}

/** A number in four digits or so: 812, 1.44k, 131.6k, 2.35M. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${fixed(value / 1e6, size >= 1e8 ? 0 : 2)}M`;
  if (size >= 1e5) return `${fixed(value / 1e3, 0)}k`;
  if (size >= 1e3) return `${fixed(value / 1e3, size >= 1e4 ? 1 : 2)}k`;
  if (size >= 100 || Number.isInteger(value)) return fixed(value, 0);
  return fixed(value, size >= 1 ? 2 : 4);
}

export function bps(value: number | null, decimals = 1): string {
  return value === null ? NONE : `${signed(value, decimals)}${NARROW_SPACE}bp`;
}

/** Without a sign: for amounts that are never negative. */
export function plainBps(value: number | null, decimals = 1): string {
  return value === null ? NONE : `${fixed(value, decimals)}${NARROW_SPACE}bp`;
}

export function percent(ratio: number | null, decimals = 1): string {
  return ratio === null ? NONE : `${fixed(ratio * 100, decimals)}${NARROW_SPACE}%`;
}

/** An amount of money or stock with its asset. */
export function amount(value: string | number, asset: string, decimals = 2): string {
  return `${fixed(Number(value), decimals)}${NARROW_SPACE}${asset}`;
}

export function signedAmount(value: string | number, asset: string, decimals = 2): string {
  return `${signed(Number(value), decimals)}${NARROW_SPACE}${asset}`;
}

/** A span of time in the unit that fits. */
export function duration(millis: number): string {
  if (millis < 1) return `${fixed(millis * 1_000, 0)}${NARROW_SPACE}µs`;
  if (millis < 100) return `${fixed(millis, millis < 10 ? 1 : 0)}${NARROW_SPACE}ms`;
  const seconds = millis / 1_000;
  if (seconds < 100) return `${fixed(seconds, seconds < 10 ? 1 : 0)}${NARROW_SPACE}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}${NARROW_SPACE}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 72) return `${hours}${NARROW_SPACE}h${NARROW_SPACE}${minutes % 60}${NARROW_SPACE}min`;
  return `${Math.floor(hours / 24)}${NARROW_SPACE}d`;
}

/** Nanoseconds, as microseconds or longer. */
export function nanos(value: number): string {
  const micros = value / 1_000;
  if (micros >= 1_000) return duration(micros / 1_000);
  return `${fixed(micros, micros < 100 ? 1 : 0)}${NARROW_SPACE}µs`;
}

/** "12:03:41.220" in UTC. */
export function clock(micros: number): string {
  return new Date(micros / 1_000).toISOString().slice(11, 23);
}

/** "12:03:41" in UTC from wall milliseconds. */
export function wallClock(millis: number): string {
  return new Date(millis).toISOString().slice(11, 19);
}

/** "2026-01-05 12:03:41.220" in UTC. */
export function dateAndClock(micros: number): string {
  return new Date(micros / 1_000).toISOString().slice(0, 23).replace('T', ' ');
}

/** Order ids are epoch x 2^32 + counter: "1-536" is easier to say. */
export function orderName(orderId: number): string {
  return `${Math.floor(orderId / 2 ** 32)}-${orderId % 2 ** 32}`;
}
