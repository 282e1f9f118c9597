package charset

import (
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/traditionalchinese"
)

// cnsRun is a stretch of CNS 11643 whose characters stand in Big5 one after
// the other too. Places are counted from 0, rows of 94 in CNS and of 157 in
// Big5.
type cnsRun struct{ cns, big5, length int }

// cnsPlanes are the planes 1 and 2, the two levels of Big5 in another order.
// They are worked out from what iconv makes of EUC-TW and Big5.
var cnsPlanes = [2][]cnsRun{
	{
		{0, 0, 5}, {6, 6, 15}, {21, 23, 2}, {24, 22, 1}, {29, 29, 44}, {73, 74, 1},
		{74, 73, 1}, {75, 75, 22}, {98, 98, 1}, {100, 100, 27}, {127, 128, 1}, {128, 127, 1},
		{129, 129, 19}, {148, 149, 1}, {149, 148, 1}, {150, 150, 4}, {155, 21, 1}, {156, 158, 2},
		{158, 158, 76}, {282, 234, 29}, {312, 264, 1}, {314, 266, 142}, {470, 6101, 20}, {3290, 471, 1412},
		{4702, 1884, 424}, {5126, 1883, 1}, {5127, 2308, 1876}, {7003, 4571, 1}, {7004, 4184, 387}, {7391, 4572, 525},
		{7916, 5286, 1}, {7917, 5097, 105}, {8023, 5203, 83}, {8106, 5287, 84}, {8190, 5517, 1}, {8191, 5371, 54},
		{8245, 5426, 1}, {8246, 5425, 1}, {8247, 5427, 90}, {8337, 5518, 354},
	},
	{
		{0, 6280, 10}, {10, 6291, 33}, {43, 6372, 1}, {44, 6324, 48}, {92, 6373, 46}, {138, 6586, 1},
		{139, 6419, 167}, {306, 6587, 1840}, {2146, 9074, 1}, {2147, 8428, 108}, {2255, 8537, 537}, {2792, 8427, 1},
		{2793, 9075, 100}, {2893, 8536, 1}, {2894, 9175, 399}, {3293, 9575, 1637}, {4930, 11761, 1}, {4931, 11212, 146},
		{5077, 11899, 1}, {5078, 11358, 287}, {5365, 12508, 1}, {5366, 11645, 116}, {5482, 11762, 137}, {5619, 11900, 104},
		{5723, 12425, 1}, {5724, 12004, 222}, {5946, 12227, 198}, {6144, 12426, 82}, {6226, 12509, 86}, {6312, 12226, 1},
		{6313, 12595, 8}, {6321, 12604, 153}, {6474, 12758, 56}, {6530, 13114, 1}, {6531, 12814, 113}, {6644, 12603, 1},
		{6645, 12927, 142}, {6787, 12757, 1}, {6788, 13069, 45}, {6833, 13115, 71}, {6904, 13380, 1}, {6905, 13186, 194},
		{7099, 13381, 490}, {7589, 13914, 1}, {7590, 13871, 43}, {7633, 13915, 1}, {7634, 13917, 11}, {7645, 13916, 1},
		{7646, 13928, 4},
	},
}

// fromCNS gives the character of a plane, from 1, by the two bytes of its
// place, from 0x21; utf8.RuneError if there is none.
func fromCNS(plane int, row, cell byte) rune {
	if plane < 1 || plane > len(cnsPlanes) || row < 0x21 || row > 0x7e || cell < 0x21 || cell > 0x7e {
		return utf8.RuneError
	}
	place := int(row-0x21)*94 + int(cell-0x21)
	runs := cnsPlanes[plane-1]
	i := sort.Search(len(runs), func(i int) bool { return runs[i].cns > place }) - 1
	if i < 0 || place >= runs[i].cns+runs[i].length {
		return utf8.RuneError
	}
	return fromBig5(runs[i].big5 + place - runs[i].cns)
}

func fromBig5(place int) rune {
	lead, trail := byte(0xa1+place/157), byte(0x40+place%157)
	if trail > 0x7e {
		trail += 0xa1 - 0x7f
	}
	return oneRune(traditionalchinese.Big5.NewDecoder().Bytes([]byte{lead, trail}))
}

func oneRune(b []byte, err error) rune {
	r, size := utf8.DecodeRune(b)
	if err != nil || size != len(b) {
		return utf8.RuneError
	}
	return r
}

// decodeEUCTW decodes EUC-TW: plane 1 in two bytes, the others in four.
func decodeEUCTW(b []byte) string {
	var out strings.Builder
	for len(b) > 0 {
		r, size := eucTWRune(b)
		out.WriteRune(r)
		b = b[size:]
	}
	return out.String()
}

func eucTWRune(b []byte) (rune, int) {
	switch {
	case b[0] < utf8.RuneSelf:
		return rune(b[0]), 1
	case len(b) >= 4 && b[0] == 0x8e && b[2] > 0xa0 && b[3] > 0xa0:
		return fromCNS(int(b[1])-0xa0, b[2]&0x7f, b[3]&0x7f), 4
	case len(b) >= 2 && b[0] > 0xa0 && b[1] > 0xa0:
		return fromCNS(1, b[0]&0x7f, b[1]&0x7f), 2
	}
	return utf8.RuneError, 1
}
