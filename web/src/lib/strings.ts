import { chatPage } from './strings/chat';
import { content } from './strings/content';
import { pages } from './strings/pages';
import { settings } from './strings/settings';
import { shell } from './strings/shell';

/** Every text that the page shows, by where it is shown. Functions where a text holds a value. */
export const strings = {
	...chatPage,
	...shell,
	...pages,
	...settings,
	content,
	app: {
		name: 'Minerva'
	},
	nav: {
		label: 'Pages',
		chat: 'Chat',
		models: 'Models',
		server: 'Server',
		settings: 'Settings'
	}
} as const;
