import { shareWords } from '#research/measure/reason-words.ts';
import type { Summary } from '#research/measure/summary.ts';
import { say } from './output.ts';

/** What a run must show to count as one: a run in which nothing happens is a failed run. */
export interface RunMinimum {
  readonly events: number;
  readonly orders: number;
  readonly fills: number;
  readonly met: boolean;
  /** What was below the minimum, in words. */
  readonly shortfalls: readonly string[];
}

/** Least market events per second of market time. */
const EVENTS_PER_SECOND_LEAST = 1;
/** Every profile must have sent an order after this long; the touch joiners must have been filled. */
const ORDER_EXPECTED_AFTER_SECONDS = 5;
const FILL_EXPECTED_AFTER_SECONDS = 60;
/** Quoting less than this share of the time asks for its reasons; smaller shares than the second are left out. */
const HALF = 0.5;
const SHARE_SHOWN_LEAST = 0.01;

/**
 * The stated minimum of a run. The floor profile may rightly stay unfilled: it quotes only where it
 * pays; then its reasons are the result. The others must trade. Without a live book nothing counts.
 */
export function runMinimum(summary: Summary): RunMinimum {
  const seconds = (summary.time.toMicros - summary.time.fromMicros) / 1e6;
  const events = Math.floor(seconds * EVENTS_PER_SECOND_LEAST);
  const isExpectedToFill = summary.profile !== 'floor' && seconds >= FILL_EXPECTED_AFTER_SECONDS;
  const fills = isExpectedToFill ? 1 : 0;
  const orders = seconds >= ORDER_EXPECTED_AFTER_SECONDS ? 1 : 0;
  const shortfalls: string[] = [];
  if (summary.quoting.liveBookRatio === 0) {
    shortfalls.push('the book was never live: no usable snapshot, or the market data is broken');
  }
  if (summary.events.market < events) {
    shortfalls.push(`${summary.events.market} market events, at least ${events} are expected`);
  }
  if (summary.orders.sent < orders) shortfalls.push('not one order was sent');
  if (summary.fills.count < fills) shortfalls.push('not one own fill');
  return { events, orders, fills, met: shortfalls.length === 0, shortfalls };
}

/** Well: above its minimum, nothing left open, and not stopped by a limit. */
export function endedWell(summary: Summary, minimum: RunMinimum): boolean {
  const { killSwitch } = summary.risk;
  const isKilled = killSwitch !== null && killSwitch.reason !== 'OPERATOR';
  return minimum.met && summary.orders.openAtEnd === 0 && !isKilled;
}

/**
 * Why a session that showed both sides less than half of the time, or seldom its top layer, did not:
 * the reasons by their share of live-book time. Null when there is nothing to explain.
 */
export function whyNotQuoted({ quoting }: Summary): string | null {
  const refusals = quoting.reasons.filter((one) => one.reason !== 'NONE');
  const refusedShare = refusals.reduce((sum, one) => sum + one.share, 0);
  const isOneSided = quoting.twoSidedRatio < HALF;
  if (refusals.length === 0 || (!isOneSided && refusedShare <= HALF)) return null;
  const shown = refusals.filter((one, index) => index === 0 || one.share >= SHARE_SHOWN_LEAST);
  const what = isOneSided ? 'why not quoted' : 'why no top layer';
  return `${what}: ${shown.map(shareWords).join(', ')}`;
}

/** The summary for people, on stderr. */
export function describeSummary(summary: Summary, directory: string, minimum: RunMinimum): void {
  const { orders, fills, quoting, hedge, pnl, economics, hashes } = summary;
  say('');
  say(
    `${summary.symbol} ${summary.world}, profile ${summary.profile}, seed ${summary.seed}, feed ${summary.feed}`,
  );
  say(
    `  events      ${summary.events.total} (${summary.events.market} market), ${summary.events.perSecond}/s`,
  );
  say(
    `  orders      ${orders.sent} sent, ${orders.acked} acked, ${orders.rejected} rejected, ${orders.canceled} canceled, ${orders.amended} amended, ${orders.openAtEnd} open at the end`,
  );
  say(
    `  own fills   ${fills.count} (${fills.maker} maker, ${fills.taker} taker), notional ${fills.notional} ${pnl.currency}`,
  );
  say(
    `  hedge       ${hedge.fills} fills, net delta ${hedge.netDelta}, inside its band ${percent(hedge.insideBandRatio)}`,
  );
  say(
    `  quoting     both sides ${percent(quoting.twoSidedRatio)} of live-book time, ${quoting.averageSpreadBps} bp wide`,
  );
  const why = whyNotQuoted(summary);
  if (why !== null) say(`              ${why}`);
  say(
    `  net PnL     ${pnl.total} ${pnl.currency} = spread ${pnl.spreadCapture} + inventory ${pnl.inventory} + hedge ${pnl.hedgeExecution} + fees ${pnl.fees} + funding ${pnl.funding} (residual ${pnl.residual})`,
  );
  say(`  verdict     ${economics.colour}: ${economics.verdict}`);
  say(`              ${economics.evidence}`);
  for (const tier of economics.tiers)
    say(`    same fills at ${tier.tier.padEnd(9)} ${tier.net} ${pnl.currency}`);
  const refused = Object.entries(summary.risk.rejections).map(
    ([code, count]) => `${code} ${count}`,
  );
  if (refused.length > 0) say(`  refused     ${refused.join(', ')}`);
  const { killSwitch, pulled } = summary.risk;
  if (killSwitch !== null) {
    const when = new Date(killSwitch.atMicros / 1000).toISOString();
    say(`  KILLED      at ${when}: ${killSwitch.words}`);
  }
  if (pulled !== null) {
    say(
      `  PULLED      ${pulled.reason}: lost ${pulled.measuredBps.toFixed(1)} bp today, allowed ${pulled.limitBps} bp`,
    );
  }
  if (hashes !== null) {
    say(`  hashes      journal ${hashes.journal}`);
    say(`              state ${hashes.state}`);
    say(`              commands ${hashes.commands}`);
  }
  say(`  session     ${directory}`);
  for (const shortfall of minimum.shortfalls) say(`  FAILED      below the minimum: ${shortfall}`);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`;
}
