package store

import (
	"testing"
)

// Archives are opened whose definitions have these sums: those of every
// version, whether made as such or brought up to date.
func TestSchemaSums(t *testing.T) {
	sums := make(map[int]string)
	for version := 1; version <= SchemaVersion; version++ {
		db, err := connect(saved(t, version), reading...)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		definitions, err := readSchema(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		sums[version] = sumOfSchema(definitions)
	}
	definitions, err := SchemaOf(t.Context(), schemaSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	if sum := sumOfSchema(definitions); sum != sums[SchemaVersion] {
		t.Errorf("schema.sql has the sum %s, the saved archive %s", sum, sums[SchemaVersion])
	}
	for version, sum := range sums {
		if schemaSums[version] != sum {
			t.Errorf("version %d has the sum %s, not %s", version, sum, schemaSums[version])
		}
	}
}

// Each step gives the definitions of the version that it leads to.
func TestSchemaSumsOfMigrations(t *testing.T) {
	path := saved(t, 1)
	db, err := connect(path, writing...)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, step := range migrations {
		if err := migrate(t.Context(), db, path, step); err != nil {
			t.Fatal(err)
		}
		if err := checkSchema(t.Context(), path, db, step.to); err != nil {
			t.Errorf("version %d: %v", step.to, err)
		}
	}
}
