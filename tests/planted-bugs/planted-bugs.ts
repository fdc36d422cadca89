import { ACCOUNT_BUGS } from './account-bugs.ts';
import { CONNECTOR_BUGS } from './connector-bugs.ts';
import { MARKET_BUGS } from './market-bugs.ts';
import { ORDER_BUGS } from './order-bugs.ts';
import type { PlantedBug } from './planted-bug.ts';
import { PROCESS_BUGS } from './process-bugs.ts';
import { RISK_BUGS } from './risk-bugs.ts';

/** Bugs of one kind. */
export interface BugArea {
  readonly title: string;
  readonly bugs: readonly PlantedBug[];
}

/** All of them, by what they break. */
export const BUG_AREAS: readonly BugArea[] = [
  { title: 'Orders', bugs: ORDER_BUGS },
  { title: 'Fills, balances and profit', bugs: ACCOUNT_BUGS },
  { title: 'Market data', bugs: MARKET_BUGS },
  { title: 'Limits, rates and hedges', bugs: RISK_BUGS },
  { title: 'Connectors', bugs: CONNECTOR_BUGS },
  { title: 'Events, journal and restarts', bugs: PROCESS_BUGS },
];

export const PLANTED_BUGS: readonly PlantedBug[] = BUG_AREAS.flatMap(({ bugs }) => bugs);
