// Stands in the place of gitleaks' maker of random texts: the same generator, but seeded.

package secrets

import "github.com/lucasjones/reggen"

// Seed is what the next text is made of; every text moves it on.
var Seed int64

func NewSecret(regex string) string {
	generator, err := reggen.NewGenerator(regex)
	if err != nil {
		panic(err)
	}
	Seed++
	generator.SetSeed(Seed)
	return generator.Generate(1)
}
