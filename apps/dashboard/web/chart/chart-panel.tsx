import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChartMark, SessionFacts } from '#apps/dashboard/protocol.ts';
import { type Say, sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import type { Live } from '#apps/dashboard/web/live/live.ts';
import { clock, price, short, signed } from '#apps/dashboard/web/page/format.ts';
import { type ChartReading, SessionChart } from './chart.ts';

interface ChartPanelProps {
  readonly live: Live;
  readonly facts: SessionFacts;
  readonly theme: string;
}

const VIEWS = [
  ['1m', 60],
  ['5m', 300],
  ['30m', 1_800],
] as const;

/** The charts with their readings, the zoom and the way back to now. */
export function ChartPanel({ live, facts, theme }: ChartPanelProps) {
  const say = useSay();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<SessionChart | null>(null);
  const words = useRef(say);
  words.current = say;
  const [reading, setReading] = useState<ChartReading | null>(null);
  const [tops, setTops] = useState<readonly number[]>([]);
  const [isFollowing, setFollowing] = useState(true);
  useEffect(() => {
    if (place.current === null) return;
    const made = new SessionChart(place.current, {
      onReading: setReading,
      onPanes: setTops,
      onFollowing: setFollowing,
      nameMark: (mark) => markWords(words.current, mark),
    });
    chart.current = made;
    live.bindChart(made);
    return () => {
      live.bindChart(null);
      made.destroy();
    };
  }, [live]);
  // The colours are read from the page, where the theme has just been put.
  useEffect(() => chart.current?.repaint(), [theme, say]);
  const names = [
    `${say('chart.mid')} ${facts.quoteAsset}`,
    `${say('chart.inventory')} ${facts.baseAsset}`,
    `${say('chart.delta')} ${facts.baseAsset}`,
  ];
  return (
    <section class="panel charts" aria-label={say('chart.title')}>
      <div class="chart-head">
        <Readings facts={facts} reading={reading} />
        <div class="chart-views">
          {VIEWS.map(([name, seconds]) => (
            <button key={name} type="button" onClick={() => chart.current?.showLast(seconds)}>
              {name}
            </button>
          ))}
          <button type="button" onClick={() => chart.current?.showLast(0)}>
            {say('chart.all')}
          </button>
          <button
            type="button"
            class="follow-live"
            aria-pressed={isFollowing}
            onClick={() => chart.current?.follow()}
          >
            {say('chart.follow')}
          </button>
        </div>
      </div>
      <div class="chart-place" role="img" aria-label={say('chart.label')}>
        <div class="chart-canvas" ref={place} />
        {tops.map((top, index) => (
          <span key={names[index]} class="pane-name" style={{ top: `${top + 3}px` }}>
            {names[index]}
          </span>
        ))}
        {!facts.isEvidence && <span class="watermark">{say('bar.synthetic')}</span>}
      </div>
    </section>
  );
}

/** FUNDING with its amount, OPERATOR with the action, KILL. */
function markWords(say: Say, mark: ChartMark): string {
  if (mark.kind === 'OPERATOR') return sayCode(say, 'reason', mark.text);
  if (mark.kind === 'FUNDING') return `${say('event.FUNDING')} ${signed(Number(mark.text), 4)}`;
  return say('event.KILL');
}

function Readings(props: { facts: SessionFacts; reading: ChartReading | null }) {
  const say = useSay();
  const { facts, reading } = props;
  if (reading === null) return <div class="readings" />;
  const { point } = reading;
  const at = (ticks: number | null, extra = 0): string =>
    ticks === null ? say('chart.gap') : price(ticks, facts.quoted, extra);
  return (
    <div class={reading.isLive ? 'readings' : 'readings past'}>
      {!reading.isLive && <span>{clock(reading.atMillis * 1_000).slice(0, 8)} UTC</span>}
      <span class="key mid">
        {say('chart.mid')} <b>{at(point.midTicks, 1)}</b>
      </span>
      <span class="key fair">
        {say('chart.fair')} <b>{at(point.fairTicks, 1)}</b>
      </span>
      <span class="key ours">
        {say('chart.ours')}{' '}
        <b>
          {point.ownBidTicks === null ? '–' : at(point.ownBidTicks)} /{' '}
          {point.ownAskTicks === null ? '–' : at(point.ownAskTicks)}
        </b>
      </span>
      <span class="key inventory">
        {say('chart.inventory')} <b>{short(point.spotBase)}</b>
      </span>
      <span class="key delta">
        {say('chart.delta')} <b>{short(point.deltaBase)}</b> ± {short(point.bandBase)}
      </span>
    </div>
  );
}
