import type { Configuration } from './configuration-schema.ts';
import { findFeeTier } from './fee-tiers.ts';
import { parseMoney } from './fields.ts';

/** What is wrong between keys that are fine one by one. */
export interface CrossProblem {
  readonly path: string;
  readonly reason: string;
  readonly remedy: string;
}

/** Times are whole microseconds since 1970 below 2^53, which ends in 2255; sessions need room. */
const FIRST_YEAR = 2000;
const LAST_YEAR = 2199;

/** Checks relations that need no instrument. The ones that do stand in `compose/setup-checks.ts`. */
export function crossChecks(configuration: Configuration): CrossProblem[] {
  const problems: CrossProblem[] = [];
  const { limits, inventory, pricing, account } = configuration;
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
  problems.push(
    ...feeProblems(configuration),
    ...timeProblems(configuration),
    ...priceProblems(configuration),
  );
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

function feeProblems(configuration: Configuration): CrossProblem[] {
  const { fees, account, accountState } = configuration;
  if (findFeeTier(fees.tier) === null) {
    return [
      {
        path: 'fees.tier',
        reason: `no fee tier is called "${fees.tier}"`,
        remedy: 'Use VIP0 to VIP9, ZERO or REBATE, optionally with "+BNB"',
      },
    ];
  }
  if (!fees.tier.toUpperCase().endsWith('+BNB')) return [];
  const problems: CrossProblem[] = [];
  if (account.feeAsset === 0) {
    problems.push({
      path: 'account.feeAsset',
      reason: `fees.tier is ${fees.tier}, but the account holds no fee asset to pay with`,
      remedy: 'Set account.feeAsset to the BNB it starts with, like "1", or drop "+BNB"',
    });
  }
  if (Number(accountState['feeAssetPrice']) === 0) {
    problems.push({
      path: 'accountState.feeAssetPrice',
      reason: `fees.tier is ${fees.tier}, but the fee asset has no price: its fees would not show in the PnL`,
      remedy: 'Set accountState.feeAssetPrice to its price in quote currency, like "850"',
    });
  }
  return problems;
}

function priceProblems({ simulation }: Configuration): CrossProblem[] {
  const { startPrice } = simulation;
  if (startPrice === 'auto' || (parseMoney(startPrice) ?? 0) > 0) return [];
  return [
    {
      path: 'simulation.startPrice',
      reason: `"${startPrice}" is no price above zero with at most 8 decimals`,
      remedy: 'Write it like "0.16", or auto for a bundled symbol',
    },
  ];
}

function timeProblems(configuration: Configuration): CrossProblem[] {
  const { startTime } = configuration.simulation;
  const millis = Date.parse(startTime);
  // Date.parse turns 31 February into March, so the text must come back as it went in.
  const isReal =
    !Number.isNaN(millis) && new Date(millis).toISOString().replace('.000Z', 'Z') === startTime;
  const year = Number(startTime.slice(0, 4));
  if (isReal && year >= FIRST_YEAR && year <= LAST_YEAR) return [];
  return [
    {
      path: 'simulation.startTime',
      reason: isReal
        ? `"${startTime}" is outside of the years ${FIRST_YEAR} to ${LAST_YEAR}`
        : `"${startTime}" is no date that exists`,
      remedy: 'Write it like 2026-01-05T07:55:00Z',
    },
  ];
}
