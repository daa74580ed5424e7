import { listModels, listRunning } from '$lib/api/models';
import { search } from '$lib/api/search';
import { listSessions } from '$lib/api/sessions';
import type { SearchHit } from '$lib/api/types';
import { wordsOf } from './words';

const MOST = 8;
const PAUSE_MS = 120;

export interface FoundSession {
	id: string;
	title: string;
	snippet: SearchHit['snippet'];
}

/** The command palette: what it offers beside pages and actions comes from the server. */
class Palette {
	open = $state(false);
	sessions = $state.raw<readonly FoundSession[]>([]);
	models = $state.raw<readonly { name: string; loaded: boolean }[]>([]);
	problem = $state<string | null>(null);
	#query = $state('');
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked: AbortController | null = null;

	get query(): string {
		return this.#query;
	}

	set query(text: string) {
		this.#query = text;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#find(), PAUSE_MS);
	}

	show(): void {
		this.#query = '';
		this.open = true;
		this.sessions = [];
		void this.#find();
		void this.#readModels();
	}

	close(): void {
		this.open = false;
		clearTimeout(this.#timer);
		this.#asked?.abort();
	}

	async #find(): Promise<void> {
		this.#asked?.abort();
		const asked = (this.#asked = new AbortController());
		try {
			const found = await sessionsFor(this.#query.trim(), asked.signal);
			if (!asked.signal.aborted) [this.sessions, this.problem] = [found, null];
		} catch (error) {
			if (!asked.signal.aborted) this.problem = wordsOf(error);
		}
	}

	async #readModels(): Promise<void> {
		try {
			const [list, running] = await Promise.all([listModels(), listRunning()]);
			const loaded = new Set(running.models.map((one) => one.name));
			this.models = list.models.map(({ name }) => ({ name, loaded: loaded.has(name) }));
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}
}

/** Sessions that `query` is found in, each once; without a query those that changed last. */
async function sessionsFor(query: string, signal: AbortSignal): Promise<FoundSession[]> {
	if (query === '') {
		const page = await listSessions({ limit: MOST }, signal);
		return page.sessions.slice(0, MOST).map(({ id, title }) => ({ id, title, snippet: [] }));
	}
	const found = new Map<string, FoundSession>();
	for (const { session, title, message, snippet } of await search(query, 4 * MOST, signal)) {
		if (!found.has(session)) found.set(session, { id: session, title, snippet: message === null ? [] : snippet });
	}
	return [...found.values()].slice(0, MOST);
}

export const palette = new Palette();
