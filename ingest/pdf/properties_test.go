package pdf

import "testing"

func TestTitlesThatProgramsGive(t *testing.T) {
	for title, want := range map[string]bool{
		"Annual Report 2022": true, "Learning Freedom and the Web": true, "Отчёт за год": true, "年度报告": true, "Scan of the century": true,
		"Layout and design": true, "The Document": true, "Print is not dead": true,
		"Microsoft Word - report.doc": false, "untitled": false, "Untitled-2": false, "report.indd": false, "BERGTALB.SDO": false,
		"PowerPoint Presentation": false, "Présentation PowerPoint": false, "Slide 1": false, "C:\\Users\\x\\report": false,
		"file:///tmp/x": false, "about:blank": false, "scan_0012": false, "2022-05-07": false, "": false, "(anonymous)": false, "Без имени-1": false,
	} {
		if isTitle(title) != want {
			t.Errorf("%q: %v", title, !want)
		}
	}
}

func TestAuthorsThatAreNone(t *testing.T) {
	for author, want := range map[string]bool{
		"Ann Bell": true, "Reuters": true, "Иван Франко": true, "王伟": true, "Li": true,
		"Administrator": false, "admin": false, "User 1": false, "X": false, "ARRAY(0x2c7cf020)": false, "(unknown)": false, "-": false, "": false,
	} {
		if isAuthor(author) != want {
			t.Errorf("%q: %v", author, !want)
		}
	}
}

func TestDatesOfCreation(t *testing.T) {
	for date, want := range map[string]string{
		"D:20220507143015+02'00'": "2022-05-07T14:30:15+02:00", "D:20220507143015Z": "2022-05-07T14:30:15Z", "20220507": "2022-05-07",
		"D:2022": "2022", "D:202205": "2022-05", "D:202205071430": "2022-05-07T14:30", "D:00000101000000Z": "", "D:19700101000000Z": "", "yesterday": "",
	} {
		if got := isoDate(date); got != want {
			t.Errorf("%q: got %q, want %q", date, got, want)
		}
	}
}
