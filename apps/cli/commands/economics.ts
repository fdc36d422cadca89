import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { type FeeTier, findFeeTier } from '#adapters/config/fee-tiers.ts';
import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { type ConfigOptions, loadFromOptions } from '#apps/cli/config-options.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { splitByMarket } from '#apps/cli/recording-files.ts';
import {
  resolveInstruments,
  resolveSession,
  type SessionSetup,
  SessionSetupError,
  syntheticStartPrice,
} from '#compose/session-setup.ts';
import { accountTier, assessEconomics, type MarketSample } from '#research/economics/economics.ts';
import { economicsJson } from '#research/economics/economics-json.ts';
import { describeEconomics, type SampleOrigin } from '#research/economics/economics-words.ts';
import { sampleRecordings, sampleSynthetic } from '#research/economics/sample-sources.ts';
import type { PriceUnits } from '#units/integers.ts';

export interface EconomicsOptions extends ConfigOptions {
  readonly tier?: string;
  readonly data?: readonly string[];
}

/** How much of the synthetic market is looked at without recordings: two hours take some seconds. */
const SYNTHETIC_SECONDS = 7_200;
/** Any price does where nothing in it depends on the price: recordings bring their own. */
const NO_PRICE = 100_000_000 as PriceUnits;

/** `economics`: can this instrument be quoted at this fee tier, where, and what is needed. */
export async function runEconomics(options: EconomicsOptions): Promise<ExitCode> {
  const asked = askedTier(options.tier);
  const loaded = loadFromOptions(options);
  const measured =
    options.data === undefined
      ? measureSynthetic(loaded)
      : await measureFiles(loaded, options.data);
  const { setup, sample, origin } = measured;
  if (!Number.isFinite(sample.priceTicks)) {
    throw usageError(
      'the recording never shows a whole book: nothing can be measured',
      options.data?.join(', ') ?? 'the synthetic market',
      'give recordings with a depth snapshot or a bookTicker stream',
    );
  }
  const answer = assessEconomics({ setup, sample, tier: asked ?? accountTier(setup) });
  if (options.json === true) writeJson(economicsJson(answer, origin));
  else for (const line of describeEconomics(answer, origin)) say(line);
  return ExitCode.OK;
}

/** The tier of `--tier`; null: the account's own. Whether the account holds BNB is no matter here. */
function askedTier(name: string | undefined): FeeTier | null {
  if (name === undefined) return null;
  const tier = findFeeTier(name);
  if (tier !== null) return tier;
  throw usageError(
    `no fee tier is called "${name}"`,
    '--tier',
    'use VIP0 to VIP9, ZERO or REBATE, optionally with +BNB',
  );
}

interface Measured {
  readonly setup: SessionSetup;
  readonly sample: MarketSample;
  readonly origin: SampleOrigin;
}

function measureSynthetic(loaded: LoadedConfiguration): Measured {
  const { configuration } = loaded;
  const startPrice = syntheticStartPrice(configuration);
  if (startPrice === null) {
    throw new SessionSetupError(
      loaded.problemAt(
        'simulation.startPrice',
        `no start price is bundled for ${configuration.symbol}`,
        'Set simulation.startPrice to a decimal in quotes, or measure recordings with --data',
      ),
    );
  }
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  const setup = resolveSession(loaded, instruments, startPrice, 'synthetic');
  const sample = sampleSynthetic(configuration, setup, SYNTHETIC_SECONDS);
  const words = `${minutes(sample.seconds)} of the synthetic market, regime ${configuration.simulation.regime}, seed ${configuration.seed}`;
  return { setup, sample, origin: { isSynthetic: true, words } };
}

async function measureFiles(
  loaded: LoadedConfiguration,
  files: readonly string[],
): Promise<Measured> {
  const { spot, perpetual } = await splitByMarket(files);
  if (spot.length === 0) {
    throw usageError(
      'no spot recording among the files: there is nothing to quote',
      `--data ${files.join(' ')}`,
      'name at least one recording of the spot market',
    );
  }
  const { configuration } = loaded;
  const instruments = resolveInstruments(loaded, configuration.hedge === 'perpetual');
  const setup = resolveSession(loaded, instruments, NO_PRICE, 'recording');
  const isHedgeMeasured = perpetual.length > 0 && instruments.length > 1;
  const sample = await sampleRecordings(setup, isHedgeMeasured ? [spot, perpetual] : [spot]);
  const names = files.map((file) => file.split(/[\\/]/).at(-1)).join(', ');
  const words = `${minutes(sample.seconds)} of recordings: ${names}`;
  return { setup, sample, origin: { isSynthetic: false, words } };
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} minutes`;
}
