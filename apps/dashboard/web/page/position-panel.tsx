import type { LiveState, SessionFacts } from '#apps/dashboard/protocol.ts';
import { useSay } from '#apps/dashboard/web/language/language.ts';
import { amount, bps, duration, fixed, percent, plainBps, signedAmount } from './format.ts';
import { Fact, Panel } from './panels.tsx';

/** What we hold, how far from neutral, and how the hedge does. */
export function PositionPanel({ facts, state }: { facts: SessionFacts; state: LiveState }) {
  const say = useSay();
  const { position, quality } = state;
  const delta = Math.abs(Number(position.deltaBase));
  const isOutside = delta > Number(position.bandBase) && Number(position.bandBase) > 0;
  const note = position.isReconciled ? undefined : say('position.unconfirmed');
  const fundingIn = Math.max(0, position.nextFundingMicros - state.atMicros) / 1_000;
  return (
    <Panel name="position" title={say('position.title')} {...(note === undefined ? {} : { note })}>
      <dl>
        <Fact name={say('position.spot')} value={amount(position.spotBase, facts.baseAsset)} />
        <Fact
          name={say('position.perp')}
          value={signedAmount(position.perpBase, facts.baseAsset, 0)}
        />
        <Fact
          name={say('position.delta')}
          value={signedAmount(position.deltaQuote, facts.quoteAsset)}
          note={`${say('position.band')} ${amount(position.bandQuote, facts.quoteAsset, 0)}`}
          tone={isOutside ? 'bad' : undefined}
        />
        <Gauge
          ratio={ratioOf(position.deltaBase, position.bandBase)}
          label={say('position.delta')}
        />
        <Fact
          name={say('position.ratio')}
          value={percent(position.inventoryRatio, 0)}
          note={say('position.ofAllowed')}
          tone={Math.abs(position.inventoryRatio) > 1 ? 'bad' : undefined}
        />
        <Gauge ratio={position.inventoryRatio} label={say('position.ratio')} />
        <Fact name={say('position.inBand')} value={percent(quality.hedgeInsideRatio, 2)} />
        <Fact
          name={say('position.hedgeCost')}
          value={plainBps(quality.hedgeCostBps, 2)}
          note={`${say('position.hedgeMaker')} ${percent(quality.hedgeMakerRatio, 0)}`}
        />
        <Fact
          name={say('position.margin')}
          value={`${fixed(Number(position.marginFree), 0)} / ${amount(position.marginWallet, facts.quoteAsset, 0)}`}
        />
        {position.fundingBps !== null && (
          <Fact
            name={say('position.funding')}
            value={bps(position.fundingBps, 2)}
            note={say('position.fundingIn', duration(fundingIn))}
          />
        )}
      </dl>
    </Panel>
  );
}

function ratioOf(part: string, whole: string): number {
  return Number(whole) === 0 ? 0 : Number(part) / Number(whole);
}

/** -1..1 as a needle between two limits; beyond them it stands at the end, marked. */
function Gauge({ ratio, label }: { readonly ratio: number; readonly label: string }) {
  const shown = Math.max(-1, Math.min(1, ratio));
  return (
    <div
      class={Math.abs(ratio) > 1 ? 'gauge over' : 'gauge'}
      role="img"
      aria-label={`${label} ${percent(ratio, 0)}`}
    >
      <i style={{ left: `${50 + shown * 50}%` }} />
    </div>
  );
}
