import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { ShrunkSeed } from './shrink-seed.ts';

/** A window as the house style writes an object over several lines. */
function rowOf(window: FaultWindow): string {
  const fields = Object.entries(window).map(([name, value]) => `    ${name}: ${literal(value)},\n`);
  return `  {\n${fields.join('')}  },\n`;
}

function literal(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  const text = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
  return `'${text.replaceAll("'", "\\'")}'`;
}

/** The text of a test that runs a shrunk script again: red while the bug is there, green without it. */
export function regressionTest(found: ShrunkSeed): string {
  const { seed, hours, script, endMicros, invariant, title, detail } = found;
  const rows = script.map(rowOf).join('');
  return `/**
 * Goal: seed ${seed} of the fault world keeps invariant ${invariant} (${title}).
 * Method: the fault script that broke it, cut down to what is enough. Then it said:
 * ${detail.replaceAll('*/', '* /').slice(0, 300)}
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from '#compose/simulated.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';

const SCRIPT: readonly FaultWindow[] = [${rows === '' ? '' : `\n${rows}`}];

test(${literal(`seed ${seed} under ${script.length} fault ${script.length === 1 ? 'event' : 'events'} keeps invariant ${invariant}: ${title}`)}, () => {
  const { outcome, violations } = simulate({
    seed: ${seed},
    hours: ${hours},
    faults: [],
    build: 'test',
    script: SCRIPT,
    repeat: 'this test',
    endMicros: ${endMicros},
  });
  assert.deepEqual(
    violations.map((one) => \`\${one.invariant} \${one.detail}\`),
    [],
  );
  assert.equal(outcome, 'ok');
});
`;
}
