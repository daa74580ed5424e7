import { ApiError } from '$lib/api/client';
import { getMessage } from '$lib/api/messages';
import type { Attachment, StoredMessage } from '$lib/api/types';

/** What a person is about to say. */
export interface Said {
	content: string;
	attachments: readonly Attachment[];
	/** Other models that answer too, side by side. */
	also: readonly string[];
}

/** Returns messages as they are on the server, without those that are gone. */
export async function presentOf(messages: readonly StoredMessage[]): Promise<StoredMessage[]> {
	const found = await Promise.all(
		messages.map((one) =>
			getMessage(one.id).catch((error: unknown) => {
				if (error instanceof Error && isMissing(error)) return null;
				throw error;
			})
		)
	);
	return found.filter((one) => one !== null);
}

/** Returns an answer as it is on the server with its nearest siblings, earlier ones rather: `most` at most. */
export async function neighboursOf(message: StoredMessage, most: number): Promise<StoredMessage[]> {
	const found = [await getMessage(message.id)];
	for (const way of ['previous', 'next'] as const) {
		let id = found[0]!.branch[way];
		while (id !== null && found.length < most) {
			const one = await getMessage(id);
			found.push(one);
			id = one.branch[way];
		}
	}
	return found;
}

/** Whether `error` says that a conversation, or a message, is not there. */
export function isMissing(error: Error): boolean {
	return error instanceof ApiError && error.status === 404;
}
