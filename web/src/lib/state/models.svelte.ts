import { ApiError } from '$lib/api/client';
import { getModel, listModels, listRunning, loadModel, unloadModel } from '$lib/api/models';
import type { InvalidFile, Memory, ModelDetails, ModelFile, RunningModel } from '$lib/api/model-types';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

const LOOK_MS = 1500;

/** The models of the server: what is on its disk, and what is in its memory. */
class Models {
	files = $state.raw<readonly ModelFile[]>([]);
	invalid = $state.raw<readonly InvalidFile[]>([]);
	folders = $state.raw<readonly string[]>([]);
	defaultName = $state<string | null>(null);
	running = $state.raw<readonly RunningModel[]>([]);
	/** What they share. */
	memory = $state.raw<Memory | null>(null);
	/** When `running` was read, in seconds since the epoch: timers count on from there. */
	seen_s = $state(0);
	/** Whether all of this was read, once at least. */
	read = $state(false);
	problem = $state<string | null>(null);
	/** Models that were asked to load or unload from here. */
	busy = $state<Record<string, 'loading' | 'unloading'>>({});
	/** Why a model could not be loaded, by its name. */
	failures = $state<Record<string, string>>({});

	async refresh(): Promise<void> {
		try {
			const [list] = await Promise.all([listModels(), this.look()]);
			this.files = list.models;
			this.invalid = list.invalid;
			this.folders = list.folders;
			this.defaultName = list.default;
			this.problem = null;
			this.read = true;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}

	/** See what is in memory now. */
	async look(): Promise<void> {
		const found = await listRunning();
		this.running = found.models;
		this.memory = found.memory;
		this.seen_s = Date.now() / 1000;
	}

	/** Look again and again while the page is to be seen, until the function that is returned is called. */
	watch(): () => void {
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') void this.#glance();
		}, LOOK_MS);
		return () => clearInterval(timer);
	}

	async load(name: string): Promise<void> {
		if (this.busy[name]) return;
		this.busy[name] = 'loading';
		delete this.failures[name];
		try {
			const loaded = await loadModel(name);
			toasts.show(strings.models.loaded(name, loaded.load_s), { kind: 'success' });
		} catch (error) {
			this.failures[name] = wordsOf(error);
			toasts.error(error);
		} finally {
			delete this.busy[name];
			await this.#glance();
		}
	}

	async unload(name: string): Promise<void> {
		if (this.busy[name]) return;
		this.busy[name] = 'unloading';
		try {
			await unloadModel(name);
			toasts.show(strings.models.unloaded(name), { kind: 'success' });
		} catch (error) {
			// Somebody was faster, or its idle time ran out: it is unloaded, as was asked.
			if (!(error instanceof ApiError && error.code === 'model_not_loaded')) toasts.error(error);
		} finally {
			delete this.busy[name];
			await this.#glance();
		}
	}

	async #glance(): Promise<void> {
		try {
			await this.look();
			this.problem = null;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}

	details(name: string): Promise<ModelDetails> {
		return getModel(name);
	}
}

export const models = new Models();
