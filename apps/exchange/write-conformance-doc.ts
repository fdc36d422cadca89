/** `npm run exchange-doc`: writes docs/reference/exchange-api.md from the tables that serve. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { demoAccounts } from './accounts/demo-accounts.ts';
import { conformancePage } from './conformance-table.ts';
import { startExchange } from './exchange.ts';
import { Faults } from './faults/faults.ts';
import { listedSymbol } from './market/exchange-instruments.ts';
import { SyntheticMarkets } from './market/synthetic-markets.ts';

const FILE = fileURLToPath(new URL('../../docs/reference/exchange-api.md', import.meta.url));

const doge = listedSymbol('DOGEUSDT');
if (doge === null) throw new Error('the exchange does not list DOGEUSDT');
const exchange = await startExchange({
  markets: new SyntheticMarkets({
    symbols: [doge],
    seed: 1,
    wallMicros: () => (Date.now() * 1_000) as never,
    paceMillis: 0,
  }),
  accounts: demoAccounts(['DOGE', 'USDT'], 1),
  faults: Faults.none(),
  portSpot: 0,
  portUsdm: 0,
  portSbe: 0,
  portAdmin: 0,
  isLegacy: false,
  onProblem(error) {
    throw error;
  },
});
writeFileSync(FILE, conformancePage(exchange.operations.spot, exchange.operations.usdm));
await exchange.close();
