import { listSessions, restoreSession } from '$lib/api/sessions';
import type { Session } from '$lib/api/types';
import { strings } from '$lib/strings';
import { sessions } from './sessions.svelte';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

const PAGE = 50;

/** Conversations that were deleted, and can be had back for some days. */
class Bin {
	sessions = $state.raw<readonly Session[]>([]);
	next = $state<string | null>(null);
	read = $state(false);
	problem = $state<string | null>(null);

	/** Read the first page. */
	async refresh(): Promise<void> {
		await this.#page(null);
	}

	/** Read one more page. */
	async more(): Promise<void> {
		if (this.next !== null) await this.#page(this.next);
	}

	async restore(session: Session): Promise<void> {
		try {
			sessions.put(await restoreSession(session.id));
			this.sessions = this.sessions.filter((one) => one.id !== session.id);
			toasts.show(strings.settings.data.restored(session.title || strings.settings.data.untitled), { kind: 'success' });
		} catch (error) {
			toasts.error(error);
		}
	}

	async #page(before: string | null): Promise<void> {
		try {
			const page = await listSessions({ deleted: true, before, limit: PAGE });
			this.sessions = before === null ? page.sessions : [...this.sessions, ...page.sessions];
			this.next = page.next;
			this.problem = null;
			this.read = true;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}
}

export const bin = new Bin();
