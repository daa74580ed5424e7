import { countTurn } from '$lib/api/messages';
import type { NewTurn, TurnCount } from '$lib/api/types';
import { wordsOf } from './words';

const PAUSE_MS = 400;

/** What the next turn will take of the model's window, and what will be left out for it. */
export class Forecast {
	count = $state.raw<TurnCount | null>(null);
	/** Why it cannot be said. */
	problem = $state<string | null>(null);
	#timer: ReturnType<typeof setTimeout> | undefined;
	#asked: AbortController | null = null;

	/** Ask for it, once nothing has changed for a moment. */
	askSoon(session: string, turn: NewTurn): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#ask(session, turn), PAUSE_MS);
	}

	/** Ask nothing for now: an answer begins, and what comes after it is not known yet. */
	hold(): void {
		clearTimeout(this.#timer);
		this.#asked?.abort();
	}

	clear(): void {
		this.hold();
		this.count = null;
		this.problem = null;
	}

	async #ask(session: string, turn: NewTurn): Promise<void> {
		this.#asked?.abort();
		const { signal } = (this.#asked = new AbortController());
		try {
			const count = await countTurn(session, turn, signal);
			if (signal.aborted) return;
			this.count = count;
			this.problem = null;
		} catch (error) {
			if (signal.aborted) return;
			this.count = null;
			this.problem = wordsOf(error);
		}
	}
}
