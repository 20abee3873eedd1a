// Command crmreport turns a folder of CRM CSV exports into a sales report that
// opens in a browser and into metrics that a machine compares.
package main

import (
	"os"

	"crmreport/cmd/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:], os.Stdout, os.Stderr)) }
