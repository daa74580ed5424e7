import { getMetrics, getTimeline, getVersion } from '$lib/api/models';
import type { RequestRecord } from '$lib/api/types';
import { append, type Look, lookAt, type Point, pointOf } from '$lib/metrics/history';
import { parseMetrics } from '$lib/metrics/parse';
import { models } from './models.svelte';
import { wordsOf } from './words';

const LOOK_MS = 2000;
/** How far back the charts go. */
export const SPAN_S = 300;

/** What the server does, looked at while somebody looks. */
class Server {
	points = $state.raw<readonly Point[]>([]);
	requests = $state.raw<readonly RequestRecord[]>([]);
	version = $state('');
	problem = $state<string | null>(null);
	#last: Look | undefined;
	#looking = false;

	/** Look every two seconds while the page is to be seen, until the function that is returned is called. */
	watch(): () => void {
		const look = () => document.visibilityState === 'visible' && void this.look();
		look();
		const timer = setInterval(look, LOOK_MS);
		document.addEventListener('visibilitychange', look);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', look);
		};
	}

	async readVersion(): Promise<void> {
		try {
			this.version = await getVersion();
			this.problem = null;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}

	/** Look once, unless the look before is still under way. */
	async look(): Promise<void> {
		if (this.#looking) return;
		this.#looking = true;
		try {
			const [text] = await Promise.all([getMetrics(), models.look()]);
			const now = lookAt(parseMetrics(text), Date.now() / 1000);
			const isNews = this.#last === undefined || now.requests !== this.#last.requests;
			this.points = append(this.points, pointOf(this.#last, now), SPAN_S);
			this.#last = now;
			if (isNews) this.requests = await getTimeline();
			if (this.version === '') this.version = await getVersion();
			this.problem = null;
		} catch (error) {
			this.problem = wordsOf(error);
		} finally {
			this.#looking = false;
		}
	}
}

export const server = new Server();
