import { findFeeTier } from '#adapters/config/fee-tiers.ts';
import type { Summary } from '#research/measure/summary.ts';
import { numberText } from './charts/chart-scale.ts';
import { feeRulerSvg } from './charts/fee-ruler.ts';
import { both, escapeHtml } from './html-text.ts';
import { type Bilingual, plain, words } from './report-words.ts';
import { evidenceWords, verdictInWords } from './verdict-words.ts';
import type { WordKey } from './words-english.ts';

/** Net, break-even fee and paid fee large; the verdict and what it is worth. */
export function headlineSection(summary: Summary): string {
  const { economics, pnl } = summary;
  const net = Number(pnl.total);
  const paid = economics.effectiveMakerFeeBps ?? economics.paidMakerFeeBps;
  const even = economics.breakEvenMakerFeeBps;
  const interval = economics.breakEvenInterval;
  const evenNote =
    even === null
      ? words('breakEvenNone')
      : interval === null
        ? words('breakEvenNoInterval')
        : words('breakEvenInterval', {
            low: numberText(interval.lowBps, 2),
            high: numberText(interval.highBps, 2),
          });
  const sentence =
    even === null
      ? ''
      : `<br>${both(
          words('breakEvenSentence', {
            even: numberText(even, 2),
            paid: numberText(paid, 2),
          }),
        )}`;
  return `<section aria-label="Headline">
${stopBanner(summary)}<div class="headline">
${big('netPnl', `${amountText(net)} <small>${escapeHtml(pnl.currency)}</small>`, words('ofTurnover', { bps: numberText(economics.netBpsOfTurnover, 2) }), net < 0 ? 'red-text' : 'green-text')}
${big('breakEven', even === null ? '–' : `${numberText(even, 2)} <small>bp</small>`, evenNote, '')}
${big('paidFee', `${numberText(paid, 2)} <small>bp</small>`, plain(''), '')}
</div>
<div class="verdict ${economics.colour}"><b>${both(verdictInWords(summary))}</b>${sentence}<br>${both(words('evidence'))}: ${both(evidenceWords(summary))}</div>
</section>`;
}

/** A session that was stopped, or whose quotes were pulled for losses, says so first. */
function stopBanner(summary: Summary): string {
  const { killSwitch, pulled } = summary.risk;
  if (killSwitch !== null) {
    const time = new Date(killSwitch.atMicros / 1000).toISOString().slice(11, 23);
    return `<p class="stopped">${both(words('stopped', { reason: killSwitch.words, time }))}</p>\n`;
  }
  if (pulled === null) return '';
  return `<p class="stopped">${both(words('pulled', { reason: pulled.reason }))}</p>\n`;
}

function big(key: WordKey, html: string, note: Bilingual, kind: string): string {
  return `<div><div class="what">${both(words(key))}</div><div class="big ${kind}">${html}</div><div class="what">${both(note)}</div></div>`;
}

/** The break-even fee on one scale with the tiers, and the same fills at each tier. */
export function tiersSection(summary: Summary): string {
  const { economics, pnl } = summary;
  const tiers = economics.tiers.map(({ tier, net }) => ({ ...feesOf(tier), net: Number(net) }));
  const ruler = feeRulerSvg({
    breakEvenBps: economics.breakEvenMakerFeeBps,
    lowBps: economics.breakEvenInterval?.lowBps ?? null,
    highBps: economics.breakEvenInterval?.highBps ?? null,
    tiers,
    paidBps: economics.effectiveMakerFeeBps ?? economics.paidMakerFeeBps,
  });
  const rows = tiers.map(
    ({ name, bps, perp, net }) =>
      `<tr><td>${escapeHtml(name)}</td><td class="n">${numberText(bps, 2)}</td><td class="n">${perp}</td><td class="n ${net < 0 ? 'red-text' : 'green-text'}">${amountText(net)}</td></tr>`,
  );
  return `<section>
<h2>${both(words('breakEven'))}</h2>
<div class="wide">${ruler}</div>
<div class="scroll"><table class="narrow"><thead><tr><th>${both(words('tier'))}</th><th class="n">${both(words('tierMaker'))}</th><th class="n">${both(words('tierPerp'))}</th><th class="n">${both(words('tierNet'))}, ${escapeHtml(pnl.currency)}</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note" style="margin:8px 0 0">${both(words('tierNote'))}</p>
</section>`;
}

function feesOf(name: string): { name: string; bps: number; perp: string } {
  const tier = findFeeTier(name);
  if (tier === null) throw new RangeError(`no fee tier is called ${name}`);
  const perp = `${numberText(tier.perpMakerBps, 2)} / ${numberText(tier.perpTakerBps, 2)}`;
  return { name, bps: tier.spotMakerBps, perp };
}

/** The figures a desk asks for first. */
export function factsSection(summary: Summary): string {
  const { fills, quoting, hedge, inventory, orders, pnl } = summary;
  const facts = [
    fact(
      'fillsCount',
      String(fills.count),
      words('makerRatio', { ratio: percent(fills.makerRatio) }),
    ),
    fact('notional', `${amountText(Number(fills.notional))} ${escapeHtml(pnl.currency)}`),
    fact('twoSided', percent(quoting.twoSidedRatio), words('ofLiveTime')),
    fact(
      'spreadShown',
      `${numberText(quoting.averageSpreadBps, 2)} bp`,
      words('distanceShown', { ticks: numberText(quoting.averageTopDistanceTicks, 1) }),
    ),
    fact('hedgeFills', `${hedge.fills}`, words('hedgeCost', { bps: numberText(hedge.costBps, 2) })),
    fact('inventoryInside', percent(inventory.insideBandRatio), words('ofTime')),
    fact('deltaInside', percent(hedge.insideBandRatio), words('ofTime')),
    fact(
      'messages',
      quoting.messagesPerFill === null ? '–' : numberText(quoting.messagesPerFill, 1),
      words('ordersSent', { sent: orders.sent }),
    ),
  ];
  return `<section><dl class="facts">${facts.join('')}</dl></section>`;
}

function fact(key: WordKey, value: string, note: Bilingual = plain('')): string {
  return `<div><dt>${both(words(key))}</dt><dd>${value}<small>${both(note)}</small></dd></div>`;
}

/** Money to four places, or two when large. */
export function amountText(value: number): string {
  return numberText(value, Math.abs(value) >= 1_000 ? 2 : 4);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)} %`;
}
