/**
 * Gueant, Lehalle and Fernandez-Tapia (2013): quotes of a market maker with inventory risk. Pure
 * formulas, in any consistent units: prices in ticks or quote, k in 1/price, sigma in
 * price/sqrt(s), gamma and xi in 1/(price x order unit), A in 1/s, delta in order units.
 */

/** Below this xi x delta / k the limit xi -> 0 is used: the quotients would lose their digits. */
const SMALL_RATIO = 1e-8;

/** Market and trader parameters of the GLFT formulas. All above zero except `xi`, which may be 0. */
export interface GlftParameters {
  /** A: fills per second at distance zero. */
  readonly intensity: number;
  /** k: decay of the fill intensity per unit of price. */
  readonly decay: number;
  readonly sigma: number;
  readonly gamma: number;
  /** gamma for a CARA trader (model A), 0 for a risk on the variance of inventory only (model B). */
  readonly xi: number;
  /** Size of one order in the unit of the inventory. */
  readonly delta: number;
}

/** (1/(xi delta)) ln(1 + xi delta / k): the half spread without inventory risk; 1/k at xi = 0. MODELS 3.3, c1. */
export function glftC1(decay: number, xi: number, delta: number): number {
  const ratio = (xi * delta) / decay;
  if (ratio < SMALL_RATIO) return 1 / decay;
  return Math.log1p(ratio) / (xi * delta);
}

/** ln of (1 + xi delta / k)^(1 + k / (xi delta)); 1 at xi = 0, because the power tends to e. */
function logPower(decay: number, xi: number, delta: number): number {
  const ratio = (xi * delta) / decay;
  if (ratio < SMALL_RATIO) return 1;
  return (1 + 1 / ratio) * Math.log1p(ratio);
}

/**
 * sqrt(gamma / (2 A delta k) x (1 + xi delta / k)^(k / (xi delta) + 1)): how strongly inventory
 * moves the quotes. MODELS 3.3, c2 (Gueant 2017, eq. 4.7).
 */
export function glftC2(parameters: GlftParameters): number {
  const { intensity, decay, gamma, xi, delta } = parameters;
  return Math.sqrt(
    (gamma / (2 * intensity * delta * decay)) * Math.exp(logPower(decay, xi, delta)),
  );
}

/** Closed-form quotes: bid = fair - half - skew q, ask = fair + half - skew q. */
export interface GlftClosedForm {
  readonly c1: number;
  readonly c2: number;
  readonly halfSpread: number;
  /** Price per order unit of inventory. */
  readonly skew: number;
}

/**
 * The closed form with a fee per unit and an impact per fill (MODELS 3.3).
 *
 * `fee` (price per unit, a rebate is negative) widens both sides and makes fills rarer:
 * A becomes A e^(-k fee). `impact` (kappa: move against us per fill) adds kappa / 2 to both sides and
 * multiplies the inventory terms by e^(k kappa / 4). Good near q = 0; use the exact quotes for small Q.
 */
export function glftClosedForm(parameters: GlftParameters, fee = 0, impact = 0): GlftClosedForm {
  const { decay, sigma, xi, delta } = parameters;
  const c1 = glftC1(decay, xi, delta);
  const c2 = glftC2(parameters) * Math.exp((decay * fee) / 2 + (decay * impact) / 4);
  const skew = sigma * c2;
  return { c1, c2, halfSpread: c1 + (delta * skew) / 2 + fee + impact / 2, skew };
}

/** Steps of bisection: the bracket shrinks to the last bit of the double. */
const BISECTION_STEPS = 100;

/**
 * Exact long-horizon quotes for |q| <= Q, MODELS 3.2, as a reusable table.
 *
 * The ground state of the symmetric tridiagonal matrix M (diagonal alpha q^2, off-diagonal -eta)
 * gives the distances. Its smallest eigenvalue comes from bisection on the Sturm count; the
 * eigenvector then follows from one sweep of M's own rows from the edge to the middle. Only the
 * ratios of neighbours are kept: entries decay faster than exponentially and would underflow, their
 * ratios do not. (The usual inverse iteration finds the same vector; the tests compare both.)
 */
export class GlftExactTable {
  readonly boundMax: number;
  private bound = 0;
  private base = 0;
  private decay = 1;
  /** `logRatios[n]` = ln(f(n-1) / f(n)) for n = 1..Q; f is even. */
  private readonly logRatios: Float64Array;

  /** Largest inventory bound the table may be asked for, in orders. */
  constructor(boundMax: number) {
    this.boundMax = boundMax;
    this.logRatios = new Float64Array(boundMax + 1);
  }

  /**
   * Solves for |q| <= bound, a whole number in 1..boundMax (RangeError otherwise). About 100 x Q
   * multiplications: on a slow clock, not per event.
   */
  compute(parameters: GlftParameters, bound: number): void {
    if (!Number.isInteger(bound) || bound < 1 || bound > this.boundMax) {
      throw new RangeError(`inventory bound outside 1..${this.boundMax}: ${bound}`);
    }
    const { intensity, decay, sigma, gamma, xi, delta } = parameters;
    const alpha = 0.5 * decay * gamma * sigma * sigma * delta;
    const eta = intensity * Math.exp(-logPower(decay, xi, delta));
    const lowest = smallestEigenvalue(alpha, eta, bound);
    let ratio = (alpha * bound * bound - lowest) / eta;
    this.logRatios[bound] = Math.log(ratio);
    for (let n = bound - 1; n >= 1; n--) {
      ratio = (alpha * n * n - lowest) / eta - 1 / ratio;
      this.logRatios[n] = Math.log(ratio);
    }
    this.bound = bound;
    this.base = glftC1(decay, xi, delta);
    this.decay = decay;
  }

  /** Bid distance from fair at q whole orders; Infinity at q >= Q, where there is no bid. */
  bidDistance(q: number): number {
    if (q >= this.bound) return Number.POSITIVE_INFINITY;
    return this.base + this.logStep(q) / this.decay;
  }

  /** Ask distance from fair at q whole orders; Infinity at q <= -Q. The mirror of the bid at -q. */
  askDistance(q: number): number {
    return this.bidDistance(-q);
  }

  /** ln(f(q) / f(q+1)) with f even; below -Q the distance at the edge holds. */
  private logStep(q: number): number {
    const clamped = Math.max(q, -this.bound);
    return clamped >= 0
      ? (this.logRatios[clamped + 1] as number)
      : -(this.logRatios[-clamped] as number);
  }
}

/**
 * Smallest eigenvalue of the (2Q+1) matrix with diagonal alpha q^2 and off-diagonals -eta.
 *
 * It lies in [-2 eta, 0]: Gershgorin below, the unit vector at q = 0 above. A shift x is below the
 * whole spectrum exactly when every pivot of M - x is positive (Sturm).
 */
function smallestEigenvalue(alpha: number, eta: number, bound: number): number {
  let below = -2 * eta;
  let above = 0;
  for (let step = 0; step < BISECTION_STEPS; step++) {
    const middle = (below + above) / 2;
    if (middle === below || middle === above) break;
    if (isBelowSpectrum(middle, alpha, eta, bound)) below = middle;
    else above = middle;
  }
  return below;
}

function isBelowSpectrum(shift: number, alpha: number, eta: number, bound: number): boolean {
  let pivot = Number.POSITIVE_INFINITY;
  for (let q = -bound; q <= bound; q++) {
    pivot = alpha * q * q - shift - (eta * eta) / pivot;
    if (pivot <= 0) return false;
  }
  return true;
}
