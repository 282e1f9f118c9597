package text

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Each line holds forms of one word, as a newspaper would print them.
const ukrainianForms = `
Харків Харкова Харкову Харковом Харкові
Львів Львова Львову Львовом Львові
Київ Києва Києву Києвом Києві
Чернігів Чернігова Чернігову Черніговом Чернігові
Миколаїв Миколаєва Миколаєву Миколаєвом Миколаєві
Запоріжжя Запоріжжі Запоріжжю Запоріжжям
Тернопіль Тернополя Тернополю Тернополем Тернополі
Одеса Одеси Одесі Одесу Одесою
Дніпро Дніпра Дніпру Дніпром Дніпрі
Москва Москви Москві Москву Москвою
Крим Криму Кримом Криму
Донецьк Донецька Донецьку Донецьком
Україна України Україні Україну Україною
Росія Росії Росію Росією
Польща Польщі Польщу Польщею
Німеччина Німеччини Німеччині Німеччину Німеччиною
Зеленський Зеленського Зеленському Зеленським
Шевченко Шевченка Шевченку Шевченком
Путін Путіна Путіну Путіном
президент президента президенту президентом президентові президенти президентів президентам
війна війни війні війну війною війнами війнах
український українська українське українського українській українському українським українські українських українськими українську
місто міста місту містом місті містах містами
країна країни країні країну країною країнами країнах
уряд уряду урядом уряді уряди урядів урядам
армія армії армію армією армій арміям
солдат солдата солдату солдатом солдати солдатів солдатам солдатами
рік року роком році роки років рокам роками роках
день дня дню днем дні днів дням днями
місяць місяця місяцю місяцем місяці місяців
січень січня січню січнем січні
тиждень тижня тижню тижнем тижні тижнів
людина людини людині людину людиною
незалежність незалежності незалежністю
безпека безпеки безпеці безпеку безпекою
область області областю областей областям областями
знання знанню знанням знаннях
питання питанню питанням питаннями
рішення рішенню рішенням рішеннями рішеннях
початок початку початком
ринок ринку ринком ринки ринків ринкам
кінець кінця кінцю кінцем кінці
українець українця українцю українцем українці українців українцям
журналіст журналіста журналісту журналістом журналісти журналістів
міністр міністра міністру міністром міністри міністрів
переговори переговорів переговорам переговорами переговорах
партія партії партію партією партіями
поліція поліції поліцію поліцією
ракета ракети ракеті ракету ракетою ракет ракетами ракетах
станція станції станцію станцією станцій станціями
вода води воді воду водою
школа школи школі школу школою шкіл школами
дитина дитини дитині дитину дитиною
лікар лікаря лікарю лікарем лікарі лікарів
герой героя герою героєм герої героїв героям
новий нова нове нового новому новим нову нові нових новими новій нової
військовий військова військове військового військовому військові військових військовими
останній остання останнє останнього останньому останні останніх останньої
великий велика велике великого великому великі великих великою
сказати сказав сказала сказали сказало
говорити говорить говорив говорила говорили говорять
атакувати атакував атакувала атакували атакує атакують
працювати працює працюють працював працювала працювали
повідомити повідомив повідомила повідомили повідомить
зустрітися зустрівся зустрілася зустрілися
заявляти заявляє заявляв заявляла заявляли заявляють
відбуватися відбувається відбуваються відбувалася відбувалися
вихід виходу виходом виходи виходів
договір договору договором договори договорів
спосіб способу способом способи способів
голова голови голові голову головою
земля землі землю землею
допомога допомоги допомозі допомогу допомогою
книга книги книзі книгу книгою книг книгами
Європа Європи Європі Європу Європою
Байден Байдена Байдену Байденом
газета газети газеті газету газетою газет газетах
закон закону законом законі закони законів законами
суд суду судом суді суди судів судам
Маріуполь Маріуполя Маріуполю Маріуполем Маріуполі
Бахмут Бахмута Бахмуту Бахмутом Бахмуті
Херсон Херсона Херсону Херсоном Херсоні
Порошенко Порошенка Порошенку Порошенком
Лукашенко Лукашенка Лукашенку Лукашенком
Франція Франції Францію Францією
Америка Америки Америці Америку Америкою
Туреччина Туреччини Туреччині Туреччину Туреччиною
економіка економіки економіці економіку економікою
економічний економічна економічного економічної економічних економічною
газ газу газом газі
нафта нафти нафті нафту нафтою
санкція санкції санкцій санкціями санкціях
літак літака літаку літаком літаки літаків літакам
корабель корабля кораблю кораблем кораблі кораблів
дрон дрона дрону дроном дрони дронів дронами
обстріл обстрілу обстрілом обстріли обстрілів обстрілах
окупант окупанта окупанти окупантів окупантам окупантами
перемога перемоги перемозі перемогу перемогою
студент студента студенту студентом студенти студентів
університет університету університетом університеті університети
Сергій Сергія Сергію Сергієм
Ольга Ольги Ользі Ольгу Ольгою
церква церкви церкві церкву церквою церков
наступ наступу наступом наступі
захисник захисника захиснику захисником захисники захисників
гроші грошей грошам грошима грошах
мільйон мільйона мільйону мільйоном мільйони мільйонів
відсоток відсотка відсотки відсотків відсоткам
молодий молода молоде молодого молодої молоді молодих молодим
підтримувати підтримує підтримують підтримував підтримувала
зупинити зупинив зупинила зупинили зупинить зупинять
село села селу селом селі
`

const polishForms = `
wojna wojny wojnie wojnę wojną wojnach wojnami
prezydent prezydenta prezydentowi prezydentem prezydenci prezydentów prezydentom
Polska Polski Polsce Polskę Polską
Warszawa Warszawy Warszawie Warszawę Warszawą
Kraków Krakowa Krakowowi Krakowem Krakowie
Ukraina Ukrainy Ukrainie Ukrainę Ukrainą
Rosja Rosji Rosję Rosją
Niemcy Niemiec Niemcom Niemcami Niemczech
rząd rządu rządowi rządem rządzie rządy rządów
miasto miasta miastu miastem miastach miastami
minister ministra ministrowi ministrem ministrowie ministrów
kraj kraju krajowi krajem kraje krajów krajach
polski polska polskie polskiego polskiej polskich polskim polskimi
nowy nowa nowe nowego nowej nowych nowym nowymi nową
rosyjski rosyjska rosyjskie rosyjskiego rosyjskiej rosyjskich
ostatni ostatnia ostatnie ostatniego ostatniej ostatnich
człowiek człowieka człowiekowi człowiekiem
kobieta kobiety kobiecie kobietę kobietą kobiet kobietom
partia partii partię partią partie partiom
policja policji policję policją
rynek rynku rynkowi rynkiem rynki rynków
początek początku początkiem początki
koniec końca końcem końcu
tydzień tygodnia tygodniem tygodnie tygodni
żołnierz żołnierza żołnierzem żołnierze żołnierzy żołnierzom
wybory wyborów wyborom wyborami wyborach
książka książki książce książkę książką książek
szkoła szkoły szkole szkołę szkołą szkół szkołach
państwo państwa państwu państwem państwach
bezpieczeństwo bezpieczeństwa bezpieczeństwu bezpieczeństwem
pytanie pytania pytaniu pytaniem pytań pytaniach
spotkanie spotkania spotkaniu spotkaniem spotkań spotkaniami
niepodległość niepodległości niepodległością
możliwość możliwości możliwością możliwościach
dziennikarz dziennikarza dziennikarzem dziennikarze dziennikarzy
sprawa sprawy sprawie sprawę sprawą spraw sprawach
problem problemu problemem problemy problemów problemach
rakieta rakiety rakiecie rakietę rakietą rakiet rakietami
pracować pracuje pracują pracował pracowała pracowali
atakować atakuje atakują atakował atakowała atakowali
czytać czyta czytają czytał czytała czytali
mówić mówi mówił mówiła mówili
powiedzieć powiedział powiedziała powiedzieli
armia armii armię armią armie
granica granicy granicę granicą granic granicach
umowa umowy umowie umowę umową umów
duży duża duże dużego dużej dużych dużym
gazeta gazety gazecie gazetę gazetą gazet gazetach
ustawa ustawy ustawie ustawę ustawą ustaw ustawach
pokój pokoju pokojem pokojowi
`

const czechForms = `
válka války válce válku válkou
prezident prezidenta prezidentovi prezidentem prezidenti prezidentů prezidentům
Praha Prahy Praze Prahu Prahou
vláda vlády vládě vládu vládou vlád vládám
město města městu městem městech městům městy
Rusko Ruska Rusku Ruskem
Ukrajina Ukrajiny Ukrajině Ukrajinu Ukrajinou
nový nová nové nového novému novým nových novou
český česká české českého českému českých českou
ministr ministra ministrovi ministrem ministři ministrů
strana strany straně stranu stranou stran stranách
začátek začátku začátkem
policie policii policií
voják vojáka vojákem vojáci vojáků vojákům
volby voleb volbám volbách volbami
žena ženy ženě ženu ženou žen ženám
zákon zákona zákonu zákonem zákony zákonů
pracovat pracuje pracují pracoval pracovala pracovali
útok útoku útokem útoky útoků útokům
nezávislost nezávislosti nezávislostí
raketa rakety raketě raketu raketou raket raketami
problém problému problémem problémy problémů problémech
společnost společnosti společností společnostem
muž muže muži mužem mužů mužům
škola školy škole školu školou škol školách
`

// joinedGroups counts the lines whose forms all get one stem.
func joinedGroups(stem func(string) string, table string) (joined, all int, apart []string) {
	for line := range strings.Lines(strings.TrimSpace(table)) {
		stems := make(map[string]bool)
		var shown []string
		for _, form := range strings.Fields(line) {
			s := stem(Fold(form))
			stems[s] = true
			shown = append(shown, form+"→"+s)
		}
		all++
		if len(stems) == 1 {
			joined++
			continue
		}
		apart = append(apart, strings.Join(shown, " "))
	}
	return joined, all, apart
}

func TestSlavicStemmersJoinForms(t *testing.T) {
	for _, test := range []struct {
		lang    string
		stem    func(string) string
		table   string
		percent int
	}{
		{"uk", stemUkrainian, ukrainianForms, 90},
		{"pl", stemPolish, polishForms, 85},
		{"cs", stemCzech, czechForms, 85},
	} {
		joined, all, apart := joinedGroups(test.stem, test.table)
		t.Logf("%s: %d of %d words join all their forms", test.lang, joined, all)
		for _, line := range apart {
			t.Logf("%s apart: %s", test.lang, line)
		}
		if joined*100 < test.percent*all {
			t.Errorf("%s: fewer than %d %% of the words join", test.lang, test.percent)
		}
	}
}

// Words that have nothing to do with each other, though they look alike.
var unrelatedWords = map[string]string{
	"uk": `Київ кий; Львів лев; Харків харч; місто мост; війна воїн; рак рік; порт портрет; парта партія;
		мир мирт; Крим кримінал; гора гоїти; закон законник; стан станція; суд судно; право правда;
		Одеса одяг; політика поліція; президент резидент; Росія роса; Польща поле; газ газета;
		ракета рак; школа шкала; книга князь; армія армянин; село сіль; метал мета; канал кан;
		Сталін сталь; банк банкет; партнер парта; район рай; гол гілка; вода водій; рада радість;
		справа справжній; сила село; рух рука; мова мовчати; генерал генератор`,
	"pl": `wojna wojsko; miasto miasteczko; rząd rzadki; kot kotlet; kraj krajobraz; bank banknot; sprawa sprawność;
		polityka policja; prezydent rezydent; rak rakieta; dom domena; gaz gazeta; Polska pole; rok rak;
		granica granat; partia parter; państwo pan; szkoła szkło; wybory wybuch; ustawa usta; umowa umysł;
		minister ministrant; las laska; prawo prawda; człowiek czołg; armia armata; morze mrok`,
	"cs": `válka vál; město místo; vláda vlak; policie politika; strana strom; prezident rezident; zákon základ;
		rok rak; ministr ministrant; dům důl; kraj král; banka banán; Praha prach; voják vojna; raketa rak;
		žena ženich; útok útes; škola skála; lid led; soud soused; moc moře; cena cesta; deník den; konec kopec;
		pes pero; strach strana; Česko čest; zem zeman; vodka voda; ruka rusko`,
}

func TestSlavicStemmersKeepWordsApart(t *testing.T) {
	for lang, list := range unrelatedWords {
		stem, merged := stemmers[lang], 0
		pairs := strings.Split(list, ";")
		for _, pair := range pairs {
			words := strings.Fields(pair)
			if stem(Fold(words[0])) == stem(Fold(words[1])) {
				merged++
				t.Logf("%s: %s both become %s", lang, pair, stem(Fold(words[0])))
			}
		}
		if merged > 0 {
			t.Errorf("%s: %d of %d unrelated pairs conflated", lang, merged, len(pairs))
		}
	}
}

func FuzzSlavicStemmers(f *testing.F) {
	for _, word := range []string{
		"", "я", "ся", "сь", "ів", "їв", "київ", "запоріжжя", "зустрівся", "ааа", "ььь",
		"wojnie", "iec", "zacatku", "\xd1", "харк\xd0", "20", "部署",
	} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		for lang, stem := range map[string]func(string) string{
			"uk": stemUkrainian, "pl": stemPolish, "cs": stemCzech,
		} {
			got := stem(word)
			switch {
			case got == "" && word != "":
				t.Errorf("%s: %q became empty", lang, word)
			case len(got) > len(word):
				t.Errorf("%s: %q grew to %q", lang, word, got)
			case utf8.ValidString(word) && !utf8.ValidString(got):
				t.Errorf("%s: %q became the broken %q", lang, word, got)
			}
		}
	})
}

func BenchmarkStemUkrainian(b *testing.B) {
	words := strings.Fields(Fold(strings.ToLower(ukrainianForms)))
	for i := 0; b.Loop(); i++ {
		stemUkrainian(words[i%len(words)])
	}
}
