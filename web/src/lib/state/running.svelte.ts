import type { Connection } from '$lib/api/sse';
import { followSession } from '$lib/api/messages';
import type { Session, SessionEvent, StoredMessage } from '$lib/api/types';
import { isWriting, type Path } from '$lib/chat/path';
import { applyToMessage } from '$lib/chat/reducer';

/** The end of the session is shown meanwhile; a second reading of all of it would keep the page from being used. */
const READ_AT_LATEST_MS = 1000;
const HIDDEN_FLUSH_MS = 250;

/** What happened since it was told last. */
export interface News {
	/** Messages as they are now, in the order in which they changed. */
	messages: ReadonlyMap<string, StoredMessage>;
	session: Session | null;
	/** Whether something changed in the session itself: its fields, or which messages are chosen. */
	changed: boolean;
	/** Whether messages, or all of the session, went from sight. */
	deleted: boolean;
}

export interface Follower {
	/** Called when the connection is there, each time: what happened before is not told. */
	read: () => Promise<void>;
	/** It cannot be followed. */
	failed: (error: Error) => void;
}

/**
 * The answers of a session that are being written, and what else happens in it: one connection for all, and none while
 * nobody looks, for browsers have only few to one server and the answers go on without. News come once a frame.
 */
export class Running {
	#tell: (news: News) => void;
	/** The answers that are being written, with all that has come. */
	#live = new Map<string, StoredMessage>();
	#messages = new Map<string, StoredMessage>();
	#session: Session | null = null;
	/** Whether the next event tells how the session is, not that it changed. */
	#first = false;
	#changedSession = false;
	#deleted = false;
	#waiting = false;
	#stop: (() => void) | null = null;

	constructor(tell: (news: News) => void) {
		this.#tell = tell;
	}

	/** Follow the session with this id, in place of the one before. */
	follow(id: string, follower: Follower): void {
		this.leave();
		let connected: AbortController | null = null;
		const look = () => {
			if (document.visibilityState === 'hidden') {
				connected?.abort();
				connected = null;
			} else if (connected === null) {
				connected = new AbortController();
				void this.#connect(id, follower, connected.signal);
			}
		};
		document.addEventListener('visibilitychange', look);
		this.#stop = () => {
			document.removeEventListener('visibilitychange', look);
			connected?.abort();
		};
		look();
	}

	leave(): void {
		this.#stop?.();
		this.#stop = null;
		this.#live.clear();
		this.#messages.clear();
		this.#session = null;
		this.#changedSession = false;
		this.#deleted = false;
	}

	/** Returns `messages`, which may have been read a little before, with what has come since. */
	merge(messages: Path): Path {
		// Of what ended while there was no connection, no end was told.
		for (const one of messages) {
			const live = this.#live.get(one.id);
			if (live && !isWriting(one) && live.updated_s < one.updated_s) this.#live.delete(one.id);
		}
		return messages.map((one) => this.newest(one));
	}

	newest(message: StoredMessage): StoredMessage {
		const live = this.#live.get(message.id);
		return live && isWriting(message) ? { ...live, branch: message.branch } : message;
	}

	async #connect(id: string, follower: Follower, signal: AbortSignal): Promise<void> {
		const failed = (error: unknown) => {
			if (!signal.aborted) follower.failed(error instanceof Error ? error : new Error(String(error)));
		};
		const read = () => void follower.read().catch(failed);
		const timer = setTimeout(read, READ_AT_LATEST_MS);
		const onConnection = (connection: Connection) => {
			clearTimeout(timer);
			if (connection !== 'live') return;
			this.#first = true;
			read();
		};
		const onEvent = (event: SessionEvent) => {
			if (!signal.aborted) this.#take(event);
		};
		try {
			await followSession(id, { onEvent, onConnection, signal });
		} catch (error) {
			failed(error);
		} finally {
			clearTimeout(timer);
		}
	}

	#take(event: SessionEvent): void {
		if (event.type === 'session') {
			this.#session = event.session;
			if (!this.#first) this.#changedSession = true;
			this.#first = false;
		} else if (event.type === 'deleted') this.#deleted = true;
		else if (event.type === 'message') this.#changed(event.message);
		else {
			const message = applyToMessage(this.#live.get(event.message) ?? null, event);
			if (message === null) return;
			this.#changed(message);
		}
		this.#flushSoon();
	}

	#changed(message: StoredMessage): void {
		if (isWriting(message)) this.#live.set(message.id, message);
		else this.#live.delete(message.id);
		this.#messages.set(message.id, message);
	}

	#flushSoon(): void {
		if (this.#waiting) return;
		this.#waiting = true;
		// A page that is covered gets no frames.
		const timer = setTimeout(flush.bind(this), HIDDEN_FLUSH_MS);
		const frame = requestAnimationFrame(flush.bind(this));
		function flush(this: Running): void {
			clearTimeout(timer);
			cancelAnimationFrame(frame);
			this.#flush();
		}
	}

	#flush(): void {
		const [messages, session, changed, deleted] = [this.#messages, this.#session, this.#changedSession, this.#deleted];
		this.#waiting = false;
		this.#messages = new Map();
		this.#session = null;
		this.#changedSession = false;
		this.#deleted = false;
		this.#tell({ messages, session, changed, deleted });
	}
}
