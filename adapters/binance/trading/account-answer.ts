/** The account as a whole, as the venue answers it: balances, and the position of the perpetual. */
import { UserFields } from '#adapters/binance/user-stream/user-fields.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { BalanceEvent, PerpPositionEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { AssetUnits, EpochMicros } from '#units/integers.ts';

/**
 * `positions`: the answer of positionRisk, null on spot. Publishes one event for each balance of ours, and the perpetual's position, which is zero when the
 * answer has none. Returns the venue's time of it. Throws a UserFrameError before anything is published.
 */
export function publishAccount(
  answer: unknown,
  positions: unknown,
  instrument: Instrument,
  atMicros: EpochMicros,
  sink: EventSink,
): EpochMicros {
  const fields = new UserFields(answer, '');
  const isSpot = instrument.market === Market.SPOT;
  const venueTime = fields.has('updateTime') ? fields.timeMicros('updateTime') : atMicros;
  const events = isSpot
    ? spotBalances(fields, instrument)
    : [perpetualPosition(positions, instrument), marginBalance(fields, instrument)];
  for (const event of events) {
    event.atMicros = atMicros;
    event.venueTimeMicros = venueTime;
    sink.publish(event);
  }
  return venueTime;
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
      return balance(slot, row?.units('free') ?? ZERO, row?.units('locked') ?? ZERO);
    });
}

function marginBalance(fields: UserFields, { quoteAsset }: Instrument): BalanceEvent {
  const row = fields.list('assets').find((one) => one.text('asset') === quoteAsset);
  const wallet = row?.units('walletBalance') ?? ZERO;
  return balance(BalanceSlot.PERP_MARGIN, wallet, row?.units('initialMargin') ?? ZERO);
}

function perpetualPosition(positions: unknown, instrument: Instrument): PerpPositionEvent {
  const event = new PerpPositionEvent();
  event.instrument = instrument.index;
  // Only positions that are open, or have orders, are listed.
  const row = new UserFields({ positions }, '')
    .list('positions')
    .find((one) => one.text('symbol') === instrument.symbol && one.text('positionSide') === 'BOTH');
  if (row === undefined) return event;
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
