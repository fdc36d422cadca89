import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { ConfigProblem } from '#adapters/config/config-error.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { formatScaled } from '#units/decimal-text.ts';
import type { SessionSetup } from './session-setup.ts';

/** One relation that was checked, with its numbers: what `check-config` shows as proof. */
export interface SetupCheck {
  readonly name: string;
  /** In words, with both numbers. */
  readonly statement: string;
  /** Null when it holds. */
  readonly problem: ConfigProblem | null;
}

/** Relations between configuration and instruments. Amounts in quote units unless named otherwise. */
export function checkSetup(loaded: LoadedConfiguration, setup: SessionSetup): SetupCheck[] {
  const quoted = setup.instruments[0] as Instrument;
  const hedge = setup.instruments[1] ?? null;
  const checks = [...checkQuoteSize(loaded, setup, quoted)];
  if (hedge !== null) {
    checks.push(...checkBand(loaded, setup, hedge));
    checks.push(checkStartMargin(loaded, setup, hedge));
  }
  return checks;
}

/** Worth of one neutral top-layer quote: half the capital times the share of L0. */
export function topLayerQuoteUnits(setup: SessionSetup): number {
  const { capitalQuoteUnits, layerShareL0 } = setup.engine.pricing;
  return Math.floor((capitalQuoteUnits / 2) * layerShareL0);
}

/** Layers a neutral side has: one under the minimum notional gives its part to the next one inside. */
function layersQuoted(setup: SessionSetup, quoted: Instrument): number {
  const { capitalQuoteUnits, layerShareL0, layerShareL1 } = setup.engine.pricing;
  const { minNotionalUnits } = quoted.filters;
  const shares = [1 - layerShareL0 - layerShareL1, layerShareL1];
  let layers = 1;
  let givenUnits = 0;
  for (const share of shares) {
    const units = Math.floor((capitalQuoteUnits / 2) * Math.max(0, share)) + givenUnits;
    const isQuoted = units > 0 && units >= minNotionalUnits;
    givenUnits = isQuoted ? 0 : units;
    if (isQuoted) layers += 1;
  }
  return layers;
}

function checkQuoteSize(
  loaded: LoadedConfiguration,
  setup: SessionSetup,
  quoted: Instrument,
): SetupCheck[] {
  const top = topLayerQuoteUnits(setup);
  const { maxOrderNotional, maxOpenOrders } = loaded.configuration.limits;
  const quotes = 2 * layersQuoted(setup, quoted);
  return [
    relation(loaded, {
      name: 'top layer above the minimum notional',
      statement: `one top-layer quote is ${quote(top)}, the venue's minimum is ${quote(quoted.filters.minNotionalUnits)}`,
      holds: top >= quoted.filters.minNotionalUnits,
      path: 'pricing.capital',
      remedy: 'Raise pricing.capital or pricing.layerShareL0',
    }),
    relation(loaded, {
      name: 'top layer below the order limit',
      statement: `one top-layer quote is ${quote(top)}, limits.maxOrderNotional is ${quote(maxOrderNotional)}`,
      holds: top <= maxOrderNotional,
      path: 'limits.maxOrderNotional',
      remedy: 'Raise limits.maxOrderNotional or lower pricing.capital',
    }),
    relation(loaded, {
      name: 'all quotes may rest at once',
      statement: `two sides of layers are ${quotes} quotes, limits.maxOpenOrders is ${maxOpenOrders}`,
      holds: maxOpenOrders >= quotes,
      path: 'limits.maxOpenOrders',
      remedy: `Raise limits.maxOpenOrders to at least ${quotes}, or put more of a side into pricing.layerShareL0`,
    }),
  ];
}

function checkBand(
  loaded: LoadedConfiguration,
  setup: SessionSetup,
  hedge: Instrument,
): SetupCheck[] {
  const { hedging } = setup.engine;
  const top = topLayerQuoteUnits(setup);
  const least = 2 * hedge.filters.minNotionalUnits;
  const { maxHedgeOrderNotional } = loaded.configuration.limits;
  return [
    relation(loaded, {
      name: 'hedge band at most three top-layer quotes',
      statement: `the band is at most ${quote(hedging.bandMaxQuoteUnits)}, three top-layer quotes are ${quote(3 * top)}`,
      holds: hedging.bandMaxQuoteUnits <= 3 * top,
      path: 'hedging.bandMax',
      remedy: `Set hedging.bandMax to at most "${quote(3 * top)}" or raise pricing.capital`,
    }),
    relation(loaded, {
      name: "hedge band at least twice the perpetual's minimum notional",
      statement: `the band is at most ${quote(hedging.bandMaxQuoteUnits)}, twice the minimum notional is ${quote(least)}`,
      holds: hedging.bandMaxQuoteUnits >= least,
      path: 'hedging.bandMax',
      remedy: `Set hedging.bandMax to at least "${quote(least)}"`,
    }),
    relation(loaded, {
      name: 'a hedge of the whole band fits one order',
      statement: `the band is at most ${quote(hedging.bandMaxQuoteUnits)}, limits.maxHedgeOrderNotional is ${quote(maxHedgeOrderNotional)}`,
      holds: maxHedgeOrderNotional >= hedging.bandMaxQuoteUnits,
      path: 'limits.maxHedgeOrderNotional',
      remedy: 'Raise limits.maxHedgeOrderNotional',
    }),
  ];
}

/** Margin a position takes on top of its initial margin, before anything moved: room for the first move. */
const START_MARGIN_FACTOR = 1.2;

function checkStartMargin(
  loaded: LoadedConfiguration,
  setup: SessionSetup,
  hedge: Instrument,
): SetupCheck {
  const { account } = loaded.configuration;
  const positionUnits = Math.abs(setup.balances.positionLots ?? 0) * hedge.baseUnitsPerLot;
  const worth = (positionUnits / 1e8) * setup.startPriceUnits;
  const needed = Math.ceil((worth / account.leverage) * START_MARGIN_FACTOR);
  const { marginUnits } = setup.balances;
  return relation(loaded, {
    name: 'the margin wallet carries the hedge at the start',
    statement: `the wallet holds ${quote(marginUnits)}, the position with room to move needs ${quote(needed)}`,
    holds: marginUnits >= needed,
    path: 'account.margin',
    remedy: `Raise account.margin to at least "${quote(needed)}", lower inventory.targetNotional, or raise account.leverage`,
  });
}

interface Relation {
  readonly name: string;
  readonly statement: string;
  readonly holds: boolean;
  readonly path: string;
  readonly remedy: string;
}

function relation(
  loaded: LoadedConfiguration,
  { name, statement, holds, path, remedy }: Relation,
): SetupCheck {
  const problem = holds
    ? null
    : loaded.problemAt(path, `${name} does not hold: ${statement}`, remedy);
  return { name, statement, problem };
}

function quote(units: number): string {
  return formatScaled(units, 8).replace(/\.?0+$/, '');
}
