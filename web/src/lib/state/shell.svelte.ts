import { MediaQuery } from 'svelte/reactivity';
import { preferences } from './preferences.svelte';

/** The frame around the pages: the list of conversations, and the way back to the chat. */
class Shell {
	/** Where there is no room beside the page, the list lies over it while it is open. */
	readonly narrow = new MediaQuery('(max-width: 48rem)');
	/** Address of the conversation that was open last. */
	lastChat = $state('#/');
	#drawer = $state(false);

	get drawerOpen(): boolean {
		return this.narrow.current && this.#drawer;
	}

	set drawerOpen(open: boolean) {
		this.#drawer = open;
	}

	/** Whether the list is to be seen, beside the page or over it. */
	get sidebarShown(): boolean {
		return this.narrow.current ? this.#drawer : preferences.values.sidebar;
	}

	toggleSidebar(): void {
		if (this.narrow.current) this.#drawer = !this.#drawer;
		else preferences.set({ sidebar: !preferences.values.sidebar });
	}

	/** Show the list, to search it or choose from it. */
	openSidebar(): void {
		if (!this.sidebarShown) this.toggleSidebar();
	}

	chatAddress(session: string): string {
		return `#/c/${session}`;
	}

	inChat(route: string): boolean {
		return !/^\/(models|server|settings)/.test(route);
	}

	/** Remember where we are: what was chosen from the drawer is now to be seen. */
	arrived(route: string, hash: string): void {
		this.#drawer = false;
		if (this.inChat(route)) this.lastChat = hash || '#/';
	}
}

export const shell = new Shell();
