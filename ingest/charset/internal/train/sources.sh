#!/bin/sh
# Gathers the text that the models are counted from, and that which they are
# measured with, out of Debian packages (bookworm): translated messages, manual
# pages, help and books. All are free software (GPL, LGPL, MPL, CC BY-SA); only
# counts of letters and characters are kept of them.
#
#	sources.sh FOLDER
#
# It wants apt, dpkg, tar and some gigabytes in FOLDER, and is run in the
# project's root. After it,
#
#	go run ./ingest/charset/internal/train model FOLDER/texts/train ingest/charset/models.bin
#	go run ./ingest/charset/internal/train measure FOLDER/texts/held FOLDER/texts/train
#
# make the models and measure them.
set -eu

train="wesnoth-1.16-data gnome-user-docs debian-handbook iso-codes libgtk-3-common libglib2.0-data gimp-data
gnumeric-common inkscape pidgin-data gnucash-common plasma-workspace-data digikam-data kate5-data libkf5i18n-data
nautilus-data gnome-control-center-data gnome-software-common totem-common epiphany-browser-data gnome-maps aisleriot
gnome-mahjongg gnome-chess gnome-shell-common gnome-session-common gnome-terminal-data gedit-common evince-common eog
simple-scan brasero-common rhythmbox-data vlc-data transmission-common synaptic apt dpkg debconf bash coreutils
util-linux-locales manpages-de manpages-fr manpages-es manpages-pl manpages-it manpages-pt-br manpages-ro manpages-nl
manpages-cs manpages-da manpages-fi manpages-hu manpages-ja manpages-ru manpages-tr manpages-zh libexif12 gnupg-l10n
tuxpaint-data tuxpaint-stamps-default
libreoffice-l10n-he libreoffice-l10n-th libreoffice-l10n-fa libreoffice-l10n-lv libreoffice-l10n-mk libreoffice-l10n-ar
libreoffice-l10n-bg libreoffice-l10n-lt libreoffice-l10n-et libreoffice-l10n-be libreoffice-l10n-sr libreoffice-l10n-hr
libreoffice-l10n-ro libreoffice-l10n-el libreoffice-l10n-sl libreoffice-l10n-vi
libreoffice-help-tr libreoffice-help-el libreoffice-help-hu"
held="evolution-common calibre aptitude-common aptitude-doc-cs aptitude-doc-es aptitude-doc-fi aptitude-doc-fr
aptitude-doc-it aptitude-doc-ja aptitude-doc-nl aptitude-doc-ru installation-guide-amd64 kdenlive-data claws-mail-i18n
geany-common gcompris-qt-data kpat marble-data"

unpack() { # set, packages
	set=$1
	shift
	for p; do
		(cd "$folder/debs" && apt-get -q download "$p")
		mkdir -p "$folder/unpacked/$set/$p"
		dpkg-deb --fsys-tarfile "$folder/debs/$p"_*.deb | tar x -C "$folder/unpacked/$set/$p" \
			--wildcards '*.mo' '*/man/*.gz' '*.page' '*.html' '*.html.gz' 2>/dev/null || true
		rm -f "$folder/debs/$p"_*.deb
	done
	go run ./ingest/charset/internal/train texts "$folder/unpacked/$set" "$folder/texts/$set"
}
mkdir -p "$1/debs"
folder=$(cd "$1" && pwd)
unpack train $train
unpack held $held
