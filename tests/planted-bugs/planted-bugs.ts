import { ACCOUNT_BUGS } from './account-bugs.ts';
import { MARKET_BUGS } from './market-bugs.ts';
import { ORDER_BUGS } from './order-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { PROCESS_BUGS } from './process-bugs.ts';
import { RISK_BUGS } from './risk-bugs.ts';

/** All of them, by what they break. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...ORDER_BUGS,
  ...ACCOUNT_BUGS,
  ...MARKET_BUGS,
  ...RISK_BUGS,
  ...PROCESS_BUGS,
];
