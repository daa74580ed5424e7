import { ApiError } from '$lib/api/client';
import { strings } from '$lib/strings';

/** Returns what is wrong, in the words of who refused it; somebody else's change is told in ours. */
export function wordsOf(error: unknown): string {
	if (error instanceof ApiError && error.code === 'revision_conflict') return strings.list.conflict;
	return error instanceof Error ? error.message : String(error);
}
