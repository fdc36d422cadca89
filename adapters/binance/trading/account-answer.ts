/** The account as a whole, as the venue answers it: balances, and the position of the perpetual. */
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { BalanceEvent, PerpPositionEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { AssetUnits, EpochMicros } from '#units/integers.ts';

/** When an answer came, by our clock, and when it was asked for, by the venue's. */
export interface AnswerTimes {
  readonly atMicros: EpochMicros;
  readonly askedMicros: EpochMicros;
}

/**
 * `positions`: the answer of positionRisk, null on spot. Publishes one event for each balance of ours, and
 * the perpetual's position, which is zero when the answer has none. Each carries the time of its last
 * change where the venue says it, else that of the question: the venue looked no earlier. Returns the
 * earliest of them. Throws a UserFrameError before anything is published.
 */
export function publishAccount(
  answer: unknown,
  positions: unknown,
  instrument: Instrument,
  { atMicros, askedMicros }: AnswerTimes,
  sink: EventSink,
): EpochMicros {
  const fields = new UserFields(answer, '');
  const events =
    instrument.market === Market.SPOT
      ? spotBalances(fields, instrument)
      : [perpetualPosition(positions, instrument), marginBalance(fields, instrument)];
  let venueTime = Number.POSITIVE_INFINITY;
  for (const event of events) {
    event.atMicros = atMicros;
    if (event.venueTimeMicros === 0) event.venueTimeMicros = askedMicros;
    venueTime = Math.min(venueTime, event.venueTimeMicros);
    sink.publish(event);
  }
  return venueTime as EpochMicros;
}

/** 0 when the row does not say it: rows of the perpetual that never changed do not. */
function changedAt(row: UserFields | undefined): EpochMicros {
  return row?.has('updateTime') === true ? row.timeMicros('updateTime') : (0 as EpochMicros);
}

function spotBalances(fields: UserFields, instrument: Instrument): BalanceEvent[] {
  const rows = fields.list('balances');
  const slots: readonly (readonly [string, BalanceSlot])[] = [
    [instrument.baseAsset, BalanceSlot.SPOT_BASE],
    [instrument.quoteAsset, BalanceSlot.SPOT_QUOTE],
    [instrument.feeAsset, BalanceSlot.SPOT_FEE_ASSET],
  ];
  return slots
    .filter(([asset]) => asset !== '')
    .map(([asset, slot]) => {
      // An asset that the account never had is not listed.
      const row = rows.find((one) => one.text('asset') === asset);
      const event = balance(slot, row?.units('free') ?? ZERO, row?.units('locked') ?? ZERO);
      event.venueTimeMicros = changedAt(fields);
      return event;
    });
}

function marginBalance(fields: UserFields, { quoteAsset }: Instrument): BalanceEvent {
  const row = fields.list('assets').find((one) => one.text('asset') === quoteAsset);
  const wallet = row?.units('walletBalance') ?? ZERO;
  const event = balance(BalanceSlot.PERP_MARGIN, wallet, row?.units('initialMargin') ?? ZERO);
  event.venueTimeMicros = changedAt(row);
  return event;
}

function perpetualPosition(positions: unknown, instrument: Instrument): PerpPositionEvent {
  const event = new PerpPositionEvent();
  event.instrument = instrument.index;
  // Only positions that are open, or have orders, are listed.
  const row = new UserFields({ positions }, '')
    .list('positions')
    .find((one) => one.text('symbol') === instrument.symbol && one.text('positionSide') === 'BOTH');
  if (row === undefined) return event;
  event.venueTimeMicros = changedAt(row);
  event.positionLots = row.signedLots('positionAmt', instrument);
  event.entryPriceUnits = row.priceUnits('entryPrice');
  return event;
}

const ZERO = 0 as AssetUnits;

function balance(slot: BalanceSlot, free: AssetUnits, locked: AssetUnits): BalanceEvent {
  const event = new BalanceEvent();
  event.slot = slot;
  event.freeUnits = free;
  event.lockedUnits = locked;
  return event;
}
