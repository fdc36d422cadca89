/**
 * The funding formula of USD-M perpetuals. Real numbers, not units: these serve estimates (expected
 * carry, the basis part of the edge). What was really paid arrives as a FundingPayment event.
 */

/** Interest of 0.01 % per 8 hours: the venue's default, 0 for some symbols. */
export const DEFAULT_INTEREST_PER_EIGHT_HOURS = 0.0001;
/** The interest may move the premium by 0.05 % at most. */
const INTEREST_CLAMP = 0.0005;
/** Premium, interest and clamp all live on this scale. */
const SCALE_HOURS = 8;

/**
 * Funding rate of one interval, as a ratio (0.0001 is 0.01 %); positive: longs pay shorts.
 *
 * `F = [P + clamp(I - P, ±0.05 %)] / (8 / N)`, then clamped to [floor, cap]. `premium` and `interest`
 * are on the 8-hour scale whatever the interval is, so the division happens once, at the end:
 * dividing the interest alone agrees inside the clamp and is wrong everywhere else.
 * Infinity and -Infinity switch cap and floor off. Throws a RangeError when a number is not finite,
 * the interval is not above zero, or the floor is above the cap.
 *
 * Source: MODELS.md §7; Binance's notice on funding, effective 2025-09-18.
 */
export function fundingRate(
  premium: number,
  interest: number,
  intervalHours: number,
  cap: number,
  floor: number,
): number {
  if (!Number.isFinite(premium)) throw new RangeError(`premium is not a number: ${premium}`);
  if (!Number.isFinite(interest)) throw new RangeError(`interest is not a number: ${interest}`);
  if (!(intervalHours > 0) || !Number.isFinite(intervalHours)) {
    throw new RangeError(`funding interval must be above zero hours: ${intervalHours}`);
  }
  if (!(floor <= cap)) throw new RangeError(`funding floor ${floor} is not below cap ${cap}`);
  const adjustment = clamp(interest - premium, -INTEREST_CLAMP, INTEREST_CLAMP);
  // Inside the clamp the premium cancels; saying so keeps that case free of rounding.
  const unlimited = adjustment === interest - premium ? interest : premium + adjustment;
  return clamp(unlimited / (SCALE_HOURS / intervalHours), floor, cap);
}

/**
 * What a position of `positionBase` (signed, base asset) receives at one settlement, in quote:
 * `-q x mark x F`. Negative: it pays. Only a position held at the settlement instant counts.
 */
export function fundingPayment(positionBase: number, markPrice: number, rate: number): number {
  // Adding zero turns -0 into 0.
  return -positionBase * markPrice * rate + 0;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
