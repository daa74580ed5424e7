import type { Attachment } from '$lib/api/types';

/** What was written and not sent yet, of each conversation; this browser keeps it. */
export interface Draft {
	text: string;
	attachments: readonly Attachment[];
}

const PREFIX = 'minerva.draft.';
const EMPTY: Draft = { text: '', attachments: [] };

export function readDraft(key: string): Draft {
	try {
		const stored = JSON.parse(localStorage.getItem(PREFIX + key) ?? '{}') as Partial<Draft> | null;
		return {
			text: typeof stored?.text === 'string' ? stored.text : '',
			attachments: Array.isArray(stored?.attachments) ? stored.attachments : []
		};
	} catch {
		return EMPTY;
	}
}

/** Keep `draft`; an empty one is forgotten. */
export function keepDraft(key: string, draft: Draft): void {
	try {
		if (draft.text === '' && draft.attachments.length === 0) localStorage.removeItem(PREFIX + key);
		else localStorage.setItem(PREFIX + key, JSON.stringify(draft));
	} catch {
		// A browser that keeps nothing: the draft is there for as long as the page is open.
	}
}
