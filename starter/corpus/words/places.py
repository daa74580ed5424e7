"""Towns and cities, and places where a story can happen."""

from starter.corpus.words import listed

CITIES = listed(
    """
    Aberdeen Accra Adelaide Agra Algiers Amman Amsterdam Ankara Antwerp Athens Atlanta Auckland Austin Baghdad
    Baku Bangkok Barcelona Basel Bath Beirut Belfast Belgrade Bergen Berlin Bern Bilbao Birmingham Bogota
    Bologna Bordeaux Boston Bremen Brighton Brisbane Bristol Brno Brussels Bucharest Budapest Cadiz Cairo
    Calgary Cambridge Canberra Cardiff Casablanca Chennai Chester Chicago Cologne Copenhagen Cork Dakar Dallas
    Damascus Darwin Delhi Denver Derby Detroit Dhaka Doha Dover Dresden Dubai Dublin Dundee Durban Edinburgh
    Essen Exeter Florence Frankfurt Galway Gdansk Geneva Genoa Ghent Glasgow Granada Graz Hamburg Hanoi Harare
    Havana Helsinki Hobart Houston Innsbruck Istanbul Izmir Jaipur Jakarta Karachi Kiel Kingston Krakow Kyoto
    Lagos Lahore Leeds Leipzig Lima Lincoln Linz Lisbon Liverpool Ljubljana London Lucerne Lusaka Luxor Lyon
    Madrid Malaga Malmo Manchester Manila Maputo Marseille Melbourne Memphis Miami Milan Minsk Monaco Montreal
    Moscow Mumbai Munich Nairobi Nantes Naples Nashville Newcastle Nice Norwich Nottingham Odessa Oporto Osaka
    Oslo Ottawa Oxford Palermo Paris Perth Phoenix Pisa Plymouth Portland Porto Prague Pune Quebec Quito Rabat
    Reykjavik Riga Rome Rotterdam Salzburg Santiago Seattle Seoul Seville Sheffield Singapore Sofia Stockholm
    Stuttgart Sydney Taipei Tallinn Tampa Tampere Tbilisi Tehran Tokyo Toledo Toronto Toulouse Trieste Tripoli
    Tromso Tunis Turin Turku Uppsala Utrecht Valencia Vancouver Venice Verona Vienna Vilnius Warsaw Wellington
    Winnipeg York Zagreb Zurich
    """
)

STORY_PLACES = listed(
    """
    old mill, quiet harbour, dark forest, empty castle, busy market, high tower, small island, deep valley,
    snowy mountain, hidden garden, wide desert, narrow street, sunny beach, lonely lighthouse, secret cave,
    village school, train station, frozen lake, apple orchard, ruined temple, night circus, dusty library, green
    meadow, stone bridge, river bank, farm, bakery, museum, attic, cellar, palace, swamp, jungle, canyon,
    windmill, toy shop, fishing boat, space station, playground, hospital, hotel, theatre, zoo, airport,
    workshop, kitchen, rose garden, pine wood, coal mine, vineyard, monastery, observatory, campsite, waterfall,
    haunted house, clock tower, corn field, ice palace, pirate ship, mountain hut, city park, sand dune, coral
    reef, bamboo grove, royal stable, candle shop, glass house, post office, railway tunnel, sleepy village,
    cliff path, salt marsh, broken fort, tea house, moonlit square, floating market, winter fair, tree house,
    school yard, abandoned factory, sheep farm, golden temple, foggy moor, old cemetery, ferry dock, fire
    station, flower shop, barber shop, roof terrace, botanical garden, crystal cavern, orchard gate, music hall,
    ice rink, town hall, wooden cabin, coffee house, honey farm, painter's studio
    """
)
