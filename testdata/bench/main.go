// Command bench measures crmreport beside its peers on the same files, in one
// run, each as a process of its own: what wc -l takes, DuckDB for work J (see
// docs/performance.md), crmreport's ingest + conversion by blocks and row by
// row, and a whole build. It prints a table in Markdown.
//
//	cd testdata/bench && go run . --reps 5000 --runs 3
//
// With --pollock it reads that suite of damaged files with crmreport, DuckDB and
// encoding/csv, and counts what each reads right (docs/conformance.md).
//
// DuckDB needs cgo; it is a dependency of this module and of no other.
package main

import (
	"database/sql"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	_ "github.com/marcboeker/go-duckdb/v2"

	"crmreport/ingest"
	"crmreport/ingest/block"
	"crmreport/ingest/crm"
	"crmreport/metrics/conversion"
	"crmreport/metrics/measure"
)

func main() {
	reps := flag.Int("reps", 500, "reps of the sample: about 2,000 visits each")
	runs := flag.Int("runs", 3, "runs of each; the median counts")
	dir := flag.String("data", "", "an existing sample; none: one is made and removed")
	what := flag.String("what", "", "run one piece of work in this process: duckdb, floor, blocks, gocsv or little")
	pollock := flag.String("pollock", "", "compare readers on the conformance suite pollock in this folder, in place of speed")
	flag.Parse()
	var err error
	switch *what {
	case "":
		if *pollock != "" {
			err = conformance(*pollock)
			break
		}
		err = compare(*dir, *reps, *runs)
	case "duckdb":
		err = duckdb(*dir)
	case "floor":
		err = floor(*dir)
	default:
		err = own(*dir, *what)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// compare prints the table.
func compare(dir string, reps, runs int) error {
	tmp, err := os.MkdirTemp("", "crmreport-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	tool := filepath.Join(tmp, "crmreport")
	build := exec.Command("go", "build", "-o", tool, "./cmd/crmreport")
	build.Dir, build.Env = "../..", append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	if dir == "" {
		dir = filepath.Join(tmp, "sample")
		if out, err := exec.Command(tool, "sample", "--reps", strconv.Itoa(reps), "--weeks", "52", "--out", dir).CombinedOutput(); err != nil {
			return fmt.Errorf("crmreport sample: %w\n%s", err, out)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	visits := filepath.Join(dir, "visits.csv")
	works := []*work{
		{name: "`wc -l visits.csv contracts.csv`", args: []string{"wc", "-l", visits, filepath.Join(dir, "contracts.csv")}},
		{name: "DuckDB, J", args: []string{self, "--what", "duckdb", "--data", dir}},
		{name: "floor: SHA-256, UTF-8 and the ends of cells, nothing decoded", args: []string{self, "--what", "floor", "--data", dir}},
		{name: "crmreport, ingest + conversion", args: []string{self, "--what", "blocks", "--data", dir}},
		{name: "the same, `--decoder=gocsv`", args: []string{self, "--what", "gocsv", "--data", dir}},
		{name: "the same, `--memory 256MB`", args: []string{self, "--what", "little", "--data", dir}},
		{name: "crmreport build, all tables and families", args: []string{tool, "build", "-q", "--memory", "0", "--data", dir, "--out", filepath.Join(tmp, "out")}, full: true},
	}
	for range runs {
		for _, w := range works { // in turn, so that a slow spell of the machine hits all
			if w.full {
				os.RemoveAll(filepath.Join(tmp, "out"))
			}
			if err := w.run(); err != nil {
				return err
			}
		}
	}
	info, err := os.Stat(visits)
	if err != nil {
		return err
	}
	fmt.Printf("visits.csv has %d MB; %d processors, %s; median of %d runs, in turn\n\n", info.Size()>>20, runtime.NumCPU(), runtime.Version(), runs)
	fmt.Print("| work | wall s | cpu s | RSS MB | wall of DuckDB's | cpu of DuckDB's | wall of `wc -l` |\n|---|---|---|---|---|---|---|\n")
	wc, duck := works[0].median(), works[1].median()
	for _, w := range works {
		m := w.median()
		fmt.Printf("| %s | %.2f | %.2f | %d | %.2f | %.2f | %.1f |\n", w.name, m.wall, m.cpu, m.rss>>10, m.wall/duck.wall, m.cpu/duck.cpu, m.wall/wc.wall)
	}
	return nil
}

// work is one command with its runs.
type work struct {
	name string
	args []string
	full bool
	runs []figures
}

// figures are the kernel's account of one process.
type figures struct {
	wall, cpu float64 // seconds
	rss       int64   // KiB, the most that was resident
}

func (w *work) run() error {
	c := exec.Command(w.args[0], w.args[1:]...)
	start := time.Now()
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(w.args, " "), err, out)
	}
	use := c.ProcessState.SysUsage().(*syscall.Rusage)
	w.runs = append(w.runs, figures{time.Since(start).Seconds(),
		(c.ProcessState.UserTime() + c.ProcessState.SystemTime()).Seconds(), use.Maxrss})
	return nil
}

func (w *work) median() figures {
	middle := func(of func(figures) float64) float64 {
		var all []float64
		for _, r := range w.runs {
			all = append(all, of(r))
		}
		slices.Sort(all)
		return all[len(all)/2]
	}
	return figures{middle(func(f figures) float64 { return f.wall }), middle(func(f figures) float64 { return f.cpu }),
		int64(middle(func(f figures) float64 { return float64(f.rss) }))}
}

// own reads visits and contracts and computes the family conversion.
func own(dir, how string) error {
	o := ingest.DefaultOptions()
	switch how {
	case "gocsv":
		o.Decoder = ingest.ByGocsv
	case "little":
		o.Memory, o.Scratch = 256e6, "/var/tmp"
	}
	for _, t := range []string{"visits", "contracts"} {
		o.Sources = append(o.Sources, ingest.Source{Table: t, Files: []string{t + ".csv"}})
	}
	o.MaxRejects = crm.One
	b, _, err := ingest.Read(os.DirFS(dir), o)
	if err != nil {
		return err
	}
	values := 0
	f := measure.NewFrame(b).To(func(vs []measure.Value) { values += len(vs) }) // as a build takes them
	r := conversion.Compute(b, f, conversion.DefaultOptions())
	fmt.Println(len(b.Visits), "visits,", len(b.Contracts), "contracts,", values+len(r.Values), "values")
	return nil
}

// floor reads visits and contracts as any reader must that accounts for every
// byte and cell: it hashes them, sees that they are UTF-8 and where cells end.
func floor(dir string) error {
	for _, t := range []string{"visits", "contracts"} {
		f, err := os.Open(filepath.Join(dir, t+".csv"))
		if err != nil {
			return err
		}
		defer f.Close()
		tokens := make([]block.Tokens, runtime.GOMAXPROCS(0))
		rows := 0
		_, err = block.Each(f, block.Options{Workers: len(tokens)},
			func(w int, b *block.Block) (int, error) {
				err := tokens[w].Scan(b.Text, ',', b.Line)
				return tokens[w].Len(), err
			},
			func(n int) error { rows += n; return nil })
		if err != nil {
			return err
		}
		fmt.Println(rows, t)
	}
	return nil
}

// duckdb does work J: per rep and ISO week the visits, the valid ones and the
// signings; per signing the valid visits to the customer in the 180 days before
// it since the previous signing, and the days from the first of them; totals,
// median and 90th percentile. Types are given and order is off: its best case.
func duckdb(dir string) error {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	file := func(name string) string { return "'" + strings.ReplaceAll(filepath.Join(dir, name), "'", "''") + "'" }
	for _, q := range []string{
		fmt.Sprintf("SET threads = %d", runtime.GOMAXPROCS(0)),
		"SET preserve_insertion_order = false",
		`CREATE TEMP TABLE v AS SELECT rep_id, customer_id, start_at::DATE AS d,
			met_role IN ('KP', 'driver') AND pitched = 1 AND rejection IN ('none', 'soft') AS ok
		 FROM read_csv(` + file("visits.csv") + `, header = true, delim = ',', quote = '"', escape = '"', auto_detect = false, columns = {
			'visit_id': 'VARCHAR', 'rep_id': 'VARCHAR', 'customer_id': 'VARCHAR', 'start_at': 'TIMESTAMP', 'channel': 'VARCHAR',
			'met_role': 'VARCHAR', 'pitched': 'TINYINT', 'rejection': 'VARCHAR', 'audit_status': 'VARCHAR', 'coach_id': 'VARCHAR',
			'entered_at': 'TIMESTAMP', 'note': 'VARCHAR', 'next_contact_on': 'VARCHAR', 'planned': 'VARCHAR'})`,
		`CREATE TEMP TABLE c AS SELECT contract_id, customer_id, rep_id, sign_date,
			lag(sign_date) OVER (PARTITION BY customer_id ORDER BY sign_date, contract_id) AS previous
		 FROM read_csv(` + file("contracts.csv") + `, header = true, auto_detect = true, types = {'sign_date': 'DATE', 'customer_id': 'VARCHAR', 'rep_id': 'VARCHAR', 'type': 'VARCHAR'})
		 WHERE type = 'new'`,
		"CREATE TEMP TABLE weeks AS SELECT rep_id, date_trunc('week', d) AS week, count(*) AS visits, count(*) FILTER (ok) AS valid FROM v GROUP BY ALL",
		"CREATE TEMP TABLE signed AS SELECT rep_id, date_trunc('week', sign_date) AS week, count(*) AS signings FROM c GROUP BY ALL",
		`CREATE TEMP TABLE before AS SELECT c.contract_id, count(*) AS visits, any_value(c.sign_date) - min(v.d) AS days
		 FROM c JOIN v ON v.customer_id = c.customer_id AND v.ok AND v.d <= c.sign_date AND v.d > c.sign_date - 180
			AND (c.previous IS NULL OR v.d > c.previous) GROUP BY c.contract_id`,
	} {
		if _, err := db.Exec(q); err != nil {
			return fmt.Errorf("%w in %s", err, q)
		}
	}
	var out [6]float64
	err = db.QueryRow(`SELECT (SELECT sum(visits) FROM weeks), (SELECT sum(valid) FROM weeks), (SELECT sum(signings) FROM signed), sum(visits),
		quantile_disc(days, 0.5), quantile_disc(days, 0.9) FROM before`).Scan(&out[0], &out[1], &out[2], &out[3], &out[4], &out[5])
	fmt.Println(out)
	return err
}
