/**
 * What each suite of clients makes the exchange do, kept in a file a suite: the conformance table is written
 * from them. A suite that does less than its file says fails; DOGE_MM_WRITE_EXERCISED=1 writes the files anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

export const SUITES = ['official-spot', 'official-usdm', 'binance', 'ccxt'] as const;
export type Suite = (typeof SUITES)[number];

interface Traffic {
  /** Operations by name: `POST /api/v3/order`, `order.place`. */
  readonly answered: readonly string[];
  /** HTTP status and code: `400 -1013`. */
  readonly refused: readonly string[];
}

export interface Exercised {
  readonly spot: Traffic;
  readonly usdm: Traffic;
  readonly streams: readonly string[];
  readonly events: readonly string[];
}

/** Throws when this run did not do all that the suite's file says. */
export function holdAgainstTable(suite: Suite, done: Exercised): void {
  if (process.env['DOGE_MM_WRITE_EXERCISED'] === '1') {
    writeFileSync(fileOf(suite), `${JSON.stringify(done, null, 2)}\n`);
    return;
  }
  const told = readExercised(suite);
  const missing = [
    [told.spot.answered, done.spot.answered],
    [told.spot.refused, done.spot.refused],
    [told.usdm.answered, done.usdm.answered],
    [told.usdm.refused, done.usdm.refused],
    [told.streams, done.streams],
    [told.events, done.events],
  ].flatMap(([said = [], seen = []]) => said.filter((name) => !seen.includes(name)));
  assert.deepEqual(missing, [], `${suite} did not do what the conformance table says`);
}

export function readExercised(suite: Suite): Exercised {
  return JSON.parse(readFileSync(fileOf(suite), 'utf8'));
}

function fileOf(suite: Suite): URL {
  return new URL(`./exercised/${suite}.json`, import.meta.url);
}
