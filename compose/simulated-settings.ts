/** How the fault world is configured: the product's defaults, a trader that trades, and what a seed varies. */
import { type LoadedConfiguration, loadConfiguration } from '#adapters/config/config.ts';
import { SeededRandom } from '#simulation/random/random.ts';

const SETTINGS_STREAM = 990;

/**
 * Joins the touch, so that hundreds of fills an hour meet the faults. The limits on losses are out of
 * the way in most runs, because joining the touch loses; in every fourth they stand as they ship, and
 * the kill they bring is part of the test.
 */
export function simulatedConfiguration(seed: number): LoadedConfiguration {
  const random = new SeededRandom(seed, SETTINGS_STREAM);
  const withLossLimits = random.chance(0.25);
  const settings: Record<string, unknown> = {
    profile: 'naive-touch',
    seed,
    // A little calmer than the calibrated market: more hours for the same work, with as many fills.
    'simulation.volatilityBps': 1,
    'session.checkpointEvents': 10_000,
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
