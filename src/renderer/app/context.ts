/** Hands the app's stores down to every component. */
import { getContext } from 'svelte';
import type { App } from './app.svelte.ts';

export const APP = Symbol('app');

export const useApp = (): App => getContext<App>(APP);
