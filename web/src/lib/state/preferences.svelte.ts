import type { SessionSettings } from '$lib/api/types';

export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'normal' | 'large';

/** What this browser remembers; conversations and all else are on the server. */
export interface Kept {
	theme: Theme;
	textSize: TextSize;
	/** Whether the list of conversations is shown where there is room for it. */
	sidebar: boolean;
	/** What a new conversation starts with. */
	defaults: SessionSettings;
}

// The first two are also read by static/theme.js, before anything is drawn.
const KEY = 'minerva.preferences';
const START: Kept = { theme: 'system', textSize: 'normal', sidebar: true, defaults: {} };

class Preferences {
	values = $state<Kept>(read());

	constructor() {
		this.#show();
		addEventListener('storage', (event) => {
			if (event.key !== KEY) return;
			this.values = read();
			this.#show();
		});
	}

	set(change: Partial<Kept>): void {
		this.values = { ...this.values, ...change };
		this.#show();
		try {
			localStorage.setItem(KEY, JSON.stringify(this.values));
		} catch {
			// A browser that keeps nothing: the choice holds for as long as the page is open.
		}
	}

	/** Light if it is dark now, and the other way round, whatever chose it. */
	toggleTheme(): void {
		this.set({ theme: this.isDark() ? 'light' : 'dark' });
	}

	isDark(): boolean {
		const { theme } = this.values;
		return theme === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';
	}

	#show(): void {
		const { dataset } = document.documentElement;
		dataset.theme = this.values.theme;
		dataset.text = this.values.textSize;
	}
}

/** What is stored, as far as it makes sense: people and older versions write there too. */
function read(): Kept {
	let stored: Partial<Kept> = {};
	try {
		stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
	} catch {
		return START;
	}
	const { theme, textSize, sidebar, defaults } = stored ?? {};
	return {
		theme: theme === 'light' || theme === 'dark' ? theme : START.theme,
		textSize: textSize === 'large' ? textSize : START.textSize,
		sidebar: typeof sidebar === 'boolean' ? sidebar : START.sidebar,
		defaults: typeof defaults === 'object' && defaults !== null ? defaults : START.defaults
	};
}

export const preferences = new Preferences();
