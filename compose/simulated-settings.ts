/** How the fault world is configured: the product's defaults, a trader that trades, and what a seed varies. */
import { type LoadedConfiguration, loadConfiguration } from '#adapters/config/config.ts';
import { SeededRandom } from '#simulation/random/random.ts';

const SETTINGS_STREAM = 990;

/**
 * Joins the touch, so that hundreds of fills an hour meet the faults. The limits on losses are out of
 * the way in most runs, because joining the touch loses; in every fourth they stand as they ship, and
 * the kill they bring is part of the test. In three of ten commissions are paid in a third asset, which
 * may run out on the way.
 */
export function simulatedConfiguration(seed: number): LoadedConfiguration {
  const random = new SeededRandom(seed, SETTINGS_STREAM);
  const withLossLimits = random.chance(0.25);
  const paysInFeeAsset = random.chance(0.3);
  const hasLittleRoom = random.chance(0.3);
  const amendsOften = random.chance(0.4);
  const feeAsset = random.chance(0.5) ? '0.005' : '5';
  const settings: Record<string, unknown> = {
    profile: 'naive-touch',
    seed,
    // A little calmer than the calibrated market: more hours for the same work, with as many fills.
    'simulation.volatilityBps': 0.7,
    'session.checkpointEvents': 10_000,
    // Little room for messages that wait for a snapshot: it is used up in the longest gaps.
    ...(hasLittleRoom ? { 'marketData.pendingDeltasMax': 100 } : {}),
    // Sizes are followed closely: orders are amended all the time.
    ...(amendsOften ? { 'execution.shrinkToleranceRatio': 0.001 } : {}),
    ...(paysInFeeAsset
      ? {
          'fees.tier': 'VIP0+BNB',
          'account.feeAsset': feeAsset,
          'accountState.feeAssetPrice': '850',
        }
      : {}),
    ...(withLossLimits
      ? {}
      : {
          'ops.dailyLossPullBps': 1_000,
          'ops.dailyLossKillBps': 5_000,
          'ops.drawdownKillBps': 5_000,
          'ops.lossVelocityKillBps': 5_000,
        }),
  };
  const overrides = Object.entries(settings).map(([path, value]) => ({
    path,
    value: JSON.stringify(value),
  }));
  return loadConfiguration({ file: null, overrides });
}
