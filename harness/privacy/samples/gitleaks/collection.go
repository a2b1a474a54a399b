// The samples of one rule by their syntax: none twice, and so many of each.

package main

import (
	"math/rand"
	"slices"
	"strings"
	"unicode"

	"github.com/zricethezav/gitleaks/v8/cmd/generate/config/utils"
)

const attempts = 300

type collection struct {
	rule     string
	each     int
	finder   utils.Finder
	known    map[string]bool
	bySyntax map[string][]Sample
	paths    map[string]string
}

func newCollection(rule string, each int, finder utils.Finder) *collection {
	return &collection{rule: rule, each: each, finder: finder, known: map[string]bool{}, bySyntax: map[string][]Sample{}, paths: map[string]string{}}
}

// Keeps the text, unless the rule finds nothing in it, or its syntax has enough.
func (c *collection) add(one utils.Positive) {
	text := one.Text
	if c.known[text] {
		return
	}
	c.known[text] = true
	for _, secret := range c.finder.Secrets(one) {
		if secret == "" || !strings.Contains(text, secret) {
			continue
		}
		syntax := strings.Replace(text, secret, "{s}", 1)
		if len(c.bySyntax[syntax]) < c.each {
			c.bySyntax[syntax] = append(c.bySyntax[syntax], Sample{c.rule, syntax, text, secret})
			c.paths[syntax] = one.Path
		}
	}
}

func (c *collection) isFull() bool {
	for _, samples := range c.bySyntax {
		if len(samples) < c.each {
			return false
		}
	}
	return len(c.bySyntax) > 0
}

// Fills up a syntax whose secret is a constant in gitleaks: letters and digits of the secret's second half become others of their sort,
// but for those at its end, as long as the rule still finds it.
func (c *collection) vary(seed int64) {
	for _, syntax := range c.syntaxes() {
		source := rand.New(rand.NewSource(seed + int64(len(syntax))))
		first := c.bySyntax[syntax][0].Secret
		for attempt := 0; attempt < attempts && len(c.bySyntax[syntax]) < c.each; attempt++ {
			c.add(utils.Positive{Path: c.paths[syntax], Text: strings.Replace(syntax, "{s}", varied(first, source), 1)})
		}
	}
}

func varied(secret string, source *rand.Rand) string {
	letters := []rune(secret)
	for index := len(letters) / 2; index < len(letters)*9/10; index++ {
		switch letter := letters[index]; {
		case letter >= '0' && letter <= '9':
			letters[index] = '0' + rune(source.Intn(10))
		case strings.ContainsRune("abcdef", letter):
			letters[index] = 'a' + rune(source.Intn(6))
		case unicode.IsLower(letter) && letter < 128:
			letters[index] = 'a' + rune(source.Intn(26))
		case unicode.IsUpper(letter) && letter < 128:
			letters[index] = 'A' + rune(source.Intn(26))
		}
	}
	return string(letters)
}

func (c *collection) syntaxes() []string {
	var all []string
	for syntax := range c.bySyntax {
		all = append(all, syntax)
	}
	slices.Sort(all)
	return all
}

// The different secrets, in the order of their syntaxes.
func (c *collection) secrets() []string {
	var all []string
	for _, sample := range c.sorted() {
		if !slices.Contains(all, sample.Secret) {
			all = append(all, sample.Secret)
		}
	}
	return all
}

func (c *collection) sorted() []Sample {
	var all []Sample
	for _, syntax := range c.syntaxes() {
		all = append(all, c.bySyntax[syntax]...)
	}
	return all
}
