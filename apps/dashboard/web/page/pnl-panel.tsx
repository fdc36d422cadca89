import type { LiveState, PnlRow, SessionFacts } from '#apps/dashboard/protocol.ts';
import type { WordKey } from '#apps/dashboard/web/language/english.ts';
import { useSay } from '#apps/dashboard/web/language/language.ts';
import { amount, bps, fixed, plainBps, signed, signedAmount } from './format.ts';
import { Panel } from './panels.tsx';

type Part = 'spreadCapture' | 'inventory' | 'hedgeExecution' | 'fees' | 'funding' | 'residual';

/** Half of the last digit shown: less than that reads as zero and gets no colour. */
const SHOWN_LEAST = 0.00005;

const PARTS: readonly (readonly [Part, WordKey])[] = [
  ['spreadCapture', 'pnl.spread'],
  ['inventory', 'pnl.inventory'],
  ['hedgeExecution', 'pnl.hedge'],
  ['fees', 'pnl.fees'],
  ['funding', 'pnl.funding'],
  ['residual', 'pnl.residual'],
];

/** Why we make or lose money: exact parts that sum to the net. */
export function PnlPanel({ facts, state }: { facts: SessionFacts; state: LiveState }) {
  const say = useSay();
  const { pnl } = state;
  const most = Math.max(1e-9, ...PARTS.map(([part]) => Math.abs(Number(pnl[part]))));
  const note = facts.isEvidence ? facts.quoteAsset : say('bar.synthetic');
  return (
    <Panel name="pnl" title={say('pnl.title')} note={note}>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('pnl.part')}</th>
            <td class="bar-column" />
            <th scope="col">{facts.quoteAsset}</th>
            <th scope="col">{say('pnl.ofTurnover')}</th>
          </tr>
        </thead>
        <tbody>
          {PARTS.map(([part, key]) => (
            <Line key={part} name={say(key)} value={pnl[part]} most={most} pnl={pnl} />
          ))}
        </tbody>
        <tfoot>
          <Line name={say('pnl.total')} value={pnl.total} most={0} pnl={pnl} />
        </tfoot>
      </table>
      <BreakEven facts={facts} pnl={pnl} />
    </Panel>
  );
}

function Line(props: { name: string; value: string; most: number; pnl: PnlRow }) {
  const value = Number(props.value);
  const turnover = Number(props.pnl.turnover);
  const width = props.most === 0 ? 0 : (Math.abs(value) / props.most) * 50;
  const isShown = Math.abs(value) >= SHOWN_LEAST;
  const tone = !isShown ? '' : value < 0 ? 'loss' : 'gain';
  return (
    <tr>
      <th scope="row">{props.name}</th>
      <td class="bar-column" aria-hidden="true">
        {props.most > 0 && (
          <i
            class={`pole ${tone}`}
            style={{ width: `${width}%`, [value < 0 ? 'right' : 'left']: '50%' }}
          />
        )}
      </td>
      <td class={tone}>{signed(value, 4)}</td>
      <td>{turnover === 0 ? '–' : signed((value / turnover) * 10_000, 2)}</td>
    </tr>
  );
}

function BreakEven({ facts, pnl }: { facts: SessionFacts; pnl: PnlRow }) {
  const say = useSay();
  return (
    <p class="pnl-notes">
      <span>
        {say('pnl.breakEven')} <b>{bps(pnl.breakEvenMakerFeeBps, 2)}</b>{' '}
        <span class="note">{say('pnl.paid', plainBps(pnl.paidMakerFeeBps, 2))}</span>
      </span>
      <span>
        {say('pnl.liquidation')} <b>{signedAmount(pnl.atLiquidation, facts.quoteAsset)}</b>
      </span>
      <span>
        {say('pnl.turnover')} <b>{amount(pnl.turnover, facts.quoteAsset, 0)}</b>
        {pnl.interval !== null && <span class="note"> ± {fixed(Number(pnl.interval), 2)}</span>}
      </span>
    </p>
  );
}
