import { getAttachment } from '$lib/api/messages';
import { exportSession, type ExportFormat } from '$lib/api/transfer';
import type { Attachment, Session, SessionChanges } from '$lib/api/types';
import { strings } from '$lib/strings';
import { sessions } from './sessions.svelte';
import { toasts } from './toasts.svelte';

/** Do something that a person asked for; what goes wrong is told. Returns whether it went well. */
export async function attempt(deed: () => Promise<unknown>): Promise<boolean> {
	try {
		await deed();
		return true;
	} catch (error) {
		toasts.error(error);
		return false;
	}
}

export function changeSession(session: Session, changes: SessionChanges): Promise<boolean> {
	return attempt(() => sessions.change(session, changes));
}

/** Archive it, with a way back, or take it out of the archive. */
export async function archiveSession(session: Session, archived: boolean): Promise<void> {
	await attempt(async () => {
		const changed = await sessions.change(session, { archived });
		if (!archived) return;
		const run = async () => void (await sessions.change(changed, { archived: false }));
		const words = strings.list.archived(session.title || strings.list.untitled);
		toasts.show(words, { action: { label: strings.list.undo, run } });
	});
}

/** Returns whether it went well; it is told in any case. */
export async function copyText(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		toasts.show(strings.chat.copied, { kind: 'success' });
		return true;
	} catch {
		toasts.show(strings.chat.notCopied, { kind: 'error' });
		return false;
	}
}

export async function exportToFile(session: Session, format: ExportFormat): Promise<void> {
	await attempt(async () => {
		const { name, content } = await exportSession(session.id, format);
		saveFile(name, content);
	});
}

export async function downloadAttachment({ id, name }: Attachment): Promise<void> {
	await attempt(async () => saveFile(name, await getAttachment(id)));
}

/** Let the browser save `content` as a JSON file; when it was last changed is no part of that. */
export function saveJson(name: string, content: { modified_s?: number }): void {
	const { modified_s: _, ...rest } = content;
	const file = new Blob([`${JSON.stringify(rest, null, 2)}\n`], { type: 'application/json' });
	saveFile(`${name.replace(/[^\w.-]+/g, '_')}.json`, file);
}

/** Let the browser save `content` as a file. */
export function saveFile(name: string, content: Blob): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
