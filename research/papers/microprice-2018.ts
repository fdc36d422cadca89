/**
 * Stoikov's micro-price (Quantitative Finance 18(12) 2018): the table G*(imbalance, spread), estimated
 * by the production chain (`engine/domains/pricing/micro-price-table.ts`; MODELS.md §1) from a file
 * of book states or from a seeded synthetic book.
 */
import { readFileSync } from 'node:fs';
import { MicroPriceChain } from '#domains/pricing/micro-price-table.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

const OBSERVATIONS_MAX = 50_000_000;

/** Receives the book's states in order of time. */
type StateSink = (imbalance: number, spreadTicks: number, midHalfTicks: number) => void;

/**
 * A synthetic book: log odds of the imbalance revert to zero, the mid moves more often toward the
 * thin side, and a move leaves a fresh book that leans the other way a little.
 */
function produceStates(observations: number, seed: number, sink: StateSink): void {
  const random = new SeededRandom(seed);
  let odds = 0;
  let spreadTicks = 1;
  let midHalfTicks = 32_467;
  for (let index = 0; index < observations; index++) {
    const imbalance = 1 / (1 + Math.exp(-odds));
    sink(imbalance, spreadTicks, midHalfTicks);
    odds = 0.95 * odds + 0.4 * random.normal();
    if (!random.chance(0.1)) continue;
    const direction = random.chance(imbalance) ? 1 : -1;
    // A spread of one tick has its mid between ticks, one of two ticks on a tick.
    const widens = random.chance(spreadTicks === 1 ? 0.2 : 0.7);
    midHalfTicks += direction * (widens ? 1 : 2);
    if (widens) spreadTicks = 3 - spreadTicks;
    odds = -0.5 * direction + 0.5 * random.normal();
  }
}

/** Lines "imbalance,spreadTicks,midHalfTicks"; empty lines and # comments are skipped. */
function readStates(file: string, sink: StateSink): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new PaperUsageError(`--data: cannot read "${file}"`, { cause: error });
  }
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [imbalance = Number.NaN, spread = 0, mid = Number.NaN] = trimmed.split(',').map(Number);
    const isValid =
      imbalance >= 0 && imbalance <= 1 && Number.isInteger(spread) && Number.isInteger(mid);
    if (!isValid) {
      throw new PaperUsageError(
        `--data: line ${index + 1} of "${file}" is not imbalance (0..1),spreadTicks,midHalfTicks: "${trimmed}"`,
      );
    }
    sink(imbalance, spread, mid);
  }
}

function compute(flags: PaperFlags): object {
  const buckets = flags.wholeNumber('buckets', 10);
  const spreads = flags.wholeNumber('spreads', 2);
  if (buckets < 1 || spreads < 1 || buckets * spreads > 100) {
    throw new PaperUsageError(
      `--buckets x --spreads must be 1 to 100, not ${buckets} x ${spreads}`,
    );
  }
  const chain = new MicroPriceChain(buckets, spreads);
  let lastState = -1;
  let lastMid = 0;
  let dropped = 0;
  const sink: StateSink = (imbalance, spreadTicks, midHalfTicks) => {
    const state = chain.stateOf(imbalance, spreadTicks);
    const isPair = state >= 0 && lastState >= 0;
    if (isPair && !chain.add(lastState, state, midHalfTicks - lastMid)) dropped += 1;
    lastState = state;
    lastMid = midHalfTicks;
  };
  if (flags.has('data')) {
    readStates(flags.text('data'), sink);
  } else {
    const observations = flags.wholeNumber('observations', 200_000);
    if (observations < 2 || observations > OBSERVATIONS_MAX) {
      throw new PaperUsageError(`--observations must be 2 to ${OBSERVATIONS_MAX}`);
    }
    produceStates(observations, flags.wholeNumber('seed', 1), sink);
  }
  if (chain.observationCount === 0) {
    throw new PaperUsageError(
      'no two states in a row inside the table: check --data and --spreads',
    );
  }
  chain.solve();
  return {
    buckets,
    spreads,
    transitions: chain.observationCount,
    droppedJumps: dropped,
    table: Array.from({ length: spreads }, (_, row) => ({
      spreadTicks: row + 1,
      adjustmentTicks: [...chain.adjustmentTicks.slice(row * buckets, (row + 1) * buckets)],
    })),
    checks: chain.checks(),
  };
}

export const micropricePaper: Paper = {
  name: 'microprice-2018',
  about:
    'G* in ticks by spread and imbalance bucket (little bid first), with the checks that must be near 0.',
  example: '--buckets 10 --spreads 2 --observations 200000 --seed 1',
  flags: {
    buckets: { placeholder: 'COUNT', about: 'imbalance buckets (10)' },
    spreads: { placeholder: 'COUNT', about: 'spreads of 1 to COUNT ticks (2)' },
    observations: { placeholder: 'COUNT', about: 'states of the synthetic book (200000)' },
    seed: { placeholder: 'NUMBER', about: 'seed of the synthetic book (1)' },
    data: {
      placeholder: 'FILE',
      about: 'book states instead: lines imbalance,spreadTicks,midHalfTicks on a fixed time step',
    },
  },
  compute,
};

if (import.meta.main) runPaperProgram(micropricePaper);
