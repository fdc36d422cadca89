import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { type Json, VenueError } from '#apps/exchange/api/venue-error.ts';
import { type EpochMicros, MICROS_PER_MILLI } from '#units/integers.ts';
import type { UsdmDesk } from './usdm-desk.ts';

/** The dead man's switch: all open orders of a symbol are cancelled unless it is armed again in time. */
export class Countdowns {
  private readonly desk: UsdmDesk;
  /** The latest arming of an account's symbol: earlier ones that come due do nothing. */
  private readonly armed = new Map<string, number>();
  private lastArming = 0;

  constructor(desk: UsdmDesk) {
    this.desk = desk;
  }

  /** `countdownTime` in milliseconds; 0 disarms. Throws VenueErrors. */
  arm(accountId: number, parameters: CallParameters): Json {
    const symbol = parameters.required('symbol');
    this.desk.market(symbol);
    const millis = parameters.requiredInteger('countdownTime');
    if (millis < 0) {
      throw new VenueError(400, -1130, "The data sent for parameter 'countdownTime' is not valid.");
    }
    const key = `${accountId} ${symbol}`;
    this.lastArming += 1;
    const arming = this.lastArming;
    if (millis === 0) this.armed.delete(key);
    else {
      this.armed.set(key, arming);
      const { markets } = this.desk;
      const dueMicros = (markets.workingMicros + millis * MICROS_PER_MILLI) as EpochMicros;
      markets.schedule(dueMicros, () => {
        if (this.armed.get(key) === arming) this.fire(accountId, symbol, key);
      });
    }
    return { symbol, countdownTime: String(millis) };
  }

  private fire(accountId: number, symbol: string, key: string): void {
    this.armed.delete(key);
    for (const order of this.desk.openOrders(accountId, symbol)) this.desk.cancel(order);
  }
}
