import { type PresetEntry, deletePreset, listPresets, putPreset } from '$lib/api/presets';
import type { InvalidFile } from '$lib/api/model-types';
import type { ModelDefaults, Preset } from '$lib/api/types';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

/** The presets of the server. */
class Presets {
	entries = $state.raw<readonly PresetEntry[]>([]);
	/** Files in their folder that are none. */
	invalid = $state.raw<readonly InvalidFile[]>([]);
	read = $state(false);
	problem = $state<string | null>(null);

	async refresh(): Promise<void> {
		try {
			const list = await listPresets();
			this.entries = list.presets;
			this.invalid = list.invalid;
			this.problem = null;
			this.read = true;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}

	/** The one called `name`; case does not tell names apart. */
	find(name: string): PresetEntry | undefined {
		return this.entries.find((entry) => entry.preset.name.toLowerCase() === name.toLowerCase());
	}

	/** Make `preset`, or change the one whose revision is `seen`. Throws what the server says against it. */
	async save(preset: Preset, seen?: number): Promise<void> {
		const saved = await putPreset(preset, seen);
		toasts.show(strings.settings.presets.saved(saved.name), { kind: 'success' });
		await this.refresh();
	}

	/** Delete a preset, with a way back. */
	async remove({ preset, revision }: PresetEntry): Promise<void> {
		await deletePreset(preset.name, revision);
		await this.refresh();
		const run = async () => {
			await putPreset(preset);
			await this.refresh();
		};
		toasts.show(strings.settings.presets.removed(preset.name), { action: { label: strings.shell.undo, run } });
	}

	/** Make a preset of what a file says; `replace` is asked before one that there is goes. */
	async take(preset: Preset, replace: (name: string) => Promise<boolean>): Promise<void> {
		const before = this.find(preset.name);
		if (before && !(await replace(preset.name))) return;
		const saved = await putPreset(preset, before?.revision);
		toasts.show(strings.settings.presets.imported(saved.name), { kind: 'success' });
		await this.refresh();
	}
}

/** What `file` says, a preset or a model's defaults; whether its fields are right is for the server to tell. */
export async function contentOf(file: File): Promise<{ preset: Preset } | { defaults: ModelDefaults }> {
	let content: unknown;
	try {
		content = JSON.parse(await file.text());
	} catch {
		throw new Error(strings.settings.presets.notJson(file.name));
	}
	const { name, model } = (content ?? {}) as Partial<Preset>;
	if (typeof name === 'string' && name !== '') return { preset: content as Preset };
	if (name !== undefined || typeof model !== 'string' || model === '') {
		throw new Error(strings.settings.presets.notPreset(file.name));
	}
	return { defaults: content as ModelDefaults };
}

export const presets = new Presets();
