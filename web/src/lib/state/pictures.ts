import { getAttachment } from '$lib/api/messages';
import type { Attachment } from '$lib/api/types';
import { isPicture } from '$lib/chat/pictures';

/**
 * Returns the address of a picture within this page, until `signal` is aborted; `null` if it cannot be had.
 *
 * It is no address of the server, for that one takes a key, and no `img` sends one. What it is drawn as was looked up
 * in its bytes, and never comes from who sent it.
 */
export async function addressOf(file: Attachment, signal: AbortSignal): Promise<string | null> {
	if (!isPicture(file)) return null;
	try {
		const bytes = await getAttachment(file.id, signal);
		signal.throwIfAborted();
		const address = URL.createObjectURL(new Blob([bytes], { type: file.media_type }));
		signal.addEventListener('abort', () => URL.revokeObjectURL(address));
		return address;
	} catch {
		// Its name is shown instead, and who wants to save it is told what is wrong.
		return null;
	}
}
