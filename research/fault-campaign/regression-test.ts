import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { ShrunkSeed } from './shrink-seed.ts';

const MICROS_PER_SECOND = 1_000_000;
const DETAIL_MAX = 300;
const LINE_MAX = 100;

/** Name of the file that such a test belongs into, without its ending. */
export function regressionName({ seed, invariant }: ShrunkSeed): string {
  return `seed-${seed}-invariant-${invariant}`;
}

/** The text of a test that runs a shrunk script again: red while the bug is there, green without it. */
export function regressionTest(found: ShrunkSeed): string {
  const { seed, hours, script, endMicros, invariant, title } = found;
  const end = endMicros === null ? '' : `\n    endMicros: ${grouped(endMicros)},`;
  const count = `${script.length} fault event${script.length === 1 ? '' : 's'}`;
  const name = `seed ${seed} under ${count} keeps invariant ${invariant}: ${title}`;
  return `/**
 * Goal: seed ${seed} of the fault world keeps invariant ${invariant}, ${title}.
 * Method: the fault script that broke it, cut down to what is enough. Then it said:
${commentOf(found)}
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from '#compose/simulated.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';

const SCRIPT: readonly FaultWindow[] = [${script.map(rowOf).join('')}${script.length === 0 ? '' : '\n'}];

test(${quoted(name)}, () => {
  const { outcome, violations } = simulate({
    seed: ${seed},
    hours: ${hours},
    faults: [],
    build: 'test',
    script: SCRIPT,
    repeat: 'this test',${end}
  });
  assert.deepEqual(
    violations.map((one) => \`\${one.invariant} \${one.detail}\`),
    [],
  );
  assert.equal(outcome, 'ok');
});
`;
}

function rowOf(window: FaultWindow): string {
  const { name, fromMicros, lengthMicros, probability, salt, instrument, strength } = window;
  const from = (fromMicros / MICROS_PER_SECOND).toFixed(1);
  const to = ((fromMicros + lengthMicros) / MICROS_PER_SECOND).toFixed(1);
  return `
  // From ${from} s to ${to} s.
  {
    name: ${quoted(name)},
    fromMicros: ${grouped(fromMicros)},
    lengthMicros: ${grouped(lengthMicros)},
    probability: ${probability},
    salt: ${grouped(salt)},
    instrument: ${instrument},
    strength: ${grouped(strength)},
  },`;
}

/** What it said, in lines of a comment that it cannot end. */
function commentOf({ detail }: ShrunkSeed): string {
  const words = detail.slice(0, DETAIL_MAX).replaceAll('*/', '* /').split(/\s+/);
  const lines = [' *'];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length < LINE_MAX) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(` * ${word}`);
  }
  return lines.join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** 1234567 as 1_234_567. */
function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, '_');
}
