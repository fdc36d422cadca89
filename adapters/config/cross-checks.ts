import type { Configuration } from './configuration-schema.ts';
import { findFeeTier } from './fee-tiers.ts';

/** What is wrong between keys that are fine one by one. */
export interface CrossProblem {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Checks relations that need no instrument. The ones that do stand in `compose/resolve-session.ts`. */
export function crossChecks(configuration: Configuration): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const { limits, inventory, pricing, fees, simulation, account } = configuration;
  if (limits.leaseRenewal * 2 >= limits.leaseExpiry) {
    problems.push({
      path: 'limits.leaseRenewal',
      reason:
        'a lease must be renewed at least twice before it expires, or one late renewal pulls all quotes',
      remedy: 'Set leaseRenewal below half of leaseExpiry',
    });
  }
  if (inventory.maxDeviationNotional > inventory.targetNotional) {
    problems.push({
      path: 'inventory.maxDeviationNotional',
      reason: 'the allowed deviation is larger than the target: spot cannot go short',
      remedy: 'Lower maxDeviationNotional or raise targetNotional',
    });
  }
  const held = inventory.targetNotional + inventory.maxDeviationNotional;
  if (limits.maxLongNotional < held) {
    problems.push({
      path: 'limits.maxLongNotional',
      reason:
        'the limit is below target plus allowed deviation: the gate would refuse quotes that pricing wants',
      remedy: `Raise maxLongNotional to at least "${held / 1e8}"`,
    });
  }
  const shares = Number(pricing['layerShareL0']) + Number(pricing['layerShareL1']);
  if (shares > 1) {
    problems.push({
      path: 'pricing.layerShareL1',
      reason: `L0 and L1 together take ${shares} of a side, more than all of it`,
      remedy: 'Lower layerShareL0 or layerShareL1 so that their sum is at most 1',
    });
  }
  if (pricing['model'] === 'user' && configuration.modelFile === '') {
    problems.push({
      path: 'modelFile',
      reason: 'pricing.model is `user`, but no model file is named',
      remedy: 'Set modelFile to a TypeScript file that exports createModel()',
    });
  }
  if (findFeeTier(fees.tier) === null) {
    problems.push({
      path: 'fees.tier',
      reason: `no fee tier is called "${fees.tier}"`,
      remedy: 'Use VIP0 to VIP9, ZERO or REBATE, optionally with "+BNB"',
    });
  }
  if (simulation.startTime !== new Date(simulation.startTime).toISOString().replace('.000Z', 'Z')) {
    problems.push({
      path: 'simulation.startTime',
      reason: `"${simulation.startTime}" is no date that exists`,
      remedy: 'Write it like 2026-01-05T07:55:00Z',
    });
  }
  if (
    account.baseNotional === 0 &&
    inventory.targetNotional > 0 &&
    account.quote < inventory.targetNotional
  ) {
    problems.push({
      path: 'account.quote',
      reason: 'there is neither stock to sell nor enough quote currency to buy the target stock',
      remedy: 'Raise account.baseNotional or account.quote',
    });
  }
  return problems;
}
