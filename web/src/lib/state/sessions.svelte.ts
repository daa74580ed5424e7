import { ApiError } from '$lib/api/client';
import { search } from '$lib/api/search';
import {
	createSession,
	deleteSession,
	getSession,
	listSessions,
	listTags,
	restoreSession,
	updateSession
} from '$lib/api/sessions';
import type { NewSession, SearchHit, Session, SessionChanges, TagCount } from '$lib/api/types';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

const PAGE = 200;
const SEARCH_LIMIT = 50;
const SEARCH_AFTER_MS = 120;

/** The list of conversations: pages of it as far as somebody scrolled, or what a search found. */
class Sessions {
	/** In the order in which they are shown. */
	shown = $state.raw<readonly Session[]>([]);
	/** Whether all there is has been read. */
	complete = $state(false);
	loading = $state(false);
	/** Why the list could not be read. */
	problem = $state<string | null>(null);
	tags = $state.raw<readonly TagCount[]>([]);
	/** The one that is being deleted. */
	removing = $state<string | null>(null);
	archived = $state(false);
	tag = $state<string | null>(null);
	query = $state('');
	/** What the search found; `null` while nothing is searched. */
	hits = $state.raw<readonly SearchHit[] | null>(null);
	#next: string | null = null;
	/** Counts lists: what was asked for an earlier one does not belong into this one. */
	#list = 0;
	#search: AbortController | null = null;

	/** Read the first page, again if it was read. What stands there stays until the new page is there. */
	async load(): Promise<void> {
		const list = ++this.#list;
		this.loading = true;
		try {
			const [page, tags] = await Promise.all([this.#page(null), listTags()]);
			if (list !== this.#list) return;
			// Behind the last page there is nothing: what stands there is deleted, or elsewhere by now.
			const behind = page.next === null ? [] : this.#behind(page.sessions);
			this.shown = [...page.sessions, ...behind];
			this.tags = tags;
			if (behind.length === 0) this.#reached(page.next);
			this.problem = null;
		} catch (error) {
			if (list === this.#list) this.problem = wordsOf(error);
		} finally {
			if (list === this.#list) this.loading = false;
		}
	}

	/** Read one more page. */
	async more(): Promise<void> {
		if (this.loading || this.complete || this.#next === null) return;
		const list = this.#list;
		this.loading = true;
		try {
			const page = await this.#page(this.#next);
			if (list !== this.#list) return;
			const known = new Set(this.shown.map((one) => one.id));
			this.shown = [...this.shown, ...page.sessions.filter((one) => !known.has(one.id))];
			this.#reached(page.next);
		} catch (error) {
			if (list === this.#list) this.problem = wordsOf(error);
		} finally {
			if (list === this.#list) this.loading = false;
		}
	}

	filter(change: { archived?: boolean; tag?: string | null }): void {
		this.archived = change.archived ?? this.archived;
		if (change.tag !== undefined) this.tag = change.tag;
		this.shown = [];
		this.complete = false;
		void this.load();
	}

	/** Search for `query`, a little later if it is being typed; an empty one brings the list back. */
	find(query: string): void {
		this.query = query;
		this.#search?.abort();
		if (query.trim() === '') {
			this.hits = null;
			return;
		}
		const asked = (this.#search = new AbortController());
		setTimeout(() => void this.#find(query, asked.signal), SEARCH_AFTER_MS);
	}

	async #find(query: string, signal: AbortSignal): Promise<void> {
		if (signal.aborted) return;
		try {
			const hits = await search(query, SEARCH_LIMIT, signal);
			if (!signal.aborted) this.hits = hits;
		} catch (error) {
			if (signal.aborted) return;
			this.hits = [];
			toasts.error(error);
		}
	}

	async create(session: NewSession): Promise<Session> {
		const made = await createSession(session);
		this.put(made);
		return made;
	}

	/** Show `session` where it belongs: it is new, or something in it changed. */
	put(session: Session): void {
		const others = this.shown.filter((one) => one.id !== session.id);
		if (session.deleted_s !== null || session.archived !== this.archived) {
			if (others.length !== this.shown.length) this.shown = others;
			return;
		}
		if (this.tag !== null && !session.tags.includes(this.tag)) {
			this.shown = others;
			return;
		}
		const at = others.findIndex((one) => isBefore(session, one));
		// Behind what was read so far there may be others before it.
		if (at < 0 && !this.complete && others.length > 0) this.shown = others;
		else this.shown = at < 0 ? [...others, session] : [...others.slice(0, at), session, ...others.slice(at)];
	}

	async change(session: Session, changes: SessionChanges): Promise<Session> {
		const changed = await updated(session, changes);
		this.put(changed);
		if (changes.tags !== undefined) this.tags = await listTags();
		return changed;
	}

	/** Put what nobody will miss into the bin. */
	async discard(id: string): Promise<void> {
		await deleteSession(id);
		this.shown = this.shown.filter((one) => one.id !== id);
	}

	/** Put it into the bin, with a way back. */
	async remove(session: Session): Promise<void> {
		this.removing = session.id;
		try {
			await deleteSession(session.id);
		} finally {
			this.removing = null;
		}
		this.shown = this.shown.filter((one) => one.id !== session.id);
		if (this.hits) this.hits = this.hits.filter((hit) => hit.session !== session.id);
		const undo = async () => this.put(await restoreSession(session.id));
		const words = strings.list.deleted(session.title || strings.list.untitled);
		toasts.show(words, { action: { label: strings.list.undo, run: undo } });
	}

	/** Returns the conversation `by` places below the one with `id` in the list, if there is one. */
	neighbour(id: string | null, by: 1 | -1): Session | undefined {
		const at = this.shown.findIndex((one) => one.id === id);
		if (at < 0) return by > 0 ? this.shown[0] : undefined;
		return this.shown[at + by];
	}

	/** Those that were read before and stand behind `page`. */
	#behind(page: readonly Session[]): Session[] {
		const last = page.at(-1);
		const there = new Set(page.map((one) => one.id));
		return last ? this.shown.filter((one) => !there.has(one.id) && !isBefore(one, last)) : [];
	}

	#page(before: string | null) {
		return listSessions({ archived: this.archived, tag: this.tag ?? undefined, before, limit: PAGE });
	}

	#reached(next: string | null): void {
		this.#next = next;
		this.complete = next === null;
	}
}

/**
 * Change `session` as it was seen. If somebody else changed other fields of it since, the change is made to what it is
 * now; if the very same field was changed, their change stays and the error is thrown.
 */
async function updated(session: Session, changes: SessionChanges): Promise<Session> {
	try {
		return await updateSession(session.id, { ...changes, revision: session.revision });
	} catch (error) {
		if (!(error instanceof ApiError && error.code === 'revision_conflict')) throw error;
		const { session: present } = await getSession(session.id);
		const clashes = fieldsOf(changes).some((name) => !isSame(session[name], present[name]));
		if (clashes) throw error;
		return updateSession(session.id, { ...changes, revision: present.revision });
	}
}

type Changed = Exclude<keyof SessionChanges, 'revision'>;

function fieldsOf(changes: SessionChanges): Changed[] {
	return (Object.keys(changes) as (keyof SessionChanges)[]).filter((name): name is Changed => name !== 'revision');
}

function isSame(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

function isBefore(one: Session, other: Session): boolean {
	if (one.pinned !== other.pinned) return one.pinned;
	return one.updated_s >= other.updated_s;
}

export const sessions = new Sessions();
