import { useSay } from '#apps/dashboard/web/language/language.ts';

/** Keys and signs. */
export function Help({ onClose }: { readonly onClose: () => void }) {
  const say = useSay();
  return (
    <aside class="chain help" aria-label={say('help.title')}>
      <header>
        <h2>{say('help.title')}</h2>
        <button type="button" class="tool" aria-label={say('chain.close')} onClick={onClose}>
          ✕
        </button>
      </header>
      <dl class="keys">
        <dt>
          <kbd>p</kbd>
        </dt>
        <dd>{say('help.p')}</dd>
        <dt>
          <kbd>/</kbd>
        </dt>
        <dd>{say('help.slash')}</dd>
        <dt>
          <kbd>?</kbd>
        </dt>
        <dd>{say('help.question')}</dd>
        <dt>
          <kbd>Esc</kbd>
        </dt>
        <dd>{say('help.escape')}</dd>
      </dl>
      <ul>
        <li>{say('help.bid')}</li>
        <li>{say('help.ask')}</li>
        <li>{say('help.queue')}</li>
        <li>{say('help.chart')}</li>
        <li>{say('help.tape')}</li>
        <li>{say('help.times')}</li>
      </ul>
    </aside>
  );
}
