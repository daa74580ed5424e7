import { getModel } from '$lib/api/models';
import { knowsThinking } from '$lib/chat/writers';

/** Which models can think before they answer, as far as somebody asked. */
class Thinkers {
	#known = $state.raw<ReadonlyMap<string, boolean>>(new Map());
	#asked = new Set<string>();

	/** Whether the model of this name can; `false` until it is known. */
	can(name: string): boolean {
		return this.#known.get(name) ?? false;
	}

	async ask(name: string): Promise<void> {
		if (this.#asked.has(name)) return;
		this.#asked.add(name);
		try {
			const { chat_template, preset } = await getModel(name);
			this.#known = new Map(this.#known).set(name, knowsThinking(preset?.template || chat_template));
		} catch {
			// It is asked again when it is chosen again; without an answer there is no switch.
			this.#asked.delete(name);
		}
	}
}

export const thinkers = new Thinkers();
