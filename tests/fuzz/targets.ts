/** Everything that takes bytes from outside. A new one is a file in `targets/` and a line here. */
import type { TargetEntry } from './target.ts';
import { MARKET_TARGETS } from './targets/market-targets.ts';
import { PRIVATE_TARGETS } from './targets/private-targets.ts';

export const TARGETS: readonly TargetEntry[] = [...MARKET_TARGETS, ...PRIVATE_TARGETS];
