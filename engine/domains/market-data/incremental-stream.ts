/**
 * The chaining rules of diff depth streams: may this message follow that book?
 *
 * Spot chains by firstUpdateId (U = previous u + 1), the perpetual by an explicit previousUpdateId
 * (pu). Both say the same: the message holds all changes after `previous` up to `last`.
 * Source: Binance, "How to manage a local order book correctly", spot and USD-M.
 */
import { Market } from '#contracts/instrument.ts';

/** Listed in the order in which the checks run. */
export const ChainVerdict = {
  /** Everything in it is already in the book. */
  OLD: 0,
  NEXT: 1,
  /** Something between the book and the message is missing. */
  GAP: 2,
} as const;
export type ChainVerdict = (typeof ChainVerdict)[keyof typeof ChainVerdict];

/** The update id after which a message's changes begin. */
export function idBefore(market: Market, firstUpdateId: number, previousUpdateId: number): number {
  return market === Market.SPOT ? firstUpdateId - 1 : previousUpdateId;
}

/**
 * Judges a message against the id of a running book.
 *
 * `isFirstAfterSnapshot`: a snapshot's id may lie anywhere inside the first message, also on the
 * perpetual, whose later messages must name the previous id exactly.
 *
 * Hot: every depth event. No allocation.
 */
export function judgeChain(
  market: Market,
  bookUpdateId: number,
  beforeUpdateId: number,
  lastUpdateId: number,
  isFirstAfterSnapshot: boolean,
): ChainVerdict {
  if (lastUpdateId <= bookUpdateId) return ChainVerdict.OLD;
  if (beforeUpdateId === bookUpdateId) return ChainVerdict.NEXT;
  const mayOverlap = market === Market.SPOT || isFirstAfterSnapshot;
  return mayOverlap && beforeUpdateId < bookUpdateId ? ChainVerdict.NEXT : ChainVerdict.GAP;
}
