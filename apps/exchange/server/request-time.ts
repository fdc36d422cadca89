import type { CallParameters } from '#apps/exchange/api/call-parameters.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';

const RECEIVE_WINDOW_DEFAULT_MILLIS = 5_000;
const RECEIVE_WINDOW_MAX_MILLIS = 60_000;
const AHEAD_MAX_MICROS = 1_000_000;
/** 2017-01-01: nothing of the venue is older. */
const OLDEST_MICROS = 1_483_228_800_000_000;
/** Time stamps above this are microseconds already. */
const MICROS_FROM = 100_000_000_000_000;
const WINDOW = /^\d{1,5}(\.\d{1,3})?$/;

/** Checks `timestamp` and `recvWindow` against the venue's clock. Throws -1102, -1100, -1131 or -1021. */
export function checkRequestTime(parameters: CallParameters, nowMicros: number): void {
  const windowText = parameters.optional('recvWindow');
  const stamp = parameters.requiredInteger('timestamp');
  let windowMillis = RECEIVE_WINDOW_DEFAULT_MILLIS;
  if (windowText !== undefined) {
    if (!/^\d+(\.\d+)?$/.test(windowText)) {
      throw new VenueError(
        400,
        -1100,
        "Illegal characters found in parameter 'recvWindow'; legal range is '^\\d{1,5}(\\.\\d{1,3})?$'.",
      );
    }
    windowMillis = Number(windowText);
    if (!(windowMillis <= RECEIVE_WINDOW_MAX_MILLIS) || !WINDOW.test(windowText)) {
      throw new VenueError(
        400,
        -1131,
        "Value for 'recvWindow' must be at most 60000 with up to three decimals.",
      );
    }
  }
  const sentMicros = stamp >= MICROS_FROM ? stamp : stamp * MICROS_PER_MILLI;
  if (sentMicros < OLDEST_MICROS) throw outside();
  if (sentMicros >= nowMicros + AHEAD_MAX_MICROS) {
    throw new VenueError(
      400,
      -1021,
      "Timestamp for this request was 1000ms ahead of the server's time.",
    );
  }
  if (nowMicros - sentMicros > windowMillis * MICROS_PER_MILLI) throw outside();
}

function outside(): VenueError {
  return new VenueError(400, -1021, 'Timestamp for this request is outside of the recvWindow.');
}
