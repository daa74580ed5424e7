"""Tools as people really have them, with the ways to ask for them; `{city}` and the like are filled with values.

These are for training: the held-out tools are made up of held-out words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """A tool: its arguments with their types (`kind` names the value's maker), how it is asked for, what it gives."""

    name: str
    description: str
    arguments: tuple[tuple[str, str], ...]
    asked: tuple[str, ...]
    result: tuple[str, ...]


TOOLS: tuple[Tool, ...] = (
    Tool(
        "get_weather",
        "Get the weather in a city.",
        (("city", "city"),),
        (
            "What is the weather in {city}?",
            "How is the weather in {city}?",
            "Weather in {city}?",
            "Tell me the weather in {city}.",
            "Is it [raining|cold|warm|sunny] in {city}?",
            "What's the weather like in {city}?",
        ),
        ("temperature", "sky"),
    ),
    Tool(
        "get_time",
        "Get the time in a city.",
        (("city", "city"),),
        (
            "What time is it in {city}?",
            "Tell me the time in {city}.",
            "How late is it in {city}?",
            "What's the time in {city}?",
        ),
        ("time",),
    ),
    Tool(
        "send_email",
        "Send an email.",
        (("recipient", "person"), ("subject", "word")),
        (
            "Send an email to {recipient} about {subject}.",
            "Email {recipient} about {subject}.",
            "Write an email to {recipient} with the subject {subject}.",
        ),
        ("status",),
    ),
    Tool(
        "send_message",
        "Send a message to a person.",
        (("recipient", "person"), ("text", "phrase")),
        (
            'Send {recipient} the message "{text}".',
            'Tell {recipient}: "{text}".',
            'Message {recipient} "{text}".',
            'Write "{text}" to {recipient}.',
        ),
        ("status",),
    ),
    Tool(
        "set_timer",
        "Set a timer.",
        (("minutes", "integer"),),
        (
            "Set a timer for {minutes} minutes.",
            "Timer for {minutes} minutes, please.",
            "Wake me in {minutes} minutes.",
            "Start a timer of {minutes} minutes.",
        ),
        ("status",),
    ),
    Tool(
        "set_alarm",
        "Set an alarm.",
        (("day", "day"), ("hour", "hour")),
        ("Set an alarm for {day} at {hour}.", "Wake me on {day} at {hour}.", "Alarm on {day} at {hour}, please."),
        ("status",),
    ),
    Tool(
        "search_web",
        "Search the web.",
        (("query", "phrase"),),
        (
            'Search the web for "{query}".',
            "Look up {query} on the web.",
            'Google "{query}".',
            "Find {query} on the internet.",
        ),
        ("results",),
    ),
    Tool(
        "play_song",
        "Play a song.",
        (("title", "phrase"),),
        ('Play "{title}".', 'Play the song "{title}".', 'I want to hear "{title}".'),
        ("status",),
    ),
    Tool(
        "book_table",
        "Book a table in a restaurant.",
        (("restaurant", "word"), ("guests", "small")),
        (
            "Book a table at {restaurant} for {guests} people.",
            "Reserve a table for {guests} at {restaurant}.",
            "I need a table for {guests} guests at {restaurant}.",
        ),
        ("status", "table"),
    ),
    Tool(
        "book_flight",
        "Book a flight.",
        (("origin", "city"), ("destination", "city")),
        (
            "Book a flight from {origin} to {destination}.",
            "I want to fly from {origin} to {destination}.",
            "Get me a flight from {origin} to {destination}.",
        ),
        ("flight", "price"),
    ),
    Tool(
        "find_train",
        "Find a train between two cities.",
        (("origin", "city"), ("destination", "city"), ("day", "day")),
        (
            "Find a train from {origin} to {destination} on {day}.",
            "Is there a train from {origin} to {destination} on {day}?",
            "I take the train from {origin} to {destination} on {day}.",
        ),
        ("train", "time"),
    ),
    Tool(
        "add_numbers",
        "Add two numbers.",
        (("a", "integer"), ("b", "integer")),
        ("Add {a} and {b}.", "What is {a} + {b}?", "How much is {a} plus {b}?"),
        ("sum",),
    ),
    Tool(
        "multiply",
        "Multiply two numbers.",
        (("a", "integer"), ("b", "integer")),
        ("What is {a} times {b}?", "Multiply {a} by {b}.", "How much is {a} * {b}?"),
        ("product",),
    ),
    Tool(
        "get_price",
        "Get the price of a product.",
        (("product", "word"),),
        ("How much is the {product}?", "What does the {product} cost?", "What is the price of {product}?"),
        ("price",),
    ),
    Tool(
        "add_note",
        "Save a note.",
        (("text", "phrase"),),
        ('Note "{text}".', 'Save the note "{text}".', 'Write down "{text}".', 'Make a note: "{text}".'),
        ("status",),
    ),
    Tool(
        "add_to_list",
        "Add a thing to the shopping list.",
        (("thing", "word"),),
        ("Put {thing} on the shopping list.", "Add {thing} to my shopping list.", "I need to buy {thing}."),
        ("status",),
    ),
    Tool(
        "translate",
        "Translate a text.",
        (("text", "phrase"), ("language", "language")),
        (
            'Translate "{text}" into {language}.',
            'What is "{text}" in {language}?',
            'How do you say "{text}" in {language}?',
        ),
        ("translation",),
    ),
    Tool(
        "read_file",
        "Read a file.",
        (("path", "path"),),
        ("Read the file {path}.", "What is in {path}?", "Show me {path}.", "Open {path}."),
        ("text",),
    ),
    Tool(
        "delete_file",
        "Delete a file.",
        (("path", "path"),),
        ("Delete {path}.", "Remove the file {path}.", "I do not need {path} any more, delete it."),
        ("status",),
    ),
    Tool(
        "list_files",
        "List the files of a folder.",
        (("folder", "word"),),
        ("Which files are in {folder}?", "List the files in {folder}.", "Show me the folder {folder}."),
        ("files",),
    ),
    Tool(
        "get_stock_price",
        "Get the price of a stock.",
        (("symbol", "symbol"),),
        ("What is the price of {symbol} stock?", "How is {symbol} doing?", "Stock price of {symbol}?"),
        ("price",),
    ),
    Tool(
        "convert_currency",
        "Convert money from one currency to another.",
        (("amount", "integer"), ("source", "currency"), ("target", "currency")),
        (
            "Convert {amount} {source} to {target}.",
            "How much is {amount} {source} in {target}?",
            "What are {amount} {source} in {target}?",
        ),
        ("amount",),
    ),
    Tool(
        "turn_on_light",
        "Turn on the light in a room.",
        (("room", "room"),),
        ("Turn on the light in the {room}.", "Light on in the {room}, please.", "It is dark in the {room}."),
        ("status",),
    ),
    Tool(
        "set_temperature",
        "Set the temperature of a room.",
        (("room", "room"), ("degrees", "small")),
        (
            "Set the {room} to {degrees} degrees.",
            "Make it {degrees} degrees in the {room}.",
            "Heat the {room} to {degrees}.",
        ),
        ("status",),
    ),
    Tool(
        "call_person",
        "Call a person by phone.",
        (("name", "person"),),
        ("Call {name}.", "Please phone {name}.", "Ring {name}.", "I want to talk to {name} on the phone."),
        ("status",),
    ),
    Tool(
        "find_contact",
        "Find the phone number of a person.",
        (("name", "person"),),
        ("What is {name}'s phone number?", "Find the number of {name}.", "How do I reach {name}?"),
        ("phone",),
    ),
    Tool(
        "get_date",
        "Get today's date.",
        (),
        ("What is the date today?", "Which date is it?", "Today's date, please."),
        ("date",),
    ),
    Tool(
        "roll_dice",
        "Roll dice.",
        (("sides", "small"),),
        ("Roll a die with {sides} sides.", "Throw a {sides}-sided die.", "Roll a d{sides}."),
        ("result",),
    ),
    Tool(
        "track_parcel",
        "Track a parcel.",
        (("code", "symbol"),),
        ("Where is my parcel {code}?", "Track the parcel {code}.", "Has {code} arrived?"),
        ("status", "place"),
    ),
    Tool(
        "get_news",
        "Get the news on a topic.",
        (("topic", "word"),),
        ("What is new about {topic}?", "News about {topic}, please.", "Give me the news on {topic}."),
        ("headline",),
    ),
)

CHOICES: dict[str, tuple[str, ...]] = {
    "language": ("French", "German", "Spanish", "Italian", "Dutch", "Polish", "Greek", "Turkish", "Japanese", "Latin"),
    "currency": ("euros", "dollars", "pounds", "yen", "francs", "crowns", "rupees"),
    "room": ("kitchen", "bedroom", "bathroom", "hall", "office", "garage", "cellar", "attic", "living room"),
    "sky": ("sunny", "cloudy", "rainy", "foggy", "clear", "stormy", "windy"),
    "status": ("ok", "done", "sent", "saved", "ready", "confirmed", "accepted", "started", "finished"),
}
