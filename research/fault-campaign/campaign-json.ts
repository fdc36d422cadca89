import { createHash } from 'node:crypto';
import type { CampaignSummary } from './campaign.ts';

/** The answer of `simulate --json`; its names are a contract with scripts. */
export function campaignJson(summary: CampaignSummary, wallSeconds: number): object {
  const { results, hours } = summary;
  return {
    seeds: summary.seeds,
    hours,
    outcome: summary.outcome,
    shortcomings: summary.shortcomings,
    violations: results.flatMap(({ violations }) => violations),
    violationCount: summary.violationCount,
    events: summary.events,
    badFrames: summary.badFrames,
    ownFills: summary.ownFills,
    faults: summary.faults,
    faultsOnLiveOrders: summary.faultsOnLiveOrders,
    cells: summary.cells,
    invariants: summary.invariants,
    lives: summary.lives,
    kills: summary.kills,
    slowestRecoverySeconds: summary.slowestRecoverySeconds,
    speed: speedOf(summary, wallSeconds),
    wallSeconds,
    hashes: combinedHashes(summary),
    runs: results.map(
      ({ seed, outcome, events, badFrames, ownFills, lives, hashes, trace, ...one }) => ({
        ...{ seed, outcome, events: events.market, badFrames, ownFills, lives },
        ...{ violationCount: one.violationCount, repeat: one.repeat },
        hashes: { ...hashes, trace },
      }),
    ),
  };
}

/** Simulated seconds per second of the wall clock, all threads together. */
export function speedOf({ seeds, hours }: CampaignSummary, wallSeconds: number): number {
  return Math.round((seeds * hours * 3_600) / Math.max(wallSeconds, 1e-3));
}

/** One hash of each kind over all seeds in their order: equal campaigns, equal hashes. */
function combinedHashes({ results }: CampaignSummary): Readonly<Record<string, string>> {
  const combined = (of: (index: number) => string): string => {
    const hash = createHash('sha256');
    for (const index of results.keys()) hash.update(of(index));
    return hash.digest('hex');
  };
  return {
    journal: combined((index) => results[index]?.hashes.journal ?? ''),
    state: combined((index) => results[index]?.hashes.state ?? ''),
    commands: combined((index) => results[index]?.hashes.commands ?? ''),
    trace: combined((index) => results[index]?.trace ?? ''),
  };
}
