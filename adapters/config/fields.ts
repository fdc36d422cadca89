/**
 * The kinds of values a configuration may hold. Units are part of the syntax ("250ms", "12.5" money
 * in quotes), so a wrong unit is a refused file, not a surprise at night.
 */
import { z } from 'zod';
import { DecimalTextError, parseScaled } from '#units/decimal-text.ts';
import type { AssetUnits, DurationMicros } from '#units/integers.ts';

const MICROS_PER_UNIT = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
} as const;

const DURATION = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/;
const MONEY = /^-?\d+(\.\d{1,8})?$/;

/** "250ms" -> 250_000, or null when it is no duration. */
export function parseDuration(text: string): DurationMicros | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const micros = Number(match[1]) * MICROS_PER_UNIT[match[2] as keyof typeof MICROS_PER_UNIT];
  return Number.isSafeInteger(micros) ? (micros as DurationMicros) : null;
}

/** 250_000 -> "250ms": the largest unit that divides it. */
export function formatDuration(micros: number): string {
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    if (micros !== 0 && micros % MICROS_PER_UNIT[unit] === 0) {
      return `${micros / MICROS_PER_UNIT[unit]}${unit}`;
    }
  }
  return `${micros}us`;
}

/** A span of time with its unit. Bounds are durations too; outside them the file is refused. */
export function duration(standard: string, least: string, most: string, description: string) {
  const leastMicros = parseDuration(least) ?? 0;
  const mostMicros = parseDuration(most) ?? Number.POSITIVE_INFINITY;
  return z
    .string({ error: `a duration is a number with its unit, like "${standard}"` })
    .regex(DURATION, {
      error: `a duration is a number with its unit (us ms s m h d), like "${standard}"`,
    })
    .transform((text) => parseDuration(text) ?? (Number.NaN as DurationMicros))
    .refine((micros) => micros >= leastMicros && micros <= mostMicros, {
      error: `must lie between ${least} and ${most}`,
    })
    .prefault(standard)
    .meta({ description: `${description} Between ${least} and ${most}.`, shown: standard });
}

/** "12.5" -> 1_250_000_000, or null when it is no decimal of at most 8 places, or too large to count. */
export function parseMoney(text: string): AssetUnits | null {
  if (!MONEY.test(text)) return null;
  try {
    return parseScaled(text, 8) as AssetUnits;
  } catch (error) {
    if (error instanceof DecimalTextError) return null;
    throw error;
  }
}

/** An amount of an asset as a quoted decimal, so that no float ever touches it. Gives 1e-8 units. */
export function money(standard: string, least: string, most: string, description: string) {
  const leastUnits = parseScaled(least, 8);
  const mostUnits = parseScaled(most, 8);
  return z
    .string({ error: `money is a decimal in quotes, like "${standard}"` })
    .regex(MONEY, {
      error: `money is a decimal in quotes with at most 8 decimals, like "${standard}"`,
    })
    .transform((text) => parseMoney(text) ?? (Number.NaN as AssetUnits))
    .refine((units) => units >= leastUnits && units <= mostUnits, {
      error: `must lie between "${least}" and "${most}"`,
    })
    .prefault(standard)
    .meta({
      description: `${description} Between "${least}" and "${most}".`,
      shown: standard,
      quoted: true,
    });
}

/** A plain number: basis points, ratios, multipliers. The description names the unit. */
export function number(standard: number, least: number, most: number, description: string) {
  return z
    .number({ error: `a number is wanted here, like ${standard}` })
    .min(least, { error: `must lie between ${least} and ${most}` })
    .max(most, { error: `must lie between ${least} and ${most}` })
    .default(standard)
    .meta({ description: `${description} ${between(least, most)}`, shown: String(standard) });
}

/** "Between 1 and 9.", or what there is no choice about. */
function between(least: number, most: number): string {
  return least === most ? `Always ${least}.` : `Between ${least} and ${most}.`;
}

/** A whole number. */
export function count(standard: number, least: number, most: number, description: string) {
  return z
    .int({ error: `a whole number is wanted here, like ${standard}` })
    .min(least, { error: `must lie between ${least} and ${most}` })
    .max(most, { error: `must lie between ${least} and ${most}` })
    .default(standard)
    .meta({ description: `${description} ${between(least, most)}`, shown: String(standard) });
}

export function flag(standard: boolean, description: string) {
  return z
    .boolean({ error: 'true or false is wanted here' })
    .default(standard)
    .meta({ description, shown: String(standard) });
}

export function choice<const Options extends readonly [string, ...string[]]>(
  options: Options,
  standard: Options[number],
  description: string,
) {
  return z
    .enum(options, { error: `one of ${options.join(', ')} is wanted here` })
    .default(standard as never)
    .meta({ description: `${description} One of ${options.join(', ')}.`, shown: standard });
}

/** A text; `wanted` says in words what the pattern accepts. */
export function text(standard: string, pattern: RegExp, wanted: string, description: string) {
  return z
    .string({ error: `a text is wanted here: ${wanted}` })
    .regex(pattern, { error: `${wanted} is wanted here` })
    .default(standard)
    .meta({ description, shown: standard === '' ? '""' : standard });
}
