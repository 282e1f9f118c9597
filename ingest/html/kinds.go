package html

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kind is what the name of an element says it holds. The order is that of the
// signs of a block: the forest is to be grown anew when it changes.
type kind int

const (
	kindBody kind = iota
	kindArticle
	kindMain
	kindComment
	kindNav
	kindFooter
	kindHeader
	kindSide
	kindRelated
	kindShare
	kindAd
	kindSubscribe
	kindMeta
	kindCaption
	kindHidden
	kindProduct
	kindForum
	kindContents
	kindNote
	// The tags.
	kindTagArticle
	kindTagMain
	kindTagAside
	kindTagHeader
	kindTagFooter
	kindTagSection
	kindTagForm
	kindTagTable
	kindTagList
	kindTagFigure
	kindTagQuote
	kindUnseen // by an attribute
	kinds
)

// kindWords are the words in names of classes and in ids, in the languages
// that templates are written in.
var kindWords = map[kind]string{
	kindBody: "articlebody articletext articlecontent bodytext postcontent postbody entrycontent storybody storycontent maincontent contentbody " +
		"richtext prose markdown wysiwyg rte body bodycopy texte text copy paragraph mwparseroutput userbody",
	kindArticle: "article post entry hentry story blog news artikel articulo noticia statya blogpost newsitem publication page single",
	kindMain:    "content main inhalt contenu contenido primary container wrapper center",
	kindComment: "comment comments disqus commentlist respond replies reply livefyre discussion kommentar kommentare commentaire comentario komentar" +
		" guestbook trackback pingback fbcomments",
	kindNav: "nav navigation navbar menu breadcrumb breadcrumbs crumb crumbs toolbar pager pagination paging pagenav tabs topbar sitemap megamenu subnav" +
		" skip prev next previous",
	kindFooter:  "footer foot copyright legal bottom colophon imprint disclaimer",
	kindHeader:  "header head masthead banner top hero logo branding",
	kindSide:    "sidebar side rail aside widget widgets widgetarea secondary right left module col3",
	kindRelated: "related recommend recommended recommendation recommendations more trending popular mostread mostpopular teaser teasers readmore readnext also outbrain taboola latest similar suggested suggestions carousel slider upnext promo card cards grid archive tile tiles listitem featured categorylist mehr verwandte",
	kindShare:   "share sharing social follow addthis sharedaddy twitter facebook sociable whatsapp email print tools buttons likes teilen",
	kindAd:      "ad ads adv advert advertisement advertising sponsor sponsored dfp adsense adslot adunit anzeige werbung publicite reklama",
	kindSubscribe: "newsletter subscribe subscription signup paywall login register cta modal popup overlay cookie cookies consent gdpr dialog optin" +
		" callout notification alert banner abo membership donate regwall",
	kindMeta: "author byline bio profile date time datetime timestamp meta tag tags category categories credit dateline published info kicker eyebrow" +
		" avatar posted postmeta topics keywords label badge rating",
	kindCaption:  "caption captions wpcaption image photo picture gallery figure media video player audio slideshow thumbnail thumb img embed credits",
	kindHidden:   "hidden hide invisible screenreader sr visuallyhidden offscreen noprint collapse collapsed noscript",
	kindProduct:  "price product sku cart buy shop checkout review reviews specs specification specifications shipping stock variant",
	kindForum:    "message messages topic thread forum answer question postbody posttext posttext qa replybody usertext",
	kindContents: "toc contents tableofcontents outline jump anchor",
	kindNote:     "footnote footnotes references reference citation notes sources bibliography reflist",
}

var kindOfWord = sync.OnceValue(func() map[string]uint32 {
	m := map[string]uint32{}
	for k, words := range kindWords {
		for w := range strings.FieldsSeq(words) {
			m[w] |= 1 << k
		}
	}
	return m
})

// namesOf gives the classes of an element and what its names and attributes
// say that it holds.
func namesOf(n *html.Node) (class string, kinds uint32) {
	kinds = kindsOfTag(n.DataAtom)
	for _, a := range n.Attr {
		switch a.Key {
		case "class", "id", "data-testid", "data-component":
			if a.Key == "class" {
				class = a.Val
			}
			if n.DataAtom != atom.Body && n.DataAtom != atom.Html {
				kinds |= kindsOfName(a.Val)
			}
		case "role":
			kinds |= kindsOfRole(a.Val)
		case "itemprop":
			if strings.EqualFold(a.Val, "articleBody") {
				kinds |= 1 << kindBody
			}
		case "hidden":
			kinds |= 1 << kindUnseen
		case "aria-hidden":
			if a.Val == "true" {
				kinds |= 1 << kindUnseen
			}
		case "style":
			if style := strings.ReplaceAll(a.Val, " ", ""); strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden") {
				kinds |= 1 << kindUnseen
			}
		}
	}
	return class, kinds
}

func kindsOfTag(a atom.Atom) uint32 {
	switch a {
	case atom.Article:
		return 1 << kindTagArticle
	case atom.Main:
		return 1 << kindTagMain
	case atom.Aside:
		return 1 << kindTagAside
	case atom.Header:
		return 1 << kindTagHeader
	case atom.Footer:
		return 1 << kindTagFooter
	case atom.Section:
		return 1 << kindTagSection
	case atom.Form:
		return 1 << kindTagForm
	case atom.Table:
		return 1 << kindTagTable
	case atom.Ul, atom.Ol, atom.Dl, atom.Menu:
		return 1 << kindTagList
	case atom.Figure, atom.Picture:
		return 1 << kindTagFigure
	case atom.Blockquote:
		return 1 << kindTagQuote
	}
	return 0
}

func kindsOfRole(role string) uint32 {
	switch strings.ToLower(strings.TrimSpace(role)) {
	case "main":
		return 1 << kindTagMain
	case "article":
		return 1 << kindTagArticle
	case "complementary":
		return 1 << kindTagAside
	case "navigation", "menu", "menubar", "search":
		return 1 << kindNav
	case "contentinfo":
		return 1 << kindTagFooter
	case "banner":
		return 1 << kindTagHeader
	case "dialog", "alertdialog", "alert":
		return 1 << kindSubscribe
	}
	return 0
}

const maxName = 300 // bytes of classes that are looked at

// kindsOfName looks up each word of a name, as written with hyphens or as
// camelCase, and the name whole.
func kindsOfName(name string) uint32 {
	var found uint32
	known := kindOfWord()
	name = name[:min(len(name), maxName)]
	for one := range strings.FieldsSeq(name) {
		found |= known[strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(one, "-", ""), "_", ""))]
		for _, w := range wordsOfName(one) {
			found |= known[w] | known[strings.TrimSuffix(w, "s")]
		}
	}
	return found
}

func wordsOfName(name string) []string {
	var words []string
	start := -1
	lower := false
	flush := func(i int) {
		if start >= 0 {
			words = append(words, strings.ToLower(name[start:i]))
		}
		start = -1
	}
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r):
			flush(i)
			lower = false
			continue
		case unicode.IsUpper(r) && lower:
			flush(i)
		}
		if start < 0 {
			start = i
		}
		lower = unicode.IsLower(r)
	}
	flush(len(name))
	return words
}

// kindsAbove tells for each kind how many elements up it is met.
func kindsAbove(e *element) []float32 {
	var up [kinds]float32
	for k := range up {
		up[k] = far
	}
	level := float32(0)
	for ; e != nil && level < far; e = e.parent {
		if e.kinds != 0 {
			for k := range up {
				if e.kinds&(1<<k) != 0 && up[k] == far {
					up[k] = level
				}
			}
		}
		level++
	}
	return up[:]
}

// phrases are how texts begin or what short ones hold that are no part of an
// article, each kind of them a number.
var phrases = []string{
	1:  "comment|comments|kommentar|commentaire|comentario|komentar|комментар|коментар|评论|留言|コメント|댓글|تعليق|leave a reply|reply",
	2:  "share|tweet|follow us|teilen|partager|compartir|udostępnij|поделиться|поширити|分享|シェア|공유|like this|facebook|twitter|whatsapp|email this|print this",
	3:  "newsletter|subscribe|sign up|sign in|log in|register|abonnieren|anmelden|s'abonner|inscrivez|suscríbe|zapisz się|подпис|підпис|订阅|登录|購読|ログイン|구독",
	4:  "read more|read also|see also|related|more from|more on|recommended|you may also|you might|most read|trending|up next|continue reading|weiterlesen|mehr zum|lesen sie|lire aussi|à lire|lire la suite|leer más|lea también|czytaj|zobacz|читайте|также|також|相关|推荐|阅读更多|関連|続き|관련",
	5:  "advertisement|sponsored|anzeige|werbung|publicité|publicidad|reklama|реклама|广告|廣告|スポンサー|광고|promoted",
	6:  "copyright|all rights reserved|alle rechte|tous droits|todos los derechos|wszelkie prawa|все права|всі права|版权|版權|©|terms of|privacy|impressum|datenschutz|disclaimer",
	7:  "cookie|consent|gdpr|browser|javascript|adblock|ad blocker",
	8:  "by |posted|published|updated|written by|von |par |por |autor|author|автор|source|photo|image|credit|foto|quelle|filed under|tags|tagged|categories|min read|minute read|views|фото|责任编辑|編集|来源|記者",
	9:  "previous|next|back to|home|skip to|top|menu|search|close|loading|zurück|weiter|précédent|suivant|anterior|siguiente|назад|далее|上一篇|下一篇|前へ|次へ",
	10: "about the author|about us|contact|contact us|über|à propos|more about",
	11: "add to cart|buy now|in stock|out of stock|free shipping|price|reviews|quantity|select|sort by|filter|compare|show more|load more|view all|see all",
	12: "table of contents|contents|in this article|key takeaways|references|sources|footnotes|inhalt|sommaire|índice|содержание|目录|目次",
}

var phraseList = sync.OnceValue(func() [][]string {
	var all [][]string
	for _, list := range phrases {
		all = append(all, strings.Split(list, "|"))
	}
	return all
})

// longPhrase is how long a text may be, in bytes, for a phrase inside it to
// say what it is.
const longPhrase = 120

// phraseOf gives the number of the first kind of phrase that a text begins
// with, or a short one holds; 0 if none.
func phraseOf(text string) int {
	if len(text) > 4*longPhrase {
		return 0
	}
	text = strings.ToLower(strings.TrimLeft(text, "- •·»›|"))
	for i, list := range phraseList() {
		for _, p := range list {
			if p != "" && (strings.HasPrefix(text, p) || len(text) < longPhrase && len(p) > 4 && strings.Contains(text, p)) {
				return i
			}
		}
	}
	return 0
}
