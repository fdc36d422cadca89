/**
 * Goal: the page about what the exchange serves is what it serves.
 * Method: the page of the repository against one written anew from the tables.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { conformancePage } from './conformance-table.ts';
import { openTestExchange } from './exchange.test-support.ts';

test('docs/reference/exchange-api.md is up to date; if not: npm run exchange-doc', async () => {
  const { exchange } = await openTestExchange();
  const page = conformancePage(exchange.operations.spot, exchange.operations.usdm);
  await exchange.close();
  const url = new URL('../../docs/reference/exchange-api.md', import.meta.url);
  assert.equal(readFileSync(url, 'utf8'), page);
});
