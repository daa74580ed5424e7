import { exportAll, importFile } from '$lib/api/transfer';
import type { Imported } from '$lib/api/types';
import { attempt, saveFile } from './deeds';
import { sessions } from './sessions.svelte';
import { wordsOf } from './words';

/** Conversations as files. */
class Transfer {
	exporting = $state(false);
	importing = $state(false);
	/** What came of the last file. */
	imported = $state.raw<Imported | null>(null);
	/** Why the last file could not be taken in. */
	problem = $state<string | null>(null);

	async exportAll(): Promise<void> {
		this.exporting = true;
		await attempt(async () => {
			const { name, content } = await exportAll();
			saveFile(name, content);
		});
		this.exporting = false;
	}

	async import(file: File): Promise<void> {
		this.importing = true;
		this.imported = null;
		this.problem = null;
		try {
			this.imported = await importFile(file);
			await sessions.load();
		} catch (error) {
			this.problem = wordsOf(error);
		} finally {
			this.importing = false;
		}
	}
}

export const transfer = new Transfer();
