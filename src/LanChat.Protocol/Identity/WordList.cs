namespace LanChat.Protocol;

/// <summary>
/// The words of <see cref="Fingerprint.Words"/>: short, common and in alphabetical order, with words that sound like another left out. Part
/// of the protocol: two programs with different lists would show different words for one peer.
/// </summary>
public static class WordList
{
    /// <summary>How many there are: 11 bits a word.</summary>
    public const int Count = 2048;

    private const string All = """
        able acid acorn acre act actor adapt add admit adult after again age agent agree ahead aim air aisle alarm album alert
        algae alike alive alley allow almond alone along aloud alpha also alter amber amend among ample amuse anchor angel
        angle ankle annex apart apple apply april apron arch area arena argue arm armor army aroma array arrow art artist ash
        ask aspen asset atlas atom attic audio august aunt autumn avid award aware away awning axis axle baby back bacon badge
        bagel bake baker bald ball ballad balm balsa bamboo banana band banjo bank banner barber bark barley barn baron barrel
        base basil basin basket bat batch bath baton bay beach bead beak beam bear beard beast beauty beaver bed bee beef beet
        begin beige bell belly below belt bench bend beret berry best beta better big bike bill bin birch bird bite black
        blade blame bland blaze blend bless blimp blink bliss block blond bloom blouse blow blue bluff blunt blur boat body
        boil bold bolt bond bone bonnet bonus book boot booth border borrow boss bottle bottom bounce bowl box boy brace brain
        branch brand brass brave bread breath breeze brew brick bride bridge brief bright bring brisk broad bronze brook broom
        broth brown brush bubble bucket bud budget bugle build bulb bulk bull bumper bunch bundle bunny burger burrow burst
        bus bush busy butler butter button buyer buzz cabin cable cactus cadet cafe cage cake calf call calm camel camera camp
        canal canary candle candy cane canoe canopy canvas canyon cape car card cargo carol carpet carrot carry cart carve
        cash castle casual cat catch cattle cause cave cedar celery cello cement center chain chair chalk champ change chapel
        charm chart chase chat cheap check cheek cheer cheese chef cherry chess chest chew chief child chili chime chin chip
        choice choir chop chorus chrome chunk church cider cigar cinema circle circus citrus city civic civil claim clam clap
        class claw clay clean clear clerk clever cliff climb clip cloak clock cloth cloud clover clown club clue coach coal
        coast coat cobalt cobra cocoa code coffee coil coin cold collar colony color column comb come comet comic comma common
        cone cook cookie cool copper copy coral core cork corn corner cosmic cosy cotton couch cougar count couple course
        court cousin cover cow coyote crab cradle craft crane crater crayon cream create credit creek crepe crest crew crisp
        crocus crop cross crow crowd crown cruise crumb crush crust cub cube cuckoo cup curb curd cure curl curve custom cut
        cycle daily dairy daisy damp dance dandy danger dapple dare dark dart dash data date dawn day deal debate debut decade
        decide deck decor deed deep deer defend degree delay deli delta demand den denim dense depot depth derby desert design
        desk detail device dial diary dice diesel diet dig digit dime diner dinner dip direct dirt disco dish disk ditch dive
        divide dock doctor dog doll dollar domain dome domino donkey donut door dot double dough dove down dozen draft dragon
        drain drama draw dream dress drift drill drink drive drop drum dry duck duet dug dune dusk dust duty dwarf dwell each
        eager eagle ear early earth easel east easy eat echo edge edit effort egg elbow elder elect elf elk elm else ember
        emblem employ empty emu enamel end energy engine enjoy enough ensign enter entire entry envoy epic equal era errand
        escape essay estate ethic even event ever exact exam excel exit expand expert extra eye fable fabric face fact fade
        fairy faith falcon fall fame family famous fan fancy far farm farmer fast father faucet favor feast fee feel fellow
        felt fence fern ferry fetch fever fiber fiddle field fierce fig figure file fill film filter final finch find fine
        finger finish fire firm first fish fist five fix flag flake flame flap flash flask flat flavor fleece fleet flight
        flint flip float flock flood floor flora flow flower fluffy fluid flute fly foam focus fog foil fold folk follow fond
        food foot force forest fork form fort forum fossil found four fox frame free freeze fresh fridge friend fringe frog
        front frost frozen fruit fudge fuel full fun fund funny future fuzzy gadget gala galaxy gallop game gap garage garden
        garlic garnet gas gate gather gauge gave gaze gear gecko gem genius gentle geyser giant gift giggle ginger girl give
        glad glance glass gleam glide globe glory glove glow glue goal goat goblet gold golf good goose gopher gorge gospel
        gossip gown grab grace grade grain grand grape graph grass gravel gravy gray great green greet grid grill grin grip
        grocer groom groove ground group grove grow guard guess guest guide guitar gulf gull gum guru gust gym gypsum habit
        hail hair half halo halt ham hammer hand handle hang happy harbor hard harp hat hatch haven hawk hay hazel head health
        heart heat hedge height helium hello helmet help hemp hen herb herd hero heron hidden high hike hill hint hip hippo
        hive hobby hockey hold hollow holly home honest honey honor hood hoof hook hoop hope horn horse host hotel hound house
        hover how huddle hug huge hull human humble humor hunt hurdle hurry husky hut hybrid ice icicle icon idea ideal igloo
        image impact inbox inch index indigo indoor inform ink inlet inner input insect inside intact into invent invite iris
        iron island issue item ivory ivy jacket jade jaguar jam jar jaw jazz jeans jelly jersey jest jet jewel jigsaw jingle
        job jockey jog join joke jolly joy judge jug juice july jumbo jump june jungle junior jury just kale karate kayak keen
        keep kernel kettle key kick kid kidney kilo kilt kin kind king kiosk kit kite kitten kiwi knee knit knob knock koala
        label labor lace ladder ladle lagoon lake lamb lamp lance land lane lap large lark laser lasso last late lather latte
        laugh launch laurel lava lawn lawyer layer lazy leaf league lean leap learn lease leash leave ledge left leg legend
        lend length lens lentil lesson letter level lever lid life lift light like lilac lily lime limit linden linen link
        lion lip liquid list little live lizard llama load loaf lobby local lock locket lodge loft log logic long look loom
        loop loose lorry lotion lotus loud lounge love low loyal lucky lumber lunar lunch lung lute luxury lynx lyric magic
        magnet maiden maize major maker mallet malt mammal mango manor mantle maple marble march mare margin marina mark
        market maroon marsh mask mason mast master mat match math matrix matter mauve may mayor maze meadow meal mean medium
        mellow melody melon melt member memo memory mend mentor menu mercy merge merit merry mesa mesh metal meteor meter
        method metro mica middle mild mile milk mill mimic mind mink mint minus minute mirror mist mitten mix mobile mocha
        model modern modest module moment monday money monkey month mood moon moose moral more mosaic moss most motel moth
        mother motion motor motto mouse mouth move movie much mud muffin mug mulch mule muscle museum music must mute mutton
        myth nacho nail name nap napkin narrow nation native nature navy near neat neck nectar need needle neon nephew nerve
        nest net nettle never newt next nice nickel niece night nimble nine noble nod noise nomad noodle noon normal north
        nose note notice novel now nozzle nurse nut nutmeg nylon nymph oak oasis oat oath object oblong oboe ocean odd offer
        office often oil old olive omelet once onion only onyx opal open opera optic orange orbit orchid order organ origin
        oriole osprey other otter ounce outer outfit oval oven over owl own owner oxygen oyster ozone pace pack paddle page
        paint palace pan panama panda panel pansy papaya paper parade parcel parent park parka parlor parrot part party pass
        pasta paste pastel pastry patch path patio patrol pause pave paw peach peak peanut pearl pebble pecan pen pencil
        pepper perch period permit person phone photo piano pick pickle picnic pie pigeon pillow pilot pinch pine pink pint
        pipe pirate pitch pivot pixel pizza place plaid plan plane planet plank plant plate play plaza please pleat plenty
        plot plow plug plum plume plus pocket podium poem poet point polar pole police polish polite polka pollen polo pond
        pony pool pop poplar poppy porch pork port portal poster pot potato pouch pound powder power praise pretty price pride
        prince print prism prize profit proof proper proud prune public puffin pull pulp pulse puma pump punch pupil puppet
        puppy pure purple purse push puzzle python quail quaint quart quartz queen quest quick quiet quill quilt quince quiz
        quota quote rabbit race rack radar radio radish raft rail rain raisin rake rally ram ramp ranch range rank rapid rare
        rate rattle raven ravine raw ray reach ready realm reason rebel recipe record red reef refer regal region relax relay
        relish remark remind remote rent repair repeat reply report rescue resin rest result retro return reveal review reward
        rhino rhyme rhythm ribbon rice rich riddle ride ridge ripple rise ritual rival river road roast robe robin robot rock
        rocket rodeo roof room rope rose roster rotate rough round rover row royal rubber ruby rudder rug ruler rumba run
        runway rural rush rust rustic rye saddle safari safe saga sage sailor saint salad salmon salon salsa salt salute same
        sample sand sandal satin saturn sauce sauna save savor saw scale scarf scene scenic school scoop score scout screen
        screw script scroll sea seal search season seat second secret seed select self senate senior sense sequel serene
        series serve set seven shade shadow shaft shake shape share shark sharp shawl shed sheep sheet shelf shell shield
        shift shine ship shirt shoe shop shore short shovel show shower shrimp shrub side siege sierra sight sign signal
        silent silk silver simple sing single siren sister six size skate sketch ski skill skirt sky slab slate sled sleek
        sleep sleeve slice slide slim slogan slope slow small smart smile smith smoke smooth snack snail sneeze snow soap
        soccer social sock soda sofa soft soil solar solid solo solve sonata song sonic soon sorbet sound soup source south
        soy space spade spark speak speech speed spell sphere spice spider spike spiral spirit splash sponge spoon sport spot
        spray spread spring sprint sprout spruce square squash squid stable staff stage stamp stand star start state statue
        stay steady steam steel stem step stereo stew stick stitch stock stone stool stop store stork storm story stove straw
        stream street string strong studio study stump sturdy style suburb subway sudden sugar suit summer summit sun sunday
        sunset super supper supply surf surge swamp swan sweet swift swim swing switch sword syrup system table tablet tack
        taffy tail tailor talent talk tall tan tangle tango tank tape target tart task taste tavern taxi tea teach team teapot
        temple tempo ten tender tennis tent term test text thank theme theory thick thing think third thorn thread three thumb
        thyme tick ticket tidy tie tiger tight tile timber time tin tiny tip tissue title toast today toffee token tomato tone
        tongue tool tooth top topaz topic torch total touch tour towel tower town toy track trade trail train tram trap travel
        tray treat tree trek trend trial tribe trick trim trio trip trophy tropic trout truck true trunk trust truth tube tug
        tulip tuna tundra tunic tunnel turban turkey turn turnip turtle tutor tweed twelve twenty twig twin twist type umber
        uncle under union unique unit unity until update upper urban urge use useful usher usual utmost vacant valid valley
        valve van vapor vase vault vector velvet vendor venue verb verse vessel vest victor video view villa vine vinyl viola
        violet violin virtue visa vision visit visual vital vivid vocal voice volume vote vowel voyage waffle wage wagon wake
        walk wall wallet walnut walrus waltz wander want ward warm wash wasp watch water wave wax wealth weasel weave web
        wedge well west whale wharf wheat wheel when white wicker wide width wild willow win wind window wine wing winner
        winter wire wisdom wise wish wolf wombat wonder wood wool word work world worth woven wrap wren wrist yacht yak yam
        yard yarn year yeast yellow yes yeti yield yoga yogurt yolk young youth yoyo yucca zebra zenith zephyr zero zesty
        zigzag zinc zinnia zip zipper zodiac zone zoo zoom
        """;

    private static readonly string[] Words = All.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The word at an index from 0.</summary>
    public static string At(int index) => Words[index];
}
