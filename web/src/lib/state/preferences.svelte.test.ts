import { beforeEach, expect, test, vi } from 'vitest';

const KEY = 'minerva.preferences';

async function load() {
	vi.resetModules();
	return (await import('./preferences.svelte')).preferences;
}

beforeEach(() => localStorage.clear());

test('nothing is stored: the system decides', async () => {
	const preferences = await load();
	expect(preferences.values).toEqual({ theme: 'system', textSize: 'normal', sidebar: true, defaults: {} });
	expect(document.documentElement.dataset.theme).toBe('system');
});

test('what is chosen is there the next time', async () => {
	(await load()).set({ theme: 'dark', sidebar: false, defaults: { model: 'starter' } });
	const preferences = await load();
	expect(preferences.values).toMatchObject({ theme: 'dark', sidebar: false, defaults: { model: 'starter' } });
	expect(document.documentElement.dataset.theme).toBe('dark');
});

test.each(['no JSON', 'null', '[]', '{"theme":"pink","sidebar":"yes","defaults":4}'])('%s is as nothing', async (stored) => {
	localStorage.setItem(KEY, stored);
	expect((await load()).values).toEqual({ theme: 'system', textSize: 'normal', sidebar: true, defaults: {} });
});

test('another tab changes it here too', async () => {
	const preferences = await load();
	localStorage.setItem(KEY, '{"theme":"light"}');
	dispatchEvent(new StorageEvent('storage', { key: KEY }));
	expect(preferences.values.theme).toBe('light');
	expect(document.documentElement.dataset.theme).toBe('light');
});
