"""Nouns: plain ones, and kinds of things that people like, own or do."""

from starter.corpus.words import listed

NOUNS = listed(
    """
    account acorn address album alarm almond anchor ankle answer ant apple apron arch armchair arrow atlas axe
    badge bag balcony ball balloon banana band banner barn barrel basin basket bath battery beach bead beam bean
    bear beard bed bee beetle bell belt bench berry bicycle bill bird biscuit blanket block blossom board boat
    bolt bone book boot bottle bowl box bracelet branch brass bread breeze brick bridge broom brush bubble
    bucket buckle bulb bus bush butter button cabbage cabin cable cactus cage cake calendar camel camera canal
    candle canoe canvas cap car card carpet carrot cart castle ceiling cellar chain chair chalk cheese cherry
    chest chimney chip church circle clay cliff cloak clock cloth cloud clover coal coast coat cobweb coconut
    coffee coin collar comb comet compass cone cork corn corner cottage cotton couch cow crab cradle crane crate
    crayon creek crow crown crystal cube cup cupboard curtain cushion dagger dam dawn deck deer desk diamond
    dice dish ditch dock doll dolphin door dragon drawer dress drum duck dune dust eagle ear earth easel egg
    elbow elephant emerald engine envelope fabric factory falcon fan farm feather fence fern ferry fiddle field
    fig finger fire fish flag flame flask flint flood floor flour flower flute foam fog forest fork fountain fox
    frame frog fruit fur garage garden garlic gate gem ghost giant glass globe glove glue goat gold goose grain
    grape grass gravel guitar hail hammer hammock hand harbour hare harp hat hawk hay hedge helmet hen herb hill
    hinge honey hood hoof hook horn horse hose hotel house ice igloo ink insect iron island ivory jacket jar
    jewel jigsaw jug juice jungle kettle key kite kitten knee knife knot lace ladder lake lamp lantern lawn leaf
    leather lemon lens letter lily lime lion lock log lute magnet mail mango map maple marble mask mast mat
    match meadow medal melon metal milk mill mint mirror mist mitten moon moss moth motor mountain mouse mud mug
    mushroom nail napkin necklace needle nest net newspaper noodle nose notebook nut oak oar oasis ocean olive
    onion orange orchid otter oven owl oyster paddle page paint palace palm pan panda paper parcel parrot path
    paw peach pear pearl pebble pen pencil pepper phone piano picture pie pigeon pillow pine pipe plank plant
    plate plough plum pocket poem pond pony poppy postcard pot potato powder prism pump pumpkin puppet puzzle
    quilt rabbit radio raft rail rain rake ramp raven reed ribbon rice ring river road robe robin rock roof room
    root rope rose rug ruler saddle sail salt sand sandal sapphire scarf school scissors screen screw seal seat
    seed shadow shark sheep shelf shell shield ship shirt shoe shop shovel shrimp silk silver sink sketch ski
    skirt sky slate sled sleeve slipper smoke snail snake snow soap sock sofa soil soup spade spark spear spice
    spider spinach spoon spring squid stable stair stamp star statue steam steel stem stick stone stool storm
    stove straw stream string sugar suitcase sun swan sword table tail tape tea teapot telescope tent thimble
    thread throne thunder ticket tide tiger tile timber toast tomato tooth torch towel tower town toy track
    train tray treasure tree trumpet trunk tulip tunnel turnip turtle umbrella urn valley vase velvet vest
    village vine violet violin wagon wall wallet walnut wasp watch water wave wax web whale wheat wheel whip
    whistle willow wind window wing wire wolf wood wool worm yacht yarn zebra zipper
    """
)

COLOURS = listed(
    """
    amber aqua azure beige black blue bronze brown burgundy charcoal cherry chestnut cobalt copper coral cream
    crimson cyan emerald fuchsia gold gray green indigo ivory jade khaki lavender lemon lilac lime magenta
    maroon mauve mint navy ochre olive orange peach pearl pink plum purple red rose ruby russet saffron salmon
    sand scarlet silver tan teal turquoise violet white yellow
    """
)

PETS = listed(
    """
    dog cat hamster rabbit parrot goldfish turtle pony lizard gecko snake ferret mouse rat canary duck goose hen
    goat donkey horse llama sheep pig kitten puppy frog toad snail crab spider owl pigeon budgie cockatoo
    chinchilla hedgehog iguana newt tortoise
    """
)

FOODS = listed(
    """
    pizza pasta soup rice sushi curry bread cheese lasagna ramen tacos salad pancakes waffles porridge stew
    chili noodles dumplings falafel hummus kebab paella risotto gnocchi ravioli omelette burgers sandwiches
    fries chocolate honey apples pears cherries grapes mangoes melons plums figs dates olives lentils beans peas
    carrots potatoes tomatoes cucumbers mushrooms pumpkin spinach broccoli yoghurt muffins brownies cookies
    donuts cheesecake pretzels popcorn almonds walnuts peanuts goulash borscht pierogi schnitzel couscous tofu
    """
)

JOBS = listed(
    """
    teacher nurse baker pilot farmer gardener plumber painter builder driver doctor dentist lawyer cook waiter
    carpenter tailor butcher barber librarian musician singer dancer actor writer poet editor journalist
    photographer designer architect engineer mechanic electrician programmer scientist chemist biologist
    geologist astronomer historian translator accountant banker cashier clerk secretary manager judge detective
    firefighter sailor fisherman miner soldier guard guide coach referee florist jeweller potter weaver
    beekeeper shepherd winemaker vet pharmacist surgeon midwife optician
    """
)

HOBBIES = listed(
    """
    chess tennis football hockey golf rowing sailing swimming running cycling hiking climbing skiing skating
    surfing diving fishing archery boxing judo karate fencing yoga dancing singing painting drawing pottery
    knitting sewing weaving baking cooking gardening reading writing photography juggling birdwatching astronomy
    origami carpentry bowling cricket rugby volleyball basketball badminton darts billiards backgammon camping
    kayaking gymnastics
    """
)

MONTHS = listed(
    """
    January February March April May June July August September October November December
    """
)
WEEKDAYS = listed(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)
