// Stands in the place of gitleaks' own validation of its rules: it keeps what a rule calls its true positives instead of trying them,
// and finds the secret in a text as the rule's own detector does.

package utils

import (
	"strings"

	"github.com/zricethezav/gitleaks/v8/cmd/generate/config/base"
	"github.com/zricethezav/gitleaks/v8/config"
	"github.com/zricethezav/gitleaks/v8/detect"
)

// Positive is a text in which the rule must find something, in a file of this name where the rule asks for one.
type Positive struct{ Path, Text string }

// Positives are those of the rule that was made last.
var Positives []Positive

func Validate(rule config.Rule, positives []string, _ []string) *config.Rule {
	Positives = nil
	for _, text := range positives {
		Positives = append(Positives, Positive{Text: text})
	}
	return &rule
}

func ValidateWithPaths(rule config.Rule, positives map[string]string, _ map[string]string) *config.Rule {
	Positives = nil
	for path, text := range positives {
		Positives = append(Positives, Positive{path, text})
	}
	return &rule
}

const shortest = 8

// Finder tells the secrets that one rule finds in a text.
type Finder struct{ detector *detect.Detector }

func NewFinder(rule *config.Rule) Finder {
	one := *rule
	known := map[string]struct{}{}
	one.Keywords = nil
	for _, word := range rule.Keywords {
		word = strings.ToLower(word)
		if _, isKnown := known[word]; !isKnown {
			known[word] = struct{}{}
			one.Keywords = append(one.Keywords, word)
		}
	}
	all := base.CreateGlobalConfig()
	all.Rules = map[string]config.Rule{one.RuleID: one}
	all.Keywords = known
	for _, list := range all.Allowlists {
		if err := list.Validate(); err != nil {
			panic(err)
		}
	}
	return Finder{detect.NewDetector(all)}
}

// Secrets are what the rule calls so; where that is a mere piece of what it matches, the whole match.
func (f Finder) Secrets(one Positive) []string {
	var found []string
	for _, finding := range f.detector.Detect(detect.Fragment{Raw: one.Text, FilePath: one.Path}) {
		secret := finding.Secret
		if len(secret) < shortest {
			secret = strings.TrimSpace(finding.Match)
		}
		found = append(found, secret)
	}
	return found
}
