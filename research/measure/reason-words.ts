import { NoQuoteReason } from '#contracts/quote-set.ts';

/** A reason code with its two numbers, in words, with units. */
export function reasonWords(reason: NoQuoteReason, needed: number, available: number): string {
  switch (reason) {
    case NoQuoteReason.NONE:
      return 'quoted';
    case NoQuoteReason.WARMING_UP:
      return 'the session has not everything it needs yet';
    case NoQuoteReason.NOT_TRADING:
      return `the instrument is not trading (status ${available})`;
    case NoQuoteReason.STALE_MARKET:
      return `the spot book is ${milliseconds(available)} old or not live, allowed ${milliseconds(needed)}`;
    case NoQuoteReason.STALE_HEDGE_MARKET:
      return `the perpetual's book is ${milliseconds(available)} old or not live, allowed ${milliseconds(needed)}`;
    case NoQuoteReason.PULLED_BY_OPERATOR:
      return 'an operator pulled this side';
    case NoQuoteReason.NO_LEASE:
      return `no valid risk lease, expired ${milliseconds(available)} ago`;
    case NoQuoteReason.KILLED:
      return available === 0
        ? 'stopped by an operator: nothing is quoted for the rest of this session'
        : `killed for the rest of this session: measured ${fixed(available)}, allowed ${fixed(needed)}`;
    case NoQuoteReason.FAIR_OUTSIDE_BAND:
      return `fair value is ${fixed(available)} ticks outside the touch, allowed ${fixed(needed)}`;
    case NoQuoteReason.PERP_LED_MOVE:
      return `the perpetual moved ${fixed(available)} ticks while spot was silent, allowed ${fixed(needed)}`;
    case NoQuoteReason.TOXIC_FLOW:
      return `flow toxicity ${fixed(available)}, allowed ${fixed(needed)}`;
    case NoQuoteReason.INVENTORY_LIMIT:
      return `inventory of ${fixed(available)} lots, allowed ${fixed(needed)}`;
    case NoQuoteReason.NO_BALANCE:
      return `needs a balance of ${fixed(needed)}, free are ${fixed(available)}`;
    case NoQuoteReason.FEE_FLOOR:
      return `needed ${fixed(needed)} bp, achievable ${fixed(available)} bp`;
    case NoQuoteReason.OUTSIDE_FITTED_BAND:
      return `${fixed(available)} ticks wanted, the fit holds for ${fixed(needed)}`;
    case NoQuoteReason.BELOW_MIN_NOTIONAL:
      return `an order of ${fixed(available)} is below the venue's minimum of ${fixed(needed)}`;
    case NoQuoteReason.SELF_CROSS:
      return 'own bid and ask would cross';
    case NoQuoteReason.PULLED_BY_HEALTH:
      return `pulled for the rest of the UTC day: lost ${fixed(available)} bp today, allowed ${fixed(needed)} bp`;
    case NoQuoteReason.CALENDAR:
      return 'a calendar window (funding, maintenance) says pull';
  }
}

function fixed(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}

function milliseconds(micros: number): string {
  return `${(micros / 1000).toFixed(0)} ms`;
}
