import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import { REGIME_NAMES } from '#contracts/configuration/simulation-configuration.ts';
import {
  type DepthFacts,
  depthFacts,
  type ImpactFacts,
  impactFacts,
  type MarkoutFacts,
  markoutFacts,
  type SpreadFacts,
  spreadFacts,
  type TradeFacts,
  tradeFacts,
} from './flow-facts.ts';
import { PlaceboQuoter, type PlaceboResult } from './placebo-quoters.ts';
import {
  type BasisFacts,
  basisFacts,
  type LeadLagFacts,
  leadLagFacts,
  type MemoryFacts,
  memoryFacts,
  type ReturnFacts,
  returnFacts,
} from './price-facts.ts';
import { type RecordedMarket, recordMarket } from './recorded-market.ts';

/** Everything measured about one session. */
export interface MarketFacts {
  readonly hours: number;
  readonly returns: readonly ReturnFacts[];
  readonly memory: MemoryFacts;
  readonly spread: SpreadFacts;
  readonly depth: DepthFacts;
  readonly trades: TradeFacts;
  readonly impact: ImpactFacts;
  readonly leadLag: LeadLagFacts;
  readonly basis: BasisFacts;
  readonly markout: MarkoutFacts;
}

/** One regime held for the whole session, with the two placebos in it. */
export interface RegimeFacts {
  readonly regime: RegimeName;
  readonly facts: MarketFacts;
  readonly naive: PlaceboResult;
  readonly random: PlaceboResult;
}

export interface FactsOptions {
  readonly symbol: string;
  readonly seed: number;
  readonly hours: number;
  readonly regime: RegimeName | null;
}

export function measure(session: RecordedMarket): MarketFacts {
  const { tape, spot, perp, seconds } = session;
  return {
    hours: seconds / 3600,
    returns: [1, 10, 60].map((horizon) => returnFacts(tape, horizon)),
    memory: memoryFacts(tape, 10),
    spread: spreadFacts(tape, session.stepTicks),
    depth: depthFacts(tape, spot),
    trades: tradeFacts(tape, spot, seconds),
    impact: impactFacts(tape, spot),
    leadLag: leadLagFacts(tape),
    basis: basisFacts(tape, perp.priceUnitsPerTick / spot.priceUnitsPerTick),
    markout: markoutFacts(tape),
  };
}

/** Each regime (or the one asked for) held for `hours`, with both placebos quoting in it. */
export function measureRegimes(options: FactsOptions): RegimeFacts[] {
  const names = options.regime === null ? REGIME_NAMES : [options.regime];
  return names.map((regime) => measureRegime({ ...options, regime }));
}

function measureRegime(options: FactsOptions & { readonly regime: RegimeName }): RegimeFacts {
  const quoters: PlaceboQuoter[] = [];
  const session = recordMarket({
    ...options,
    onBuilt: (market) => {
      for (const name of ['naive', 'random'] as const) {
        const quoter = new PlaceboQuoter(market, name, options.seed);
        quoters.push(quoter);
        quoter.start();
      }
    },
  });
  const [naive, random] = quoters.map((quoter) => quoter.result());
  if (naive === undefined || random === undefined) throw new Error('both placebos must have run');
  return { regime: options.regime, facts: measure(session), naive, random };
}
