import { deleteTemplate, listTemplates, putTemplate } from '$lib/api/templates';
import type { PromptTemplate } from '$lib/api/types';
import { strings } from '$lib/strings';
import { toasts } from './toasts.svelte';
import { wordsOf } from './words';

/** The prompt templates of the server. */
class Templates {
	all = $state.raw<readonly PromptTemplate[]>([]);
	read = $state(false);
	problem = $state<string | null>(null);

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
