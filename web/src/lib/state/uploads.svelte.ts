import { attach } from '$lib/api/messages';
import type { Attachment } from '$lib/api/types';
import { strings } from '$lib/strings';
import { wordsOf } from './words';

const LARGEST_BYTES = 20 * 1024 * 1024;

/** A file on its way into a message: being sent to the server, there (`attachment`), or refused (`problem`). */
export interface Upload {
	key: number;
	name: string;
	size_bytes: number;
	/** Which part of it has left, from 0 to 1. */
	sent: number;
	attachment: Attachment | null;
	problem: string | null;
}

/** The files of one message that is being written. */
export class Uploads {
	list = $state<Upload[]>([]);
	#next = 1;
	#sending = new Map<number, AbortController>();

	get attachments(): Attachment[] {
		return this.list.flatMap((one) => one.attachment ?? []);
	}

	get busy(): boolean {
		return this.list.some((one) => one.attachment === null && one.problem === null);
	}

	/** Have these and no others. */
	show(attachments: readonly Attachment[]): void {
		for (const sending of this.#sending.values()) sending.abort();
		this.#sending.clear();
		this.list = attachments.map((attachment) => {
			const { name, size_bytes } = attachment;
			return { key: this.#next++, name, size_bytes, sent: 1, attachment, problem: null };
		});
	}

	/** Send a file to the server, for the session with this id. */
	async add(session: string, file: File): Promise<void> {
		const key = this.#next++;
		const name = file.name || strings.composer.pasted;
		this.list.push({ key, name, size_bytes: file.size, sent: 0, attachment: null, problem: null });
		if (file.size > LARGEST_BYTES) {
			this.#set(key, { problem: strings.composer.tooLarge });
			return;
		}
		const sending = new AbortController();
		this.#sending.set(key, sending);
		try {
			const onprogress = (sent: number) => this.#set(key, { sent });
			this.#set(key, { attachment: await attach(session, file, name, onprogress, sending.signal) });
		} catch (error) {
			this.#set(key, { problem: wordsOf(error) });
		} finally {
			this.#sending.delete(key);
		}
	}

	/** Let go of `attachments`, which are in a message now, and of what could not be attached to it. */
	sent(attachments: readonly Attachment[]): void {
		const ids = new Set(attachments.map((one) => one.id));
		this.list = this.list.filter((one) => one.problem === null && !(one.attachment && ids.has(one.attachment.id)));
	}

	remove(key: number): void {
		this.#sending.get(key)?.abort();
		this.list = this.list.filter((one) => one.key !== key);
	}

	#set(key: number, change: Partial<Upload>): void {
		const upload = this.list.find((one) => one.key === key);
		if (upload) Object.assign(upload, change);
	}
}
