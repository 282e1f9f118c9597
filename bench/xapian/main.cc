// Indexes and searches articles with the library Xapian, for the benchmark
// beside it:
//
//   xapian version
//   xapian index INDEX ARTICLES.csv
//   xapian search INDEX QUERY
//   xapian answer INDEX
//
// A query is a line of fields between tabs: form, words, source, since, until,
// by date, offset, facets, count. The ids of the articles found are printed a line
// each, then "=" and how many there are: an estimate, unless count is true.
// answer reads queries from standard input.
//
// Articles are indexed as the guide "Getting Started with Xapian" does: stems
// beside the words, positions, the title also under a prefix of its own.

#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>
#include <xapian.h>

using std::string;
using std::vector;

static const Xapian::valueno slot_date = 0, slot_source = 1;
static const unsigned shown = 20;

// read_row reads a row of CSV as in RFC 4180.
static bool read_row(std::istream &in, vector<string> &cells) {
	cells.assign(1, "");
	bool quoted = false;
	for (int c = in.get(); c != EOF; c = in.get()) {
		if (quoted) {
			if (c != '"') {
				cells.back() += char(c);
			} else if (in.peek() == '"') {
				cells.back() += char(in.get());
			} else {
				quoted = false;
			}
			continue;
		}
		switch (c) {
		case '"': quoted = true; break;
		case ',': cells.emplace_back(); break;
		case '\r': break;
		case '\n': return true;
		default: cells.back() += char(c);
		}
	}
	return cells.size() > 1;
}

// make_index indexes rows of id, source, day, author, url, title, body.
static void make_index(const string &path, const string &articles) {
	std::ifstream in(articles, std::ios::binary);
	Xapian::WritableDatabase db(path, Xapian::DB_CREATE_OR_OVERWRITE);
	Xapian::TermGenerator words;
	words.set_stemmer(Xapian::Stem("en"));
	vector<string> row;
	while (read_row(in, row)) {
		if (row.size() != 7) throw std::runtime_error("a row has not 7 cells");
		const string &source = row[1], &day = row[2], &title = row[5], &body = row[6];
		Xapian::Document doc;
		words.set_document(doc);
		words.set_termpos(0);
		words.index_text(title, 1, "S");
		words.index_text(title);
		words.increase_termpos();
		words.index_text(body);
		doc.add_boolean_term("XS:" + source);
		doc.add_boolean_term("Q" + row[0]);
		doc.add_value(slot_date, day);
		doc.add_value(slot_source, source);
		doc.set_data(title + "\n" + body);
		db.replace_document(Xapian::docid(std::stoul(row[0])), doc);
	}
	db.commit();
}

static Xapian::Query parse(Xapian::QueryParser &parser, const string &form, const string &words) {
	parser.set_default_op(form == "any" ? Xapian::Query::OP_OR : Xapian::Query::OP_AND);
	unsigned flags = Xapian::QueryParser::FLAG_PHRASE | Xapian::QueryParser::FLAG_BOOLEAN | Xapian::QueryParser::FLAG_WILDCARD;
	if (form == "phrase") return parser.parse_query('"' + words + '"', flags);
	if (form == "prefix") return parser.parse_query(words + "*", flags);
	if (form == "near") {
		string::size_type blank = words.find(' ');
		return parser.parse_query(words.substr(0, blank) + " NEAR/5 " + words.substr(blank + 1), flags);
	}
	return parser.parse_query(words, flags);
}

static void search(Xapian::Database &db, Xapian::QueryParser &parser, const string &line) {
	vector<string> q;
	std::istringstream in(line);
	for (string cell; std::getline(in, cell, '\t');) q.push_back(cell);
	if (q.size() != 9) throw std::runtime_error("a query has 9 fields");
	if (q[0] == "nothing") {
		std::cout << "=" << std::endl;
		return;
	}
	Xapian::Query query = parse(parser, q[0], q[1]);
	if (!q[2].empty()) query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query("XS:" + q[2]));
	if (!q[3].empty()) query = Xapian::Query(Xapian::Query::OP_FILTER, query, Xapian::Query(Xapian::Query::OP_VALUE_RANGE, slot_date, q[3], q[4]));
	Xapian::Enquire enquire(db);
	enquire.set_query(query);
	if (q[5] == "true") enquire.set_sort_by_value(slot_date, true);
	Xapian::ValueCountMatchSpy sources(slot_source);
	bool facets = q[7] == "true", exact = facets || q[8] == "true";
	if (facets) enquire.add_matchspy(&sources);
	Xapian::MSet found = enquire.get_mset(std::stoul(q[6]), shown, exact ? db.get_doccount() : 0);
	if (facets) {
		for (auto i = sources.top_values_begin(1000); i != sources.top_values_end(1000); ++i)
			std::cout << *i << ' ' << i.get_termfreq() << '\n';
	} else {
		for (auto i = found.begin(); i != found.end(); ++i) std::cout << *i << '\n';
	}
	std::cout << "= " << found.get_matches_estimated() << std::endl;
}

static void answer(const string &path, std::istream &in) {
	Xapian::Database db(path);
	Xapian::QueryParser parser;
	parser.set_database(db);
	parser.set_stemmer(Xapian::Stem("en"));
	parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
	for (string line; std::getline(in, line);) search(db, parser, line);
}

int main(int argc, char **argv) try {
	std::ios::sync_with_stdio(false);
	string command = argc > 1 ? argv[1] : "";
	if (command == "version") {
		std::cout << "xapian " << Xapian::version_string() << std::endl;
	} else if (command == "index" && argc == 4) {
		make_index(argv[2], argv[3]);
	} else if (command == "search" && argc == 4) {
		std::istringstream in{string(argv[3])};
		answer(argv[2], in);
	} else if (command == "answer" && argc == 3) {
		answer(argv[2], std::cin);
	} else {
		std::cerr << "usage: xapian version | index INDEX ARTICLES | search INDEX QUERY | answer INDEX\n";
		return 2;
	}
	return 0;
} catch (const Xapian::Error &e) {
	std::cerr << "xapian: " << e.get_description() << '\n';
	return 2;
} catch (const std::exception &e) {
	std::cerr << "xapian: " << e.what() << '\n';
	return 2;
}
