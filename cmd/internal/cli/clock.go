package cli

import (
	"time"

	"crmreport/cmd/internal/config"
	"crmreport/ingest/crm"
)

// lastWeek is the word of --as-of for the week that is over by the clock. What
// runs unattended says it: an export that did not come is noticed then, where
// the last finished week in the data would be last week's report once more.
const lastWeek = "last-week"

// days lays the day by the clock and the as-of day over the configuration.
func (f buildFlags) days(conf *config.Config) error {
	conf.Ingest.Today = today(conf.Ingest.Zone)
	if f.today != "" {
		d, err := crm.ParseDate(f.today)
		if err != nil {
			return usageError("--today: %v", err)
		}
		conf.Ingest.Today = d - 1
	}
	switch f.asOf {
	case "":
	case lastWeek:
		conf.Ingest.AsOf = lastSunday(conf.Ingest.Today)
	default:
		d, err := crm.ParseDate(f.asOf)
		if err != nil {
			return usageError("--as-of: %v", err)
		}
		conf.Ingest.AsOf = d
	}
	return nil
}

// lastSunday is d itself, or the Sunday before it.
func lastSunday(d crm.Date) crm.Date { return d - crm.Date(d.Weekday()%7) }

// today is the last complete day by the clock in the organisation's zone. It
// caps the as-of day that the data suggest.
func today(zone string) crm.Date {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	y, m, d := time.Now().In(loc).Date()
	return crm.DateOf(y, int(m), d) - 1
}
