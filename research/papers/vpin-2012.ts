/**
 * VPIN of a list of signed trades, through the production estimator
 * (`engine/domains/pricing/vpin.ts`; MODELS.md §4; Easley, López de Prado and O'Hara 2012).
 */
import { Vpin } from '#domains/pricing/vpin.ts';
import { DecimalTextError, parseScaled } from '#units/decimal-text.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

/** All closed buckets are printed, so their number is bounded. */
const PRINTED_BUCKETS_MAX = 100_000;

function computeVpin(flags: PaperFlags): object {
  const bucketCount = flags.wholeNumber('n');
  if (bucketCount < 1) throw new PaperUsageError(`--n must be at least 1, not ${bucketCount}`);
  const tradeTexts = flags
    .text('trades')
    .split(/[\s,]+/)
    .filter((text) => text !== '');
  if (tradeTexts.length === 0) throw new PaperUsageError('--trades is empty: write 60,-25,40');
  const texts = [flags.text('bucket'), ...tradeTexts];
  // Decimal volumes become whole lots of their smallest digit, so that buckets fill exactly.
  const decimals = Math.max(...texts.map((text) => (text.split('.')[1] ?? '').length));
  const [bucketLots = 0, ...tradesLots] = texts.map((text, index) => {
    const flag = index === 0 ? 'bucket' : 'trades';
    return parseVolume(text, decimals, flag);
  });
  if (bucketLots <= 0) throw new PaperUsageError('--bucket must be above zero');
  return runTrades(bucketLots, bucketCount, tradesLots, 10 ** decimals);
}

function runTrades(
  bucketLots: number,
  bucketCount: number,
  tradesLots: readonly number[],
  scale: number,
): object {
  const totalLots = tradesLots.reduce((total, lots) => total + Math.abs(lots), 0);
  const closedMax = Math.floor(totalLots / bucketLots);
  if (closedMax > PRINTED_BUCKETS_MAX || bucketCount > PRINTED_BUCKETS_MAX) {
    throw new PaperUsageError(
      `more than ${PRINTED_BUCKETS_MAX} buckets: choose a larger --bucket or a smaller --n`,
    );
  }
  const vpin = new Vpin(bucketLots, bucketCount);
  // The same estimator with room for every bucket shows them all.
  const all = new Vpin(bucketLots, Math.max(closedMax, 1));
  const trades = tradesLots.map((lots) => {
    vpin.addTrade(lots);
    all.addTrade(lots);
    const value = Number.isNaN(vpin.value) ? null : vpin.value;
    return { trade: lots / scale, bucketsClosed: vpin.closedCount, value };
  });
  return {
    bucket: bucketLots / scale,
    n: bucketCount,
    bucketImbalances: all.bucketImbalances.map((lots) => lots / scale),
    trades,
    values: trades.map((trade) => trade.value),
    value: trades.at(-1)?.value ?? null,
  };
}

function parseVolume(text: string, decimals: number, flag: string): number {
  try {
    return parseScaled(text, decimals);
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    throw new PaperUsageError(`--${flag}: ${error.message}`, { cause: error });
  }
}

export const vpinPaper: Paper = {
  name: 'vpin-2012',
  about:
    'Imbalance of each closed volume bucket, and VPIN after each trade (null before n buckets).',
  example: '--bucket 100 --n 2 --trades 60,-25,40,-75,80',
  flags: {
    bucket: { placeholder: 'VOLUME', about: 'volume of one bucket', required: true },
    n: { placeholder: 'COUNT', about: 'buckets in the average', required: true },
    trades: {
      placeholder: 'LIST',
      about: 'signed volumes: bought 60, sold -25, ...',
      required: true,
    },
  },
  compute: computeVpin,
};

if (import.meta.main) runPaperProgram(vpinPaper);
