/** `npm run exchange-conformance`: writes docs/reference/exchange-conformance.md. */
import { writeFileSync } from 'node:fs';
import { openTestExchange } from '#apps/exchange/exchange.test-support.ts';
import { conformanceTable } from './conformance-table.test-support.ts';

const FILE = new URL('../../../docs/reference/exchange-conformance.md', import.meta.url);

const { exchange } = await openTestExchange();
writeFileSync(FILE, conformanceTable(exchange.operations.spot, exchange.operations.usdm));
await exchange.close();
