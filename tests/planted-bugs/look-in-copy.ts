/**
 * Runs inside of a copy that has a bug in it: seed after seed, up to the first that fails.
 *
 *   node tests/planted-bugs/look-in-copy.ts 0.3 1 2 3
 *
 * The first argument is the length in hours, the others are seeds. Prints a SeedLook as a line for each.
 */
import { simulate } from '#compose/simulated.ts';
import { SimulationOutcome } from '#compose/simulation-result.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import type { SeedLook } from './seed-look.ts';

const MICROS_PER_SECOND = 1_000_000;

function look(seed: number, hours: number): SeedLook {
  const { outcome, violations, hashes, wallSeconds } = simulate({
    ...{ seed, hours, faults: FAULT_NAMES, build: 'planted' },
    stopAtInvariant: 'any',
  });
  const [first] = violations;
  return {
    ...{ seed, hours, outcome, wallSeconds },
    broken: [...new Set(violations.map(({ invariant, title }) => `${invariant} ${title}`))],
    detail: first?.detail ?? '',
    marketSeconds: (first?.runMicros ?? 0) / MICROS_PER_SECOND,
    commands: hashes.commands,
  };
}

const [hours = Number.NaN, ...seeds] = process.argv.slice(2).map(Number);
for (const seed of seeds) {
  const result = look(seed, hours);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.outcome !== SimulationOutcome.OK) break;
}
