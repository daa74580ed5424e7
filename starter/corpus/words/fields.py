"""Names of arguments and keys, as people have them in their tools and their JSON."""

from starter.corpus.words import listed

TEXT_NAMES = listed(
    """
    name title city place address colour label text topic street country language owner author note subject
    message recipient sender category brand genre room folder path query keyword user customer product team
    region station destination origin date day unit currency format mode style shape material code id email word
    nickname surname username filename job role gender nationality birthday birthplace hometown mother father
    sister brother friend pet hobby school teacher subtitle headline caption comment remark reason purpose goal
    status state priority level version branch commit project task milestone sprint ticket issue bug module
    package library function class method variable key value field column row table sheet chapter verse song
    artist album singer band film movie actor director book editor publisher painter painting museum gallery park
    garden lake river mountain island beach harbour airport airline flight gate terminal train platform line bus
    stop car model maker engine fuel plate driver passenger hotel restaurant cafe bar menu dish starter dessert
    drink sauce spice fruit vegetable flavour recipe ingredient diet allergy doctor nurse patient clinic symptom
    medicine illness vaccine shop seller buyer supplier invoice order coupon voucher bank account card plan tier
    contract lawyer court judge witness phone fax website link domain server host client browser device printer
    screen camera speaker lamp sensor switch channel playlist podcast episode season series player coach club
    league stadium sport match opponent winner prize trophy medal judge animal breed species plant flower tree
    seed crop farm field barn tool part size month year week hour time slot zone climate weather season wind
    fabric pattern texture finish font theme icon logo banner slogan motto password pin token secret hash
    signature manager employee employer company department office building wing entrance street suburb district
    province continent planet star galaxy mission rocket pilot captain crew vessel cargo parcel courier carrier
    """
)
NUMBER_NAMES = listed(
    """
    age count amount price width height weight length size speed year number total limit score rank level
    distance quantity guests seats pages minutes hours days temperature volume depth duration floor port stock
    rooms beds doors windows tables chairs tickets passengers persons people adults children players members
    users visitors votes likes views comments points goals wins losses rounds laps steps miles metres
    kilometres litres grams kilos pounds ounces cups spoons slices pieces items boxes bottles bags copies lines
    words letters rows columns cells files folders bytes pixels frames seconds weeks months years nights
    attempts retries timeout delay interval offset index position page chapter volume edition brightness
    contrast angle radius diameter area perimeter mass pressure humidity voltage current power capacity load
    ratio percent discount tax fee fare cost budget salary income profit debt balance deposit rent mileage
    altitude latitude longitude zoom scale threshold minimum maximum average sum rating priority zip extension
    """
)
FLAG_NAMES = listed(
    """
    active open paid public visible urgent fragile ready new member enabled shared private done available locked
    online recursive verbose loud premium secret vegan gift express
    hidden closed sold free busy full empty married retired single employed insured furnished heated cooled
    clean broken used spare frozen fresh organic spicy sweet vegetarian smoking quiet silent muted pinned
    starred archived deleted draft published approved signed verified confirmed cancelled delayed late early
    optional required default read sent received shipped delivered returned refunded insulated waterproof
    wireless rechargeable portable foldable washable remote indoor outdoor daily weekly monthly yearly force
    overwrite backup compressed encrypted strict debug dry sorted unique
    """
)
