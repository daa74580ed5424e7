/** The tree of messages: the branches beside the path that is shown, which is `path.ts`. Pure. */

import type { StoredMessage } from '$lib/api/types';

export interface Branch {
	/** From 0. */
	index: number;
	count: number;
	previous: string | null;
	next: string | null;
}

/** Returns where a message stands among its siblings. */
export function branchOf(message: StoredMessage): Branch {
	const index = Math.max(0, message.siblings.indexOf(message.id));
	return {
		index,
		count: Math.max(1, message.siblings.length),
		previous: message.siblings[index - 1] ?? null,
		next: message.siblings[index + 1] ?? null
	};
}
