import type { PlantedBug } from './planted-bug.ts';

const RISK = 'engine/domains/risk';
const HEDGING = 'engine/domains/hedging';

/** Reservations, limits, rates and hedges. */
export const RISK_BUGS: readonly PlantedBug[] = [
  {
    name: 'reservation-released-on-cancel-request',
    does: 'an order takes no room any more once its cancel was sent',
    source: 'freqtrade#3647, nautilus_trader#4419',
    file: `${RISK}/pre-trade-gate.ts`,
    sound: `loop.touchedAtMicros[row] = this.nowMicros;
    return true;`,
    broken: `loop.touchedAtMicros[row] = this.nowMicros;
    reservations.release(row);
    return true;`,
  },
  {
    name: 'reservation-released-on-unknown',
    does: 'an order whose outcome is unknown takes no room any more',
    source: 'hummingbot#3374, hummingbot#8457',
    file: `${RISK}/reservation-loop.ts`,
    sound: `case ReportStatus.EXPIRED_IN_MATCH:
        return true;`,
    broken: `case ReportStatus.EXPIRED_IN_MATCH:
      case ReportStatus.UNKNOWN:
        return true;`,
  },
  {
    name: 'self-trade-expiry-keeps-its-reservation',
    does: 'an order that the venue ended to prevent a self trade takes room for ever',
    source: 'hummingbot#1295',
    file: `${RISK}/reservation-loop.ts`,
    sound: `case ReportStatus.EXPIRED_IN_MATCH:
        return true;`,
    broken: `case ReportStatus.EXPIRED_IN_MATCH:
        return false;`,
  },
  {
    name: 'pending-orders-left-out-of-exposure',
    does: 'limits on holdings do not count what open orders may still fill',
    source: 'nautilus_trader#4419',
    file: `${RISK}/exposure.ts`,
    sound: '+ baseUnits(instrument, open + extraLots)',
    broken: '+ baseUnits(instrument, extraLots)',
  },
  {
    name: 'limit-of-holdings-not-checked',
    does: 'orders pass though they could carry the holding beyond the lease',
    source: 'own',
    file: `${RISK}/pre-trade-gate.ts`,
    sound: 'if (worst > most) {',
    broken: 'if (worst > 2 * most) {',
  },
  {
    name: 'rate-window-of-one-second',
    does: 'the limit of ten seconds is held in each second',
    source: 'nautilus_trader#2281, nautilus_trader#780',
    file: `${RISK}/token-bucket-limiter.ts`,
    sound: 'export const RATE_WINDOW_MICROS = 10_000_000;',
    broken: 'export const RATE_WINDOW_MICROS = 1_000_000;',
  },
  {
    name: 'rate-refusal-not-heeded',
    does: 'orders go on after the venue has refused by rate',
    source: 'hummingbot#1291, hummingbot#1379',
    file: 'engine/domains/execution/venue-pause.ts',
    sound: 'this.extend(this.placementsFromMicros, market, untilMicros);',
    broken: '',
  },
  {
    name: 'cancels-in-a-ban',
    does: 'cancels and questions go on while the venue bans us',
    source: 'hummingbot#1291, hummingbot#1031',
    file: 'engine/domains/execution/venue-pause.ts',
    sound: 'return this.nowMicros < (this.speechFromMicros[instrument] as number);',
    broken: 'return false;',
  },
  {
    name: 'account-queries-in-a-ban',
    does: 'the account is asked for while the venue bans us',
    source: 'nautilus_trader#2281, hummingbot#1291',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: 'if (this.isResting(nowMicros)) return;',
    broken: '',
  },
  {
    name: 'snapshots-in-a-ban',
    does: 'depth snapshots are asked for while the venue bans us',
    source: 'hummingbot#1379',
    file: 'engine/domains/market-data/gap-fill.ts',
    sound: 'if (this.nextAtMicros < untilMicros) this.nextAtMicros = untilMicros;',
    broken: '',
  },
  {
    name: 'expired-lease-lets-pass',
    does: 'pricing and the gate go on with a lease that has run out',
    source: 'own',
    file: `${RISK}/lease.ts`,
    sound: 'return this.isGranted && nowMicros < this.expiresAtMicros;',
    broken: 'return this.isGranted;',
    also: {
      file: 'engine/domains/pricing/quoting-permission.ts',
      sound: 'nowMicros < this.leaseExpiresMicros && this.maxOrderLots > 0',
      broken: 'nowMicros < Number.MAX_VALUE && this.maxOrderLots > 0',
    },
  },
  {
    name: 'collar-off',
    does: 'a price is not held against the other market',
    source: 'hummingbot#1657',
    file: `${RISK}/pre-trade-guardrail.ts`,
    sound: 'if (distanceBps <= priceCollarBps) return true;',
    broken: 'return true;',
  },
  {
    name: 'quotes-while-blind',
    does: 'quotes go on while fills may happen untold',
    source: 'hummingbot#7590, hummingbot#5713',
    file: 'engine/domains/pricing/quote-checks.ts',
    sound: 'if (since === 0) return true;',
    broken: 'return true;',
  },
  {
    name: 'hedges-while-blind',
    does: 'a hedge is sent though the fill of the one before may not be told yet',
    source: 'hummingbot#5127, hummingbot#4779',
    file: `${HEDGING}/hedging.ts`,
    sound: 'const isBlind = position.hedgeBlindSinceMicros !== 0 || position.isHedgeFillMissing;',
    broken: 'const isBlind = false;',
  },
  {
    name: 'hedge-sent-again-while-unknown',
    does: 'a hedge without an answer is sent once more, and the gate does not count the first',
    source: 'hummingbot#5127, freqtrade#13332',
    file: 'engine/domains/execution/hedge-legs.ts',
    sound: 'const isFree = this.slots.rows[hedgeSlot(index)] === NO_ROW;',
    broken: `const held = this.slots.rows[hedgeSlot(index)] as number;
      const isFree = held === NO_ROW || this.orders.state(held) === OrderState.UNKNOWN;`,
    also: {
      file: `${RISK}/exposure.ts`,
      sound: 'return baseUnits(instrument, inFlight + lots) <= toReduce + slack;',
      broken: 'return baseUnits(instrument, lots) <= toReduce + slack;',
    },
  },
  {
    name: 'hedge-sent-twice-after-a-restart',
    does: 'a restart forgets which hedge is under way and sends it once more, past the gate',
    source: 'hummingbot#5127, nautilus_trader#5000',
    file: 'engine/domains/execution/execution.ts',
    sound: 'else if (event.kind === EventKind.SESSION_START) this.watch.doubtAll(this.nowMicros);',
    broken: `else if (event.kind === EventKind.SESSION_START) {
      this.watch.doubtAll(this.nowMicros);
      this.slots.rows.fill(NO_ROW, 24);
    }`,
    also: {
      file: `${RISK}/exposure.ts`,
      sound: 'return baseUnits(instrument, inFlight + lots) <= toReduce + slack;',
      broken: 'return baseUnits(instrument, lots) <= toReduce + slack;',
    },
  },
  {
    name: 'hedge-with-the-wrong-sign',
    does: 'a position that is too long is hedged by a buy',
    source: 'hummingbot#1657',
    file: `${HEDGING}/leg-planner.ts`,
    sound: 'this.leg.side = excess > 0 ? Side.SELL : Side.BUY;',
    broken: 'this.leg.side = excess > 0 ? Side.BUY : Side.SELL;',
  },
  {
    name: 'short-delta-never-hedged',
    does: 'only a delta that is too long opens an obligation',
    source: 'hummingbot#1657, hummingbot#855',
    file: `${HEDGING}/obligation.ts`,
    sound: 'const distance = Math.abs(excessUnits);',
    broken: 'const distance = excessUnits;',
  },
  {
    name: 'hedge-passes-the-target',
    does: 'a hedge is half as large again as the distance to the target, past the gate',
    source: 'hummingbot#855, hummingbot#5688',
    file: `${HEDGING}/leg-planner.ts`,
    sound: 'const distance = Math.abs(excess);',
    broken: 'const distance = 1.5 * Math.abs(excess);',
    also: {
      file: `${RISK}/exposure.ts`,
      sound: 'return baseUnits(instrument, inFlight + lots) <= toReduce + slack;',
      broken: 'return baseUnits(instrument, inFlight) <= toReduce + slack;',
    },
  },
  {
    name: 'band-a-thousand-times-too-wide',
    does: 'the band of the net delta is computed in the wrong unit, and nothing is ever hedged',
    source: 'hummingbot#5688, own',
    file: `${HEDGING}/hedge-band.ts`,
    sound: 'this.bandUnits = Math.max(units, MIN_NOTIONALS_IN_BAND * hedge.baseUnitsPerLot);',
    broken:
      'this.bandUnits = 1_000 * Math.max(units, MIN_NOTIONALS_IN_BAND * hedge.baseUnitsPerLot);',
  },
  {
    name: 'account-asked-with-every-timer',
    does: 'a round of questions about the account begins as soon as the last one is over',
    source: 'hummingbot#1379',
    file: 'engine/domains/account-state/state-reconciler.ts',
    sound: 'nowMicros - this.finishedMicros >= reconcileIntervalMicros;',
    broken: 'nowMicros - this.finishedMicros >= 0 * reconcileIntervalMicros;',
  },
  {
    name: 'every-order-asked-with-every-timer',
    does: 'each open order is asked for twenty times a second',
    source: 'own',
    file: 'engine/domains/execution/pending-watch.ts',
    sound: 'if (this.isOverdue(row, nowMicros))',
    broken: `this.sender.emitQuery(
        this.orders.ids[row] as ClientOrderId,
        this.orders.instruments[row] as InstrumentIndex,
      );
      if (this.isOverdue(row, nowMicros))`,
  },
  {
    name: 'unknown-order-asked-without-pause',
    does: 'an order whose outcome is unknown is asked for with each timer',
    source: 'own',
    file: 'engine/domains/execution/pending-watch.ts',
    sound: 'orders.nextQueryMicros[row] = nowMicros + Math.min(pause, queryBackoffMicrosMax);',
    broken: 'orders.nextQueryMicros[row] = Math.min(nowMicros, pause, queryBackoffMicrosMax);',
  },
  {
    name: 'cancel-repeated-with-every-event',
    does: 'a cancel is sent again at each event for as long as it is not answered',
    source: 'own',
    file: 'engine/domains/execution/order-orchestrator.ts',
    sound: 'if (state === OrderState.UNKNOWN || state === OrderState.PENDING_CANCEL) return false;',
    broken: 'if (state !== OrderState.UNKNOWN) return true;',
  },
  {
    name: 'snapshot-asked-without-pause',
    does: 'a book with a hole asks for a snapshot at each event until one arrives',
    source: 'ccxt#23453',
    file: 'engine/domains/market-data/gap-fill.ts',
    sound: 'this.nextAtMicros = nowMicros + this.pauseMicros;',
    broken: 'this.nextAtMicros = nowMicros;',
  },
];
