import {
  type RateLimitTable,
  SPOT_RATE_LIMITS,
  USDM_RATE_LIMITS,
} from '#apps/exchange/api/rate-limit-table.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';

/** In what the two markets' servers differ. */
export interface MarketProfile {
  readonly name: 'spot' | 'usdm';
  readonly limits: RateLimitTable;
  /** Spans are in milliseconds. */
  readonly pingEveryMillis: number;
  readonly pongWithinMillis: number;
  readonly connectionLifeMillis: number;
  /** True: microseconds can be asked for. */
  readonly hasTimeUnit: boolean;
  readonly socketApiPath: string;
  /** What a caller is told when nobody knows whether the work was done. */
  unknownOutcome(): VenueError;
}

const DAY_MILLIS = 86_400_000;

export const SPOT_PROFILE: MarketProfile = {
  name: 'spot',
  limits: SPOT_RATE_LIMITS,
  pingEveryMillis: 20_000,
  pongWithinMillis: 60_000,
  connectionLifeMillis: DAY_MILLIS,
  hasTimeUnit: true,
  socketApiPath: '/ws-api/v3',
  unknownOutcome: () =>
    new VenueError(
      504,
      -1007,
      'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
    ),
};

export const USDM_PROFILE: MarketProfile = {
  name: 'usdm',
  limits: USDM_RATE_LIMITS,
  pingEveryMillis: 180_000,
  pongWithinMillis: 600_000,
  connectionLifeMillis: DAY_MILLIS,
  hasTimeUnit: false,
  socketApiPath: '/ws-fapi/v1',
  unknownOutcome: () =>
    new VenueError(503, -1007, 'Unknown error, please check your request or try again later.'),
};
