"""Words that are written with names of people, or for them, in small letters."""

# parts of addresses of an office or a program: nobody has such a name
_ROLES = """
    abuse account accounting accounts admin administration administrator alert alerts automated billing
    booking bookings bounce bounces careers catering contact contactus customer customers
    customerservice daemon donotreply email enquiries enquiry events everyone feedback finance hello
    help helpdesk hostmaster hq hr info information inquiries inquiry invoice invoices jobs kontakt
    legal mail mailer mailerdaemon management manager marketing media member members membership news
    newsletter newsletters nobody noreply notification notifications notify office order orders
    postmaster press privacy reception recruit recruiting recruitment reply reservation reservations
    root sales security service services shop staff store subscribe support system team test tester
    testing unsubscribe user users webmail webmaster eigyo jimukyoku kanri madoguchi otoiawase saiyo
    soumu toiawase uketsuke yoyaku
"""
# the same, but they may be surnames beside a first name
_ROLES_ALONE = """
    all anonymous bot dev guest list me ops post robot unknown
"""
# before a name; `and` as in Mr and Mrs
_TITLES = """
    dr dr. mr mr. mrs mrs. ms ms. mx mx. miss prof prof. professor doctor sir madam dame lord lady
    mister rev rev. reverend herr frau fräulein mme mme. mlle mlle. monsieur madame señor señora
    señorita sra sra. srta srta. chef fr. hon. gen. col. maj. capt. captain lt. sgt. ing. eng. sr. m.
    med. dott. dipl.-ing. md. md & and und / + et
"""
# behind a comma
_SUFFIXES = """
    jr sr ii iii iv phd md mba esq cpa dds rn dvm jd llm msc bsc ma ba cfa pmp esquire drph edd
"""
# also without a comma
_CERTAIN_SUFFIXES = """
    jr sr ii iii iv phd md mba esq cpa dds dvm llm cfa
"""
# small words of surnames
_PARTICLES = """
    van von der den de del della di da do dos das du la le los las ten ter bin ibn al el zu zur y e
"""
# words of companies, offices and placeholders
_NOT_PEOPLE = """
    inc incorporated ltd limited llc llp corp corporation gmbh kg plc pty sarl sas srl bv company
    holdings group team support sales information admin administrator noreply newsletter customer
    customers service services office department dept reception association foundation institute
    university college school restaurant hotel studio studios committee ministry agency solutions
    technologies account members subscriber club society
"""
# the same, but they may be surnames beside a first name
_PLACEHOLDERS = """
    anonymous do everyone first firstname friend friends guest info last lastname me member name no
    nobody not owner reply test tester testuser unknown user
"""

ROLES = frozenset(_ROLES.split())
ROLES_ALONE = frozenset(_ROLES_ALONE.split())
TITLES = frozenset(_TITLES.split())
SUFFIXES = frozenset(_SUFFIXES.split())
CERTAIN_SUFFIXES = frozenset(_CERTAIN_SUFFIXES.split())
PARTICLES = frozenset(_PARTICLES.split())
NOT_PEOPLE = frozenset(_NOT_PEOPLE.split())
PLACEHOLDERS = frozenset(_PLACEHOLDERS.split())
