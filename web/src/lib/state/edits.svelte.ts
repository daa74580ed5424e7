import { SvelteMap } from 'svelte/reactivity';

/** What is being made of messages that were said. It stays while they are scrolled out of sight, or left for a while. */
class Edits {
	#texts = new SvelteMap<string, string>();
	/** The one that was begun last, until it has had the focus. */
	#begun: string | null = null;

	/** Returns the new text of the message with this id; `null`: it is not being edited. */
	textOf(id: string): string | null {
		return this.#texts.get(id) ?? null;
	}

	begin(id: string, text: string): void {
		this.#begun = id;
		this.#texts.set(id, text);
	}

	write(id: string, text: string): void {
		this.#texts.set(id, text);
	}

	end(id: string): void {
		this.#texts.delete(id);
	}

	/** Whether its field takes the focus: once, and not again when it comes back into sight. */
	takesFocus(id: string): boolean {
		if (this.#begun !== id) return false;
		this.#begun = null;
		return true;
	}
}

export const edits = new Edits();
