<#ftl output_format="JSON">
<#assign week = (at?datetime.iso?long + 7 * 24 * 3600 * 1000)?number_to_datetime?iso_utc>
[<#list allIncidents + allEnded + (others![]) as incident>
  {
    "labels": {"alertname": "Caravan", "severity": "${incident.severity}", "incident": "${incident.key}"},
    "annotations": {"summary": "${cut(incident.summary)}"},
    "startsAt": "${incident.since}",
    "endsAt": "${(incident.state == "resolved")?then(at, week)}"
  }<#sep>,
</#list>]
