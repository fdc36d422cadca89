import { usageError } from './cli-error.ts';

/** A campaign of more seeds than this is a typing error. */
const SEEDS_MAX = 1_000_000;
/** Streams of random numbers are drawn from 32 bits. */
const SEED_MAX = 2 ** 32 - 1;
const RANGE = /^(\d+)\.\.(\d+)$/;

/** The seeds of "7" or "1..300". Throws a usage error that names the flag. */
export function readSeeds(text: string, flag: string): number[] {
  const single = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  const range = RANGE.exec(text);
  const first = range === null ? single : Number(range[1]);
  const last = range === null ? single : Number(range[2]);
  const isUsable = Number.isSafeInteger(first) && Number.isSafeInteger(last) && last >= first;
  if (!isUsable || last - first >= SEEDS_MAX) {
    throw usageError(
      `no seed and no range of seeds: "${text}"`,
      flag,
      'write one whole number, or a range like 1..300',
    );
  }
  if (last > SEED_MAX) {
    throw usageError(`seed ${last} is too large`, flag, `seeds end at ${SEED_MAX}`);
  }
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
