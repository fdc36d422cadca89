/**
 * Runs inside of a copy that has a bug in it: seed after seed, up to the first that fails.
 *
 *   node tests/planted-bugs/look-in-copy.ts [--sockets] 0.3 1 2 3
 *
 * The first number is the length in hours, the others are seeds; `--sockets`: with the connectors in between. Prints a SeedLook as a line for each.
 */
import { type SimulationOptions, simulate, simulateSockets } from '#compose/simulated.ts';
import { SimulationOutcome } from '#compose/simulation-result.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import type { SeedLook } from './seed-look.ts';

const MICROS_PER_SECOND = 1_000_000;

const texts = process.argv.slice(2);
const hasSockets = texts[0] === '--sockets';

async function look(seed: number, hours: number): Promise<SeedLook> {
  const options: SimulationOptions = {
    ...{ seed, hours, faults: FAULT_NAMES, build: 'planted' },
    stopAtInvariant: 'any',
  };
  const result = hasSockets ? await simulateSockets(options) : simulate(options);
  const { outcome, violations, hashes, wallSeconds } = result;
  const [first] = violations;
  return {
    ...{ seed, hours, outcome, wallSeconds },
    broken: [...new Set(violations.map(({ invariant, title }) => `${invariant} ${title}`))],
    detail: first?.detail ?? '',
    marketSeconds: (first?.runMicros ?? 0) / MICROS_PER_SECOND,
    commands: hashes.commands,
  };
}

const [hours = Number.NaN, ...seeds] = texts.slice(hasSockets ? 1 : 0).map(Number);
for (const seed of seeds) {
  const result = await look(seed, hours);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  if (result.outcome !== SimulationOutcome.OK) break;
}
