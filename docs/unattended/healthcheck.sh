#!/bin/sh
# A dead man's switch: the monitor is told when the run begins and how it ended,
# and raises an alarm when it hears nothing. Every ping has a limit of its own,
# so that a stuck one never keeps the report from being built.
#   0 6 * * 1  PING=https://hc.example.com/UUID /usr/local/lib/crmreport/healthcheck.sh
ping() { curl -fsS -m 10 --retry 3 -o /dev/null "$PING/$1" || true; }
ping start
/usr/local/bin/crmreport build --quiet --data /srv/exports --out /srv/reports --config /etc/crmreport/crmreport.yaml --as-of last-week
code=$?
# 3 is published too; anything else leaves last week's report standing.
[ "$code" -eq 3 ] && ping 0 || ping "$code"
exit "$code"
