/**
 * Goal: the guide lists exactly the faults and the promises that the code has, in their words.
 * Method: both tables made from the code and compared with the guide, line by line. When this fails:
 * put the lines it expected into the guide.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CheckTime, INVARIANTS } from '#simulation/auditor/invariants.ts';
import { FAULTS } from '#simulation/faults/fault-table.ts';

const GUIDE = readFileSync(
  new URL('../../docs/guides/fault-simulation.md', import.meta.url),
  'utf8',
);
const MICROS_PER_SECOND = 1_000_000;

const WHEN = new Map<CheckTime, string>([
  [CheckTime.EVENT, 'after each event'],
  [CheckTime.QUIET, 'in the calm'],
  [CheckTime.HANDED_IN, 'when handed in'],
  [CheckTime.NOT_YET, '**not yet**'],
]);

/** Body lines of the table that begins with this head. */
function tableOf(head: string): string[] {
  const lines = GUIDE.split('\n');
  const start = lines.indexOf(head);
  assert.notEqual(start, -1, `no table ${head}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end);
}

test('the table of faults is that of the code', () => {
  const rows = FAULTS.map(({ name, family, does, notice, leastMicros, mostMicros }) => {
    const seconds = [leastMicros, mostMicros].map((micros) => micros / MICROS_PER_SECOND);
    return `| \`${name}\` | ${family} | ${does} | ${notice} | ${seconds.join(' to ')} |`;
  });
  assert.deepEqual(
    tableOf('| fault | family | what it does | how a client notices | seconds |'),
    rows,
  );
});

test('the table of promises is that of the code, with what is not checked yet and why', () => {
  const rows = INVARIANTS.map(
    ({ number, title, checkTime, note }) =>
      `| ${number} | ${title} | ${WHEN.get(checkTime)} | ${note} |`,
  );
  assert.deepEqual(tableOf('| # | promise | looked at | how, or why not yet |'), rows);
});
