/** What must hold between the venue, the engine and its journal once nothing is under way any more. */
import assert from 'node:assert/strict';
import { FileStorage, readSession, Verifier, verifySession } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { Engine } from '#compose/engine.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BalanceSlot, OrderState } from '#contracts/order.ts';
import type { CrashSetup } from './crash-setup.ts';
import type { JournalWitness } from './journal-witness.ts';
import type { VenueWorld } from './venue-world.ts';

/** Why the engine is not sure of what it has at the venue; null when it is. */
export function unsettled(witness: JournalWitness): string | null {
  const { position } = witness.engine.accountState;
  if (!position.isReconciled) return 'the account is not reconciled';
  const doubted = witness.openOrders().find(({ state }) => state === OrderState.UNKNOWN);
  return doubted === undefined ? null : `order ${doubted.clientOrderId} is UNKNOWN`;
}

/** Nothing is under way: what the engine holds is what the venue says, to the last unit. Null, or what is not so. */
export function disquiet(
  venue: VenueWorld,
  witness: JournalWitness,
  crash: CrashSetup,
): string | null {
  const open = venue.openOrders().length;
  if (open > 0) return `${open} orders rest at the venue`;
  const known = witness.openOrders().length;
  if (known > 0) return `the engine knows of ${known} open orders, the venue of none`;
  const doubt = unsettled(witness);
  if (doubt !== null) return doubt;
  const ours = JSON.stringify(believedAmounts(witness.engine));
  const theirs = JSON.stringify(trueAmounts(venue, crash));
  return ours === theirs ? null : `the engine holds ${ours}, the venue says ${theirs}`;
}

interface Amounts {
  readonly base: number;
  readonly quote: number;
  readonly feeAsset: number;
  readonly perpetual: number;
  readonly margin: number;
}

function believedAmounts({ accountState: { position } }: Engine): Amounts {
  return {
    base: position.spotBaseUnits,
    quote: position.totalQuoteUnits,
    feeAsset: position.feeAssetUnits,
    perpetual: position.perpBaseUnits,
    margin: position.marginWalletUnits,
  };
}

function trueAmounts({ world: { venue } }: VenueWorld, { setup }: CrashSetup): Amounts {
  const hedge = setup.instruments[1] as Instrument;
  const total = (slot: BalanceSlot): number => venue.freeUnits(slot) + venue.lockedUnits(slot);
  return {
    base: total(BalanceSlot.SPOT_BASE),
    quote: total(BalanceSlot.SPOT_QUOTE),
    feeAsset: total(BalanceSlot.SPOT_FEE_ASSET),
    perpetual: (venue.margin?.positionLots ?? 0) * hedge.baseUnitsPerLot,
    margin: venue.freeUnits(BalanceSlot.PERP_MARGIN),
  };
}

/** All lives of a closed session verify as one; returns the commands that no record proves. */
export function verifyLives(directory: string, { setup }: CrashSetup): number {
  const recording = readSession(new FileStorage(directory));
  assert.ok(recording.isClosed);
  const verifier = new Verifier();
  const engine = new Engine({
    configuration: setup.engine,
    output: verifier,
    probe: new NoProbe(),
    model: null,
  });
  const result = verifySession(recording, engine, verifier);
  assert.equal(result.difference, null);
  assert.equal(result.resumeCount, recording.resumes.length);
  return result.unprovenEnds.reduce((sum, { commands }) => sum + commands, 0);
}
