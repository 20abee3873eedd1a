package crm

// Stage is a place in the funnel: 1 … K are the open stages in order (0 is no
// stage), and the terminals follow. Labels of the CRM become stages in ingest.
type Stage int16

// The terminals.
const (
	StageNone Stage = 0
	Won       Stage = 1000 + iota
	Lost
	Void
	Collected // cash is in: may follow Won
)

// Terminal reports whether the stage ends a deal.
func (s Stage) Terminal() bool { return s >= 1000 }

// StageDef is one configured open stage.
type StageDef struct {
	ID        string // the word that inputs use, such as S1 or proposal
	ZH, EN    string
	LimitDays int // an open deal longer than this in the stage is stalled; 0 = no limit
}

// Pipeline is the ordered list of open stages.
type Pipeline struct {
	Stages []StageDef
}

// Len is the number of open stages, K.
func (p Pipeline) Len() int { return len(p.Stages) }

// Def returns the definition of open stage s.
func (p Pipeline) Def(s Stage) StageDef { return p.Stages[s-1] }

// ID returns the word of s: a configured id, or won, lost, void, collected.
func (p Pipeline) ID(s Stage) string {
	switch s {
	case StageNone:
		return ""
	case Won:
		return "won"
	case Lost:
		return "lost"
	case Void:
		return "void"
	case Collected:
		return "collected"
	}
	return p.Stages[s-1].ID
}

// Lookup returns the stage whose id is word.
func (p Pipeline) Lookup(word string) (Stage, bool) {
	for _, t := range []Stage{Won, Lost, Void, Collected} {
		if p.ID(t) == word {
			return t, true
		}
	}
	for i, d := range p.Stages {
		if d.ID == word {
			return Stage(i + 1), true
		}
	}
	return StageNone, false
}

// DefaultPipeline is the eight-step sale of spec domain.md without its last
// two, which come after the signing: first contact to closing.
func DefaultPipeline() Pipeline {
	return Pipeline{append(classicStages(), StageDef{"closing", "促成签约", "Closing", 15})}
}

// classicStages are the five of the classic funnel (S3-07).
func classicStages() []StageDef {
	return []StageDef{
		{"contact", "接触客户", "Contact", 14},
		{"opportunity", "发现机会", "Opportunity found", 21},
		{"confirmed", "确认机会", "Opportunity confirmed", 21},
		{"requirements", "明确需求", "Requirements clear", 30},
		{"proposal", "方案报价", "Proposal and quotation", 30},
	}
}

// Presets names pipelines that a configuration may ask for: the classic funnel
// of five stages (S3-07) and the eight steps of value selling (S3-05). Of the
// eight, five are open; then 成交 is won, and 回收账款 collected. 赢得口碑, between
// the two, is no stage of a deal. The limits are ours: the text gives none.
func Presets() map[string]Pipeline {
	return map[string]Pipeline{
		"default":  DefaultPipeline(),
		"classic5": {classicStages()},
		"value8": {[]StageDef{
			{"trust", "建立信任", "Trust built", 14},
			{"need", "激发需求", "Need aroused", 21},
			{"proof", "证明价值", "Value proved", 30},
			{"criteria", "引导指标", "Criteria guided", 30},
			{"shield", "屏蔽对手", "Rivals shut out", 15},
		}},
	}
}
