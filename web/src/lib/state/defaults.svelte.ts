import { type KeptDefaults, deleteDefaults, listDefaults, putDefaults } from '$lib/api/defaults';
import type { ModelDefaults } from '$lib/api/types';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';

/** What the server's models are asked with by themselves. */
class Defaults {
	entries = $state.raw<readonly KeptDefaults[]>([]);

	/** Throws what the server says against it. */
	async refresh(): Promise<void> {
		this.entries = (await listDefaults()).defaults;
	}

	/** Those of `model`, some that say nothing if it has none; case does not tell names apart. */
	of(model: string): KeptDefaults {
		const kept = this.entries.find((entry) => entry.defaults.model.toLowerCase() === model.toLowerCase());
		return kept ?? { defaults: { model }, revision: 0 };
	}

	/** Keep `defaults` in place of those of revision `seen`. Throws what the server says against it. */
	async save(defaults: ModelDefaults, seen: number | '*'): Promise<void> {
		const saved = await putDefaults(defaults, seen);
		toasts.show(strings.modelDefaults.saved(saved.model), { kind: 'success' });
		await this.refresh();
	}

	/** Forget those of a model, with a way back. */
	async remove({ defaults, revision }: KeptDefaults): Promise<void> {
		await deleteDefaults(defaults.model, revision);
		await this.refresh();
		const run = () => this.save(defaults, 0);
		const words = strings.modelDefaults.removed(defaults.model);
		toasts.show(words, { action: { label: strings.shell.undo, run } });
	}

	/** Keep what a file says; `replace` is asked before some that there are go. */
	async take(defaults: ModelDefaults, replace: (model: string) => Promise<boolean>): Promise<void> {
		await this.refresh();
		const { revision } = this.of(defaults.model);
		if (revision !== 0 && !(await replace(defaults.model))) return;
		await this.save(defaults, revision);
	}
}

export const defaults = new Defaults();
