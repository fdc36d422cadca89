/** Everything that takes bytes from outside. A new one is a file in `targets/` and a line here. */
import type { TargetEntry } from './target.ts';
import { ANSWER_TARGETS } from './targets/answer-targets.ts';
import { CCXT_TARGETS } from './targets/ccxt-targets.ts';
import { FILE_TARGETS } from './targets/file-targets.ts';
import { MARKET_TARGETS } from './targets/market-targets.ts';
import { PRIVATE_TARGETS } from './targets/private-targets.ts';
import { SERVER_TARGETS } from './targets/server-targets.ts';

export const TARGETS: readonly TargetEntry[] = [
  ...MARKET_TARGETS,
  ...PRIVATE_TARGETS,
  ...ANSWER_TARGETS,
  ...CCXT_TARGETS,
  ...FILE_TARGETS,
  ...SERVER_TARGETS,
];
