"""Adjectives, verbs and adverbs."""

from starter.corpus.words import listed

ADJECTIVES = listed(
    """
    able agile amber ancient angry bare basic big bitter blank bold bright broad broken calm careful cheap clean
    clear clever close cloudy cold common cool crisp curious curly curved daily damp dark deep dense dim distant
    dry dull eager early easy empty even exact faint fair fancy fast fierce final fine firm flat fluffy fresh
    friendly frozen full funny gentle glad golden good grand great green grey happy hard heavy hidden high
    hollow honest hot huge humble hungry icy idle jolly keen kind large late lazy light little lively local
    lonely long loose loud lovely low lucky mad main mild misty modern muddy narrow near neat new nice noisy odd
    old open pale patient plain polite poor pretty proud pure quick quiet rapid rare raw ready red rich ripe
    rough round royal rude rusty sad safe salty secret shallow sharp shiny short shy silent silly simple slim
    slow small smart smooth soft solid sour spare steep sticky stiff still stormy strange strict strong sunny
    sweet swift tall tame tender thick thin tidy tight tiny tired tough vast warm weak wet white whole wide wild
    windy wise wooden young
    """
)

VERBS = listed(
    """
    add adjust allow announce apply archive arrange assign attach audit balance bake bind block book borrow brew
    build buy calculate calibrate call cancel carve catch charge check choose clean clear climb close collect
    combine compare compress confirm connect convert cook copy count cover create cut decorate delete deliver
    describe design detect dig disable draft draw drop dry edit enable encode erase estimate examine export
    fetch file fill filter find fix flag fold follow forge format freeze gather generate get give grade grind
    group guard guess hang harvest heat help hide hire hold import inspect install invite invoice issue join
    judge keep label launch lease lend lift light limit link list load locate lock log lookup lower mail make
    manage map mark match measure melt merge mix monitor mount move name note notify offer open order organize
    pack paint park paste pause pay peel pick pin plan plant play plot polish post predict prepare press print
    process produce publish pull pump purchase push query queue raise rank rate read recommend record reduce
    refill register release remind remove rename rent repair replace reply report request reserve reset resize
    restart restore retrieve return review roast roll rotate route run save scan schedule search seal select
    sell send serve set sew share ship show shut sign simulate sketch skip slice solve sort split start stop
    store submit suggest swap switch sync tag test tie toggle trace track trade train transfer trim tune turn
    update upload validate verify view visit wash watch water weigh wrap write zip
    """
)

ACTIONS = listed(
    """
    sings dances sleeps runs walks waits jumps laughs cries hides works plays rests swims climbs falls shines
    grows burns melts turns stops moves smiles whispers shouts dreams glows rolls spins drifts floats trembles
    """
)

ADVERBS = listed(
    """
    slowly quickly quietly loudly softly gently badly well again soon often always never today tomorrow
    yesterday alone together outside inside nearby everywhere sometimes early late twice calmly bravely happily
    sadly proudly
    """
)
