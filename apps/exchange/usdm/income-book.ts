import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import type { Json } from '#apps/exchange/api/venue-error.ts';
import { amountText } from './usdm-events.ts';

const KEPT_MAX = 10_000;
const ROWS_MAX = 1_000;

interface Income {
  readonly accountId: number;
  readonly symbol: string;
  readonly type: string;
  readonly units: number;
  readonly timeMillis: number;
  readonly id: number;
}

/** What accounts were paid, or paid, beside their trades. */
export class IncomeBook {
  private entries: Income[] = [];
  private lastId = 0;

  note(entry: Omit<Income, 'id'>): void {
    this.lastId += 1;
    this.entries.push({ ...entry, id: this.lastId });
    if (this.entries.length > 2 * KEPT_MAX) this.entries = this.entries.slice(-KEPT_MAX);
  }

  rows(accountId: number, parameters: CallParameters): Json {
    const symbol = parameters.optional('symbol');
    const type = parameters.optional('incomeType');
    const start = parameters.optionalInteger('startTime') ?? 0;
    const end = parameters.optionalInteger('endTime') ?? Number.POSITIVE_INFINITY;
    const limit = Math.max(1, Math.min(parameters.optionalInteger('limit') ?? 100, ROWS_MAX));
    return this.entries
      .filter(
        (one) =>
          one.accountId === accountId &&
          (symbol === undefined || one.symbol === symbol) &&
          (type === undefined || one.type === type) &&
          one.timeMillis >= start &&
          one.timeMillis <= end,
      )
      .slice(-limit)
      .map((one) => ({
        symbol: one.symbol,
        incomeType: one.type,
        income: amountText(one.units),
        asset: 'USDT',
        info: one.type,
        time: one.timeMillis,
        tranId: one.id,
        tradeId: '',
      }));
  }
}
