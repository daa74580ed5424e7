/** Messages, the turns that write them, and their attachments. */

import { API, call, part, send, upload } from './client';
import { follow, type Following } from './sse';
import type {
	Attachment,
	NewMessage,
	NewTurn,
	SessionEvent,
	StoredMessage,
	Turn,
	TurnCount
} from './types';

const message = (id: string) => `${API}/messages/${part(id)}`;
const session = (id: string) => `${API}/sessions/${part(id)}`;

/** Adds a message and asks no model. */
export function addMessage(sessionId: string, body: NewMessage): Promise<StoredMessage> {
	return call(`${session(sessionId)}/messages`, { method: 'POST', body });
}

/** Starts an answer and returns at once: it is written whether anybody follows it or not. */
export function startTurn(sessionId: string, body: NewTurn): Promise<Turn> {
	return call(`${session(sessionId)}/turns`, { method: 'POST', body });
}

/** Says what a turn would take of the window, and what would be left out. */
export function countTurn(sessionId: string, body: NewTurn, signal?: AbortSignal): Promise<TurnCount> {
	return call(`${session(sessionId)}/count`, { method: 'POST', body, signal });
}

/** Returns a message with its log probabilities. */
export function getMessage(id: string, signal?: AbortSignal): Promise<StoredMessage> {
	return call(message(id), { signal });
}

/** Goes on with an answer that was stopped, interrupted or cut off, in place; by its own model, or by `model`. */
export function continueMessage(id: string, model?: string): Promise<StoredMessage> {
	return call(`${message(id)}/continue`, { method: 'POST', query: { model } });
}

export function stopMessage(id: string): Promise<StoredMessage> {
	return call(`${message(id)}/stop`, { method: 'POST' });
}

/** Takes a message, and all below it, from sight. */
export async function deleteMessage(id: string): Promise<void> {
	await call<unknown>(message(id), { method: 'DELETE' });
}

export async function restoreMessage(id: string): Promise<void> {
	await call<unknown>(`${message(id)}/restore`, { method: 'POST' });
}

/** Makes the active path run through a message. */
export async function chooseMessage(id: string): Promise<void> {
	await call<unknown>(`${message(id)}/choose`, { method: 'POST' });
}

/** Follows all that happens in a session, until `signal` is aborted. */
export function followSession(id: string, following: Following<SessionEvent>): Promise<void> {
	return follow(`${session(id)}/events`, following);
}

/** Stores a file for a message that is not sent yet; `onprogress` is told which part of it has left, from 0 to 1. */
export function attach(
	sessionId: string,
	file: Blob,
	name: string,
	onprogress: (part: number) => void,
	signal?: AbortSignal
): Promise<Attachment> {
	return upload(`${session(sessionId)}/attachments`, { query: { name }, raw: file, signal }, onprogress);
}

/** Returns the bytes of an attachment. */
export async function getAttachment(id: string, signal?: AbortSignal): Promise<Blob> {
	return (await send(`${API}/attachments/${part(id)}`, { signal })).blob();
}
