import { ApiError } from '$lib/api/client';
import type { StoredMessage } from '$lib/api/types';
import { writersOf } from '$lib/chat/writers';
import { strings } from '$lib/strings';
import { confirm } from './confirm.svelte';
import { conversation } from './conversation.svelte';
import { models } from './models.svelte';

/** Go on with an answer; where its model is not here, as may be with one from elsewhere, another one is offered. */
export async function goOn(message: StoredMessage): Promise<void> {
	try {
		await conversation.goOn(message);
	} catch (error) {
		const other = error instanceof ApiError && error.code === 'model_not_found' ? present() : null;
		if (other === null) throw error;
		const words = strings.message.elsewhere;
		const gone = message.settings?.model ?? message.model ?? '';
		const question = { title: words.title, text: words.text(gone, other), action: words.goOnWith(other) };
		if (await confirm.ask(question)) await conversation.goOn(message, other);
	}
}

/** Returns the model of the conversation, or else the default one, if it is here. */
function present(): string | null {
	const names = writersOf(models.files).map((one) => one.name);
	const wanted = [conversation.settings.model, models.defaultName];
	return wanted.find((name) => name != null && names.includes(name)) ?? null;
}
