// Starts the renderer over whichever transport this page was given.
import './withoutEval.ts';
import { mount } from 'svelte';
import { App } from './app/app.svelte.ts';
import AppView from './App.svelte';
import { openChannel } from './lab/transport.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/forms.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

mount(AppView, { target, props: { app: new App(openChannel()) } });
