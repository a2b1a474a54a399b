// Prints the samples that gitleaks' rules call their true positives, each with the secret that the rule finds in it, as JSON lines.
// Built with an overlay (see ../gitleaks-samples.ts), as gitleaks keeps these samples to itself.

package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"

	"github.com/rs/zerolog"
	"github.com/zricethezav/gitleaks/v8/cmd/generate/config/utils"
	"github.com/zricethezav/gitleaks/v8/cmd/generate/secrets"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/logging"
)

// Sample is one line of the output.
type Sample struct {
	Rule string `json:"rule"`
	// The sample with `{s}` for the secret: samples of one syntax differ in their secrets only.
	Syntax string `json:"syntax"`
	Sample string `json:"sample"`
	Secret string `json:"secret"`
}

const (
	bare   = "The value was {s} as I said before."
	rounds = 40
)

func main() {
	seed := flag.Int64("seed", 1, "what all randomness comes from")
	each := flag.Int("each", 10, "samples of a rule and syntax")
	flag.Parse()
	logging.Logger = logging.Logger.Level(zerolog.Disabled)
	secrets.Seed = *seed * 1_000_000_007
	out := bufio.NewWriter(os.Stdout)
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for index, function := range ruleFunctions {
		secrets.Seed = *seed*1_000_000_007 + int64(index)*1_000_003
		for _, sample := range samplesOf(function, *each, *seed) {
			if err := lines.Encode(sample); err != nil {
				panic(err)
			}
		}
	}
	if err := out.Flush(); err != nil {
		panic(err)
	}
}

// Collects samples of one rule until every syntax has enough, or it stays clear that it will not.
func samplesOf(function func() *config.Rule, each int, seed int64) []Sample {
	rule := function()
	if rule.Regex == nil {
		return nil
	}
	kept := newCollection(rule.RuleID, each, utils.NewFinder(rule))
	for round := 0; round < rounds; round++ {
		if round > 0 {
			function()
		}
		positives := slices.Clone(utils.Positives)
		slices.SortFunc(positives, func(a, b utils.Positive) int { return strings.Compare(a.Text+a.Path, b.Text+b.Path) })
		for _, one := range positives {
			kept.add(one)
		}
		if kept.isFull() {
			break
		}
	}
	kept.vary(seed)
	kept.addBare()
	return kept.sorted()
}

func (c *collection) addBare() {
	for _, secret := range c.secrets() {
		if !strings.ContainsRune(secret, '\n') {
			c.add(utils.Positive{Text: strings.Replace(bare, "{s}", secret, 1)})
		}
	}
}
