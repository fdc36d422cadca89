import { useEffect, useState } from 'preact/hooks';
import type {
  ChainFill,
  DecisionRow,
  EdgeRow,
  OrderChain,
  SessionFacts,
} from '#apps/dashboard/protocol.ts';
import type { WordKey } from '#apps/dashboard/web/language/english.ts';
import { sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { fetchChain } from '#apps/dashboard/web/live/operator.ts';
import { bps, clock, duration, fixed, orderName, plainBps, price, quantity } from './format.ts';
import { Fact } from './panels.tsx';
import { Line } from './tape.tsx';

interface ChainProps {
  readonly orderId: number;
  readonly facts: SessionFacts;
  readonly token: string | null;
  readonly onOrder: (orderId: number) => void;
  readonly onClose: () => void;
}

/** Markouts ripen, so the story is read again while it is open. */
const AGAIN_MILLIS = 2_000;

/** One order's whole story: decision, queue, life, fills with markouts, hedge and its cost. */
export function Chain({ orderId, facts, token, onOrder, onClose }: ChainProps) {
  const say = useSay();
  const [chain, setChain] = useState<OrderChain | string | null>(null);
  useEffect(() => {
    let isOpen = true;
    const read = async (): Promise<void> => {
      const found = await fetchChain(orderId, token);
      if (isOpen) setChain(found);
    };
    setChain(null);
    void read();
    const timer = setInterval(read, AGAIN_MILLIS);
    return () => {
      isOpen = false;
      clearInterval(timer);
    };
  }, [orderId, token]);
  return (
    <aside class="chain" aria-label={say('chain.title', orderName(orderId))}>
      <header>
        <h2>{say('chain.title', orderName(orderId))}</h2>
        <button type="button" class="tool" aria-label={say('chain.close')} onClick={onClose}>
          ✕
        </button>
      </header>
      {chain === null && <p class="empty">{say('chain.loading')}</p>}
      {typeof chain === 'string' && <p class="empty">{chain}</p>}
      {chain !== null && typeof chain !== 'string' && (
        <Story chain={chain} facts={facts} onOrder={onOrder} />
      )}
    </aside>
  );
}

function Story(props: {
  chain: OrderChain;
  facts: SessionFacts;
  onOrder: (orderId: number) => void;
}) {
  const { chain, facts, onOrder } = props;
  const say = useSay();
  return (
    <div class="story">
      {chain.decision !== null && (
        <Decision chain={chain} decision={chain.decision} facts={facts} />
      )}
      {chain.decision?.edge != null && <EdgeStack edge={chain.decision.edge} />}
      <h3>{say('chain.life')}</h3>
      {chain.entries.map((entry) => (
        <Line key={entry.id} entry={entry} facts={facts} isSelected={false} onOrder={onOrder} />
      ))}
      <h3>{say('chain.fills')}</h3>
      {chain.fills.length === 0 && <p class="empty">{say('chain.noFills')}</p>}
      {chain.fills.map((fill) => (
        <Fill key={fill.atMicros} fill={fill} facts={facts} />
      ))}
      {chain.decision?.edge != null && chain.fills.length > 0 && (
        <Hedge chain={chain} facts={facts} onOrder={onOrder} />
      )}
    </div>
  );
}

function Decision(props: { chain: OrderChain; decision: DecisionRow; facts: SessionFacts }) {
  const { chain, decision, facts } = props;
  const say = useSay();
  const at = (ticks: number, extra = 0): string => price(ticks, facts.quoted, extra);
  return (
    <>
      <h3>
        {say('chain.decision')} <span class="note">{clock(decision.atMicros)} UTC</span>
      </h3>
      <dl>
        <Fact name={say('chain.why')} value={sayCode(say, 'action', decision.why)} />
        <Fact
          name={say('chain.touch')}
          value={`${at(decision.bestBidTicks)} / ${at(decision.bestAskTicks)}`}
        />
        <Fact
          name={say('chain.fair')}
          value={`${at(decision.fairTicks, 1)} / ${at(decision.hedgeFairTicks, 1)}`}
        />
        <Fact
          name={say('quality.volatility')}
          value={`${fixed(decision.volatilityTicks, 2)} ticks/√s`}
        />
        <Fact name={say('quality.toxicity')} value={fixed(decision.toxicitySignal, 2)} />
        {chain.queueAtEntry !== null && (
          <Fact
            name={say('chain.queue')}
            value={say(
              'chain.ahead',
              quantity(chain.queueAtEntry.aheadLots, facts.quoted),
              quantity(chain.queueAtEntry.levelLots, facts.quoted),
            )}
          />
        )}
        <Fact
          name={say('chain.params')}
          value={say('chain.version', decision.parameterVersion)}
          note={chain.configHash.slice(0, 12)}
        />
      </dl>
    </>
  );
}

const EDGE_PARTS: readonly (readonly [keyof EdgeRow, WordKey])[] = [
  ['makerFeeBps', 'edge.makerFee'],
  ['adverseSelectionBps', 'edge.adverse'],
  ['staleCostBps', 'edge.stale'],
  ['hedgeCostBps', 'edge.hedge'],
  ['fundingBasisBps', 'edge.funding'],
  ['inventorySkewBps', 'edge.skew'],
  ['marginBps', 'edge.margin'],
];

/** What the distance from fair is made of; the parts sum to it. */
function EdgeStack({ edge }: { readonly edge: EdgeRow }) {
  const say = useSay();
  const most = Math.max(0.01, ...EDGE_PARTS.map(([part]) => Math.abs(edge[part])));
  return (
    <>
      <h3>{say('chain.edge')}</h3>
      <table class="edge">
        <tbody>
          {EDGE_PARTS.map(([part, key]) => {
            const value = edge[part];
            const width = (Math.abs(value) / most) * 50;
            return (
              <tr key={part}>
                <th scope="row">{say(key)}</th>
                <td class="bar-column" aria-hidden="true">
                  <i
                    class={`pole ${value < 0 ? 'loss' : 'plain'}`}
                    style={{ width: `${width}%`, [value < 0 ? 'right' : 'left']: '50%' }}
                  />
                </td>
                <td>{bps(value, 2)}</td>
              </tr>
            );
          })}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{say('edge.sum')}</th>
            <td />
            <td>{bps(edge.distanceBps, 2)}</td>
          </tr>
        </tfoot>
      </table>
    </>
  );
}

function Fill({ fill, facts }: { fill: ChainFill; facts: SessionFacts }) {
  const say = useSay();
  const own = fill.instrument === 1 && facts.hedge !== null ? facts.hedge : facts.quoted;
  return (
    <div class="chain-fill">
      <p>
        <time>{clock(fill.atMicros)}</time>{' '}
        <span class={`side ${fill.side}`}>
          {fill.side === 'bid' ? '▲' : '▼'} {say(fill.side === 'bid' ? 'ladder.bid' : 'ladder.ask')}
        </span>{' '}
        <b>{quantity(fill.lots, own)}</b> @ <b>{price(fill.priceTicks, own)}</b>{' '}
        {say(fill.isMaker ? 'reason.MAKER' : 'reason.TAKER')}{' '}
        <span class="note">
          {say('chain.fee', `${fixed(Number(fill.fee), 6)} ${fill.feeAsset}`)}
        </span>
      </p>
      <MarkoutCurve fill={fill} />
    </div>
  );
}

/** Markouts of one fill side by side: up is good for us. */
function MarkoutCurve({ fill }: { readonly fill: ChainFill }) {
  const say = useSay();
  const most = Math.max(0.5, ...fill.markouts.map((one) => Math.abs(one.bps ?? 0)));
  return (
    <div class="curve">
      {fill.markouts.map(({ seconds, bps: value }) => (
        <div key={seconds} class="point">
          <span class="stalk" aria-hidden="true">
            {value !== null && (
              <i
                class={value < 0 ? 'loss' : 'gain'}
                style={{
                  height: `${(Math.abs(value) / most) * 50}%`,
                  [value < 0 ? 'top' : 'bottom']: '50%',
                }}
              />
            )}
          </span>
          <b>{value === null ? say('chain.pending') : bps(value, 2)}</b>
          <span class="note">{duration(seconds * 1_000).replace('.0', '')}</span>
        </div>
      ))}
    </div>
  );
}

function Hedge(props: {
  chain: OrderChain;
  facts: SessionFacts;
  onOrder: (orderId: number) => void;
}) {
  const { chain, facts, onOrder } = props;
  const say = useSay();
  if (chain.obligationId === 0) {
    return (
      <>
        <h3>{say('chain.hedge')}</h3>
        <p class="empty">{say('chain.hedgeNone')}</p>
      </>
    );
  }
  const cost =
    chain.hedgeCostBps === null ? '' : say('chain.cost', plainBps(chain.hedgeCostBps, 2));
  return (
    <>
      <h3>
        {say('chain.hedge')}{' '}
        <span class="note">
          {say('chain.obligation', chain.obligationId)} · {cost}
        </span>
      </h3>
      {chain.hedgeEntries.map((entry) => (
        <Line key={entry.id} entry={entry} facts={facts} isSelected={false} onOrder={onOrder} />
      ))}
    </>
  );
}
