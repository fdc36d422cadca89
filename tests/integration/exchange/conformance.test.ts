/**
 * Goal: the conformance table is what the exchange serves and what the suites of the clients do.
 * Method: the page of the repository against one written anew from the tables and the suites' files.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openTestExchange } from '#apps/exchange/exchange.test-support.ts';
import { conformanceTable } from './conformance-table.test-support.ts';

test('docs/reference/exchange-conformance.md is up to date; if not: npm run exchange-conformance', async () => {
  const { exchange } = await openTestExchange();
  const page = conformanceTable(exchange.operations.spot, exchange.operations.usdm);
  await exchange.close();
  const url = new URL('../../../docs/reference/exchange-conformance.md', import.meta.url);
  assert.equal(readFileSync(url, 'utf8'), page);
});
