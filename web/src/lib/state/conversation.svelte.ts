import { OfflineError } from '$lib/api/client';
import {
	addMessage,
	chooseMessage,
	continueMessage,
	deleteMessage,
	getMessage,
	restoreMessage,
	startTurn,
	stopMessage
} from '$lib/api/messages';
import { getSession, getSessionEnd } from '$lib/api/sessions';
import type { BegunAnswer, Session, SessionSettings, StoredMessage } from '$lib/api/types';
import { isWriting, waitingCalls, withChanged, withMessage } from '$lib/chat/path';
import { strings } from '$lib/strings';
import { untilDrawn } from './drawn';
import { preferences } from './preferences.svelte';
import { isMissing, neighboursOf, presentOf, type Said } from './present';
import { type News, Running } from './running.svelte';
import { sessions } from './sessions.svelte';
import { toasts } from './toasts.svelte';

const REREAD_AFTER_MS = 150;
export const MOST_COLUMNS = 3;

/** The conversation that is open: its active path, followed as long as it is looked at. */
class Conversation {
	/** `null`: a new one, which is made when something is said. */
	id = $state<string | null>(null);
	session = $state.raw<Session | null>(null);
	path = $state.raw<readonly StoredMessage[]>([]);
	/** So many messages of the path stand before those: its end is shown first, and all of it is read meanwhile. */
	earlier = $state(0);
	/** Answers to the same message that are shown beside one another, in place of the one on the path. */
	columns = $state.raw<readonly StoredMessage[]>([]);
	/** Whether its messages are here. */
	ready = $state(false);
	/** Why it cannot be shown. */
	problem = $state.raw<Error | null>(null);
	/** The answer that has just ended, for those who do not see it. */
	finished = $state.raw<StoredMessage | null>(null);
	/** Settings of a conversation that is not made yet. */
	#fresh = $state.raw<SessionSettings>({});
	/** One at a time, however many ask for it. */
	#making: Promise<Session> | null = null;
	#results: Promise<void> = Promise.resolve();
	/** Conversations that were made here, and that nothing was said in yet. */
	#unused = new Set<string>();
	#running = new Running((news) => this.#take(news));
	/** Grows when it changes otherwise than by text that comes: what was being read meanwhile may be of before that. */
	#version = 0;
	#reread: ReturnType<typeof setTimeout> | undefined;
	/** Whether it is about to be read again, and how many of its messages are being deleted. */
	#stale = $state(false);
	#removing = $state(0);

	/** Whether what is here is there on the server too: what is asked about the rest has no answer but an error. */
	get settled(): boolean {
		return this.ready && this.problem === null && !this.#stale && this.#removing === 0;
	}

	get settings(): SessionSettings {
		return this.session?.settings ?? this.#fresh;
	}

	/** The answers that are being written, and shown. */
	get writing(): readonly StoredMessage[] {
		const shown = new Map([...this.path.slice(-1), ...this.columns].map((one) => [one.id, one]));
		return [...shown.values()].filter(isWriting);
	}

	/** Show the conversation with this id; `null`: an empty one. */
	open(id: string | null): void {
		if (id === this.id && (id !== null || this.ready)) return;
		this.close();
		this.id = id;
		this.ready = id === null;
		if (id === null) this.#fresh = { ...preferences.values.defaults };
		else this.#follow(id, this.#readEnd(id));
	}

	/** Try again to show what could not be shown. */
	reopen(): void {
		const id = this.id;
		this.close();
		this.open(id);
	}

	/** Follow it anew, at once: the server is back, and whoever waits for it to be would wait a little longer. */
	reconnect(): void {
		if (this.id !== null && this.ready) this.#follow(this.id);
	}

	/** Let go of what is open. */
	close(): void {
		this.#running.leave();
		clearTimeout(this.#reread);
		this.#stale = false;
		this.id = null;
		this.session = null;
		this.path = [];
		this.earlier = 0;
		this.columns = [];
		this.ready = false;
		this.problem = null;
		this.finished = null;
	}

	/** Show its end as soon as that is there. What is wrong with it is told by those who follow it. */
	async #readEnd(id: string): Promise<void> {
		const found = await getSessionEnd(id).catch(() => null);
		if (found === null || id !== this.id || this.ready || this.problem) return;
		this.#put(found.session);
		this.earlier = found.earlier;
		this.path = this.#running.merge(found.messages);
		this.ready = true;
		// To read a long one takes time in which nothing is drawn.
		await untilDrawn();
	}

	/** Have all of its messages here, where its end alone was. */
	async complete(): Promise<void> {
		if (this.earlier > 0) await this.read();
	}

	/** Read all of it again, as it is on the server. */
	async read(): Promise<void> {
		const id = this.id;
		clearTimeout(this.#reread);
		if (id === null) return;
		let version, found, columns;
		do {
			version = this.#version;
			[found, columns] = await Promise.all([getSession(id), presentOf(this.columns)]);
			if (id !== this.id) return;
		} while (version !== this.#version);
		this.#version += 1;
		this.#put(found.session);
		this.path = this.#running.merge(found.messages);
		this.earlier = found.earlier;
		// Somebody may have left them meanwhile.
		if (this.columns.length > 0) this.columns = columns.length > 1 ? this.#running.merge(columns) : [];
		this.ready = true;
		this.problem = null;
		this.#stale = false;
	}

	/** Returns the session that is open, which is made now if there is none. */
	async ensure(): Promise<Session> {
		if (this.id !== null && this.session === null) await this.read();
		if (this.session) return this.session;
		this.#making ??= this.#make().finally(() => (this.#making = null));
		return this.#making;
	}

	async #make(): Promise<Session> {
		const session = await sessions.create({ settings: this.#fresh });
		this.#unused.add(session.id);
		if (this.id !== null) return session;
		this.id = session.id;
		this.session = session;
		this.ready = true;
		this.#follow(session.id);
		return session;
	}

	/** Forget the conversation with this id if it was made here and nothing was ever said in it. */
	async discardUnused(id: string): Promise<void> {
		if (!this.#unused.delete(id)) return;
		try {
			await sessions.discard(id);
		} catch {
			// It stays in the list, where it can be deleted.
		}
	}

	/** Say something in `session`, at the end of what is shown of it, and have it answered. */
	async say(session: Session, { content, attachments, also }: Said): Promise<void> {
		const parent = this.id === session.id ? (this.path.at(-1)?.id ?? null) : null;
		const files = attachments.map((one) => one.id);
		const turn = await startTurn(session.id, { parent, content, attachments: files });
		this.#unused.delete(session.id);
		if (this.id !== session.id) return;
		this.columns = [];
		if (turn.message) this.#place(turn.message);
		this.#place(turn.answer);
		// It is said: what goes wrong from here on is no reason to say it again.
		try {
			if (also.length > 0) await this.#compare(turn.answer, also);
			// The first message gives it its title.
			if (this.session?.title === '') await this.read();
		} catch (error) {
			toasts.error(error);
		}
	}

	/** Answer what `answer` answers once more, perhaps by another model. */
	async regenerate(answer: StoredMessage, model?: string, settings?: SessionSettings): Promise<void> {
		const turn = await startTurn(answer.session, { parent: answer.parent, model, settings });
		this.#show(turn.answer);
	}

	/** Write `answer` anew from where it begins with `begun`; as it is stays, as another branch. */
	async branch(answer: StoredMessage, begun: BegunAnswer): Promise<void> {
		const { session, parent, settings, model } = answer;
		const turn = await startTurn(session, { parent, begun, settings: settings ?? undefined, model: model ?? undefined });
		this.#show(turn.answer);
	}

	/** Answer a message that has no answer. */
	async answer(message: StoredMessage): Promise<void> {
		this.#place((await startTurn(message.session, { parent: message.id })).answer);
	}

	/** Say something else in place of `message`: what was said stays, as another branch. */
	async edit(message: StoredMessage, content: string): Promise<void> {
		if (message.role === 'user') {
			const attachments = message.attachments.map((one) => one.id);
			const turn = await startTurn(message.session, { parent: message.parent, content, attachments });
			if (turn.message) this.#place(turn.message);
			this.#place(turn.answer);
			return;
		}
		const { parent, role, tool_call_id } = message;
		if (role === 'tool') {
			await this.complete();
			const above = this.path.slice(0, this.path.findIndex((one) => one.id === message.id));
			return this.#result(message.session, above, tool_call_id ?? '', content);
		}
		this.#place(await addMessage(message.session, { parent, role, content }));
	}

	/** Say what a call at the end of the path gave back. When all have, the model goes on. */
	async giveResult(answer: StoredMessage, callId: string, content: string): Promise<void> {
		// One behind the other: two results that are sent at once would be two branches.
		const before = this.#results.catch(() => {});
		await (this.#results = before.then(() => this.#result(answer.session, this.path, callId, content)));
	}

	async #result(session: string, above: readonly StoredMessage[], callId: string, content: string): Promise<void> {
		const parent = above.at(-1)?.id ?? null;
		const result = await addMessage(session, { parent, role: 'tool', content, tool_call_id: callId });
		this.#place(result);
		if (waitingCalls([...above, result]).size === 0) await this.answer(result);
	}

	async goOn(message: StoredMessage, model?: string): Promise<void> {
		this.#place(await continueMessage(message.id, model));
	}

	/** End what is being written. */
	async stop(): Promise<void> {
		const stopped = await Promise.all(this.writing.map((one) => stopMessage(one.id)));
		for (const one of stopped) this.#place(one);
	}

	/** Show the branch that `id` is on. */
	async choose(id: string): Promise<void> {
		const session = this.id;
		await chooseMessage(id);
		if (session !== this.id) return;
		this.columns = [];
		await this.read();
	}

	/** Take a message, and what is below it, from sight; with a way back. */
	async remove(message: StoredMessage): Promise<void> {
		this.#removing += 1;
		await deleteMessage(message.id)
			.then(() => this.read())
			.finally(() => (this.#removing -= 1));
		const undo = async () => {
			await restoreMessage(message.id);
			await chooseMessage(message.id);
			if (this.id === message.session) await this.read();
		};
		toasts.show(strings.message.deleted, { action: { label: strings.list.undo, run: undo } });
	}

	/** Returns the tokens of an answer with their alternatives; `null`: they were not asked for. */
	async logprobs(id: string): Promise<StoredMessage['logprobs']> {
		return (await getMessage(id)).logprobs;
	}

	/** Show an answer and those that were made before it, or else after it, beside one another. */
	async compareBranches(message: StoredMessage): Promise<void> {
		const answers = await neighboursOf(message, MOST_COLUMNS);
		if (this.id === message.session) this.#beside(answers);
	}

	leaveColumns(): void {
		this.columns = [];
	}

	#beside(answers: readonly StoredMessage[]): void {
		this.columns = this.#running.merge(answers.toSorted((one, other) => one.branch.index - other.branch.index));
		// What is being read now was asked for without them.
		this.#version += 1;
	}

	/** Change how it asks; a conversation that is not made yet is made so. */
	async configure(change: SessionSettings): Promise<void> {
		// What it is now counts, not what a new one would be.
		if (this.id !== null || this.#making) await this.ensure();
		return this.replaceSettings({ ...this.settings, ...change });
	}

	async replaceSettings(settings: SessionSettings): Promise<void> {
		if (this.session) this.#put(await sessions.change(this.session, { settings }));
		else this.#fresh = settings;
	}

	async #compare(first: StoredMessage, models: readonly string[]): Promise<void> {
		const begun = await Promise.allSettled(
			models.map((model) => startTurn(first.session, { parent: first.parent, model }))
		);
		for (const one of begun) if (one.status === 'rejected') toasts.error(one.reason);
		if (this.id !== first.session) return;
		const answers = begun.flatMap((one) => (one.status === 'fulfilled' ? one.value.answer : []));
		for (const answer of answers) this.#place(answer);
		if (answers.length === 0) return;
		this.#beside([first, ...answers]);
		// A short one may have ended before it had its place.
		await this.read();
	}

	/** What is read of it first, `end`, is shown before all of it is read. */
	#follow(id: string, end = Promise.resolve()): void {
		this.#running.follow(id, {
			read: () => end.then(() => this.read()),
			failed: (error) => {
				// What is shown stays while the server is away: it is tried again, and the page tells of it.
				if (id === this.id && !(this.ready && error instanceof OfflineError)) this.problem = error;
			}
		});
	}

	#take({ messages, session, changed, deleted }: News): void {
		// Which messages are chosen is no field of a session: it changed if no field did.
		if (deleted || (changed && (this.problem || session?.revision === this.session?.revision))) this.#readSoon();
		if (changed) this.#version += 1;
		if (session) this.#put(session);
		for (const message of messages.values()) {
			this.#place(message);
			if (!isWriting(message)) this.#ended(message);
		}
		if (this.columns.length > 0) this.columns = withChanged(this.columns, messages);
	}

	/** Show an answer that was asked for, in place of what stood beside one another. */
	#show(answer: StoredMessage): void {
		if (answer.session === this.id) this.columns = [];
		this.#place(answer);
	}

	/** What was asked for in one conversation may be answered when another one is open. */
	#place(message: StoredMessage): void {
		if (message.session !== this.id) return;
		const path = withMessage(this.path, this.#running.newest(message));
		if (!isWriting(message) || path.at(-1)?.id !== this.path.at(-1)?.id) this.#version += 1;
		this.path = path;
	}

	#put(session: Session): void {
		if (session.id !== this.id) return;
		this.session = session;
		sessions.put(session);
	}

	/** A message is complete: tell of it, and let the list know that something happened here. */
	#ended(message: StoredMessage): void {
		if (message.role === 'assistant') this.finished = message;
		if (this.session) this.#put({ ...this.session, updated_s: Math.max(this.session.updated_s, message.updated_s) });
	}

	#readSoon(): void {
		clearTimeout(this.#reread);
		this.#stale = true;
		this.#reread = setTimeout(() => void this.#readAgain(), REREAD_AFTER_MS);
	}

	async #readAgain(): Promise<void> {
		const id = this.id;
		try {
			await this.read();
		} catch (error) {
			if (id !== this.id) return;
			if (error instanceof Error && isMissing(error)) this.problem = error;
			else toasts.error(error);
		}
	}
}

export const conversation = new Conversation();
