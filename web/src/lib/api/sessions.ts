/** Sessions: conversations without their messages. */

import { API, call, part } from './client';
import type { NewSession, Session, SessionChanges, SessionPage, SessionWithMessages, TagCount } from './types';

export interface SessionFilter {
	archived?: boolean;
	deleted?: boolean;
	tag?: string;
	/** `next` of the page before. */
	before?: string | null;
	limit?: number;
}

/** More than fit on the largest one. */
const MESSAGES_OF_A_SCREEN = 40;

const path = (id: string) => `${API}/sessions/${part(id)}`;

/** Lists sessions: pinned ones first, then those that changed last. */
export function listSessions(filter: SessionFilter = {}, signal?: AbortSignal): Promise<SessionPage> {
	return call(`${API}/sessions`, { query: { ...filter }, signal });
}

export function createSession(session: NewSession = {}): Promise<Session> {
	return call(`${API}/sessions`, { method: 'POST', body: session });
}

/** Returns a session and the messages of its active path. */
export function getSession(id: string): Promise<SessionWithMessages> {
	return call(path(id));
}

/** Returns a session and the last messages of its active path. `static/early.js` asks for the very same. */
export function getSessionEnd(id: string): Promise<SessionWithMessages> {
	return call(path(id), { query: { last: MESSAGES_OF_A_SCREEN } });
}

/** Throws `ApiError` with the code `revision_conflict` if `changes.revision` is not the present one. */
export function updateSession(id: string, changes: SessionChanges): Promise<Session> {
	const { revision, ...body } = changes;
	return call(path(id), { method: 'PATCH', body, ifMatch: revision });
}

/** Puts a session into the bin, where it stays some days. */
export async function deleteSession(id: string): Promise<void> {
	await call<unknown>(path(id), { method: 'DELETE' });
}

export function restoreSession(id: string): Promise<Session> {
	return call(`${path(id)}/restore`, { method: 'POST' });
}

export async function listTags(): Promise<TagCount[]> {
	return (await call<{ tags: TagCount[] }>(`${API}/tags`)).tags;
}
