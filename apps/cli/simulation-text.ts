import type { CampaignSummary } from '#research/fault-campaign/campaign.ts';
import { speedOf } from '#research/fault-campaign/campaign-json.ts';
import { say } from './output.ts';

const UNHIT_SHOWN = 12;
const VIOLATIONS_SHOWN = 20;

/** What a campaign of the fault world came to, for people, on stderr. */
export function describeCampaign(summary: CampaignSummary, wallSeconds: number): void {
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
  say(`cells (fault x order state): ${cells.hit} of ${cells.total} hit`);
  if (cells.unhit.length > 0) say(`  not hit: ${shortened(cells.unhit)}`);
  for (const one of summary.invariants) {
    if (!one.isApplicable) say(`  invariant ${one.number} not yet: ${one.why}`);
    else if (one.count === 0) say(`  invariant ${one.number} (${one.title}) was never evaluated`);
  }
  showViolations(summary);
  for (const shortcoming of summary.shortcomings) say(`too little: ${shortcoming}`);
  say(`result: ${summary.outcome}`);
}

function showViolations({ results, violationCount }: CampaignSummary): void {
  const violations = results.flatMap((result) => result.violations);
  const kept = violations.length;
  say(`violations: ${violationCount}${kept < violationCount ? ` (text kept of ${kept})` : ''}`);
  const shown = new Set<string>();
  for (const { invariant, title, detail, seed, event, repeat } of violations) {
    // One broken promise often breaks at every event after it.
    const kind = `${seed} ${invariant}`;
    if (shown.has(kind) || shown.size === VIOLATIONS_SHOWN) continue;
    shown.add(kind);
    say(`  seed ${seed}, event ${event}, invariant ${invariant} (${title}): ${detail}`);
    say(`    again: ${repeat}`);
  }
}

function listed(counts: Readonly<Record<string, number>>): string {
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  return rows.length === 0 ? 'none' : rows.map(([name, count]) => `${name} ${count}`).join(', ');
}

function shortened(names: readonly string[]): string {
  const rest = names.length - UNHIT_SHOWN;
  const shown = names.slice(0, UNHIT_SHOWN).join(', ');
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}
