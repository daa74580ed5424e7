import type { Attachment } from '$lib/api/types';
import { conversation } from './conversation.svelte';
import { keepDraft, readDraft } from './drafts';
import { Forecast } from './forecast.svelte';
import { toasts } from './toasts.svelte';
import { Uploads } from './uploads.svelte';

const KEEP_AFTER_MS = 250;
const NEW = 'new';

/** What is being written to the conversation that is open. */
class Composer {
	text = $state('');
	readonly uploads = new Uploads();
	readonly forecast = new Forecast();
	/** Models that answer beside the one of the conversation. */
	also = $state.raw<readonly string[]>([]);
	sending = $state(false);
	/** Set by the field itself: puts the focus there, and the text cursor at the end. */
	focus: () => void = () => undefined;
	/** Whose draft this is; '' before there is any. */
	#key = '';
	#timer: ReturnType<typeof setTimeout> | undefined;

	get canSend(): boolean {
		const said = this.text.trim() !== '' || this.uploads.attachments.length > 0;
		return said && conversation.ready && !this.sending && !this.uploads.busy && conversation.writing.length === 0;
	}

	/** Have the draft of the conversation with this id at hand; what was written to another one is kept there. */
	open(id: string | null): void {
		const key = id ?? NEW;
		if (key === this.#key) return;
		this.keep();
		// Before the conversation goes that it is about.
		this.forecast.clear();
		if (this.text.trim() === '' && this.uploads.list.length === 0) void conversation.discardUnused(this.#key);
		this.#key = key;
		const draft = readDraft(key);
		this.text = draft.text;
		this.uploads.show(draft.attachments);
		this.also = [];
	}

	/** Take the focus if what had it is gone, unless that would bring up a keyboard on the screen. */
	refocus(): void {
		if (document.activeElement === document.body && matchMedia('(pointer: fine)').matches) this.focus();
	}

	/** Keep what was written, a little later: it may be one of many keys. */
	keepSoon(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.keep(), KEEP_AFTER_MS);
	}

	/** Put `text` behind what is written, on lines of its own. */
	append(text: string): void {
		this.text = this.text.trim() === '' ? text : `${this.text.trimEnd()}\n\n${text}`;
		this.keep();
		this.focus();
	}

	/** Make the conversation that this is for, if it is not made yet: files and counts need one. */
	async reserve(): Promise<string | null> {
		try {
			const { id } = await conversation.ensure();
			this.#adopt(id);
			return id;
		} catch (error) {
			toasts.error(error);
			return null;
		}
	}

	async attach(files: Iterable<File>): Promise<void> {
		const list = [...files];
		if (list.length === 0) return;
		const id = await this.reserve();
		// They are not for a conversation that was opened meanwhile.
		if (id === null || id !== this.#key) return;
		await Promise.all(list.map((file) => this.uploads.add(id, file)));
		this.keep();
	}

	detach(key: number): void {
		this.uploads.remove(key);
		this.keep();
	}

	/** Say it. What the server refuses stays where it can be changed. */
	async send(): Promise<void> {
		if (!this.canSend) return;
		const { text, also } = this;
		const attachments = this.uploads.attachments;
		this.sending = true;
		try {
			const session = await conversation.ensure();
			this.#adopt(session.id);
			await conversation.say(session, { content: text, attachments, also });
			this.#said(session.id, text, attachments);
		} catch (error) {
			toasts.error(error);
		} finally {
			this.sending = false;
		}
	}

	/** Forget the draft of what was said in the conversation with this id, but not what was written since. */
	#said(id: string, text: string, attachments: readonly Attachment[]): void {
		if (this.#key === id) {
			if (this.text === text) this.text = '';
			this.uploads.sent(attachments);
			return this.keep();
		}
		// Another one was opened meanwhile; if it was new when it was said, its draft was kept as that of a new one.
		for (const key of [id, NEW]) if (readDraft(key).text === text) keepDraft(key, { text: '', attachments: [] });
		if (this.#key === NEW && this.text === text) this.text = '';
	}

	/** The draft of a new conversation is that of the one that was made of it. */
	#adopt(id: string): void {
		if (this.#key !== NEW) return;
		keepDraft(NEW, { text: '', attachments: [] });
		this.#key = id;
		this.keep();
	}

	/** Keep what was written. */
	keep(): void {
		clearTimeout(this.#timer);
		if (this.#key === '') return;
		keepDraft(this.#key, { text: this.text, attachments: this.uploads.attachments });
	}
}

export const composer = new Composer();
