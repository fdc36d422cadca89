/** Maps values to places on an axis and finds round marks for it. */
export interface Scale {
  /** 0 at the low end of the axis, 1 at the high end; outside it beyond. */
  readonly place: (value: number) => number;
  readonly marks: readonly number[];
}

/** Mantissas of round numbers. */
const ROUND = [1, 2, 5, 10] as const;

/** An axis from `from` to `to` with about `count` round marks. Throws a RangeError when it has no length. */
export function linearScale(from: number, to: number, count = 6): Scale {
  assertLength(from, to);
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (ROUND.find((one) => one * power >= rough) ?? 10);
  const marks: number[] = [];
  for (let index = Math.ceil(from / step); index * step <= to * (1 + 1e-12); index++) {
    marks.push(Number((index * step).toPrecision(12)));
  }
  return { place: (value) => (value - from) / (to - from), marks };
}

/** A logarithmic axis between two values above zero, marked at powers of ten. */
export function logScale(from: number, to: number): Scale {
  assertLength(Math.log10(from), Math.log10(to));
  const low = Math.log10(from);
  const high = Math.log10(to);
  const marks: number[] = [];
  for (let power = Math.ceil(low - 1e-9); power <= high + 1e-9; power++) marks.push(10 ** power);
  return { place: (value) => (Math.log10(value) - low) / (high - low), marks };
}

function assertLength(from: number, to: number): void {
  if (!(Number.isFinite(from) && Number.isFinite(to) && to > from)) {
    throw new RangeError(`an axis needs two rising finite ends, not ${from} to ${to}`);
  }
}
