/**
 * Exact conversion of an instrument's decimals. Runs once per instrument, so BigInt may serve where
 * the venue writes numbers beyond 2^53 units ("92141578902.00000000").
 */
import { type DecimalStep, DecimalTextError, parseStep } from '#units/decimal-text.ts';

const UNIT_DECIMALS = 8;
const UNSIGNED_DECIMAL = /^(\d+)(?:\.(\d+))?$/;

/** One field of a specification is wrong. `defineInstrument` turns it into an InstrumentError. */
export class SpecificationProblem extends Error {
  override readonly name = 'SpecificationProblem';
  readonly field: string;

  constructor(field: string, options: ErrorOptions, what: string) {
    super(what, options);
    this.field = field;
  }
}

/** Reads fields by name, so that every error can name its field. */
export class SpecificationReader {
  private readonly values: Readonly<Record<string, unknown>>;

  constructor(specification: object) {
    this.values = { ...specification };
  }

  /** A non-empty text. */
  name(field: string): string {
    const value = this.values[field];
    if (typeof value === 'string' && value !== '') return value;
    throw new SpecificationProblem(field, {}, 'must be a text that is not empty');
  }

  /** A tick or step size: above zero, at most 8 decimals. */
  step(field: string): DecimalStep {
    const value = this.name(field);
    const step = parsePositiveStep(field, value);
    if (step.decimals > UNIT_DECIMALS) {
      throw new SpecificationProblem(field, {}, `finer than 0.00000001: "${value}"`);
    }
    if (!Number.isSafeInteger(unitsPerStep(step))) {
      throw new SpecificationProblem(field, {}, `too large: "${value}"`);
    }
    return step;
  }

  /** A lower bound in steps: rounded up, since only whole steps can pass it. 0 when left out. */
  atLeast(field: string, step: DecimalStep): number {
    const { units, unit } = this.inStepUnits(field, step);
    return this.safe(field, (units + unit - 1n) / unit);
  }

  /** An upper bound in steps: rounded down, and cut to 2^53 - 1, which nothing passes anyway. 0 when left out. */
  atMost(field: string, step: DecimalStep): number {
    const { units, unit } = this.inStepUnits(field, step);
    const bound = units / unit;
    if (units > 0n && bound === 0n) {
      throw new SpecificationProblem(field, {}, 'below one step: it would allow nothing');
    }
    return saturated(bound);
  }

  /** A lower amount or a factor in 1e-8 units. More than 8 decimals are an error. 0 when left out. */
  units(field: string): number {
    return this.safe(field, this.exactUnits(field));
  }

  /** An upper amount in 1e-8 units, cut to 2^53 - 1. 0 when left out. */
  unitsAtMost(field: string): number {
    return saturated(this.exactUnits(field));
  }

  /** A whole number from zero. 0 when left out. */
  count(field: string): number {
    const value = this.values[field] ?? 0;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw new SpecificationProblem(field, {}, `must be a whole number from 0: ${String(value)}`);
  }

  /** Refuses a lower bound above an upper one that is switched on. */
  ordered(lower: string, upper: string): void {
    const from = this.exactUnits(lower);
    const to = this.exactUnits(upper);
    if (to !== 0n && from > to) {
      throw new SpecificationProblem(lower, {}, `${lower} is above ${upper}: nothing would pass`);
    }
  }

  private inStepUnits(field: string, step: DecimalStep): { units: bigint; unit: bigint } {
    return { units: this.exactUnits(field), unit: BigInt(unitsPerStep(step)) };
  }

  private exactUnits(field: string): bigint {
    const value = this.values[field] ?? '0';
    const match = typeof value === 'string' ? UNSIGNED_DECIMAL.exec(value) : null;
    if (match === null) {
      throw new SpecificationProblem(
        field,
        {},
        `must be a decimal from 0 in quotes: ${JSON.stringify(value)}`,
      );
    }
    const fraction = match[2] ?? '';
    if (/[1-9]/.test(fraction.slice(UNIT_DECIMALS))) {
      throw new SpecificationProblem(field, {}, `more than 8 decimals: "${value}"`);
    }
    return BigInt(`${match[1]}${fraction.slice(0, UNIT_DECIMALS).padEnd(UNIT_DECIMALS, '0')}`);
  }

  private safe(field: string, value: bigint): number {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    throw new SpecificationProblem(field, {}, `too large: ${value}`);
  }
}

/** 1e-8 units in one step. The step has at most 8 decimals. */
export function unitsPerStep(step: DecimalStep): number {
  return step.mantissa * 10 ** (UNIT_DECIMALS - step.decimals);
}

/** Quote units (1e-8) in one tick x lot, reduced. Both steps have at most 8 decimals. */
export function tickLotFraction(
  tick: DecimalStep,
  step: DecimalStep,
): { numerator: number; denominator: number } {
  const product = BigInt(tick.mantissa) * BigInt(step.mantissa);
  const places = UNIT_DECIMALS - tick.decimals - step.decimals;
  const over = places >= 0 ? product * 10n ** BigInt(places) : product;
  const under = places >= 0 ? 1n : 10n ** BigInt(-places);
  const divisor = greatestCommonDivisor(over, under);
  return { numerator: Number(over / divisor), denominator: Number(under / divisor) };
}

function parsePositiveStep(field: string, value: string): DecimalStep {
  try {
    return parseStep(value);
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    throw new SpecificationProblem(field, { cause: error }, error.message);
  }
}

function saturated(value: bigint): number {
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(value);
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
