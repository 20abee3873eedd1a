package snapshot

/*
metrics.json, schema crmreport.metrics/1.1

UTF-8, LF, keys in a fixed order, one input, scope, definition, value and
warning a line, so that git diff shows what changed. The file is one object:

	schema, tool, as_of, timezone, currency, config_sha256   strings
	inputs       one object for each file and table it fed; read = accepted +
	             duplicates + rejected + skipped; future_rows is part of skipped
	missing      tables without a source
	scopes       company first, a parent before its children
	periods      the stretches that values name; role current, before, comparable
	definitions  id, revision, kind, unit, better; terms of ratios of amounts
	values       sorted by metric, scope, period, key
	warnings     code, n, text in both languages

A value:

	metric, scope, period   ids; key only where there is a further dimension
	num, den     integers as strings: counts, or minor units with currency; a
	             count or an amount has den only where credit is split (3/2)
	value        num/den; an amount in major units; null where den is 0
	ci, method   95 % interval, [lo, hi], in the unit of value; an open end is null
	bounds       what pending cases allow, in the unit of value
	n            size of what the value rests on
	final        false while later data can still change it
	flags        sorted words

Which values: the company, regions, areas and teams for the current week, month
and quarter, and the headline metrics for the year; the company and its regions
also the headlines of the 12 periods before of each kind. Areas and teams have
values with a key only of headlines and of metrics that other tools may rely on.
Reps' values are in metrics-reps.csv. With All everything is in metrics.json.

metrics.csv and metrics-reps.csv have one value a row and the same columns.
*/
