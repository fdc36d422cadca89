/**
 * What every event promises, by field name: whole safe numbers, codes that exist, nothing below zero that
 * has no sign. Written anew from the contracts' comments, so that a decoder's slip is not repeated here.
 */
import { FeedState, type LevelColumn } from '#contracts/events.ts';
import { ReportChannel, ReportStatus } from '#contracts/execution-report.ts';
import { CommissionAsset, ReportReason, Side } from '#contracts/order.ts';
import { BrokenPromise } from './target.ts';

const CODES: Readonly<Record<string, readonly number[]>> = {
  status: Object.values(ReportStatus),
  channel: Object.values(ReportChannel),
  reason: Object.values(ReportReason),
  side: Object.values(Side),
  aggressor: Object.values(Side),
  commissionAsset: Object.values(CommissionAsset),
  state: Object.values(FeedState),
};
/** May be below zero: they are signed, or -1 says "none". */
const SIGNED = new Set([
  'positionLots',
  'amountUnits',
  'rate',
  'fundingRate',
  'commissionUnits',
  'venueCode',
  'freeUnits',
  'lockedUnits',
  'previousUpdateId',
  'tradeId',
  'instrument',
]);

/** Throws a BrokenPromise that names the field. */
export function checkEvent(event: object): void {
  for (const [name, value] of Object.entries(event)) checkField(name, value);
}

function checkField(name: string, value: unknown): void {
  if (name === 'bids' || name === 'asks') {
    checkLevels(name, value as LevelColumn);
    return;
  }
  if (name === 'isMaker' || name === 'hasMore') {
    if (typeof value !== 'boolean') broken(name, value);
    return;
  }
  if (!Number.isSafeInteger(value)) broken(name, value);
  const codes = CODES[name];
  if (codes !== undefined && !codes.includes(value as number)) broken(name, value);
  if ((value as number) < 0 && !SIGNED.has(name)) broken(name, value);
}

function checkLevels(name: string, { count, pricesTicks, quantitiesLots }: LevelColumn): void {
  for (let index = 0; index < count; index++) {
    const price = pricesTicks[index] ?? Number.NaN;
    const lots = quantitiesLots[index] ?? Number.NaN;
    if (!Number.isSafeInteger(price) || price <= 0) broken(`${name}[${index}] price`, price);
    if (!Number.isSafeInteger(lots) || lots < 0) broken(`${name}[${index}] quantity`, lots);
  }
}

function broken(name: string, value: unknown): never {
  throw new BrokenPromise(`an event with ${name} = ${String(value)}`);
}
