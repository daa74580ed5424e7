import { deleteTemplate, listTemplates, putTemplate } from '$lib/api/templates';
import { exportTemplates, importTemplates } from '$lib/api/transfer';
import type { Duplicates, ImportedTemplate, PromptTemplate } from '$lib/api/types';
import { clashing } from '$lib/chat/variables';
import { strings } from '$lib/strings';
import { saveFile } from './deeds';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

/** The prompt templates of the server. */
class Templates {
	all = $state.raw<readonly PromptTemplate[]>([]);
	read = $state(false);
	problem = $state<string | null>(null);
	/** What came of the last file. */
	imported = $state.raw<readonly ImportedTemplate[] | null>(null);

	async refresh(): Promise<void> {
		try {
			this.all = await listTemplates();
			this.problem = null;
			this.read = true;
		} catch (error) {
			this.problem = wordsOf(error);
		}
	}

	/** Make a template, or change the one whose revision is `seen`. Throws what the server says against it. */
	async save(template: Pick<PromptTemplate, 'name' | 'body' | 'description'>, seen?: number): Promise<void> {
		const { name, ...content } = template;
		await putTemplate(name, content, seen);
		toasts.show(strings.settings.presets.saved(name), { kind: 'success' });
		await this.refresh();
	}

	/** Let the browser save a file with all templates, or the one called `name`. */
	async export(name?: string): Promise<void> {
		const file = await exportTemplates(name);
		saveFile(file.name, file.content);
	}

	/** Make templates of a file; `choose` is asked what becomes of those whose names others have, `null`: nothing. */
	async take(file: File, choose: (names: string[]) => Promise<Duplicates | null>): Promise<void> {
		this.imported = null;
		await this.refresh();
		// What is wrong with the file is for the server to say.
		const names = clashing(await file.text(), this.all);
		const duplicates = names.length > 0 ? await choose(names) : 'refuse';
		if (duplicates === null) return;
		this.imported = await importTemplates(file, duplicates);
		await this.refresh();
	}

	/** Delete a template, with a way back. */
	async remove({ name, body, description, revision }: PromptTemplate): Promise<void> {
		await deleteTemplate(name, revision);
		await this.refresh();
		const run = async () => {
			await putTemplate(name, { body, description });
			await this.refresh();
		};
		toasts.show(strings.settings.presets.removed(name), { action: { label: strings.shell.undo, run } });
	}
}

export const templates = new Templates();
