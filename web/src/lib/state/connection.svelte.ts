import { ApiError, OfflineError, type Outcome, send, useApiKey, watchOutcomes } from '$lib/api/client';
import { getVersion } from '$lib/api/models';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';

const KEY = 'minerva.key';
const HEARTBEAT_MS = 15_000;
const FIRST_PROBE_MS = 1000;
const LONGEST_PROBE_MS = 5000;

/** Whether the server is there, and lets us in. */
class Connection {
	offline = $state(false);
	/** Whether the server asked for a key that we have not, or not the right one. */
	keyWanted = $state(false);
	keyRefused = $state(false);
	/** How often the server came back or let us in: who shows something from it reads it again then. */
	returned = $state(0);
	#key = $state(storedKey());
	#probe: ReturnType<typeof setTimeout> | undefined;
	#wait_ms = FIRST_PROBE_MS;

	constructor() {
		useApiKey(this.#key);
		watchOutcomes((outcome) => this.#saw(outcome));
	}

	/** Look now and then whether the server is there, until the function that is returned is called. */
	watch(): () => void {
		const look = () => document.visibilityState === 'visible' && void this.look();
		const timer = setInterval(look, HEARTBEAT_MS);
		document.addEventListener('visibilitychange', look);
		addEventListener('online', look);
		return () => {
			clearInterval(timer);
			clearTimeout(this.#probe);
			document.removeEventListener('visibilitychange', look);
			removeEventListener('online', look);
		};
	}

	/** Ask whether the server is there; what comes of it is seen as of every request. */
	async look(): Promise<void> {
		try {
			await send('health');
		} catch (error) {
			if (!(error instanceof ApiError || error instanceof OfflineError)) throw error;
		}
	}

	/** Try `key`; if it is right it is kept, beyond this tab if `remember`. */
	async enter(key: string, remember: boolean): Promise<void> {
		useApiKey(key);
		this.keyRefused = false;
		try {
			await getVersion();
		} catch (error) {
			useApiKey(this.#key);
			this.keyRefused = error instanceof ApiError && error.status === 401;
			if (!this.keyRefused) throw error;
			return;
		}
		this.#key = key;
		keepKey(key, remember);
		this.keyWanted = false;
		this.returned += 1;
	}

	/** Whether a key is sent, and kept here. */
	get hasKey(): boolean {
		return this.#key !== null;
	}

	/** Send no key any more. */
	forget(): void {
		this.#key = null;
		useApiKey(null);
		try {
			localStorage.removeItem(KEY);
			sessionStorage.removeItem(KEY);
		} catch {
			// A browser that keeps nothing has nothing to forget.
		}
	}

	#saw(outcome: Outcome): void {
		if (outcome === 'offline') {
			this.offline = true;
			clearTimeout(this.#probe);
			this.#probe = setTimeout(() => void this.look(), this.#wait_ms);
			this.#wait_ms = Math.min(this.#wait_ms * 2, LONGEST_PROBE_MS);
			return;
		}
		if (outcome === 'unauthorized') this.keyWanted = true;
		clearTimeout(this.#probe);
		this.#wait_ms = FIRST_PROBE_MS;
		if (!this.offline) return;
		this.offline = false;
		this.returned += 1;
		toasts.show(strings.shell.back, { kind: 'success' });
	}
}

function storedKey(): string | null {
	try {
		return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
	} catch {
		// A browser that keeps nothing is asked anew each time.
		return null;
	}
}

function keepKey(key: string, remember: boolean): void {
	try {
		(remember ? localStorage : sessionStorage).setItem(KEY, key);
		(remember ? sessionStorage : localStorage).removeItem(KEY);
	} catch {
		// The key holds for as long as the page is open.
	}
}

export const connection = new Connection();
