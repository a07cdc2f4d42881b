import { render } from 'preact';
import { App } from './frame/app';
import './style/base.css';
import './style/frame.css';
import './style/tables.css';
import './style/job.css';
import './style/form.css';

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
