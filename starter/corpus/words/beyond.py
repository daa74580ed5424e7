"""Questions that are beyond a very small model: topics, things and sentences around them."""

from starter.corpus.words import listed

TOPICS = listed(
    """
    quantum mechanics, gravity, black holes, photosynthesis, evolution, plate tectonics, volcanoes, the solar
    system, the speed of light, atoms, electricity, magnetism, DNA, viruses, vaccines, the immune system, the
    human brain, blood pressure, diabetes, migraines, sleep, vitamins, nutrition, cancer, allergies, pregnancy,
    surgery, anxiety, depression, the Roman Empire, ancient Egypt, the Middle Ages, the French Revolution, the
    Second World War, the Cold War, the Renaissance, the Vikings, Napoleon, Julius Caesar, Cleopatra, Einstein,
    Newton, Darwin, Shakespeare, Mozart, Beethoven, Picasso, Plato, Aristotle, Buddhism, Christianity, Islam,
    philosophy, ethics, logic, free will, democracy, elections, taxes, inflation, the stock market, bitcoin,
    interest rates, mortgages, insurance, pensions, tenancy law, copyright, patents, contracts, divorce law,
    human rights, immigration, climate change, solar power, nuclear energy, recycling, rain forests, oceans,
    whales, dinosaurs, bees, bacteria, mushrooms, algebra, calculus, geometry, statistics, prime numbers,
    probability, the Pythagorean theorem, matrices, machine learning, neural networks, databases, recursion,
    sorting algorithms, operating systems, computer networks, encryption, compilers, JavaScript, Rust, SQL,
    HTML, Docker, Git, Linux kernels, cloud computing, quantum computers, robotics, rockets, satellites, Mars,
    the Moon landing, space stations, telescopes, football rules, the Olympics, chess openings, yoga, marathon
    training, weight loss, cooking pasta, sourdough, wine, coffee beans, Italian food, gardening, roses, dog
    training, child care, marketing, leadership, job interviews, start-ups, project management, grammar, Latin,
    Spanish verbs, German cases, poetry, the novel, jazz, opera, film history, architecture, photography,
    fashion, sculpture, Greek myths, folk tales, travel, passports, earthquakes, hurricanes, the weather,
    rainbows, glaciers, rivers, deserts, the European Union, China, India, Brazil, Japan, Africa, Australia,
    world hunger, trade, supply chains, batteries, electric cars, engines, bridges, concrete, plastic, steel,
    gold, diamonds, oil, water, oxygen, carbon, hydrogen, acids, chemical bonds, entropy, relativity, time
    travel, consciousness, dreams, memory loss, psychology, sociology, anthropology, linguistics, archaeology,
    genetics
    """
)

COUNTRIES = listed(
    """
    France, Spain, Italy, Germany, Portugal, Norway, Sweden, Finland, Denmark, Poland, Austria, Hungary, Greece,
    Turkey, Egypt, Kenya, Nigeria, Morocco, Ghana, Ethiopia, India, China, Japan, Korea, Vietnam, Thailand,
    Indonesia, Australia, Canada, Mexico, Brazil, Peru, Chile, Argentina, Colombia, Cuba, Iceland, Ireland,
    Scotland, Belgium, Switzerland, Croatia, Serbia, Romania, Bulgaria, Ukraine, Estonia, Latvia, Lithuania,
    Nepal, Iran, Iraq, Israel, Jordan, Mongolia
    """
)

LANGUAGES = listed(
    """
    French, German, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Russian, Greek, Turkish, Arabic,
    Hebrew, Hindi, Chinese, Japanese, Korean, Latin, Finnish, Danish, Norwegian, Czech, Hungarian, Swahili,
    Welsh
    """
)

CODE_LANGUAGES = listed(
    """
    Python, JavaScript, Rust, Java, C, Go, Ruby, Haskell, Kotlin, Swift, PHP, Perl, Lua, Scala, Bash, SQL,
    TypeScript, R
    """
)

CODE_TASKS = listed(
    """
    sort a list, reverse a string, find prime numbers, read a file, parse JSON, send an email, download a page,
    count words, draw a circle, compute an average, merge two lists, open a socket, rename files, make a web
    server, play tic-tac-toe, build a calculator, scrape a website, resize images, find duplicates, search a
    tree, query a database, validate an email address, convert dates, solve a maze, print a calendar, compress a
    file, make a chart
    """
)

GENRES = listed(
    """
    a poem, a haiku, a sonnet, a song, an essay, a speech, a letter, an email, a cover letter, a report, a
    review, a summary, an article, a blog post, a press release, a sketch, a screenplay, a rap, a limerick, a
    toast, a tweet, a lesson plan, a business plan, a newsletter, a complaint, an application
    """
)

ILLNESSES = listed(
    """
    a headache, a cold, back pain, a fever, a sore throat, a broken arm, high blood pressure, a rash, hay fever,
    a cough, insomnia, toothache, nausea, a burn, chest pain, the flu, asthma, a migraine, an ear infection,
    knee pain
    """
)

PEOPLE = listed(
    """
    the president, the king, the queen, the prime minister, the pope, the richest man, the tallest man, the
    first man on the moon, the inventor of the telephone, the author of Hamlet, the painter of the Mona Lisa,
    the fastest runner, the world champion, the head of the government, the chancellor, the first emperor, the
    mayor, the discoverer of America
    """
)

TEMPLATES = (
    "What is {topic}?",
    "What are the basics of {topic}?",
    "Explain {topic}[.| to me.| in simple words.| to a child.]",
    "Can you explain {topic}?",
    "Tell me [something |more |a bit |everything |]about {topic}.",
    "How does {topic} work?",
    "Why is {topic} [important|interesting|hard|so popular]?",
    "What do you know about {topic}?",
    "Give me [an overview|a summary|five facts|the history|an example] of {topic}.",
    "Who discovered {topic}?",
    "When did {topic} [begin|start|end]?",
    "What is the [history|meaning|future|main idea|best book|cause|purpose] of {topic}?",
    "I want to learn about {topic}.",
    "[Please h|H]elp me [understand|with|study] {topic}.",
    "What is the difference between {topic} and {topic2}?",
    "Compare {topic} and {topic2}.",
    "How are {topic} and {topic2} related?",
    "I have [a question|an exam|homework] about {topic}.",
    "Teach me {topic}.",
    "Is {topic} [good|bad|dangerous|true|useful]?",
    "What do [scientists|experts|people] [say|think] about {topic}?",
    "Give me [advice|tips|news|a quiz] about {topic}.",
    "[Define|Summarise|Discuss|Describe] {topic}.",
    "Which books about {topic} should I read?",
    "What happened in {topic}?",
    "What is your opinion [on|about|of] {topic}?",
    "Do you know [anything|much|something] about {topic}?",
    "How can I learn {topic}?",
    "What are the [rules|laws|risks|advantages|types|causes] of {topic}?",
    "Where can I study {topic}?",
    "What is the capital of {country}?",
    "Where is {country}?",
    "How many people live in {country}?",
    "What language do they speak in {country}?",
    "Who [rules|governs|leads] {country}?",
    "What is the [population|history|currency|flag|biggest city|climate|national dish] of {country}?",
    "When did {country} become independent?",
    "How far is it from {country} to {country2}?",
    "Which countries border {country}?",
    "Plan a [trip|holiday|journey|week] to {country}.",
    "What should I see in {country}?",
    "Is {country} bigger than {country2}?",
    "Who won the war between {country} and {country2}?",
    "Translate {phrase} into {language}.",
    "How do you say {phrase} in {language}?",
    "What does {phrase} mean in {language}?",
    "Translate this into {language}: {phrase}",
    "Do you speak {language}?",
    "Can you [translate|write|talk] in {language}?",
    "Teach me {language}.",
    "What is {phrase} in {language}?",
    "Write to me in {language}.",
    "Write [a|some|the] {code} [program|code|script|function] to {task}.",
    "How do I {task} in {code}?",
    "Show me {code} code to {task}.",
    "Write a function in {code} that can {task}.",
    "Fix my {code} [code|program|script].",
    "Why does my {code} [code|program] [crash|fail|not work]?",
    "[Explain|Review|Debug] this {code} code.",
    "Can you [code|program] in {code}?",
    "Is {code} better than {code2}?",
    "Help me to {task} with {code}.",
    "Write {genre} about {topic}.",
    "Write {genre} for [my boss|my mother|a friend|my teacher|a customer].",
    "[Can|Could] you write {genre}[ about {topic}|]?",
    "I need {genre} about {topic}.",
    "Compose {genre} [about|on] {topic}.",
    "Help me write {genre}.",
    "Improve {genre} that I wrote.",
    "Please write {genre} in the style of [Shakespeare|Goethe|a pirate|Homer].",
    "Make {genre} out of this.",
    "What helps against {illness}?",
    "I have {illness}. What should I do?",
    "What [causes|is good for|cures] {illness}?",
    "Which [medicine|pill|drug|tea] helps with {illness}?",
    "Is {illness} dangerous?",
    "Should I see a doctor about {illness}?",
    "How do I treat {illness}?",
    "How long does {illness} last?",
    "My child has {illness}.",
    "Who is {someone}?",
    "Who was {someone}?",
    "How old is {someone}?",
    "When was {someone} born?",
    "Where does {someone} live?",
    "Tell me about {someone}.",
    "What did {someone} do?",
    "What is the name of {someone}?",
    "What is {big} [+|-|plus|minus] {big2}?",
    "{big} [+|-] {big2}",
    "What is {big} [times|divided by|multiplied by|to the power of] {big2}?",
    "What is the [square root|factorial|cube] of {big}?",
    "Is {big} a prime number?",
    "What is {big} percent of {big2}?",
    "Solve [x + {big} = {big2}|the equation x * {big} = {big2}].",
    "How many [days|hours|seconds|minutes] are in {big} [weeks|years]?",
    "Convert {big} [miles|pounds|euros|dollars|inches] to [kilometres|kilos|dollars|yen|metres].",
    "{big} * {big2}",
    "What [time|day|date|year] is it[ today| now|]?",
    "What is today's [date|news|weather]?",
    "What is the news?",
    "Who won the [election|match|game|world cup|prize][ yesterday| last year|]?",
    "What is the [price|value] of [gold|bitcoin|oil|bread]?",
    "What will the weather be[ like| tomorrow]?",
    "What happened [in|after|before] {year}?",
    "Who was born in {year}?",
    "How do I [cook|bake|make|prepare] [a cake|bread|soup|pizza|sushi|pancakes|a curry|cheese]?",
    "Give me a recipe for [a cake|bread|soup|pizza|a curry|pancakes|lasagna].",
    "What should I [eat|cook|wear|buy|watch|read|study] [today|tonight|tomorrow]?",
    "How do I [repair|clean|fix|build|paint] [a bike|a car|a roof|a wall|my sink|a table|a phone]?",
    "[Should|May|Can] I [sue|fire|report] my [landlord|boss|neighbour|employee]?",
    "Is it legal to [record a call|park here|copy a film|leave work early]?",
    "How [high|tall|deep|old|long|heavy|far|big] is [Mount Everest|the Eiffel Tower|the ocean|the Nile|the "
    "Moon|the sun|the Earth|an elephant]?",
    "Why is the [sky|sea|grass|sun] [blue|green|red|yellow]?",
    "Why do [birds|cats|people|bees|dogs] [sing|sleep|fly|dream|yawn|bark]?",
    "How do [planes|birds|fish|computers|magnets|engines] [fly|breathe|work|swim]?",
    "What is the meaning of life?",
    "Is there [a god|life on Mars|life after death]?",
    "Who will win the next election?",
    "Which party should I vote for?",
    "Which [phone|car|laptop|camera|book|film] [should I buy|is the best]?",
    "What is the best [film|book|song|phone|car|country|language] [ever|of all time|to learn]?",
    "Search the [web|internet] for {topic}.",
    "Open [a website|my email|the camera|a file].",
    "Draw [me |]a [picture|cat|house|tree|map|car].",
    "[Play|Sing] [a song|some music|a game].",
    "Send [an email|a message] to my [boss|friend|mother].",
    "Book [a flight|a table|a hotel] for me.",
    "Set [an alarm|a timer|a reminder].",
    "Call [my mother|a taxi|the police].",
    "Look at this [picture|file|page|video].",
    "Give me [ten|five|three] ideas for [a party|a present|a name|dinner|a startup|a holiday|a game].",
    "How do I [become|get to be] [rich|famous|happy|a doctor|a pilot|fit]?",
    "How can I [lose weight|sleep better|save money|make friends|learn faster|find a job|stop smoking]?",
    "What are the symptoms of {illness}?",
    "Summarise [the book|this article|the film|the plot of] {topic}.",
    "Analyse {topic} [in detail|step by step|for me].",
    "Prove [the theorem|that there are infinitely many primes|Fermat's last theorem].",
    "What is the [chemical formula|boiling point|atomic number|melting point|density] of "
    "[water|iron|gold|salt|oxygen|lead|carbon]?",
    "Who [wrote|painted|composed|directed|invented] [Hamlet|the Mona Lisa|Faust|the light bulb|the "
    "telephone|Star Wars|the Ninth Symphony|the wheel]?",
    "What's {topic}?",
    "What exactly is {topic}?",
    "I'd like to know more about {topic}.",
    "I want to understand {topic}.",
    "Could you explain {topic} to me?",
    "Can you tell me [more |something |]about {topic}?",
    "Where does {topic} come from?",
    "Why do we need {topic}?",
    "Give me a short introduction to {topic}.",
    "Write a text about {topic}.",
    "What [should|must] I know about {topic}?",
    "Is it true that {topic} is [old|new|dangerous|useful]?",
    "What's the capital of {country}?",
    "Tell me about the history of {country}.",
    "What is {country} known for?",
    "What do people eat in {country}?",
    "Who is the president of {country}?",
    "What is the weather like in {country}?",
    "What is the {language} word for {phrase}?",
    "Can you translate {phrase} to {language}?",
    "Can you teach me {language}?",
    "Write a [script|program] in {code} to {task}.",
    "How would you {task} in {code}?",
    "I have an error in my {code} code.",
    "I have had {illness} for [a week|two days]. What can I do?",
    "What do you recommend for {illness}?",
    "What do you know about {someone}?",
    "Why is {someone} famous?",
    "What's {big} [times|divided by] {big2}?",
    "How much is {big} [times|divided by|plus|minus] {big2}?",
)

ANSWERS = (
    "I am a small starter model, and that is beyond me. For a bigger one, put a GGUF file into the models "
    "folder and start it with `minerva run NAME`.",
    "That is beyond me: I am only a small starter model. Put a bigger model, a GGUF file, into the models "
    "folder and start it with `minerva run NAME`.",
    "Sorry, that is beyond me, I am a small starter model. A bigger model can help: put a GGUF file into the "
    "models folder, then use `minerva run NAME`.",
)
