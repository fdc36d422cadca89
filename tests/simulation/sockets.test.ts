/**
 * Goal: with the production connectors in between, over simulated sockets that break, the engine keeps
 * its promises, the connectors keep theirs, and a seed is still a proof.
 * Method: fixed seeds under all faults of network and sockets, one of them twice; the guide's tables
 * against the code.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { simulateSockets } from '#compose/simulated.ts';
import type { SimulationResult } from '#compose/simulation-result.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';
import { SOCKET_PROMISES } from '#simulation/sockets/socket-audit.ts';
import { SOCKET_FAULT_NAMES, SOCKET_FAULTS } from '#simulation/sockets/socket-fault-table.ts';

const GUIDE = readFileSync(
  new URL('../../docs/guides/fault-simulation.md', import.meta.url),
  'utf8',
);

function run(seed: number, hours: number): Promise<SimulationResult> {
  return simulateSockets({ seed, hours, faults: FAULT_NAMES, build: 'test' });
}

function withoutTime({ wallSeconds: _, ...rest }: SimulationResult): object {
  return rest;
}

test('without faults the connectors trade, and nothing breaks', async () => {
  const quiet = { seed: 2, hours: 0.12, faults: [], socketFaults: [], build: 'test' };
  const result = await simulateSockets(quiet);
  assert.deepEqual(result.violations, []);
  assert.ok(result.ownFills > 100, `${result.ownFills} own fills`);
  for (const { number } of SOCKET_PROMISES) {
    // Nothing is refused on the way of a calm run, so that one may have had no occasion.
    if (number !== 40) assert.ok((result.checks[number] ?? 0) > 0, `promise ${number}`);
  }
});

test('under all faults, those of the sockets too, nothing breaks, and the same seed is the same run', async () => {
  const first = await run(3, 0.15);
  assert.deepEqual(first.violations, []);
  assert.equal(first.outcome, 'ok');
  const struck = SOCKET_FAULT_NAMES.filter((name) => (first.faults[name] ?? 0) > 0);
  assert.ok(struck.length >= 5, `only ${struck.join(', ')} struck`);
  assert.deepEqual(withoutTime(await run(3, 0.15)), withoutTime(first));
});

/** Body lines of the table that begins with this head. */
function tableOf(head: string): string[] {
  const lines = GUIDE.split('\n');
  const start = lines.indexOf(head);
  assert.notEqual(start, -1, `no table ${head}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end);
}

test('the tables of socket faults and promises are those of the code', () => {
  const faults = SOCKET_FAULTS.map(
    ({ name, does, notice, seconds }) =>
      `| \`${name}\` | ${does} | ${notice} | ${seconds.join(' to ')} |`,
  );
  assert.deepEqual(
    tableOf('| socket fault | what it does | how a client notices | seconds |'),
    faults,
  );
  const promises = SOCKET_PROMISES.map(
    ({ number, title, note }) => `| ${number} | ${title} | ${note} |`,
  );
  assert.deepEqual(tableOf('| # | promise of the connectors | how |'), promises);
});
