import type { ComponentChildren } from 'preact';

/** A titled part of the page. */
export function Panel(props: {
  readonly name: string;
  readonly title: string;
  readonly note?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={`panel ${props.name}`} aria-label={props.title}>
      <h2>
        {props.title} {props.note !== undefined && <span class="note">{props.note}</span>}
      </h2>
      {props.children}
    </section>
  );
}

/** One named value. */
export function Fact(props: {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly tone?: 'good' | 'bad' | 'warn' | undefined;
}) {
  return (
    <div class={`fact ${props.tone ?? ''}`}>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.note !== undefined && <span class="note"> {props.note}</span>}
      </dd>
    </div>
  );
}
