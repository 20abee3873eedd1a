package renewal

// Tally is the additive state of the expiry cohorts (4.1): contracts by fate,
// and their exact ACV in minor units of the report currency. ACV is of the
// contracts whose value is known, Valued of them.
type Tally struct {
	Early, OnTime, InGrace          int64 `json:",omitempty"` // renewed
	Pending                         int64 `json:",omitempty"`
	Notice, Terminated, Expired     int64 `json:",omitempty"` // churned
	Void, NotRenewable, Superseded  int64 `json:",omitempty"` // excluded
	Returned                        int64 `json:",omitempty"` // reactivations
	Valued                          int64 `json:",omitempty"`
	OldACV, NewACV, Capped, OpenACV Sum   `json:",omitempty"` // due, of the heirs, Σ min of the two, pending
}

// Renewed counts renewed contracts.
func (t Tally) Renewed() int64 { return t.Early + t.OnTime + t.InGrace }

// Churned counts churned contracts.
func (t Tally) Churned() int64 { return t.Notice + t.Terminated + t.Expired }

// Due counts the contracts of the cohort: those renewed, pending and churned.
func (t Tally) Due() int64 { return t.Renewed() + t.Pending + t.Churned() }

// add adds o to t.
func (t *Tally) add(o *Tally) {
	t.Early += o.Early
	t.OnTime += o.OnTime
	t.InGrace += o.InGrace
	t.Pending += o.Pending
	t.Notice += o.Notice
	t.Terminated += o.Terminated
	t.Expired += o.Expired
	t.Void += o.Void
	t.NotRenewable += o.NotRenewable
	t.Superseded += o.Superseded
	t.Returned += o.Returned
	t.Valued += o.Valued
	t.OldACV.add(o.OldACV)
	t.NewACV.add(o.NewACV)
	t.Capped.add(o.Capped)
	t.OpenACV.add(o.OpenACV)
}

// tally is one case's share.
func (c *Case) tally() Tally {
	var t Tally
	switch c.How {
	case Early:
		t.Early = 1
	case OnTime:
		t.OnTime = 1
	case InGrace:
		t.InGrace = 1
	case ByNotice:
		t.Notice = 1
	case ByTerminate:
		t.Terminated = 1
	case ByExpiry:
		t.Expired = 1
	case IsVoid:
		t.Void = 1
	case IsNotRenewable:
		t.NotRenewable = 1
	case IsSuperseded:
		t.Superseded = 1
	default:
		t.Pending = 1
	}
	if c.Fate == Excluded || c.Unvalued != "" {
		return t
	}
	old := sumOf(c.Old)
	t.Valued, t.OldACV, t.NewACV, t.Capped = 1, old, c.New, lesser(old, c.New)
	if c.Fate == Pending {
		t.OpenACV = old
	}
	return t
}
