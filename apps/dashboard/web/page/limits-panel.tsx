import type { LimitRow, LiveState, SessionFacts } from '#apps/dashboard/protocol.ts';
import { type Say, sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { percent, short } from './format.ts';
import { Panel } from './panels.tsx';

/** From this share of a limit on it is shown as near. */
const NEAR_RATIO = 0.8;

/** Each limit of the risk lease with what is used of it. */
export function LimitsPanel({ facts, state }: { facts: SessionFacts; state: LiveState }) {
  const say = useSay();
  return (
    <Panel name="limits" title={say('limits.title')} note={say('limits.used')}>
      <div class="limit-rows">
        {state.limits.map((row) => (
          <Limit key={`${row.market}${row.measure}`} row={row} facts={facts} />
        ))}
      </div>
    </Panel>
  );
}

function Limit({ row, facts }: { row: LimitRow; facts: SessionFacts }) {
  const say = useSay();
  const used = Math.max(0, row.used);
  const ratio = row.allowed > 0 ? used / row.allowed : used > 0 ? 1 : 0;
  const tone = ratio >= 1 ? 'full' : ratio >= NEAR_RATIO ? 'near' : '';
  const asset = { base: facts.baseAsset, quote: facts.quoteAsset, count: '' }[row.unit];
  return (
    <div class={`limit ${tone}`}>
      <span>{nameOf(say, row)}</span>
      <span class="limit-bar" role="img" aria-label={percent(ratio, 0)}>
        <i class="limit-part" style={{ width: `${Math.min(1, ratio) * 100}%` }} />
      </span>
      <span>
        {short(used)} / {short(row.allowed)} {asset}
      </span>
    </div>
  );
}

function nameOf(say: Say, row: LimitRow): string {
  const measure = sayCode(say, 'limit', row.measure);
  return row.market === null ? measure : `${say(`market.${row.market}`)} ${measure}`;
}
