import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '$lib/api/types';
import { stored } from '$lib/chat/stored.testing';
import { composer } from './composer.svelte';
import { conversation } from './conversation.svelte';
import { sessions } from './sessions.svelte';
import { toasts } from './toasts.svelte';

type Answer = (request: Request) => unknown;

/** What the server says, by method and end of the address; what is not here it is silent about, as a stream is. */
let says: Record<string, Answer>;

beforeEach(() => {
	localStorage.clear();
	vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
	says = {};
	vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
		const request = new Request(url as string, init);
		const { pathname } = new URL(request.url);
		const answer = says[`${request.method} ${pathname.replace(/.*\/v1\//, '')}`];
		if (!answer) return new Promise<Response>(() => undefined);
		const said = await answer(request);
		return said instanceof Response ? said : Response.json(said);
	});
});

afterEach(() => {
	conversation.close();
	composer.open('none');
	vi.unstubAllGlobals();
});

function session(id: string, fields: Partial<Session> = {}): Session {
	return {
		id, title: id, titled: true, pinned: false, archived: false, tags: [], settings: {}, revision: 1, messages: 0,
		created_s: 1, updated_s: 1, deleted_s: null, ...fields
	};
}

const ids = () => conversation.path.map((one) => one.id);
const refused = (code: string) => Response.json({ error: { code, message: code } }, { status: 404 });

async function open(id: string): Promise<void> {
	conversation.open(id);
	composer.open(id);
	await vi.waitFor(() => expect(conversation.ready).toBe(true));
}

test('the end is shown while all of it is still read', async () => {
	const messages = ['1', '2', '3'].map((id) => stored(id, { session: 'a' }));
	let all: (found: unknown) => void = () => undefined;
	says['GET sessions/a'] = ({ url }) =>
		new URL(url).searchParams.has('last')
			? { session: session('a'), messages: messages.slice(2), earlier: 2 }
			: new Promise((resolve) => (all = resolve));
	await open('a');
	expect([conversation.earlier, ids()]).toEqual([2, ['3']]);
	const complete = conversation.complete();
	all({ session: session('a'), messages, earlier: 0 });
	await complete;
	expect([conversation.earlier, ids()]).toEqual([0, ['1', '2', '3']]);
});

test('an end that comes after all of it changes nothing', async () => {
	let end: (found: unknown) => void = () => undefined;
	says['GET sessions/a'] = ({ url }) =>
		new URL(url).searchParams.has('last')
			? new Promise((resolve) => (end = resolve))
			: { session: session('a'), messages: [stored('1', { session: 'a', content: 'new' })], earlier: 0 };
	conversation.open('a');
	await conversation.read();
	end({ session: session('a'), messages: [stored('1', { session: 'a', content: 'old' })], earlier: 0 });
	await Promise.resolve();
	expect(conversation.path.map((one) => one.content)).toEqual(['new']);
});

test('an answer that was asked for in one conversation is not shown in another', async () => {
	const [asked, other] = [stored('q', { role: 'user', session: 'a' }), stored('b1', { session: 'b' })];
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [asked] });
	says['GET sessions/b'] = () => ({ session: session('b'), messages: [other] });
	let answer: (turn: unknown) => void = () => undefined;
	says['POST sessions/a/turns'] = () => new Promise((resolve) => (answer = resolve));
	await open('a');
	const edited = conversation.edit(asked, 'Anew');
	await open('b');
	const message = stored('q2', { role: 'user', session: 'a', branch: { index: 1, count: 2, previous: 'q', next: null } });
	answer({ message, answer: stored('a2', { session: 'a', parent: 'q2', status: 'streaming' }) });
	await edited;
	expect(ids()).toEqual(['b1']);
});

test('what is said in a new conversation goes there, whatever is opened while it is made', async () => {
	const made = session('new', { title: 'made' });
	let make: (session: Session) => void = () => undefined;
	says['POST sessions'] = () => new Promise((resolve) => (make = resolve));
	says['GET sessions/b'] = () => ({ session: session('b'), messages: [stored('b1', { session: 'b' })] });
	const turn = { message: null, answer: stored('a', { session: 'new', status: 'streaming' }) };
	const said = vi.fn(() => turn);
	says['POST sessions/new/turns'] = said;
	conversation.open(null);
	composer.open(null);
	composer.text = 'Hello';
	const sent = composer.send();
	await open('b');
	make(made);
	await sent;
	expect(said).toHaveBeenCalledOnce();
	expect(ids()).toEqual(['b1']);
	expect(composer.text).toBe('');
	expect(localStorage.getItem('minerva.draft.new')).toBeNull();
});

test('what was said is not kept to be said again, though another model refuses to answer beside it', async () => {
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [] });
	const turns = [{ message: null, answer: stored('a1', { session: 'a' }) }, refused('model_not_found')];
	says['POST sessions/a/turns'] = () => turns.shift();
	await open('a');
	composer.text = 'Hello';
	composer.also = ['gone'];
	await composer.send();
	expect(composer.text).toBe('');
	expect(ids()).toEqual(['a1']);
	expect(conversation.columns).toEqual([]);
	expect(toasts.shown.map((toast) => toast.text)).toContain('model_not_found');
});

test('answers side by side that end while nobody looks have ended when somebody does', async () => {
	const branch = { index: 0, count: 2, previous: null, next: 'a2' };
	const one = stored('a1', { session: 'a', status: 'streaming', branch });
	const other = { ...one, id: 'a2', branch: { index: 1, count: 2, previous: 'a1', next: null } };
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [other] });
	says['GET messages/a1'] = () => one;
	says['GET messages/a2'] = () => other;
	await open('a');
	await conversation.compareBranches(other);
	expect(conversation.writing).toHaveLength(2);
	const ended = { status: 'complete', content: 'Done.', updated_s: 2 } as const;
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [{ ...other, ...ended }] });
	says['GET messages/a1'] = () => ({ ...one, ...ended });
	says['GET messages/a2'] = () => ({ ...other, ...ended });
	await conversation.read();
	expect(conversation.columns.map((message) => message.content)).toEqual(['Done.', 'Done.']);
	expect(conversation.writing).toEqual([]);
	says['GET messages/a1'] = () => refused('message_not_found');
	await conversation.read();
	expect(conversation.columns).toEqual([]);
});

test('a model that is chosen while a conversation opens is chosen for it', async () => {
	says['GET sessions/a'] = () => ({ session: session('a', { settings: { system: 'Short.' } }), messages: [] });
	const change = vi.fn(async (request: Request) => session('a', (await request.json()) as Partial<Session>));
	says['PATCH sessions/a'] = change;
	conversation.open('a');
	await conversation.configure({ model: 'small' });
	expect(conversation.settings).toEqual({ system: 'Short.', model: 'small' });
	expect(change).toHaveBeenCalledOnce();
});

test('the last conversation of the list goes if it was deleted elsewhere', async () => {
	says['GET tags'] = () => ({ tags: [] });
	let there = [session('a', { updated_s: 3 }), session('b', { updated_s: 2 }), session('c', { updated_s: 1 })];
	says['GET sessions'] = () => ({ sessions: there, next: null });
	await sessions.load();
	there = there.slice(0, 2);
	await sessions.load();
	expect(sessions.shown.map((one) => one.id)).toEqual(['a', 'b']);
});

test('what is being deleted is not there to be asked about, until it is known what is left', async () => {
	const [question, answer] = [stored('q', { role: 'user', session: 'a' }), stored('a1', { session: 'a', parent: 'q' })];
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [question, answer] });
	expect(conversation.settled).toBe(false);
	await open('a');
	expect(conversation.settled).toBe(true);
	let go: (said: unknown) => void = () => undefined;
	says['DELETE messages/a1'] = () => new Promise((resolve) => (go = resolve));
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [question] });
	const removed = conversation.remove(answer);
	expect(conversation.settled).toBe(false);
	go({ deleted: 'a1' });
	await removed;
	expect(conversation.settled).toBe(true);
	expect(ids()).toEqual(['q']);
});

test('a conversation that is being deleted is known as such', async () => {
	let go: (said: unknown) => void = () => undefined;
	says['DELETE sessions/a'] = () => new Promise((resolve) => (go = resolve));
	const removed = sessions.remove(session('a'));
	expect(sessions.removing).toBe('a');
	go({ deleted: 'a' });
	await removed;
	expect(sessions.removing).toBeNull();
});

test('beside an answer stand those that were made before it, and else those after it', async () => {
	const all = ['a', 'b', 'c', 'd'].map((id, index, every) =>
		stored(id, {
			session: 'a',
			branch: { index, count: 4, previous: every[index - 1] ?? null, next: every[index + 1] ?? null }
		})
	);
	for (const one of all) says[`GET messages/${one.id}`] = () => one;
	says['GET sessions/a'] = () => ({ session: session('a'), messages: [all[3]!] });
	await open('a');
	const shown = () => conversation.columns.map((one) => one.id).join('');
	await conversation.compareBranches(all[3]!);
	expect(shown()).toBe('bcd');
	await conversation.compareBranches(all[1]!);
	expect(shown()).toBe('abc');
	await conversation.compareBranches(all[0]!);
	expect(shown()).toBe('abc');
});
