/** What is asked of a real venue before a session or a recording begins. */
import { DecodedKind, FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import type { HttpAnswer } from '#adapters/connection/http-get.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { EpochMicros, PriceUnits } from '#units/integers.ts';
import type { VenueWays } from './venue-market.ts';

/** The venue did not answer, or not what was asked. */
export class VenueUnreachableError extends Error {
  override readonly name = 'VenueUnreachableError';
  readonly code = 'VENUE_UNREACHABLE';
  readonly where: string;
  readonly remedy = 'check the network, the environment and its base URLs, then run again';

  constructor(what: string, place: ErrorOptions & { readonly where: string }) {
    super(what, place);
    this.where = place.where;
  }
}

/** The exchangeInfo of one market as parsed JSON. Throws a VenueUnreachableError. */
export async function askExchangeInfo(
  ways: VenueWays,
  market: Market,
  symbol: string,
): Promise<unknown> {
  const { spot, usdm } = ways.environment;
  // The perpetual's endpoint knows no filter by symbol.
  const url =
    market === Market.SPOT
      ? `${spot.rest}/api/v3/exchangeInfo?symbol=${encodeURIComponent(symbol)}`
      : `${usdm.rest}/fapi/v1/exchangeInfo`;
  const { body } = await ask(ways, url);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new VenueUnreachableError('the answer is not JSON', { where: url, cause: error });
  }
}

/** The spot market's best bid now, in 1e-8 quote. Throws a VenueUnreachableError. */
export async function askPrice(ways: VenueWays, quoted: Instrument): Promise<PriceUnits> {
  const symbol = encodeURIComponent(quoted.symbol);
  const url = `${ways.environment.spot.rest}/api/v3/depth?symbol=${symbol}&limit=5`;
  const { body } = await ask(ways, url);
  const decoder = new SpotFrameDecoder(quoted);
  try {
    const kind = decoder.decode(body, 0, body.length, 0 as EpochMicros);
    const { bids } = decoder.depthSnapshot;
    const best = bids.pricesTicks[0];
    if (kind === DecodedKind.DEPTH_SNAPSHOT && bids.count > 0 && best !== undefined) {
      return (best * quoted.priceUnitsPerTick) as PriceUnits;
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    throw new VenueUnreachableError(error.message, { where: url, cause: error });
  }
  throw new VenueUnreachableError('nobody bids: there is no price to begin with', { where: url });
}

async function ask(ways: VenueWays, url: string): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await ways.get(url);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new VenueUnreachableError(`no answer: ${reason}`, { where: url, cause: error });
  }
  if (answer.status === 200) return answer;
  const words = answer.body.toString('utf8', 0, 200);
  throw new VenueUnreachableError(`status ${answer.status}: ${words}`, { where: url });
}
