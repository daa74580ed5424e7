"""More tools as people really have them; what `toolbox.py` says holds for these too."""

from __future__ import annotations

from starter.corpus.words.toolbox import Tool


def _parsed(text: str) -> tuple[Tool, ...]:
    """Return the tools of `text`: name, description, `argument:kind` and results, then the ways to ask, indented."""
    found: list[tuple[list[str], list[str]]] = []
    for line in text.strip().splitlines():
        if line.startswith(" "):
            found[-1][1].append(line.strip())
        else:
            found.append(([part.strip() for part in line.split("|")], []))
    return tuple(
        Tool(name, what, tuple(_pair(each) for each in arguments.split()), tuple(asked), tuple(result.split()))
        for (name, what, arguments, result), asked in found
    )


def _pair(text: str) -> tuple[str, str]:
    name, _, kind = text.partition(":")
    return name, kind


MORE_TOOLS: tuple[Tool, ...] = _parsed(
    """
create_user | Create a user account. | name:person | status
    Create a user named {name}.
    Make an account for {name}.
    Add a user with the name {name}.
    {name} needs an account.
delete_user | Delete a user account. | name:person | status
    Delete the user {name}.
    Remove the account of {name}.
    {name} has left, delete the account.
add_contact | Save a person's phone number. | name:person phone:digits | status
    Save {name} with the number {phone}.
    {name}'s phone number is {phone}, save it.
    Add the contact {name}, phone {phone}.
create_file | Create a file with a name and a text. | name:path text:phrase | status
    Create the file {name} with the text "{text}".
    Write "{text}" into a new file {name}.
    Make a file called {name} that says "{text}".
rename_file | Give a file another name. | path:path name:path | status
    Rename {path} to {name}.
    Give {path} the name {name}.
    {path} should be called {name}.
copy_file | Copy a file. | source:path target:path | status
    Copy {source} to {target}.
    Make a copy of {source} named {target}.
    Duplicate {source} as {target}.
create_folder | Create a folder. | name:word | status path
    Create a folder called {name}.
    Make a new folder {name}.
    I need a folder with the name {name}.
create_playlist | Create a playlist. | name:phrase | status
    Create a playlist called "{name}".
    Make the playlist "{name}".
    New playlist: "{name}".
create_event | Put an event into the calendar. | title:phrase day:day hour:hour | status
    Put "{title}" into my calendar on {day} at {hour}.
    Create the event "{title}" for {day}, {hour}.
    I have "{title}" on {day} at {hour}, note it in the calendar.
get_events | List the events of a day. | day:day | headline
    What is in my calendar on {day}?
    What do I have on {day}?
    Show me my appointments for {day}.
    Am I free on {day}?
book_hotel | Book a hotel room. | city:city nights:small | hotel price
    Book a hotel in {city} for {nights} nights.
    I need a room in {city} for {nights} nights.
    I stay {nights} nights in {city}, book a hotel.
find_hotel | Find a hotel in a city. | city:city | hotel price
    Find a hotel in {city}.
    Where can I sleep in {city}?
    Is there a good hotel in {city}?
find_restaurant | Find a restaurant. | city:city food:word | restaurant place
    Find a restaurant with {food} in {city}.
    Where can I eat {food} in {city}?
    I want to eat {food} in {city}.
order_food | Order food. | dish:word count:small | status price
    Order {count} times {dish}.
    I would like {count} {dish}, please order.
    Get us {dish}, {count} of it.
order_pizza | Order a pizza. | topping:word size:size | status price
    Order a {size} pizza with {topping}.
    I want a {size} pizza with {topping}.
    Get me a pizza with {topping}, {size}.
call_taxi | Call a taxi. | origin:word destination:word | status time
    Call a taxi from {origin} to {destination}.
    I need a cab from {origin} to {destination}.
    Taxi from {origin} to {destination}, please.
rent_car | Rent a car. | city:city days:small | car price
    Rent a car in {city} for {days} days.
    I need a car in {city} for {days} days.
    Get me a rental car for {days} days in {city}.
get_distance | Get the distance between two cities. | origin:city destination:city | amount
    How far is it from {origin} to {destination}?
    What is the distance between {origin} and {destination}?
    How many kilometres are there from {origin} to {destination}?
get_route | Get the way from one place to another. | start:city end:city mode:mode | text
    How do I get from {start} to {end} by {mode}?
    Show me the way from {start} to {end} by {mode}.
    I go by {mode} from {start} to {end}, which way?
get_forecast | Get the weather of the coming days. | city:city days:small | sky temperature
    What will the weather be in {city} in the next {days} days?
    Forecast for {city}, {days} days.
    Give me the forecast for {days} days in {city}.
subtract | Subtract one number from another. | a:integer b:integer | result
    Subtract {b} from {a}.
    What is {a} minus {b}?
    How much is {a} less {b}?
divide | Divide one number by another. | a:integer b:small | result
    Divide {a} by {b}.
    What is {a} divided by {b}?
    How often does {b} go into {a}?
random_number | Draw a random number. | low:small high:integer | result
    Give me a random number from {low} to {high}.
    Draw a number between {low} and {high}.
    Pick any number from {low} to {high}.
calculate_tip | Calculate a tip. | amount:integer percent:small | result
    What is a tip of {percent} percent on {amount}?
    Calculate {percent} % tip for {amount}.
    I paid {amount}, how much is a {percent} percent tip?
count_words | Count the words of a text. | text:phrase | result
    How many words are in "{text}"?
    Count the words in "{text}".
    Word count of "{text}"?
summarize | Summarize a text file. | path:path | text
    Summarize {path}.
    What does {path} say, in short?
    Give me a summary of {path}.
search_files | Search files for a word. | keyword:word folder:word | files
    Search for {keyword} in the folder {folder}.
    Which files in {folder} have the word {keyword}?
    Find {keyword} in {folder}.
run_query | Run a database query. | table:word limit:small | text
    Show me {limit} rows of the table {table}.
    Get the first {limit} rows from {table}.
    Read {limit} rows of {table}.
insert_row | Insert a row into a table. | table:word value:word | status
    Insert {value} into the table {table}.
    Add a row with {value} to {table}.
    The table {table} needs a row with {value}.
create_ticket | Create a ticket in the tracker. | title:phrase priority:priority | ticket status
    Create a ticket "{title}" with {priority} priority.
    Open a {priority} priority ticket: "{title}".
    File "{title}" as a ticket, priority {priority}.
close_ticket | Close a ticket. | number:integer | status
    Close ticket {number}.
    Ticket {number} is done, close it.
    Please close the ticket number {number}.
assign_ticket | Assign a ticket to a person. | number:integer person:person | status
    Assign ticket {number} to {person}.
    Give ticket {number} to {person}.
    {person} should work on ticket {number}.
restart_server | Restart a server. | server:word | status
    Restart the server {server}.
    {server} hangs, restart it.
    Reboot {server}, please.
check_server | See whether a server runs. | server:word | status
    Is the server {server} up?
    Check the server {server}.
    Does {server} run?
deploy | Deploy a branch to an environment. | branch:word target:target | status
    Deploy {branch} to {target}.
    Put the branch {branch} on {target}.
    Roll out {branch} on {target}.
open_page | Open a web page. | address:site | title
    Open {address}.
    Go to {address}.
    Show me the page {address}.
    Visit {address}.
turn_off_light | Turn off the light in a room. | room:room | status
    Turn off the light in the {room}.
    Lights out in the {room}.
    Switch the {room} light off.
set_brightness | Set how bright the light in a room is. | room:room percent:small | status
    Set the light in the {room} to {percent} percent.
    Dim the {room} to {percent} percent.
    Make the {room} light {percent} percent bright.
set_volume | Set the volume. | level:small | status
    Set the volume to {level}.
    Volume {level}, please.
    Turn the sound to {level}.
lock_door | Lock a door. | door:room | status
    Lock the {door} door.
    Is the {door} locked? If not, lock it.
    Close the lock of the {door} door.
open_blinds | Open the blinds of a room. | room:room | status
    Open the blinds in the {room}.
    Let some light into the {room}.
    Blinds up in the {room}.
start_vacuum | Let the robot clean a room. | room:room | status
    Vacuum the {room}.
    Send the robot to clean the {room}.
    The {room} is dirty.
water_plants | Water the plants for some minutes. | minutes:small | status
    Water the plants for {minutes} minutes.
    The plants need {minutes} minutes of water.
    Give the plants water, {minutes} minutes.
get_recipe | Get a recipe. | dish:word | text
    How do I cook {dish}?
    Give me a recipe for {dish}.
    What goes into {dish}?
    Recipe for {dish}, please.
find_movie | Find a film. | title:phrase | title date
    Find the film "{title}".
    When did "{title}" come out?
    Look up the movie "{title}".
rate_movie | Rate a film. | title:phrase stars:small | status
    Give "{title}" {stars} stars.
    Rate the film "{title}" with {stars}.
    "{title}" gets {stars} stars from me.
buy_tickets | Buy tickets for a show. | show:phrase count:small | status price
    Buy {count} tickets for "{show}".
    I want {count} seats for "{show}".
    Get {count} tickets to "{show}".
transfer_money | Send money to a person. | recipient:person amount:integer | status
    Send {amount} to {recipient}.
    Transfer {amount} to {recipient}.
    Pay {recipient} {amount}.
get_balance | Get the balance of an account. | account:word | amount
    What is the balance of the account {account}?
    How much money is on {account}?
    Show me the balance of {account}.
create_invoice | Write an invoice. | customer:person amount:integer | status
    Write an invoice of {amount} for {customer}.
    Bill {customer} {amount}.
    {customer} owes me {amount}, make an invoice.
log_run | Log a run. | kilometres:small minutes:small | status
    I ran {kilometres} kilometres in {minutes} minutes.
    Log a run of {kilometres} km, {minutes} minutes.
    Note that I ran {kilometres} kilometres, it took {minutes} minutes.
log_weight | Log my weight. | kilos:integer | status
    I weigh {kilos} kilos.
    Log my weight: {kilos} kilos.
    My weight today is {kilos}.
set_goal | Set a goal of steps a day. | steps:integer | status
    I want to walk {steps} steps a day.
    Set my goal to {steps} steps.
    My goal is {steps} steps.
define_word | Look up what a word means. | word:word | text
    What does {word} mean?
    Define {word}.
    Look up the word {word}.
    What is the meaning of {word}?
spell_check | Check the spelling of a text. | text:phrase | text
    Check the spelling of "{text}".
    Is "{text}" spelled right?
    Any mistakes in "{text}"?
add_member | Add a person to a group. | group:word member:person | status
    Add {member} to the group {group}.
    {member} joins the group {group}.
    Put {member} into {group}.
remove_member | Remove a person from a group. | group:word member:person | status
    Remove {member} from the group {group}.
    {member} leaves the group {group}.
    Take {member} out of {group}.
convert_file | Convert a file to another format. | path:path format:format | path
    Convert {path} to {format}.
    I need {path} as {format}.
    Turn {path} into a {format} file.
take_photo | Take a photo. | camera:word | path
    Take a photo with the camera {camera}.
    What does the camera {camera} see?
    A picture from {camera}, please.
pause_music | Pause the music. |  | status
    Pause the music.
    Stop the music for a moment.
    Music off, please.
list_users | List all users. |  | text
    Which users are there?
    List all users.
    Show me the users.
    Who has an account?
get_location | Find out where we are. |  | place
    Where are we?
    Find out where we are.
    What is our location?
"""
)

MORE_CHOICES: dict[str, tuple[str, ...]] = {
    "size": ("small", "medium", "large", "huge"),
    "mode": ("car", "bike", "bus", "train", "boat"),
    "priority": ("low", "normal", "high", "urgent"),
    "target": ("staging", "production", "testing"),
    "format": ("pdf", "png", "csv", "json", "mp3", "html", "docx"),
}
