package search

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/archive/store"
)

// Facet is how many articles of a result have each value of a property.
type Facet struct {
	Name string // one of FacetNames
	store.FacetCounts
}

// FacetNames lists the facets that Query.Facets takes.
var FacetNames = []string{"source", "author", "lang", "year", "month", "type", "cites"}

// facetsOf are the facets by their place in FacetNames.
var facetsOf = []store.Facet{
	store.FacetSource, store.FacetAuthor, store.FacetLang, store.FacetYear, store.FacetMonth, store.FacetType, store.FacetCites,
}

// facets counts over all the articles that the query finds, not only the page.
func (s *searcher) facets() (facets []Facet, err error) {
	if len(s.query.Facets) == 0 {
		return nil, nil
	}
	defer s.time("count facets", time.Now())
	wanted := make([]store.Facet, len(s.query.Facets))
	for i, name := range s.query.Facets {
		at := slices.Index(FacetNames, name)
		if at < 0 {
			return nil, &Error{Text: fmt.Sprintf("there is no facet %q (facets are %s)", name, strings.Join(FacetNames, ", "))}
		}
		wanted[i] = facetsOf[at]
	}
	where := s.allWords()
	if s.tiered() && !s.query.FacetsOfAll {
		where = s.anyWord()
	}
	counts, err := s.view.Facets(s.ctx, where, wanted, s.query.FacetTop)
	if err != nil {
		return nil, err
	}
	for i, c := range counts {
		facets = append(facets, Facet{s.query.Facets[i], c})
	}
	return facets, nil
}
