import { tick } from 'svelte';
import { composer } from '$lib/state/composer.svelte';
import { attempt } from '$lib/state/deeds';

/** Do something to a message. Its button may go with it; the focus is then where one goes on. */
export async function act(deed: () => Promise<unknown>): Promise<void> {
	await attempt(deed);
	await tick();
	composer.refocus();
}
