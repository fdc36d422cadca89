import { simulate } from '#compose/simulated.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';

const [seed = 1, hours = 1] = process.argv.slice(2).map(Number);
const r = simulate({ seed, hours, faults: FAULT_NAMES, build: 'x', stopAtInvariant: 'any' });
console.log(r.outcome, r.wallSeconds, r.lives, r.events, r.ownFills);
for (const v of r.violations.slice(0, 6))
  console.log(v.invariant, v.runMicros / 1e6, v.event, v.detail);
