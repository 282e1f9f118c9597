package ingest

import (
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// kind is what a file that holds no article is called in reports.
type kind struct {
	name   string   // in plain words, singular
	media  []string // types that it is declared with; "image/" stands for all that begin so
	ending string   // of names, a blank apart, without their dots
}

// kinds is every kind that has a name of its own. Files whose content alone
// tells what they are stand here by the ending that such files usually have.
var kinds = []kind{
	{"image", []string{"image/"}, "png apng jpg jpeg jpe jfif gif webp bmp dib tif tiff svg svgz ico icns cur heic heif avif jxl jp2 jpx jpf jpm jxr jxs psd ai eps xcf raw cr2 cr3 nef arw dng orf rw2 pcx tga xpm xbm pbm pgm ppm pam wmf emf djvu djv hdr bpg pat gbr"},
	{"audio file", []string{"audio/"}, "mp3 m4a m4b aac ogg oga opus flac wav aif aiff wma amr ape mpc mid midi au voc aax qcp caf"},
	{"video", []string{"video/", "application/x-shockwave-flash"}, "mp4 m4v mov avi mkv webm mpg mpeg wmv flv 3gp 3g2 ogv vob mts m2ts asf rm rmvb swf mqv mj2 dvb"},
	{"playlist", []string{"application/vnd.apple.mpegurl", "application/x-mpegurl", "application/dash+xml"}, "m3u m3u8 pls cue xspf"},
	{"subtitle file", []string{"application/x-subrip", "text/vtt"}, "srt vtt ass ssa sub sbv"},
	{"style sheet", []string{"text/css"}, "css scss sass less xsl xslt"},
	{"script", []string{"text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript", "text/ecmascript", "application/x-sh"}, "js mjs cjs ts jsx tsx sh bash zsh fish bat cmd ps1 vbs php py pl rb lua tcl awk sed applescript scpt"},
	{"source code file", []string{"text/x-c", "text/x-java-source"}, "c h cc cpp cxx hpp cs java kt go rs swift scala hs erl ex clj lisp el r jl m mm pas f90 asm s vb sql proto ipynb map"},
	{"program", []string{"application/x-msdownload", "application/x-executable", "application/wasm", "application/java-archive", "application/vnd.android.package-archive"}, "exe dll com msi sys drv ocx cpl scr so dylib o a lib obj bin elf macho app apk ipa jar war class pyc pyo wasm deb rpm crx xpi appimage snap flatpak ko"},
	{"font", []string{"font/", "application/font-", "application/x-font", "application/vnd.ms-fontobject"}, "ttf otf woff woff2 ttc eot pfb pfm fon"},
	{"spreadsheet", []string{"application/vnd.ms-excel", "application/vnd.openxmlformats-officedocument.spreadsheetml", "application/vnd.oasis.opendocument.spreadsheet"}, "xls xlsx xlsm xlsb xlt xltx ods ots fods numbers sxc wk1 123 qpw"},
	{"presentation", []string{"application/vnd.ms-powerpoint", "application/vnd.openxmlformats-officedocument.presentationml", "application/vnd.oasis.opendocument.presentation"}, "ppt pptx pptm pps ppsx pot potx odp otp fodp key sxi"},
	{"drawing", []string{"application/vnd.visio", "application/vnd.oasis.opendocument.graphics"}, "vsd vsdx odg otg fodg pub indd dwg dxf sketch fig cdr odc"},
	{"formula", []string{"application/vnd.oasis.opendocument.formula", "application/mathml"}, "odf mml"},
	{"model", []string{"model/"}, "stl gltf glb dae x3d 3mf blend 3ds fbx"},
	{"archive (rar)", []string{"application/vnd.rar", "application/x-rar"}, "rar"},
	{"archive (7z)", []string{"application/x-7z-compressed"}, "7z"},
	{"archive", []string{"application/x-cpio", "application/vnd.ms-cab-compressed"}, "cab cpio ar arj lha lzh lz lz4 lzma lzo ace z sit sitx xar pea zpaq br"},
	{"disk image", []string{"application/x-iso9660-image", "application/x-apple-diskimage"}, "iso img dmg vdi vmdk vhd vhdx qcow2 toast nrg"},
	{"database", []string{"application/vnd.sqlite3", "application/x-sqlite3", "application/x-msaccess"}, "db sqlite sqlite3 mdb accdb dbf odb ldb realm fdb wal shm"},
	{"mail store of Outlook", []string{"application/vnd.ms-outlook"}, "msg pst ost"},
	{"e-book (Kindle)", []string{"application/x-mobipocket-ebook", "application/vnd.amazon.ebook"}, "mobi azw azw3 azw4 kfx prc"},
	{"e-book of another format", []string{"application/x-ms-reader", "application/vnd.ms-htmlhelp", "application/x-fictionbook"}, "lit chm fb2 lrf pdb cbz cbr cb7"},
	{"document of another format", []string{"application/vnd.wordperfect", "application/postscript", "application/onenote", "application/vnd.framemaker"}, "wpd wps pages ps xps oxps one sxw hwp hwpx abw fm tex latex dvi lyx texi lwp wri"},
	{"list of feeds", nil, "opml"},
	{"data file", []string{"application/json", "application/manifest+json", "application/ld+json", "application/x-protobuf", "application/cbor", "application/fits", "application/dicom"}, "json dat data parquet feather arrow h5 hdf5 nc npy npz mat rds rdata sav dta por pkl pickle avro orc bson cbor plist fits dcm grb bufr mrc xpt"},
	{"map data file", []string{"application/vnd.google-earth", "application/geo+json", "application/gpx+xml", "application/gml+xml"}, "kml kmz gpx gml tcx shp shx geojson osm pbf mbtiles gpkg"},
	{"XML file", []string{"text/xml", "application/xml"}, "xml xsd dtd rdf owl xlf ent"},
	{"settings file", nil, "ini cfg conf toml yaml yml properties reg desktop lnk url webloc env"},
	{"log", nil, "log"},
	{"calendar", []string{"text/calendar"}, "ics ical"},
	{"address card", []string{"text/vcard", "text/x-vcard", "text/directory"}, "vcf vcard"},
	{"signature", []string{"application/pgp-signature", "application/pgp-keys", "application/pkcs7-signature", "application/x-pkcs7-signature"}, "sig asc p7s p7m pem crt cer gpg pgp kbx"},
	{"torrent", []string{"application/x-bittorrent"}, "torrent"},
	{"unfinished download", nil, "part crdownload download partial opdownload"},
	{"temporary copy", nil, "tmp temp bak old swp swo orig"},
}

// kindByEnding and kindByMedia are kinds, to be looked up.
var kindByEnding, kindByMedia = func() (byEnding, byMedia map[string]string) {
	byEnding, byMedia = make(map[string]string), make(map[string]string)
	for _, k := range kinds {
		for ending := range strings.FieldsSeq(k.ending) {
			byEnding[ending] = k.name
		}
		for _, media := range k.media {
			byMedia[media] = k.name
		}
	}
	return byEnding, byMedia
}()

// kindOf names what a file of no known format is, for the report: by the type
// it was declared with, its name, or its first bytes.
func kindOf(name, media string, head []byte) string {
	if kind := kindOfMedia(media); kind != "" {
		return kind
	}
	ext := extension(plainName(name))
	if kind := kindByEnding[ext]; kind != "" {
		return kind
	}
	if kind := kindOfContent(head); kind != "" {
		return kind
	}
	what := "file of an unknown kind"
	if isBinary(head) {
		what = "binary file"
	}
	if ext == "" {
		return what
	}
	return what + " (." + ext + ")"
}

// kindOfMedia goes by the type itself, else by the longest beginning of it
// that stands for many.
func kindOfMedia(media string) string {
	for end := len(media); end > 0; end-- {
		if kind := kindByMedia[media[:end]]; kind != "" {
			return kind
		}
	}
	return ""
}

func kindOfContent(head []byte) string {
	if len(head) == 0 {
		return ""
	}
	for m := mimetype.Detect(head); m != nil; m = m.Parent() {
		if kind := kindByEnding[strings.TrimPrefix(m.Extension(), ".")]; kind != "" {
			return kind
		}
		if kind := kindOfMedia(m.String()); kind != "" {
			return kind
		}
	}
	return ""
}

// unknownFormat is the error for a file that no format claims.
type unknownFormat struct {
	kind string // as kindOf names it
}

func (e *unknownFormat) Error() string {
	return "no format that archive reads (" + e.kind + ")"
}

// kindOfAnswer names an answer of a web server that is no page, by its status.
func kindOfAnswer(status string) string {
	switch {
	case strings.HasPrefix(status, "3"):
		return "redirect"
	case status == "404" || status == "410":
		return "missing page"
	}
	return "web error (" + status + ")"
}
