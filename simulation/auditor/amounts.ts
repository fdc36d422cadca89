/**
 * The auditor's own exact arithmetic: doubles where a product is a safe integer, BigInt where not.
 * Written apart from the engine's on purpose.
 */
import type { Instrument } from '#contracts/instrument.ts';

export const Rounding = { TOWARD_ZERO: 0, AWAY: 1, HALF_AWAY: 2 } as const;
export type Rounding = (typeof Rounding)[keyof typeof Rounding];

/** Units (1e-8) in one whole. */
export const WHOLE = 100_000_000;

/** left x right / divisor with one rounding. All whole numbers, divisor above zero. */
export function quotient(left: number, right: number, divisor: number, rounding: Rounding): number {
  const product = left * right;
  if (!Number.isSafeInteger(product)) return bigQuotient(left, right, divisor, rounding);
  if (divisor === 1) return product;
  const size = Math.abs(product);
  let whole = Math.floor(size / divisor);
  let rest = size - whole * divisor;
  if (rest < 0) {
    whole -= 1;
    rest += divisor;
  }
  if (rest !== 0 && isRoundedUp(rest, divisor, rounding)) whole += 1;
  return product < 0 ? 0 - whole : whole;
}

function isRoundedUp(rest: number, divisor: number, rounding: Rounding): boolean {
  if (rounding === Rounding.TOWARD_ZERO) return false;
  return rounding === Rounding.AWAY || rest >= divisor - rest;
}

function bigQuotient(left: number, right: number, divisor: number, rounding: Rounding): number {
  const product = BigInt(left) * BigInt(right);
  const size = product < 0n ? -product : product;
  const by = BigInt(divisor);
  let whole = size / by;
  const rest = size % by;
  const isUp =
    rest !== 0n &&
    (rounding === Rounding.AWAY || (rounding === Rounding.HALF_AWAY && 2n * rest >= by));
  if (isUp) whole += 1n;
  return Number(product < 0n ? -whole : whole);
}

/** Price x lots in quote units. */
export function worth(
  instrument: Instrument,
  priceTicks: number,
  lots: number,
  rounding: Rounding,
): number {
  return quotient(
    priceTicks,
    lots * instrument.tickLotNumerator,
    instrument.tickLotDenominator,
    rounding,
  );
}
