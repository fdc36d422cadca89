import type { CellVerdict } from '#compose/fault-cells.ts';
import { SimulationOutcome, type SimulationResult } from '#compose/simulation-result.ts';
import type { CampaignSummary } from '#research/fault-campaign/campaign.ts';
import { speedOf } from '#research/fault-campaign/campaign-json.ts';
import { say } from './output.ts';

const FAILURES_SHOWN = 20;

/** What a campaign of the fault world came to, for people, on stderr. */
export function describeCampaign(
  summary: CampaignSummary,
  wallSeconds: number,
  build: string,
): void {
  const { seeds, hours, events, ownFills, cells } = summary;
  say('');
  say(
    `${seeds} ${seeds === 1 ? 'seed' : 'seeds'} x ${hours} h in ${wallSeconds.toFixed(0)} s ` +
      `(${speedOf(summary, wallSeconds)} x real time)`,
  );
  say(
    `events: ${events.total}, market ${events.market} (median ${events.medianMarketPerHour} an hour), ` +
      `own fills ${ownFills.total} (median ${ownFills.medianPerHour} an hour)`,
  );
  say(`messages that could not be read and were refused: ${summary.badFrames}`);
  say(
    `lives ${summary.lives}, kills ${summary.kills}, slowest recovery ` +
      `${summary.slowestRecoverySeconds.toFixed(1)} s of market time`,
  );
  say(`faults that met a live order: ${summary.faultsOnLiveOrders}`);
  say(`faults: ${listed(summary.faults)}`);
  describeCells(cells);
  for (const one of summary.invariants) {
    if (!one.isApplicable) say(`  invariant ${one.number} not yet: ${one.why}`);
    else if (one.count === 0) say(`  invariant ${one.number} (${one.title}) was never evaluated`);
  }
  showFailures(summary, build);
  for (const shortcoming of summary.shortcomings) say(`too little: ${shortcoming}`);
  say(`result: ${summary.outcome}`);
}

/** Every cell that was not hit has a name: it was never tested. */
function describeCells({ hit, total, unhit, unreachable, unexpected }: CellVerdict): void {
  say(`cells (fault x order state): ${hit} of the ${total} that can be hit`);
  if (unhit.length > 0) say(`  not hit: ${unhit.join(', ')}`);
  for (const { why, cells } of unreachable) say(`  out of reach: ${cells.join(', ')} (${why})`);
  if (unexpected.length > 0) say(`  hit although out of reach: ${unexpected.join(', ')}`);
}

/** Each seed that failed with what it takes to see it again, and what it broke. */
function showFailures({ results, violationCount }: CampaignSummary, build: string): void {
  const kept = results.reduce((sum, { violations }) => sum + violations.length, 0);
  say(`violations: ${violationCount}${kept < violationCount ? ` (text kept of ${kept})` : ''}`);
  const failed = results.filter(({ outcome }) => outcome !== SimulationOutcome.OK);
  for (const result of failed.slice(0, FAILURES_SHOWN)) showFailure(result, build);
  const rest = failed.length - FAILURES_SHOWN;
  if (rest > 0) say(`  and ${rest} more seeds failed`);
}

function showFailure({ seed, outcome, violations, repeat }: SimulationResult, build: string): void {
  say(`  seed ${seed} of program ${build} ended ${outcome}; again: ${repeat}`);
  if (violations.length === 0) say('    no process was left running at its end');
  const shown = new Set<number>();
  for (const { invariant, title, detail, event } of violations) {
    // One broken promise often breaks at every event after it.
    if (shown.has(invariant)) continue;
    shown.add(invariant);
    say(`    event ${event}, invariant ${invariant} (${title}): ${detail}`);
  }
}

function listed(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  return rows.length === 0 ? 'none' : rows.map(([name, count]) => `${name} ${count}`).join(', ');
}
