import { z } from 'zod';
import { formatScaled } from '#units/decimal-text.ts';
import { RATE_UNITS_PER_BP } from '#units/integers.ts';
import { choice, count, duration, flag, formatDuration, money, number } from './fields.ts';

/** How one field of a domain's configuration is written in YAML. `says` ends with a full stop. */
type WrittenSpec =
  | {
      readonly kind: 'duration';
      readonly key: string;
      readonly least: string;
      readonly most: string;
      readonly says: string;
    }
  | {
      readonly kind: 'money';
      readonly key: string;
      readonly least: string;
      readonly most: string;
      readonly says: string;
    }
  /** A fee rate, written in basis points. */
  | {
      readonly kind: 'rate';
      readonly key: string;
      readonly least: number;
      readonly most: number;
      readonly says: string;
    }
  | {
      readonly kind: 'number';
      readonly key: string;
      readonly least: number;
      readonly most: number;
      readonly says: string;
    }
  | {
      readonly kind: 'count';
      readonly key: string;
      readonly least: number;
      readonly most: number;
      readonly says: string;
    }
  | { readonly kind: 'flag'; readonly key: string; readonly says: string }
  | {
      readonly kind: 'choice';
      readonly key: string;
      readonly options: readonly [string, ...string[]];
      readonly says: string;
    };

/** A field with its YAML form, or one that is worked out from other keys. */
export type FieldSpec = WrittenSpec | { readonly kind: 'derived' };

/** Short ways to describe a field: `key.number('perpWeight', 0, 1, 'Share of ...')`. */
export const key = {
  duration: (name: string, least: string, most: string, says: string): FieldSpec => ({
    kind: 'duration',
    key: name,
    least,
    most,
    says,
  }),
  money: (name: string, least: string, most: string, says: string): FieldSpec => ({
    kind: 'money',
    key: name,
    least,
    most,
    says,
  }),
  rate: (name: string, least: number, most: number, says: string): FieldSpec => ({
    kind: 'rate',
    key: name,
    least,
    most,
    says,
  }),
  number: (name: string, least: number, most: number, says: string): FieldSpec => ({
    kind: 'number',
    key: name,
    least,
    most,
    says,
  }),
  count: (name: string, least: number, most: number, says: string): FieldSpec => ({
    kind: 'count',
    key: name,
    least,
    most,
    says,
  }),
  flag: (name: string, says: string): FieldSpec => ({ kind: 'flag', key: name, says }),
  choice: (name: string, options: readonly [string, ...string[]], says: string): FieldSpec => ({
    kind: 'choice',
    key: name,
    options,
    says,
  }),
  derived: (): FieldSpec => ({ kind: 'derived' }),
} as const;

/** Every field of T must be described: a new field that nobody explains does not compile. */
export type FieldSpecs<T> = { readonly [Field in keyof T]-?: FieldSpec };

/** One domain's part of the configuration: its YAML schema and the way back to engine units. */
export interface DomainSection<T> {
  readonly schema: z.ZodType<Record<string, unknown>>;
  /** Engine units. Derived fields keep their defaults; the caller overwrites them. */
  toConfiguration(parsed: Record<string, unknown>): T;
  /** The values as they would be written in YAML, derived fields left out. */
  written(configuration: T): Record<string, string | number | boolean>;
}

type Plain = Record<string, string | number | boolean>;

/**
 * Builds the section of one domain from what it is about, its defaults (engine units) and the
 * description of each field.
 */
export function domainSection<T extends object>(
  says: string,
  defaults: T,
  specs: FieldSpecs<T>,
): DomainSection<T> {
  const plain = defaults as unknown as Plain;
  const entries = Object.entries(specs as Record<string, FieldSpec>);
  const shape: Record<string, z.ZodType> = {};
  for (const [field, spec] of entries) {
    if (spec.kind !== 'derived') shape[spec.key] = fieldSchema(spec, plain[field]);
  }
  return {
    schema: z.strictObject(shape).prefault({}).meta({ description: says }) as unknown as z.ZodType<
      Record<string, unknown>
    >,
    toConfiguration(parsed: Record<string, unknown>): T {
      const made: Record<string, unknown> = { ...plain };
      for (const [field, spec] of entries) {
        if (spec.kind === 'derived') continue;
        const value = parsed[spec.key];
        made[field] =
          spec.kind === 'rate' ? Math.round((value as number) * RATE_UNITS_PER_BP) : value;
      }
      return made as T;
    },
    written(configuration: T): Record<string, string | number | boolean> {
      const values = configuration as unknown as Plain;
      const written: Record<string, string | number | boolean> = {};
      for (const [field, spec] of entries) {
        if (spec.kind !== 'derived') written[spec.key] = writtenValue(spec, values[field]);
      }
      return written;
    },
  };
}

function fieldSchema(
  spec: WrittenSpec,
  standard: string | number | boolean | undefined,
): z.ZodType {
  switch (spec.kind) {
    case 'duration':
      return duration(formatDuration(standard as number), spec.least, spec.most, spec.says);
    case 'money':
      return money(shortMoney(standard as number), spec.least, spec.most, spec.says);
    case 'rate':
      return number((standard as number) / RATE_UNITS_PER_BP, spec.least, spec.most, spec.says);
    case 'number':
      return number(standard as number, spec.least, spec.most, spec.says);
    case 'count':
      return count(standard as number, spec.least, spec.most, spec.says);
    case 'flag':
      return flag(standard as boolean, spec.says);
    case 'choice':
      return choice(spec.options, standard as string, spec.says);
  }
}

function writtenValue(
  spec: FieldSpec,
  value: string | number | boolean | undefined,
): string | number | boolean {
  if (spec.kind === 'duration') return formatDuration(value as number);
  if (spec.kind === 'money') return shortMoney(value as number);
  if (spec.kind === 'rate') return (value as number) / RATE_UNITS_PER_BP;
  return value ?? '';
}

/** 1e-8 units as the shortest decimal: "1000", "0.5". */
function shortMoney(units: number): string {
  return formatScaled(units, 8).replace(/\.?0+$/, '');
}
