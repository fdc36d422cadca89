/**
 * The experiment of Avellaneda and Stoikov (Quantitative Finance 8(3) 2008, section 3.3): the
 * inventory strategy against the symmetric one, and single quotes, through the production formulas
 * (`engine/domains/pricing/avellaneda-stoikov.ts`; MODELS.md §3.1).
 */
import {
  averageOptimalSpread,
  optimalSpread,
  reservationPrice,
} from '#domains/pricing/avellaneda-stoikov.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { type Paper, type PaperFlags, PaperUsageError, runPaperProgram } from './paper-command.ts';

const START_PRICE = 100;
const STEPS_MAX = 1_000_000_000;

interface Experiment {
  readonly paths: number;
  readonly gamma: number;
  readonly sigma: number;
  readonly k: number;
  readonly intensity: number;
  readonly horizon: number;
  readonly dt: number;
  readonly seed: number;
}

/** Running mean and sample deviation (Welford). */
class Moments {
  private count = 0;
  private center = 0;
  private squares = 0;

  add(value: number): void {
    this.count += 1;
    const before = value - this.center;
    this.center += before / this.count;
    this.squares += before * (value - this.center);
  }

  get mean(): number {
    return this.center;
  }

  get deviation(): number {
    return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : 0;
  }
}

/**
 * Runs all paths of one strategy. In each step quotes are set before the mid moves by +-sigma
 * sqrt(dt), and each side fills at most once, with probability min(1, A e^(-k d) dt): the paper's
 * discretisation. 1 - e^(-lambda dt) would give visibly fewer fills.
 */
function runStrategy(experiment: Experiment, isSymmetric: boolean): object {
  const random = new SeededRandom(experiment.seed, isSymmetric ? 1 : 0);
  const spreads = new Moments();
  const profits = new Moments();
  const inventories = new Moments();
  const end: PathEnd = { profit: 0, inventory: 0 };
  for (let path = 0; path < experiment.paths; path++) {
    runPath(experiment, isSymmetric, random, spreads, end);
    profits.add(end.profit);
    inventories.add(end.inventory);
  }
  return {
    averageSpread: spreads.mean,
    profitMean: profits.mean,
    profitStd: profits.deviation,
    finalInventoryMean: inventories.mean,
    finalInventoryStd: inventories.deviation,
  };
}

/** How one path ended; refilled. */
interface PathEnd {
  profit: number;
  inventory: number;
}

function runPath(
  experiment: Experiment,
  isSymmetric: boolean,
  random: SeededRandom,
  spreads: Moments,
  end: PathEnd,
): void {
  const { gamma, sigma, k, horizon, dt } = experiment;
  const steps = Math.round(horizon / dt);
  const move = sigma * Math.sqrt(dt);
  const constantSpread = averageOptimalSpread(gamma, sigma, k, horizon);
  let mid = START_PRICE;
  let inventory = 0;
  let cash = 0;
  for (let step = 0; step < steps; step++) {
    const left = horizon - step * dt;
    const center = isSymmetric ? mid : reservationPrice(mid, inventory, gamma, sigma, left);
    const spread = isSymmetric ? constantSpread : optimalSpread(gamma, sigma, k, left);
    const bid = center - spread / 2;
    const ask = center + spread / 2;
    spreads.add(spread);
    if (random.chance(fillChance(experiment, mid - bid))) {
      inventory += 1;
      cash -= bid;
    }
    if (random.chance(fillChance(experiment, ask - mid))) {
      inventory -= 1;
      cash += ask;
    }
    mid += random.chance(0.5) ? move : -move;
  }
  end.profit = cash + inventory * mid;
  end.inventory = inventory;
}

function fillChance(experiment: Experiment, distance: number): number {
  const { intensity, k, dt } = experiment;
  return Math.min(1, intensity * Math.exp(-k * distance) * dt);
}

function computeQuote(flags: PaperFlags): object {
  const gamma = flags.positive('gamma');
  const sigma = flags.positive('sigma');
  const tau = flags.number('tau');
  if (tau < 0) throw new PaperUsageError(`--tau must be 0 or more, not ${tau}`);
  const center = reservationPrice(flags.number('s'), flags.number('q'), gamma, sigma, tau);
  const spread = optimalSpread(gamma, sigma, flags.positive('k'), tau);
  return { reservationPrice: center, bid: center - spread / 2, ask: center + spread / 2, spread };
}

function compute(flags: PaperFlags): object {
  if (flags.has('quote')) return computeQuote(flags);
  const experiment: Experiment = {
    paths: flags.wholeNumber('paths', 1_000),
    gamma: flags.positive('gamma', 0.1),
    sigma: flags.positive('sigma', 2),
    k: flags.positive('k', 1.5),
    intensity: flags.positive('A', 140),
    horizon: flags.positive('T', 1),
    dt: flags.positive('dt', 0.005),
    seed: flags.wholeNumber('seed', 1),
  };
  const { paths, horizon, dt } = experiment;
  if (paths < 1) throw new PaperUsageError(`--paths must be at least 1, not ${paths}`);
  if (dt > horizon) throw new PaperUsageError(`--dt must not exceed --T: ${dt} > ${horizon}`);
  if (paths * (horizon / dt) > STEPS_MAX) {
    throw new PaperUsageError(`more than ${STEPS_MAX} steps: take fewer --paths or a larger --dt`);
  }
  return {
    parameters: { ...experiment, startPrice: START_PRICE },
    inventory: runStrategy(experiment, false),
    symmetric: runStrategy(experiment, true),
  };
}

export const avellanedaStoikovPaper: Paper = {
  name: 'avellaneda-stoikov-2008',
  about:
    'Inventory strategy against the symmetric one over simulated paths, or one quote with --quote.',
  example: '--paths 1000 --gamma 0.1 --sigma 2 --k 1.5 --A 140 --T 1 --dt 0.005 --seed 1',
  flags: {
    paths: { placeholder: 'COUNT', about: 'simulated paths (1000)' },
    gamma: { placeholder: 'NUMBER', about: 'risk aversion (0.1; needed with --quote)' },
    sigma: { placeholder: 'NUMBER', about: 'volatility per root time (2; needed with --quote)' },
    k: { placeholder: 'NUMBER', about: 'decay of the fill intensity (1.5; needed with --quote)' },
    A: { placeholder: 'NUMBER', about: 'fill intensity at distance zero (140)' },
    T: { placeholder: 'TIME', about: 'length of the session (1)' },
    dt: { placeholder: 'TIME', about: 'time step (0.005)' },
    seed: { placeholder: 'NUMBER', about: 'seed of the paths (1)' },
    quote: { about: 'print the reservation price and quotes for one state instead' },
    s: { placeholder: 'PRICE', about: 'mid price, with --quote' },
    q: { placeholder: 'UNITS', about: 'inventory, with --quote' },
    tau: { placeholder: 'TIME', about: 'time left, with --quote' },
  },
  compute,
};

if (import.meta.main) runPaperProgram(avellanedaStoikovPaper);
