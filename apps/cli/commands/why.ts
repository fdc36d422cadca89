import { ExitCode } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { findSession, inSession } from '#apps/cli/session-directory.ts';
import { openReplay, replayUntil } from '#compose/replay.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import type { SystemHealth } from '#contracts/system-health.ts';
import { topLayerReason } from '#research/measure/reason-shares.ts';
import { type KillFigures, killWords, reasonWords } from '#research/measure/reason-words.ts';
import { formatSteps } from '#units/decimal-text.ts';
import { readTime } from './backtest.ts';

export interface WhyOptions {
  readonly side?: 'bid' | 'ask';
  readonly at?: string;
  readonly json?: boolean;
}

/** `why`: replays a session to a moment and says why each side is, or is not, quoted there. */
export async function runWhy(path: string, options: WhyOptions): Promise<ExitCode> {
  const directory = findSession(path);
  return inSession(directory, () => explainSession(directory, options));
}

async function explainSession(directory: string, options: WhyOptions): Promise<ExitCode> {
  const until = readTime(options.at, '--at') ?? Number.POSITIVE_INFINITY;
  const replay = await openReplay(directory, { emit: () => undefined });
  let atMicros = 0;
  const onApplied = (event: { readonly atMicros: number }): void => {
    atMicros = event.atMicros;
  };
  replayUntil(replay, until, onApplied, options.at === undefined);
  const { engine, setup } = replay;
  const quotes = engine.pricing.quotes;
  const instrument = setup.instruments[0] as Instrument;
  const wanted = [quotes.bid, quotes.ask].filter(
    (side) => options.side === undefined || nameOf(side.side) === options.side,
  );
  const { health } = engine.ops;
  const kill: KillFigures = {
    reason: health.killReason,
    measured: health.killMeasured,
    limit: health.killLimit,
  };
  const sides = wanted.map((side) => explain(side, instrument, kill));
  const answer = {
    session: directory,
    symbol: setup.symbol,
    profile: setup.profile,
    atMicros,
    at: new Date(atMicros / 1000).toISOString(),
    fairTicks: quotes.fairTicks,
    fair: (quotes.fairTicks * instrument.priceUnitsPerTick) / 1e8,
    killed: killedFacts(health),
    sides,
  };
  if (options.json === true) writeJson(answer);
  else describe(answer);
  return ExitCode.OK;
}

function nameOf(side: Side): 'bid' | 'ask' {
  return side === Side.BUY ? 'bid' : 'ask';
}

/** The kill decision in words; null: the session was not killed until that moment. */
function killedFacts(health: SystemHealth): Killed | null {
  if (!health.shouldKill) return null;
  return {
    at: new Date(health.killedAtMicros / 1000).toISOString(),
    words: killWords(health.killReason, health.killMeasured, health.killLimit),
  };
}

function explain(side: QuoteSide, instrument: Instrument, kill: KillFigures) {
  const reason = topLayerReason(side);
  const code =
    Object.entries(NoQuoteReason).find(([, value]) => value === reason)?.[0] ?? 'UNKNOWN';
  return {
    side: nameOf(side.side),
    reason: code,
    needed: side.needed,
    available: side.available,
    words: reasonWords(reason, side.needed, side.available, kill),
    layers: side.levels
      .filter((level) => level.quantityLots > 0)
      .map((level) => ({
        layer: `L${level.layer}`,
        price: formatSteps(level.priceTicks, instrument.tick),
        quantity: formatSteps(level.quantityLots, instrument.step),
        edge: { ...level.edge },
      })),
  };
}

interface Killed {
  readonly at: string;
  readonly words: string;
}

type Answer = {
  readonly symbol: string;
  readonly profile: string;
  readonly at: string;
  readonly fair: number;
  readonly killed: Killed | null;
  readonly sides: readonly ReturnType<typeof explain>[];
};

function describe(answer: Answer): void {
  say(`${answer.symbol}, profile ${answer.profile}, at ${answer.at}, fair ${answer.fair}`);
  if (answer.killed !== null) say(`  killed at ${answer.killed.at}: ${answer.killed.words}`);
  for (const side of answer.sides) {
    const quoted =
      side.layers.length > 0
        ? `quoted at ${side.layers.map((layer) => `${layer.layer} ${layer.price} x ${layer.quantity}`).join(', ')}`
        : 'not quoted';
    say(`  ${side.side}: ${quoted}`);
    const which = side.layers.length > 0 ? 'no L0: ' : '';
    if (side.reason !== 'NONE') say(`    ${which}${side.reason}: ${side.words}`);
    for (const { layer, edge } of side.layers) {
      say(
        `    ${layer} stands ${edge.distanceBps.toFixed(2)} bp from fair: fee ${edge.makerFeeBps.toFixed(2)} + adverse selection ${edge.adverseSelectionBps.toFixed(2)} + stale ${edge.staleCostBps.toFixed(2)} + hedge ${edge.hedgeCostBps.toFixed(2)} + funding and basis ${edge.fundingBasisBps.toFixed(2)} + skew ${edge.inventorySkewBps.toFixed(2)} + margin ${edge.marginBps.toFixed(2)}`,
      );
    }
  }
}
