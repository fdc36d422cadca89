import type { LiveState, SessionFacts } from '#apps/dashboard/protocol.ts';
import { type LanguageName, sayCode, useSay } from '#apps/dashboard/web/language/language.ts';
import { bps, clock, dateAndClock, duration, fixed, signedAmount } from './format.ts';
import { healthReasonText } from './reason-text.ts';

interface TopBarProps {
  readonly facts: SessionFacts;
  readonly state: LiveState;
  readonly language: LanguageName;
  readonly onLanguage: (language: LanguageName) => void;
  readonly onTheme: () => void;
  readonly onHelp: () => void;
  readonly children: preact.ComponentChildren;
}

const MICROS_PER_DAY = 86_400_000_000;

/** Who, where, since when; are we safe; are we making money. */
export function TopBar(props: TopBarProps) {
  const { facts, state } = props;
  const say = useSay();
  return (
    <header class="bar">
      <div class="bar-who">
        <strong class="symbol">{facts.symbol}</strong>
        <WorldBadge facts={facts} />
        {facts.isHypothetical && <span class="flag warn">{say('bar.hypothetical')}</span>}
      </div>
      <Health state={state} />
      {props.children}
      <div class="bar-second">
        <time class="clock" title={localTime(say, state.atMicros)}>
          {clock(state.atMicros)} UTC
        </time>
        <span class={state.lease.isValid ? 'lease' : 'lease bad'}>
          {state.lease.isValid
            ? say('bar.lease', `${fixed(state.lease.leftMillis / 1_000, 1)} s`)
            : say('bar.leaseNone')}
        </span>
        <span
          class="muted session"
          title={say('bar.config', facts.configVersion, facts.configHash.slice(0, 12))}
        >
          {say('bar.seed', facts.seed)} · {facts.profile} · {facts.feeTier}
          {state.regime !== null && ` · ${say('bar.regime', sayCode(say, 'regime', state.regime))}`}
        </span>
        <Net facts={facts} state={state} />
        <div class="bar-tools">
          <Languages language={props.language} onLanguage={props.onLanguage} />
          <button type="button" class="tool" aria-label={say('bar.theme')} onClick={props.onTheme}>
            ◐
          </button>
          <button type="button" class="tool" aria-label={say('bar.help')} onClick={props.onHelp}>
            ?
          </button>
        </div>
      </div>
    </header>
  );
}

function localTime(say: ReturnType<typeof useSay>, atMicros: number): string {
  const local = new Date(atMicros / 1_000).toLocaleString();
  return `${dateAndClock(atMicros)} UTC · ${say('bar.local', local)}`;
}

function WorldBadge({ facts }: { readonly facts: SessionFacts }) {
  const say = useSay();
  const kind = facts.world === 'LIVE' ? 'live' : facts.feed.toLowerCase();
  return (
    <span class={`badge ${kind}`}>
      {say(`world.${facts.world}`)} · {say(`feed.${facts.feed}`)}
    </span>
  );
}

/** Never a bare word: the reasons stand beside it, bad ones first. */
function Health({ state }: { readonly state: LiveState }) {
  const say = useSay();
  const { health } = state;
  const isWell = health.status === 'HEALTHY';
  // Well: what makes it so, then what to keep an eye on. Not well: only what is wrong.
  const good = health.reasons.filter((reason) => !reason.isBad);
  const bad = health.reasons.filter((reason) => reason.isBad);
  const shown = isWell ? [...good, ...bad] : bad;
  const sign = { HEALTHY: '✓', DEGRADED: '!', CRITICAL: '✕' }[health.status];
  const all = health.reasons.map((reason) => healthReasonText(say, reason)).join('\n');
  return (
    <div class={`health ${health.status.toLowerCase()}`} role="status" title={all}>
      <strong>
        <span aria-hidden="true">{sign} </span>
        {say(`health.${health.status}`)}
      </strong>
      <span class="why">{shown.map((reason) => healthReasonText(say, reason)).join(' · ')}</span>
    </div>
  );
}

function Net({ facts, state }: { readonly facts: SessionFacts; readonly state: LiveState }) {
  const say = useSay();
  const { pnl } = state;
  const net = Number(pnl.total);
  const turnover = Number(pnl.turnover);
  const days = pnl.windowMicros / MICROS_PER_DAY;
  const fills = pnl.quotingFills + pnl.hedgeFills;
  const isEnough = pnl.quotingFills >= facts.fillsForVerdict && days >= facts.daysForVerdict;
  const verdict = isEnough
    ? ''
    : say(
        'bar.insufficient',
        pnl.quotingFills,
        facts.fillsForVerdict,
        fixed(days, days < 0.1 ? 3 : 1),
        facts.daysForVerdict,
      );
  const interval =
    pnl.interval === null
      ? say('bar.noInterval')
      : say('bar.interval', signedAmount(pnl.interval, facts.quoteAsset).replace('+', ''));
  return (
    <div class="net" title={`${interval}\n${verdict}`}>
      <span class="muted">{say('bar.net')} </span>
      <strong class={`net-value ${net < 0 ? 'loss' : net > 0 ? 'gain' : ''}`}>
        {signedAmount(net, facts.quoteAsset)}
      </strong>
      {turnover > 0 && (
        <span class="muted"> {say('bar.ofTurnover', bps((net / turnover) * 10_000))}</span>
      )}
      <span class="net-notes">
        {say('bar.fills', fills)} {say('bar.window', duration(pnl.windowMicros / 1_000))}
        {pnl.interval === null ? '' : ` · ± ${fixed(Number(pnl.interval), 2)}`}
        {verdict === '' ? '' : ` · ${verdict}`}
      </span>
    </div>
  );
}

function Languages(props: Pick<TopBarProps, 'language' | 'onLanguage'>) {
  const say = useSay();
  return (
    <fieldset class="languages" aria-label={say('bar.language')}>
      {(['en', 'zh'] as const).map((name) => (
        <button
          key={name}
          type="button"
          lang={name}
          aria-pressed={props.language === name}
          onClick={() => props.onLanguage(name)}
        >
          {name === 'en' ? 'en' : '中文'}
        </button>
      ))}
    </fieldset>
  );
}
