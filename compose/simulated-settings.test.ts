/**
 * Goal: what a fault run is configured with follows from its seed alone, and what differs from the
 * shipped product is exactly what the guide says.
 * Method: settings of many seeds against the defaults.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfiguration } from '#adapters/config/config.ts';
import { simulatedConfiguration } from './simulated-settings.ts';

const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);
const { ops: shipped } = loadConfiguration({ file: null, overrides: [] }).configuration;

const LIMITS = ['dailyLossPullBps', 'dailyLossKillBps', 'drawdownKillBps', 'lossVelocityKillBps'];

/** How many of the limits on losses stand as they ship. */
function shippedLimits(seed: number): number {
  const { ops } = simulatedConfiguration(seed).configuration;
  return LIMITS.filter((name) => ops[name] === shipped[name]).length;
}

test('a seed is configured in one way', () => {
  const [one, other] = [simulatedConfiguration(7), simulatedConfiguration(7)];
  assert.deepEqual(one.configuration, other.configuration);
  assert.equal(one.configuration.seed, 7);
  assert.equal(one.configuration.profile, 'naive-touch');
});

test('about a quarter of the seeds keeps the shipped limits on losses, all of them or none', () => {
  const counts = SEEDS.map(shippedLimits);
  assert.deepEqual([...new Set(counts)].sort(), [0, LIMITS.length]);
  const share = counts.filter((count) => count > 0).length / SEEDS.length;
  assert.ok(share > 0.18 && share < 0.32, `${share}`);
});
