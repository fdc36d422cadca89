/** May this key be trusted with trading, and with nothing else? */
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import { Market } from '#contracts/instrument.ts';
import type { Finding } from './start-report.ts';

const DAY_MILLIS = 86_400_000;

/** `answer`: of /sapi/v1/account/apiRestrictions. Throws a UserFrameError on any other. */
export function judgeKey(answer: unknown, market: Market, nowMillis: number): Finding {
  const key = new UserFields(answer, '');
  const faults: string[] = [];
  if (key.flag('enableWithdrawals')) faults.push('it can withdraw: switch that off');
  if (!key.flag('ipRestrict')) faults.push('any address may use it: bind it to your own');
  const isSpot = market === Market.SPOT;
  if (isSpot && !key.flag('enableSpotAndMarginTrading')) {
    faults.push('it may not trade on spot: allow that');
  }
  if (!isSpot && !key.flag('enableFutures')) faults.push('it may not trade futures: allow that');
  const ends = key.has('tradingAuthorityExpirationTime')
    ? key.integer('tradingAuthorityExpirationTime')
    : 0;
  if (ends > 0 && ends <= nowMillis) faults.push('its permission to trade has ended: renew it');
  if (faults.length > 0) return ['REFUSED', `This key is not accepted: ${faults.join('; ')}.`];
  const notes: string[] = [];
  if (isOn(key, 'enableInternalTransfer') || isOn(key, 'permitsUniversalTransfer')) {
    notes.push('it can move funds between accounts of yours, which trading does not need');
  }
  if (ends > 0 && ends - nowMillis < DAY_MILLIS) {
    notes.push('its permission to trade ends within a day');
  }
  if (notes.length > 0) return ['WARNED', `The key is accepted, but ${notes.join(' and ')}.`];
  return ['PASSED', 'The key can trade, cannot withdraw, and is bound to addresses.'];
}

function isOn(key: UserFields, name: string): boolean {
  return key.has(name) && key.flag(name);
}
