import { render } from 'preact';
import { Live } from '#apps/dashboard/web/live/live.ts';
import { takeToken } from '#apps/dashboard/web/live/operator.ts';
import { Page } from '#apps/dashboard/web/page/page.tsx';
import './page.css';

const root = document.getElementById('page');
if (root === null) throw new Error('the document has no place for the page');
const token = takeToken();
const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
const live = new Live(`${protocol}//${location.host}/live`, token);
live.start();
render(<Page live={live} token={token} />, root);
